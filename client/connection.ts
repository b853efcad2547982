/** The connection across sockets: one state, reconnecting as the server wishes, tokens renewed in time. */
import { backoffMs } from "./backoff.ts";
import { type Ending, isFinal, reasonOf } from "./close_codes.ts";
import { Emitter } from "./events.ts";
import { Line, type LineLimits } from "./line.ts";
import type { LinkEvents, Status } from "./link.ts";
import type { Platform } from "./platform.ts";
import { endsSession, isOver, PatterError } from "./problems.ts";
import { respond } from "./rest.ts";
import type { Tokens } from "./tokens.ts";
import type { Method, Notification, Notifications, Params, Results } from "./wire.ts";

/** A connection that has stood so long counts as made: the next failure is a first one again. */
const stableMs = 10_000;
// Before the server would warn (60 s), and never later than half of a very short life.
const renewBeforeMs = 90_000;
const renewAgainMs = 5_000;

/** What a connection needs. */
export interface ConnectionParts {
  readonly url: string;
  readonly platform: Platform;
  readonly tokens: Tokens;
  readonly limits: LineLimits;
}

/** One connection to the server, for as long as it is wanted. */
export class Connection {
  readonly events = new Emitter<LinkEvents>();
  status: Status = { state: "idle" };
  ready: Notifications["session.ready"] | null = null;
  #line: Line | null = null;
  #token = "";
  #refused: string | undefined;
  #attempts = 0;
  #comeBackAt = 0;
  #serverAheadMs = 0;
  #isRenewing = false;
  #cancels: (() => void)[] = [];
  #stopListening: (() => void) | null = null;

  constructor(readonly parts: ConnectionParts) {}

  /** Connects, and stays connected until `stop`. */
  start(): void {
    const { state } = this.status;
    if (state !== "idle" && state !== "closed") return;
    this.#stopListening = this.parts.platform.page.listen((event) => {
      if (event !== "offline") this.wake();
      else if (this.#line === null) this.#wait("offline");
      else this.#line.probe();
    });
    void this.#connect();
  }

  /** Ends it. */
  stop(): void {
    this.#rest({ state: "idle" });
  }

  #close(reason: string): void {
    this.#rest({ state: "closed", reason });
  }

  // Nothing of its own accord from here on.
  #rest(status: Status): void {
    this.#stopListening?.();
    this.#stopListening = null;
    this.#become(status);
    this.#line?.end();
  }

  /** Tries now, or makes sure of an answer. */
  wake(): void {
    if (this.status.state === "waiting") void this.#connect();
    else this.#line?.probe();
  }

  /** Asks over the socket; `connectionLost` when there is none. */
  async request<M extends Method>(method: M, params: Params[M]): Promise<Results[M]> {
    if (this.#line === null || this.ready === null) throw new PatterError("connectionLost");
    return await this.#line.request(method, params);
  }

  #become(status: Status): void {
    for (const cancel of this.#cancels.splice(0)) cancel();
    if (status.state !== "open") this.ready = null;
    this.status = status;
    this.events.emit("status", status);
  }

  #later(ms: number, run: () => void): void {
    this.#cancels.push(this.parts.platform.clock.after(ms, run));
  }

  async #connect(): Promise<void> {
    const connecting: Status = { state: "connecting" };
    this.#become(connecting);
    // While something is awaited the user may stop and start: then this attempt is nobody's.
    const isNobodys = () => this.status !== connecting;
    try {
      this.#token = await this.parts.tokens.get(this.#refused);
    } catch (error) {
      if (isNobodys()) return;
      return isOver(error) ? this.#close(error.code) : this.#failed(error);
    }
    if (isNobodys()) return;
    this.#refused = undefined;
    const line: Line = new Line(this.parts.platform, {
      url: this.parts.url.replace(/^http/, "ws") + "/v1/ws",
      token: this.#token,
      limits: this.parts.limits,
    }, {
      notified: (notification) => this.#notified(notification),
      ended: (ending) => this.#ended(ending, line.isReady),
    });
    this.#line = line;
  }

  #notified(notification: Notification): void {
    const { method, params } = notification;
    if (method === "session.ready") return this.#becomeReady(params);
    if (method === "session.expiring") void this.#renew();
    if (method === "server.draining") this.#leave(params.reconnectInMs);
    this.events.emit("notification", notification);
  }

  #becomeReady(ready: Notifications["session.ready"]): void {
    this.#comeBackAt = 0;
    this.ready = ready;
    this.#become({ state: "open" });
    this.#serverAheadMs = Date.parse(ready.serverTime) - this.parts.platform.clock.now();
    this.#later(stableMs, () => this.#attempts = 0);
    this.#renewBefore(ready.tokenExpiresAt);
  }

  // By the server's clock, as ours may be wrong.
  #renewBefore(tokenExpiresAt: string): void {
    const serverNow = this.parts.platform.clock.now() + this.#serverAheadMs;
    const lifeMs = Date.parse(tokenExpiresAt) - serverNow;
    // Longer than timers reach would be at once.
    const ms = Math.min(Math.max(lifeMs - renewBeforeMs, lifeMs / 2), 2 ** 31 - 1);
    this.#later(ms, () => void this.#renew());
  }

  async #renew(): Promise<void> {
    const line = this.#line;
    if (line === null || this.#isRenewing) return;
    this.#isRenewing = true;
    try {
      const token = await this.parts.tokens.get(this.#token);
      const { tokenExpiresAt } = await line.request("session.refresh", { token });
      this.#token = token;
      if (this.#line === line) this.#renewBefore(tokenExpiresAt);
    } catch (error) {
      if (this.#line !== line) return;
      if (isOver(error)) this.#close(error.code);
      else this.#later(renewAgainMs, () => void this.#renew());
    } finally {
      this.#isRenewing = false;
    }
  }

  // Another instance takes over: there at the time that this one said, neither before nor after.
  #leave(reconnectInMs: number): void {
    this.#comeBackAt = this.parts.platform.clock.now() + reconnectInMs;
    this.#later(reconnectInMs, () => this.#line?.end({ code: 4001, reason: "restarting" }));
  }

  #ended(ending: Ending, wasReady: boolean): void {
    this.#line = null;
    const { state } = this.status;
    if (state === "idle" || state === "closed") return;
    const { code } = ending;
    const reason = reasonOf(ending);
    if (isFinal(ending)) return this.#close(reason);
    if (!wasReady && code < 4_000) return void this.#askWhy();
    if (code === 4004) this.#refused = this.#token;
    this.#wait(reason);
  }

  // Browsers do not tell why a socket did not open; the same address, asked plainly, does.
  async #askWhy(): Promise<void> {
    const { status } = this;
    const headers = { authorization: `Bearer ${this.#token}` };
    const why = await respond(this.parts, { method: "GET", path: "/v1/ws", headers })
      .catch((error: unknown) => error);
    if (this.status === status) this.#failed(why);
  }

  #failed(why: unknown): void {
    const error = why instanceof PatterError ? why : new PatterError("unreachable");
    if (error.code === "originNotAllowed" || endsSession(error.code)) {
      return this.#close(error.code);
    }
    if (error.code.startsWith("token")) this.#refused = this.#token;
    // All is well, but sockets do not come through.
    const reason = error.code === "upgradeRequired" ? "unreachable" : error.code;
    this.#wait(reason, error.retryAfterMs);
  }

  #wait(reason: string, atLeastMs = 0): void {
    const { page, clock, random } = this.parts.platform;
    if (!page.isOnline()) return this.#become({ state: "waiting", reason: "offline" });
    // A newer token helps at once, the first time.
    const isAtOnce = this.#refused !== undefined && this.#attempts === 0;
    const askedMs = Math.max(atLeastMs, this.#comeBackAt - clock.now());
    const mustWait = reason !== "restarting" || this.#comeBackAt === 0;
    const jitterMs = isAtOnce || !mustWait ? 0 : backoffMs(this.#attempts, random);
    this.#comeBackAt = 0;
    this.#attempts++;
    const retryInMs = Math.round(Math.max(askedMs, jitterMs, 0));
    this.#become({ state: "waiting", reason, retryInMs });
    this.#later(retryInMs, () => void this.#connect());
  }
}
