/** Limits and leases in Redis, however it is reached: the same scripts, in batches. */
import { createHash } from "node:crypto";
import type { Lease, LeaseStore, LimitStore } from "../domain/app.ts";
import {
  countScript,
  dropScript,
  forgetScript,
  holdScript,
  readScript,
  type ScriptHost,
} from "./store_scripts.ts";

// Keys of one script: Redis serves nobody else meanwhile.
const keysAtOnce = 100;
// Scripts on their way at once.
const scriptsAtOnce = 50;

// Keys may hold names and phone numbers; and of any length.
function hashed(text: string): string {
  return createHash("sha256").update(text).digest("base64url").slice(0, 22);
}

/** Limits that all instances share; each call rejects while the store is away. */
export class SharedLimits implements LimitStore {
  /** `space` keeps two installations on one Redis apart. */
  constructor(readonly host: ScriptHost, readonly space: string) {}

  /** Counts one; `retryAfterMs` is 0 while at most `max` were counted within `windowMs`. */
  async count(
    key: string,
    { max, windowMs }: { max: number; windowMs: number },
  ): Promise<{ retryAfterMs: number }> {
    const args = [String(max), String(windowMs)];
    return { retryAfterMs: await this.host.run<number>(countScript, [this.#keyOf(key)], args) };
  }

  /** Forgets what was counted under a key. */
  async clear(key: string): Promise<void> {
    await this.host.run(forgetScript, [this.#keyOf(key)], []);
  }

  #keyOf(key: string): string {
    return `${this.space}:limit:${hashed(key)}`;
  }
}

/** Leases that all instances share; each call rejects while the store is away. Sets are small: they are read whole. */
export class SharedLeases implements LeaseStore {
  /** `space` keeps two installations on one Redis apart. */
  constructor(readonly host: ScriptHost, readonly space: string) {}

  /** Holds leases for `ttlMs` from now on; one that is held already gets the new value and end. */
  async hold(leases: readonly Lease[], ttlMs: number): Promise<void> {
    await this.#inBatches(leases, (batch) => {
      const args = batch.flatMap(({ member, value }) => [member, value]);
      return this.host.run(holdScript, this.#keysOf(batch), [String(ttlMs), ...args]);
    });
  }

  /** Ends leases. */
  async drop(leases: readonly Pick<Lease, "key" | "member">[]): Promise<void> {
    await this.#inBatches(leases, (batch) => {
      const members = batch.map(({ member }) => member);
      return this.host.run(dropScript, this.#keysOf(batch), members);
    });
  }

  /** The living leases of each set, in the order asked: value by member. */
  async read(keys: readonly string[]): Promise<ReadonlyMap<string, string>[]> {
    const asked = keys.map((key) => ({ key }));
    const sets = await this.#inBatches(
      asked,
      (batch) => this.host.run<string[][]>(readScript, this.#keysOf(batch), []),
    );
    return sets.flat().map((flat) => {
      const values = new Map<string, string>();
      for (let at = 0; at < flat.length; at += 2) values.set(flat[at]!, flat[at + 1]!);
      return values;
    });
  }

  #keysOf(batch: readonly { key: string }[]): string[] {
    return batch.map(({ key }) => `${this.space}:lease:${key}`);
  }

  // So many at once, then the next: however many there are, Redis has room for others in between.
  async #inBatches<T extends { key: string }, R>(
    all: readonly T[],
    run: (batch: readonly T[]) => Promise<R>,
  ): Promise<R[]> {
    const size = this.host.isCluster ? 1 : keysAtOnce;
    const results: R[] = [];
    for (let from = 0; from < all.length;) {
      const running: Promise<R>[] = [];
      for (; running.length < scriptsAtOnce && from < all.length; from += size) {
        running.push(run(all.slice(from, from + size)));
      }
      results.push(...await Promise.all(running));
    }
    return results;
  }
}
