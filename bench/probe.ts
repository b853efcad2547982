/** A probe: asks one thing again and again while a server is busy, and notes how long each answer takes. */
import { Buffer } from "node:buffer";
import { receiveNow, sendAll } from "./libc.ts";

/** What is asked, and how an answer is known. */
export interface Question {
  readonly descriptor: number;
  /** Bytes of the next question. */
  next(): Uint8Array<ArrayBuffer>;
  /** Occurs once in each answer. */
  readonly token: string;
}

const restMs = 10;
const buffer = new Uint8Array(64 * 1024);

/** One question at a time on a connection of its own. */
export class Probe {
  /** How long each answer took. */
  readonly times: number[] = [];
  readonly #question: Question;
  #askedAt: number | null = null;
  #answeredAt = 0;
  #text = "";

  constructor(question: Question) {
    this.#question = question;
  }

  /** The connection that answers come on. */
  get descriptor(): number {
    return this.#question.descriptor;
  }

  /** Asks when the last answer has come and a moment has passed. */
  ask(now: number): void {
    if (this.#askedAt !== null || now - this.#answeredAt < restMs) return;
    this.#askedAt = now;
    this.#text = "";
    sendAll(this.descriptor, this.#question.next());
  }

  /** Reads what has come. */
  read(now: number): void {
    const bytes = receiveNow(this.descriptor, buffer);
    if (bytes === 0) throw new Error("The server ended the probe's connection");
    if (bytes < 0 || this.#askedAt === null) return;
    this.#text += Buffer.from(buffer.buffer, 0, bytes).toString("latin1");
    if (!this.#text.includes(this.#question.token)) return;
    this.times.push(now - this.#askedAt);
    this.#askedAt = null;
    this.#answeredAt = now;
  }
}
