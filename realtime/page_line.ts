/** Pages wait in line: a client that asks for many at once gets each when it has taken those before. */
import { setImmediate } from "node:timers";
import { fail } from "../errors.ts";

/** Whose pages they are. */
export interface PageTaker {
  readonly isOpen: boolean;
  /** Bytes that it has not taken. */
  readonly bufferedBytes: number;
}

const lookEveryMs = 10;

/** One connection's line. All at once, answers of a megabyte each would pass for a slow reader's. */
export class PageLine {
  #last: Promise<void> | null = null;

  constructor(readonly taker: PageTaker, readonly bytesMax: number) {}

  /**
   * Has a page answered once those before have been, and all but `bytesMax` of them taken.
   * @throws `gone` when the connection has ended before.
   */
  async wait(answer: () => Promise<void>): Promise<void> {
    const turn = this.#last === null ? answer() : this.#behind(this.#last, answer);
    const done = turn.catch(() => {});
    this.#last = done;
    await done;
    if (this.#last === done) this.#last = null;
    await turn;
  }

  async #behind(last: Promise<void>, answer: () => Promise<void>): Promise<void> {
    await last;
    // What was answered leaves at the end of the turn.
    await new Promise<void>((resolve) => setImmediate(resolve));
    while (this.taker.isOpen && this.taker.bufferedBytes > this.bytesMax) {
      await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
    }
    if (!this.taker.isOpen) throw fail("gone");
    await answer();
  }
}
