/** A turnstile: so many at once, so many waiting in line, and the rest turned away. */
import { overloaded } from "../errors.ts";

/** How many pass at once, how many may wait, and when to come back at the earliest if that is not enough. */
export interface TurnstileOptions {
  readonly atOnceMax: number;
  readonly queueMax: number;
  readonly retryAfterMs: number;
}

/** Runs pieces of work a few at a time, in the order they came. */
export class Turnstile {
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor(readonly options: TurnstileOptions) {}

  /**
   * Runs the work when its turn has come.
   * @throws `overloaded` when too many wait.
   */
  async pass<T>(work: () => Promise<T>): Promise<T> {
    const { atOnceMax, queueMax, retryAfterMs } = this.options;
    if (this.#running >= atOnceMax) {
      if (this.#waiting.length >= queueMax) throw overloaded(retryAfterMs);
      // Whoever ends hands its place over, so `#running` stays as it is.
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else {
      this.#running++;
    }
    try {
      return await work();
    } finally {
      const next = this.#waiting.shift();
      if (next === undefined) this.#running--;
      else next();
    }
  }
}
