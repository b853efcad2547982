/** One socket, from its opening to its end: frames, requests, and noticing that the server is silent. */
import { Calls } from "./calls.ts";
import type { Ending } from "./close_codes.ts";
import { PatterError } from "./problems.ts";
import type { Platform, SocketLike } from "./platform.ts";
import type { Method, Notification, Notifications, Params, Results } from "./wire.ts";

// The server takes frames of 64 KiB; what is around the params is a few words.
const paramsBytesMax = 65_000;
const probeMs = 5_000;

/** How long things may take. */
export interface LineLimits {
  /** From the first byte to `session.ready`. */
  readonly openMs: number;
  readonly answerMs: number;
}

/** What a line tells its owner. */
export interface LineListener {
  notified(notification: Notification): void;
  /** Once, and the last word. */
  ended(ending: Ending): void;
}

type Incoming = Notification | { id: number; result?: unknown; error?: { data: never } };

/** A socket to the server. */
export class Line {
  readonly #socket: SocketLike;
  readonly #calls: Calls;
  #cancelTimer: () => void;
  #heardAt = 0;
  #pingIntervalMs = 0;
  #hasEnded = false;

  constructor(
    readonly platform: Platform,
    to: { url: string; token: string; limits: LineLimits },
    readonly listener: LineListener,
  ) {
    this.#calls = new Calls(platform.clock, to.limits.answerMs);
    this.#socket = new platform.WebSocket(to.url, ["patter.v1", `bearer.${to.token}`]);
    this.#cancelTimer = platform.clock.after(to.limits.openMs, () => this.end());
    this.#socket.onmessage = ({ data }) => this.#take(String(data));
    this.#socket.onclose = (ending) => this.end(ending);
    // The close event that follows says all there is to say.
    this.#socket.onerror = () => {};
  }

  /** Whether `session.ready` has come. */
  get isReady(): boolean {
    return this.#pingIntervalMs > 0;
  }

  #take(frame: string): void {
    this.#heardAt = this.platform.clock.now();
    for (const message of [JSON.parse(frame)].flat() as Incoming[]) {
      // What one message leads to may end the line; what came behind it is nobody's then.
      if (this.#hasEnded) return;
      if (!("method" in message)) this.#calls.answer(message);
      else if (message.method === "ping") this.#send({ method: "pong" });
      else this.#notice(message);
    }
  }

  #notice(notification: Notification): void {
    if (notification.method === "session.ready") this.#becomeReady(notification.params);
    this.listener.notified(notification);
  }

  #becomeReady({ pingIntervalMs }: Notifications["session.ready"]): void {
    this.#pingIntervalMs = pingIntervalMs;
    this.#watch(2 * pingIntervalMs);
  }

  // One timer that looks when silence could first have lasted too long, not one for each frame.
  #watch(ms: number): void {
    this.#cancelTimer();
    this.#cancelTimer = this.platform.clock.after(ms, () => {
      const silentMs = this.platform.clock.now() - this.#heardAt;
      if (silentMs >= 2 * this.#pingIntervalMs) this.end();
      else this.#watch(2 * this.#pingIntervalMs - silentMs);
    });
  }

  // Between its last breath and its close event there is nobody to send to; the end is told then.
  #send(message: object): void {
    if (this.#socket.readyState !== 1) return;
    this.#socket.send(JSON.stringify({ jsonrpc: "2.0", ...message }));
  }

  /** Asks, and gives the answer; fails by code. */
  request<M extends Method>(method: M, params: Params[M]): Promise<Results[M]> {
    if (this.#hasEnded) return Promise.reject(new PatterError("connectionLost"));
    // The server would end the connection, and that for good.
    if (new Blob([JSON.stringify(params)]).size > paramsBytesMax) {
      return Promise.reject(new PatterError("tooLarge"));
    }
    return this.#calls.make((id) => this.#send({ id, method, params }));
  }

  /** Makes sure that somebody is there: after a sleep, sockets look alive that are long dead. */
  probe(): void {
    if (!this.isReady) return;
    const askedAt = this.platform.clock.now();
    this.platform.clock.after(probeMs, () => {
      if (this.#heardAt < askedAt) this.end();
    });
    this.request("ping", {}).catch(() => {});
  }

  /** Ends it; what waits for answers fails with `connectionLost`. */
  end(ending: Ending = { code: 1006 }): void {
    if (this.#hasEnded) return;
    this.#hasEnded = true;
    this.#cancelTimer();
    this.#socket.onmessage = null;
    this.#socket.onclose = null;
    this.#socket.close();
    this.#calls.failAll();
    this.listener.ended(ending);
  }
}
