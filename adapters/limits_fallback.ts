/** Limits while the shared store is away: each instance counts for itself. */
import type { LimitStore } from "../domain/app.ts";

/** Shared limits, or this instance's own while those are away. */
export class LimitsWithFallback implements LimitStore {
  constructor(readonly shared: LimitStore, readonly own: LimitStore) {}

  /** Counts one; `retryAfterMs` is 0 while at most `max` were counted within `windowMs`. */
  async count(key: string, limit: { max: number; windowMs: number }) {
    return await this.shared.count(key, limit).catch(() => this.own.count(key, limit));
  }

  /** Forgets what was counted under a key. */
  async clear(key: string): Promise<void> {
    await Promise.all([this.own.clear(key), this.shared.clear(key).catch(() => {})]);
  }
}
