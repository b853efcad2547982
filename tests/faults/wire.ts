/** A client's socket: calls with a limit, notifications in their order, and silence noticed. */
import type { Notification } from "../../schemas/frames.ts";
import { subprotocol } from "../../schemas/frames.ts";
import { CallFailed, type Received, type Results } from "../support/client.ts";
import { Lost } from "./asking.ts";

const openLimitMs = 3_000;
const callLimitMs = 4_000;

interface Call {
  readonly answer: (result: unknown) => void;
  readonly refuse: (error: Error) => void;
  readonly timer: ReturnType<typeof setTimeout>;
}

/** One connection, from the moment it is open. */
export class Wire {
  /** When the last frame came. */
  heardAt = performance.now();
  /** The close code; 0 when we gave it up. */
  readonly closed: Promise<number>;
  /** Its session, once that has been told. */
  sessionId: string | null = null;
  /** Hears all notifications too. */
  overhear: (notification: Notification) => void = () => {};
  readonly #calls = new Map<number, Call>();
  #lastId = 0;
  #end: (code: number) => void = () => {};

  private constructor(
    /** The instance, by its name. */
    readonly at: string,
    readonly socket: WebSocket,
    readonly hear: (notification: Notification) => void,
  ) {
    this.closed = new Promise((resolve) => this.#end = resolve);
    socket.addEventListener("close", ({ code }) => this.#over(code));
    socket.addEventListener("message", this.#take);
  }

  /**
   * Connects.
   * @throws {Lost} when it does not open in time.
   */
  static async open(
    { url, name }: { readonly url: string; readonly name: string },
    token: string,
    hear: (notification: Notification) => void,
  ): Promise<Wire> {
    const address = `${url.replace("http", "ws")}/v1/ws`;
    const wire = new Wire(name, new WebSocket(address, [subprotocol, `bearer.${token}`]), hear);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const timer = setTimeout(
      () => reject(new Lost("The socket did not open in time")),
      openLimitMs,
    );
    wire.socket.addEventListener("open", () => resolve());
    wire.socket.addEventListener("error", () => reject(new Lost("The socket did not open")));
    try {
      await promise;
      return wire;
    } catch (error) {
      wire.giveUp();
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  readonly #take = ({ data }: MessageEvent): void => {
    this.heardAt = performance.now();
    for (const message of [JSON.parse(String(data))].flat() as Received[]) {
      if (message.method === undefined) this.#settle(message);
      else this.#tell(message as unknown as Notification);
      // So the server knows that somebody is there.
      if (message.method === "ping") this.#send({ jsonrpc: "2.0", method: "pong" });
    }
  };

  #tell(notification: Notification): void {
    if (notification.method === "session.ready") this.sessionId = notification.params.sessionId;
    this.overhear(notification);
    this.hear(notification);
  }

  #settle({ id, result, error }: Received): void {
    const call = this.#calls.get(Number(id));
    if (call === undefined) return;
    this.#calls.delete(Number(id));
    clearTimeout(call.timer);
    if (error === undefined) call.answer(result);
    else call.refuse(new CallFailed(error.code, error.data));
  }

  #over(code: number): void {
    for (const { refuse, timer } of this.#calls.values()) {
      clearTimeout(timer);
      refuse(new Lost(`The connection ended with ${code}`));
    }
    this.#calls.clear();
    this.#end(code);
  }

  #send(message: object): void {
    if (this.socket.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(message));
  }

  /**
   * Calls a method.
   * @throws {Lost} without an answer, {CallFailed} when refused.
   */
  call<M extends keyof Results>(method: M, params: object = {}): Promise<Results[M]> {
    const id = ++this.#lastId;
    const { promise, resolve, reject } = Promise.withResolvers<Results[M]>();
    const timer = setTimeout(() => {
      this.#calls.delete(id);
      reject(new Lost(`No answer to ${method}`));
    }, callLimitMs);
    this.#calls.set(id, {
      answer: (result) => resolve(result as Results[M]),
      refuse: reject,
      timer,
    });
    if (this.socket.readyState === WebSocket.OPEN) {
      this.#send({ jsonrpc: "2.0", id, method, params });
    } else this.#over(0);
    return promise;
  }

  /** Leaves it as it is, as a phone does that changes networks: what still comes is not heard. */
  giveUp(): void {
    this.socket.removeEventListener("message", this.#take);
    if (this.socket.readyState < WebSocket.CLOSING) this.socket.close();
    this.#over(0);
  }
}
