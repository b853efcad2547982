/** Leases in memory: what one instance holds, or several that live in one process. */
import type { Clock, Lease, LeaseStore } from "../domain/app.ts";

interface Held {
  readonly value: string;
  readonly endsAt: number;
}

const setsMax = 1_000_000;
// Sets that are looked at with each lease that is held: more than one, so that the hand comes round
// although sets are added meanwhile.
const looksEach = 2;

function isLiving({ endsAt }: Held, now: number): boolean {
  return endsAt > now;
}

/**
 * Leases by key and member. Ended ones are never read, and are cleared away by a hand that goes round
 * with what is held. Holds at most 1,000,000 sets: then those that the hand reaches are forgotten.
 */
export class LeasesInMemory implements LeaseStore {
  readonly #sets = new Map<string, Map<string, Held>>();

  constructor(readonly clock: Clock) {}

  /** How many sets there are, ended ones that were not cleared away yet among them. */
  get size(): number {
    return this.#sets.size;
  }

  /** Holds leases for `ttlMs` from now on; one that is held already gets the new value and end. */
  hold(leases: readonly Lease[], ttlMs: number): Promise<void> {
    const now = this.clock.now().getTime();
    for (const { key, member, value } of leases) {
      let set = this.#sets.get(key);
      if (set === undefined) this.#sets.set(key, set = new Map());
      set.set(member, { value, endsAt: now + ttlMs });
      this.#clear(now);
    }
    return Promise.resolve();
  }

  /** Ends leases. */
  drop(leases: readonly Pick<Lease, "key" | "member">[]): Promise<void> {
    for (const { key, member } of leases) {
      const set = this.#sets.get(key);
      set?.delete(member);
      if (set?.size === 0) this.#sets.delete(key);
    }
    return Promise.resolve();
  }

  /** The living leases of each set, in the order asked: value by member. */
  read(keys: readonly string[]): Promise<ReadonlyMap<string, string>[]> {
    const now = this.clock.now().getTime();
    return Promise.resolve(keys.map((key) => {
      const living = [...this.#sets.get(key) ?? []].filter(([, held]) => isLiving(held, now));
      return new Map(living.map(([member, { value }]) => [member, value]));
    }));
  }

  #clear(now: number): void {
    let looks = 0;
    for (const [key, set] of this.#sets) {
      if (looks++ === looksEach) return;
      this.#sets.delete(key);
      for (const [member, held] of set) if (!isLiving(held, now)) set.delete(member);
      if (set.size > 0 && this.#sets.size < setsMax) this.#sets.set(key, set);
    }
  }
}
