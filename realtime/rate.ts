/** A token bucket: so many requests a second, with bursts. */

/** Refilled as time passes, without a timer. */
export class TokenBucket {
  #tokens: number;
  #at: number;

  constructor(readonly perSecond: number, readonly burst: number, now: number) {
    this.#tokens = burst;
    this.#at = now;
  }

  /** Takes one; gives 0, or how many milliseconds to wait for the next. */
  take(now: number): number {
    const refill = Math.max(0, now - this.#at) * this.perSecond / 1_000;
    this.#tokens = Math.min(this.burst, this.#tokens + refill);
    this.#at = now;
    if (this.#tokens < 1) return (1 - this.#tokens) * 1_000 / this.perSecond;
    this.#tokens -= 1;
    return 0;
  }
}
