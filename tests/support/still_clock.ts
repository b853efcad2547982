/** A clock that stands still until it is set: for what happens within one millisecond, or backwards. */
import type { Clock } from "../../domain/app.ts";

/** Stands at the moment it was made, then at whichever it is set to. */
export class StillClock implements Clock {
  #ms = Date.now();
  now(): Date {
    return new Date(this.#ms);
  }
  /** Goes on, or back. */
  moveMs(ms: number): void {
    this.#ms += ms;
  }
}
