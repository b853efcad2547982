/** What instances state to one another: a lease for each user, which counts while its instance's own lasts. */
import type { AppParts } from "../domain/app.ts";
import { decodeStated, encodeStated, type Stated } from "../domain/presence_state.ts";

const instancesKey = "presence/instances";
// An instance that has died is known to be dead after this and one beat.
const instanceTtlMs = 15_000;
// Long, so that renewing costs little: what a dead instance stated does not count any more anyway.
const userTtlMs = 600_000;
const batchMax = 500;

/** What a look at the instances has brought. */
export interface Beat {
  /** Have died: when each was last known to live (milliseconds). */
  readonly died: ReadonlyMap<string, number>;
  /** Have come, or come back; or nothing could be learnt of them for too long. */
  readonly changed: readonly string[];
  /** The store has lost what this instance stated. */
  readonly isForgotten: boolean;
}

/** The topic on which it is told what of a user has changed. */
export function presenceTopic(userId: string): string {
  return `presence/${userId}`;
}

function* batchesOf<T>(all: readonly T[]): Generator<T[]> {
  for (let from = 0; from < all.length; from += batchMax) yield all.slice(from, from + batchMax);
}

/** This instance's way to the store. While it is away, nothing throws and the others are unknown. */
export class PresenceLeases {
  readonly instance = crypto.randomUUID();
  /** When each other instance was last known to live, and at the last beat. */
  readonly #alive = new Map<string, number>();
  #before = new Map<string, number>();
  #isHeld = false;
  #forgottenAt = -Infinity;
  #isAway = false;

  constructor(readonly app: Pick<AppParts, "leases" | "clock" | "log">) {}

  /** What the other instances state of each user, also those that do not live; null when the store is away. */
  async read(userIds: readonly string[]): Promise<ReadonlyMap<string, string>[] | null> {
    const found: ReadonlyMap<string, string>[] = [];
    for (const batch of batchesOf(userIds)) {
      const sets = await this.#ask([instancesKey, ...batch.map(presenceTopic)]);
      if (sets === null) return null;
      for (const set of sets.slice(1)) {
        found.push(new Map([...set].filter(([instance]) => instance !== this.instance)));
      }
    }
    return found;
  }

  /** States users' presence; null: they are not here. False when the store is away. */
  async write(states: ReadonlyMap<string, Stated | null>): Promise<boolean> {
    // Without its own lease nothing that an instance states counts.
    if (!this.#isHeld && !await this.holdSelf(instanceTtlMs)) return false;
    for (const batch of batchesOf([...states])) {
      const held = batch.flatMap(([userId, stated]) =>
        stated === null ? [] : [{ ...this.#leaseOf(userId), value: encodeStated(stated) }]
      );
      const gone = batch.filter(([, stated]) => stated === null)
        .map(([userId]) => this.#leaseOf(userId));
      const isDone = await this.#reaches(async () => {
        if (held.length > 0) await this.app.leases.hold(held, userTtlMs);
        if (gone.length > 0) await this.app.leases.drop(gone);
      });
      if (!isDone) return false;
    }
    return true;
  }

  #leaseOf(userId: string) {
    return { key: presenceTopic(userId), member: this.instance };
  }

  /** Says that this instance lives, for so long. */
  async holdSelf(ttlMs: number): Promise<boolean> {
    const lease = { key: instancesKey, member: this.instance, value: "here" };
    const isDone = await this.#reaches(() => this.app.leases.hold([lease], ttlMs));
    this.#isHeld ||= isDone;
    return isDone;
  }

  /** An instance has been heard of. */
  heard(instance: string): void {
    this.#alive.set(instance, this.#now());
  }

  /** Whether another instance lives, as far as is known. */
  isAlive(instance: string): boolean {
    return this.#alive.has(instance);
  }

  /** Says that this instance lives, and looks who else does. */
  async beat(): Promise<Beat> {
    const sets = await this.#ask([instancesKey]);
    if (sets === null) this.#lapse();
    const isForgotten = sets !== null && this.#isHeld && !sets[0]!.has(this.instance);
    await this.holdSelf(instanceTtlMs);
    const before = this.#before;
    this.#before = new Map(this.#alive);
    const gone = [...before].filter(([instance]) => !this.#alive.has(instance));
    const come = [...this.#alive.keys()].filter((instance) => !before.has(instance));
    const isKnown = sets !== null;
    return {
      died: new Map(isKnown ? gone : []),
      changed: isKnown ? come : [...come, ...gone.map(([instance]) => instance)],
      isForgotten,
    };
  }

  async #ask(keys: readonly string[]): Promise<ReadonlyMap<string, string>[] | null> {
    const askedAt = this.#now();
    let sets: ReadonlyMap<string, string>[] | null = null;
    await this.#reaches(async () => {
      sets = await this.app.leases.read(keys);
    });
    if (sets !== null) this.#count(sets[0]!, askedAt);
    return sets;
  }

  #count(living: ReadonlyMap<string, string>, askedAt: number): void {
    for (const instance of living.keys()) {
      if (instance !== this.instance) this.heard(instance);
    }
    if (this.#isHeld && !living.has(this.instance)) this.#forgottenAt = this.#now();
    // A store that has lost our own lease has lost those of the others too: they hold them anew.
    if (this.#now() - this.#forgottenAt <= instanceTtlMs) return this.#lapse();
    for (const [instance, aliveAt] of this.#alive) {
      // Who was heard of since was too new for the answer.
      if (!living.has(instance) && aliveAt < askedAt) this.#alive.delete(instance);
    }
  }

  // Of whom nothing can be known for so long, nothing is said: presence is that of this instance.
  #lapse(): void {
    for (const [instance, aliveAt] of this.#alive) {
      if (this.#now() - aliveAt > instanceTtlMs) this.#alive.delete(instance);
    }
  }

  async #reaches(act: () => Promise<void>): Promise<boolean> {
    try {
      await act();
    } catch (error) {
      if (!this.#isAway) this.app.log.warn("presence store away", { reason: String(error) });
      this.#isAway = true;
      return false;
    }
    if (this.#isAway) this.app.log.info("presence store back");
    this.#isAway = false;
    return true;
  }

  #now(): number {
    return this.app.clock.now().getTime();
  }

  /** What counts of a user's leases: those of living instances, of a form that is known. */
  living(leases: ReadonlyMap<string, string> | undefined): Stated[] {
    return [...leases ?? []].flatMap(([instance, value]) => {
      const stated = this.isAlive(instance) ? decodeStated(value) : null;
      return stated === null ? [] : [stated];
    });
  }
}
