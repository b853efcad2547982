/** One connection: frames in, checked and counted; answers and events out; and its one end. */
import { Buffer } from "node:buffer";
import type { Actor, App } from "../domain/app.ts";
import { authenticate } from "../domain/sessions.ts";
import type { Access } from "../domain/tokens.ts";
import { fail, failureOf, overloaded } from "../errors.ts";
import type { Platform } from "../schemas/auth.ts";
import type { Request, RequestId } from "../schemas/frames.ts";
import { closeCodes, type CloseReason, hangUp } from "./close_codes.ts";
import { decodeFrame, encodeFailure, encodeResult } from "./codec.ts";
import { dispatch } from "./dispatch.ts";
import { Outbox, type OutboxOwner } from "./outbox.ts";
import { PageLine } from "./page_line.ts";
import type { Presence } from "./presence.ts";
import type { EndReason } from "./presence_attendance.ts";
import type { Subject } from "./presence_subject.ts";
import { TokenBucket } from "./rate.ts";
import type { Room } from "./room.ts";
import type { Turn } from "./turn.ts";

/** Who is told what becomes of a connection. */
export interface ConnectionHost {
  readonly turn: Turn;
  readonly presence: Pick<Presence, "watch" | "unwatch">;
  /** It takes part no more; its socket may take a while yet. */
  ended(connection: Connection, reason: EndReason): void;
  /** Its socket is gone. */
  gone(connection: Connection): void;
  /** It has a newer token. */
  renewed(connection: Connection): void;
}

/** What a connection is made of. */
export interface ConnectionParts {
  readonly id: string;
  readonly socket: WebSocket;
  readonly access: Access;
  readonly address: string;
  /** The client takes arrays of messages. */
  readonly batches: boolean;
}

// Frames that may come before `session.ready` has gone out; they are carried out after it.
const earlyMax = 100;
// Messages that may wait for `session.ready` to go out before them.
const untoldMax = 1_000;

/** What happens while a connection is being set up. */
interface Opening {
  /** Conversations that it must follow, or no longer, whatever was read before. */
  readonly joined: Set<string>;
  readonly left: Set<string>;
  readonly untold: string[];
}

/** A signed-in socket. */
export class Connection implements OutboxOwner {
  readonly id: string;
  readonly actor: Actor;
  readonly userId: string;
  readonly address: string;
  readonly rooms = new Set<Room>();
  readonly outbox: Outbox;
  readonly host: ConnectionHost;
  /** Where its user is seen to be; null until it is ready. */
  platform: Platform | null = null;
  /** Whom it watches; null while that is nobody, as it is for most. */
  watched: Set<Subject> | null = null;
  tokenExpiresAt: number;
  lastInboundAt: number;
  /** Null once it is ready. */
  opening: Opening | null = { joined: new Set(), left: new Set(), untold: [] };
  readonly #app: App;
  readonly #socket: WebSocket;
  readonly #bucket: TokenBucket;
  readonly #patience: TokenBucket;
  readonly #openedAt: number;
  readonly #inFlight = new Set<RequestId>();
  readonly #pages: PageLine;
  #early: string[] = [];
  #isDraining = false;
  #leftBytes = 0;
  #lateFrames = 0;
  #endReason: EndReason | null = null;

  constructor(app: App, host: ConnectionHost, parts: ConnectionParts) {
    const { access, socket } = parts;
    const { config } = app;
    const now = app.clock.now().getTime();
    this.#app = app;
    this.host = host;
    this.#socket = socket;
    this.id = parts.id;
    this.userId = access.userId;
    this.actor = { userId: access.userId, sessionId: access.sessionId, role: access.role };
    this.address = parts.address;
    this.tokenExpiresAt = access.expiresAt.getTime();
    this.lastInboundAt = now;
    this.#openedAt = now;
    this.#bucket = new TokenBucket(config.framesPerSecond, config.framesBurst, now);
    this.#patience = new TokenBucket(config.framesPerSecond, 2 * config.framesBurst, now);
    this.#pages = new PageLine(this, config.outboxLivelyBytesMax);
    this.outbox = new Outbox(socket, host.turn, this, {
      bytesMax: config.outboxBytesMax,
      livelyBytesMax: config.outboxLivelyBytesMax,
      batches: parts.batches,
    });
  }

  /** Takes part: has not ended. */
  get isOpen(): boolean {
    return this.#endReason === null;
  }

  /** Its socket has closed, whether or not anyone was told. */
  get isGone(): boolean {
    return this.#socket.readyState === WebSocket.CLOSED;
  }

  /** Bytes that the peer has not taken; after the end those that it had not taken then. */
  get bufferedBytes(): number {
    return this.isOpen ? this.#socket.bufferedAmount : this.#leftBytes;
  }

  /** Sends a message with this turn's frame. */
  push(message: string): void {
    if (this.opening !== null) this.#keepUntold(this.opening, message);
    else if (this.#endReason === null) this.outbox.push(message);
  }

  // `session.ready` is the first frame, whatever happens meanwhile.
  #keepUntold({ untold }: Opening, message: string): void {
    if (untold.push(message) > untoldMax) this.close("overloaded");
  }

  /** Sends a message at once, in one frame with what waits before it. */
  pushNow(message: string): void {
    if (this.opening !== null) this.#keepUntold(this.opening, message);
    else this.outbox.pushNow(message);
  }

  /** Sends it if the peer keeps up; whether it did. */
  pushLively(message: string): boolean {
    return this.#endReason === null && this.outbox.pushLively(message);
  }

  /** Says `session.ready`, then all that waited for it; what came early is carried out now. */
  ready(notice: string): void {
    const { untold } = this.opening!;
    this.opening = null;
    for (const message of [notice, ...untold]) this.push(message);
    const early = this.#early;
    this.#early = [];
    for (const text of early) this.#take(text);
  }

  /** Takes a frame. */
  receive(frame: unknown): void {
    if (this.#endReason !== null) return void this.#lateFrames++;
    this.lastInboundAt = this.#app.clock.now().getTime();
    const { frameBytesMax } = this.#app.config;
    if (typeof frame !== "string") return this.close("protocolError");
    // A UTF-16 unit is 1 to 3 bytes of UTF-8: only between the two is counting needed.
    const mayFit = frame.length <= frameBytesMax;
    const surelyFits = frame.length * 3 <= frameBytesMax;
    if (!mayFit || (!surelyFits && Buffer.byteLength(frame) > frameBytesMax)) {
      return this.close("frameTooLarge");
    }
    if (this.opening === null) this.#take(frame);
    else if (this.#early.push(frame) > earlyMax) this.close("rateLimited");
  }

  #take(text: string): void {
    for (const decoded of decodeFrame(text, this.#app.config.batchMax)) {
      const waitMs = this.#spend();
      if (this.#endReason !== null) return;
      if (decoded.kind === "pong") continue;
      if (decoded.kind === "refused") this.push(decoded.answer);
      else if (waitMs > 0) this.#refuse(decoded.request.id, waitMs);
      else this.#begin(decoded.request);
    }
  }

  // Who goes on although told to wait, at more than twice the rate, is not worth answering.
  #spend(): number {
    if (this.#app.config.rateLimits === "off") return 0;
    const waitMs = this.#bucket.take(this.lastInboundAt);
    if (waitMs > 0 && this.#patience.take(this.lastInboundAt) > 0) this.close("rateLimited");
    return waitMs;
  }

  #refuse(id: RequestId, retryAfterMs: number): void {
    this.push(encodeFailure(id, fail("rateLimited", { retryAfterMs })));
  }

  #begin(request: Request): void {
    if (this.#inFlight.has(request.id)) {
      const detail = `A request with the id ${JSON.stringify(request.id)} is under way`;
      return this.push(encodeFailure(null, fail("invalidFrame", { detail })));
    }
    if (this.#isDraining) {
      return this.push(encodeFailure(request.id, fail("draining", { retryAfterMs: 1_000 })));
    }
    if (this.#inFlight.size >= this.#app.config.requestsInFlightMax) {
      return this.push(encodeFailure(request.id, overloaded()));
    }
    this.#inFlight.add(request.id);
    void this.#answer(request);
  }

  async #answer(request: Request): Promise<void> {
    try {
      const carryOut = async () =>
        this.push(encodeResult(request.id, await dispatch(this.#app, this, request)));
      await ("limit" in request.params ? this.#pages.wait(carryOut) : carryOut());
    } catch (error) {
      this.push(this.#failed(request, error));
    }
    this.#inFlight.delete(request.id);
    if (this.#isDraining && this.#inFlight.size === 0) this.close("restarting");
  }

  #failed(request: Request, error: unknown): string {
    const failure = failureOf(error);
    const requestId = `${this.id}/${request.id}`;
    if (failure.isFault) {
      this.#app.log.error("request failed", error, {
        requestId,
        method: request.method,
        code: failure.code,
      });
    }
    return encodeFailure(request.id, failure, { requestId });
  }

  /**
   * Goes on with a newer access token of the same session.
   * @throws `tokenInvalid`, `tokenExpired`, `sessionRevoked`, `accountLocked`.
   */
  async refresh(token: string): Promise<{ tokenExpiresAt: string }> {
    const access = await authenticate(this.#app, token);
    if (access.sessionId !== this.actor.sessionId) {
      throw fail("tokenInvalid", { detail: "The token is of another session" });
    }
    const expiresAt = access.expiresAt.getTime();
    if (expiresAt > this.tokenExpiresAt) {
      this.tokenExpiresAt = expiresAt;
      this.host.renewed(this);
    }
    return { tokenExpiresAt: new Date(this.tokenExpiresAt).toISOString() };
  }

  /** Ends with `restarting` once what is in flight has been answered; takes nothing new. */
  drain(): void {
    this.#isDraining = true;
    if (this.#inFlight.size === 0) this.close("restarting");
  }

  /** Ends the connection: sends what waits, says why, and leaves the rooms at once. */
  close(reason: CloseReason): void {
    if (this.#endReason !== null) return;
    // A socket that is closing tells 0, although what its peer does not read stays in memory.
    this.#leftBytes = this.#socket.bufferedAmount;
    if (reason !== "slowConsumer") this.outbox.flush();
    this.#end(reason);
    hangUp(this.#socket, reason, () => this.#lateFrames);
  }

  /** The socket has closed, whoever began it. */
  closed(code: number): void {
    this.#end("closedByPeer", code);
    this.host.gone(this);
  }

  #end(reason: EndReason, code?: number): void {
    if (this.#endReason !== null) return;
    this.#endReason = reason;
    this.#early = [];
    this.outbox.stop();
    this.host.ended(this, reason);
    this.#app.log.info("connection ended", {
      connectionId: this.id,
      userId: this.userId,
      code: reason === "closedByPeer" ? code : closeCodes[reason],
      reason,
      durationMs: this.#app.clock.now().getTime() - this.#openedAt,
    });
  }

  /** Reads too slowly: its client comes back and resumes by `rev`. */
  tooSlow(): void {
    this.close("slowConsumer");
  }

  /** Sending has thrown: a fault of the socket or of ours. */
  failed(error: unknown): void {
    this.#app.log.error("connection failed", error, { connectionId: this.id });
    this.close("overloaded");
  }
}
