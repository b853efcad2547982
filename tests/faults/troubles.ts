/** What was in trouble when: how long the word of something that took effect may have been on its way. */

interface Trouble {
  readonly target: string;
  readonly from: number;
  /** Infinity while it lasts. */
  to: number;
}

// The contract's own: a second on all instances; the sweep finds within the time of a sweep and of a
// statement that is given up what the word did not reach. A killed instance takes a while to listen.
const wordMs = 1_000;
const sweepMs = 10_000;

/** The faults of a run by the clock. */
export class Troubles {
  readonly #all: Trouble[] = [];

  /** Something is in trouble from now on; call what this gives when that is over. */
  begin(target: string): () => void {
    const trouble: Trouble = { target, from: Date.now(), to: Infinity };
    this.#all.push(trouble);
    return () => trouble.to = Date.now();
  }

  /** Until when these instances need not know what took effect at `at`. */
  allowedUntil(at: number, instances: readonly string[]): number {
    let until = at + wordMs;
    for (const { target, from, to } of this.#all) {
      if (!matters(target, instances)) continue;
      // One that was over a while ago has been seen to.
      if (from <= until && to + sweepMs >= at) until = Math.max(until, to + sweepMs);
    }
    return until;
  }
}

// The links to clients carry no word between instances.
function matters(target: string, instances: readonly string[]): boolean {
  if (target.startsWith("clients")) return false;
  return target === "Redis" || target === "Postgres" ||
    instances.some((name) => target.endsWith(name));
}
