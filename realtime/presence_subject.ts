/** Somebody who is watched here: what the other instances state of them, and what each watcher was told. */
import { decodeStated, type Stated } from "../domain/presence_state.ts";
import type { Sight } from "../domain/sights.ts";
import type { Connection } from "./connection.ts";

/** What one connection may see, and was told last; null: not yet. */
export interface Watch {
  sight: Sight | null;
  told: string | null;
}

interface Member {
  readonly lease: string;
  readonly stated: Stated;
  /** It was not in the store when we looked: the store may have lost it, so it is looked for once more. */
  isDoubted: boolean;
}

/** A watched user. */
export class Subject {
  readonly watches = new Map<Connection, Watch>();
  readonly #members = new Map<string, Member>();
  /** How often another instance has told something of them. */
  news = 0;
  /** The store has been asked. */
  isKnown = false;

  constructor(readonly userId: string) {}

  /** The instances that state something, and what. */
  get members(): Iterable<[instance: string, member: { readonly stated: Stated }]> {
    return this.#members;
  }

  /** Whether an instance states something. */
  isOn(instance: string): boolean {
    return this.#members.has(instance);
  }

  /** Another instance has told what it states now; null: nothing more. */
  hear(instance: string, lease: string | null): void {
    this.news++;
    if (lease === null) this.#members.delete(instance);
    else this.#state(instance, lease);
  }

  #state(instance: string, lease: string): void {
    const stated = decodeStated(lease);
    if (stated === null) this.#members.delete(instance);
    else this.#members.set(instance, { lease, stated, isDoubted: false });
  }

  /** Compares with what is in the store; whether anything is new. */
  compare(leases: ReadonlyMap<string, string>): boolean {
    this.isKnown = true;
    let isNew = false;
    for (const [instance, lease] of leases) {
      const known = this.#members.get(instance);
      if (known?.lease !== lease) isNew = true;
      this.#state(instance, lease);
    }
    for (const [instance, member] of this.#members) {
      if (leases.has(instance)) continue;
      if (member.isDoubted) isNew = this.#members.delete(instance);
      else member.isDoubted = true;
    }
    return isNew;
  }
}
