/** A connection's way out: bounded, one frame a turn, and the end of whoever reads too slowly. */
import type { Flushable, Turn } from "./turn.ts";

/** What an outbox needs of a WebSocket. */
export type OutSocket = Pick<WebSocket, "send" | "bufferedAmount">;

/** The ceilings, in bytes that the peer has not taken. */
export interface OutboxLimits {
  /** Over this the connection is too slow and ends. */
  readonly bytesMax: number;
  /** Over this typing and the like are left out. */
  readonly livelyBytesMax: number;
}

/** Who the outbox belongs to. */
export interface OutboxOwner {
  /** The peer reads too slowly. */
  tooSlow(): void;
  failed(error: unknown): void;
}

// `bufferedAmount` asks the runtime, which costs as much as sending: so it is asked again only after
// so many UTF-16 units, and the ceiling holds to within that.
const unitsBetweenChecks = 32_768;

// A frame holds at most 1 MiB; a UTF-16 unit takes up to 3 bytes of UTF-8.
const frameUnitsMax = 340_000;

/** Gathers messages and sends them at the end of the turn: in one array where the client takes arrays. */
export class Outbox implements Flushable {
  #waiting: string[] = [];
  #unitsUnchecked = 0;
  #isStopped = false;

  constructor(
    readonly socket: OutSocket,
    readonly turn: Turn,
    readonly owner: OutboxOwner,
    readonly options: OutboxLimits & { batches: boolean },
  ) {}

  /** Sends a message with this turn's frame. */
  push(message: string): void {
    if (this.#waiting.push(message) === 1) this.turn.addOutbox(this);
  }

  /** Sends it if the peer keeps up; else it is left out: false. */
  pushLively(message: string): boolean {
    if (this.socket.bufferedAmount > this.options.livelyBytesMax) return false;
    this.push(message);
    return true;
  }

  /** Something waits for the end of the turn. */
  get hasWaiting(): boolean {
    return this.#waiting.length > 0;
  }

  /** Sends a message at once, in one frame with what waits before it. */
  pushNow(message: string): void {
    if (this.#waiting.length === 0) return this.#sendFrame(message);
    this.#waiting.push(message);
    this.flush();
  }

  /** Sends what waits. */
  flush(): void {
    const waiting = this.#waiting;
    if (waiting.length === 0 || this.#isStopped) return;
    this.#waiting = [];
    if (waiting.length === 1) this.#sendFrame(waiting[0]!);
    else if (this.options.batches) this.#sendTogether(waiting);
    else for (const message of waiting) this.#sendFrame(message);
  }

  /** Sends nothing more. */
  stop(): void {
    this.#isStopped = true;
    this.#waiting = [];
  }

  /** Tells the owner that sending has thrown. */
  failed(error: unknown): void {
    this.owner.failed(error);
  }

  #sendTogether(waiting: readonly string[]): void {
    let from = 0;
    let units = 0;
    waiting.forEach((message, place) => {
      if (place > from && units + message.length > frameUnitsMax) {
        this.#sendArray(waiting.slice(from, place));
        from = place;
        units = 0;
      }
      units += message.length + 1;
    });
    this.#sendArray(from === 0 ? waiting : waiting.slice(from));
  }

  #sendArray(messages: readonly string[]): void {
    this.#sendFrame(messages.length === 1 ? messages[0]! : `[${messages.join(",")}]`);
  }

  #sendFrame(frame: string): void {
    if (this.#isStopped) return;
    this.#unitsUnchecked += frame.length;
    if (this.#unitsUnchecked > unitsBetweenChecks) {
      this.#unitsUnchecked = 0;
      if (this.socket.bufferedAmount > this.options.bytesMax) return this.owner.tooSlow();
    }
    this.socket.send(frame);
  }
}
