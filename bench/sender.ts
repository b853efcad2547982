/** A connection that keeps a number of sends in flight, from one frame encoded beforehand. */
import { Buffer } from "node:buffer";
import type { Dialect } from "./dialects.ts";
import { encodeFrame } from "./frames.ts";
import type { RawSocket } from "./socket.ts";

const digits = 10;
const firstId = 10 ** (digits - 1);
let lastId = firstId;

/** The text of every message: 100 bytes. */
export const messageText =
  "All happy families are alike; each unhappy family is unhappy in its own way. "
    .padEnd(100, "So it goes. ");

/** Frames for one conversation, each with an id that no other frame of this process has. */
export class FrameMint {
  readonly #template: Uint8Array<ArrayBuffer>;
  readonly #places: number[] = [];
  readonly #sheet: Uint8Array<ArrayBuffer>;

  /** `atOnce` is the most frames that one call of `mint` will be asked for. */
  constructor(dialect: Dialect, conversationId: string, atOnce: number) {
    const mark = String(firstId);
    this.#template = encodeFrame(dialect.send(mark, conversationId, messageText));
    const view = Buffer.from(this.#template.buffer);
    for (let at = view.indexOf(mark); at >= 0; at = view.indexOf(mark, at + 1)) {
      this.#places.push(at);
    }
    this.#sheet = new Uint8Array(this.#template.length * atOnce);
    for (let copy = 0; copy < atOnce; copy++) {
      this.#sheet.set(this.#template, copy * this.#template.length);
    }
  }

  /** So many frames behind one another; the bytes are valid until the next call. */
  mint(count: number): Uint8Array<ArrayBuffer> {
    for (let copy = 0; copy < count; copy++) {
      const id = ++lastId;
      for (const place of this.#places) this.#write(id, copy * this.#template.length + place);
    }
    return this.#sheet.subarray(0, count * this.#template.length);
  }

  #write(id: number, place: number): void {
    for (let at = place + digits - 1; at >= place; at--) {
      this.#sheet[at] = 48 + id % 10;
      id = Math.floor(id / 10);
    }
  }
}

/** Keeps `inFlight` sends unanswered while it is asked to. */
export class Sender {
  /** Sends so far. */
  sent = 0;
  /** Told by whoever reads the socket. */
  acknowledged = 0;

  readonly #socket: RawSocket;
  readonly #mint: FrameMint;
  readonly #inFlight: number;

  constructor(socket: RawSocket, dialect: Dialect, conversationId: string, inFlight: number) {
    this.#socket = socket;
    this.#mint = new FrameMint(dialect, conversationId, inFlight);
    this.#inFlight = inFlight;
  }

  /** Sends as many as are missing, in one write. */
  fill(): void {
    const missing = this.#inFlight - (this.sent - this.acknowledged);
    if (missing <= 0) return;
    this.sent += missing;
    this.#socket.write(this.#mint.mint(missing));
  }
}
