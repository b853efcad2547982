/** Counts in memory: the limits of one instance. */
import type { Clock, LimitStore } from "../domain/app.ts";

interface Window {
  count: number;
  readonly endsAt: number;
}

const keysMax = 100_000;

/** Fixed windows by key. Holds at most 100,000 keys: then the oldest are forgotten. */
export class LimitsInMemory implements LimitStore {
  readonly #windows = new Map<string, Window>();

  constructor(readonly clock: Clock) {}

  /** Counts one; `retryAfterMs` is 0 while at most `max` were counted within `windowMs`. */
  count(key: string, limit: { max: number; windowMs: number }): Promise<{ retryAfterMs: number }> {
    const now = this.clock.now().getTime();
    let window = this.#windows.get(key);
    if (window === undefined || window.endsAt <= now) {
      window = { count: 0, endsAt: now + limit.windowMs };
      this.#windows.delete(key);
      this.#windows.set(key, window);
      this.#makeRoom(now);
    }
    window.count++;
    return Promise.resolve({ retryAfterMs: window.count > limit.max ? window.endsAt - now : 0 });
  }

  /** Forgets what was counted under a key. */
  clear(key: string): Promise<void> {
    this.#windows.delete(key);
    return Promise.resolve();
  }

  // Windows lie in the order they began, so those that have ended are found at the front.
  #makeRoom(now: number): void {
    for (const [key, window] of this.#windows) {
      if (window.endsAt > now && this.#windows.size <= keysMax) return;
      this.#windows.delete(key);
    }
  }
}
