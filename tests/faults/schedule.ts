/** When which fault befalls what: drawn from the seed, so that a seed is a whole run of faults. */
import { seeded } from "../support/random.ts";
import type { Cluster } from "./cluster.ts";
import { faultKinds } from "./faults.ts";
import type { History } from "./history.ts";
import type { Troubles } from "./troubles.ts";

/** One fault of a run. */
export interface Fault {
  readonly kind: string;
  /** Which instance, counted from 1. */
  readonly number: number;
  readonly atMs: number;
  readonly forMs: number;
}

/** What a schedule is drawn from. */
export interface ScheduleOptions {
  readonly seed: number;
  readonly seconds: number;
  readonly instances: number;
  /** Only faults of these kinds, also none; all when absent. */
  readonly kinds?: readonly string[] | undefined;
}

const calmMs = 1_000;
const gapMaxMs = 2_400;
// What is befallen again at once would have had no time to be whole in between.
const restMs = 500;

/** Faults in the order of their beginnings; all are over when the time is. */
export function scheduleOf(options: ScheduleOptions): Fault[] {
  const { seed, seconds, instances, kinds = Object.keys(faultKinds) } = options;
  const random = seeded(seed);
  const busyUntil = new Map<string, number>();
  const faults: Fault[] = [];
  if (kinds.length === 0) return faults;
  for (let atMs = calmMs; atMs < seconds * 1_000; atMs += Math.ceil(random() * gapMaxMs)) {
    const kind = draw(kinds, random());
    const number = 1 + Math.floor(random() * instances);
    const { target, forMs: [min, max] } = faultKinds[kind]!;
    const forMs = Math.round(min + (max - min) * random());
    const where = target(number);
    const endsAt = atMs + forMs;
    if ((busyUntil.get(where) ?? 0) > atMs || endsAt > seconds * 1_000) continue;
    busyUntil.set(where, endsAt + restMs);
    faults.push({ kind, number, atMs, forMs });
  }
  return faults;
}

function draw(kinds: readonly string[], random: number): string {
  const total = kinds.reduce((sum, kind) => sum + faultKinds[kind]!.weight, 0);
  let point = random * total;
  return kinds.find((kind) => (point -= faultKinds[kind]!.weight) < 0) ?? kinds[0]!;
}

/** A fault as it is shown. */
export function described({ kind, number, forMs }: Fault): string {
  const target = faultKinds[kind]!.target(number);
  const what = kind.includes(target) ? kind : `${kind}: ${target}`;
  return forMs === 0 ? what : `${what}, for ${(forMs / 1_000).toFixed(1)} s`;
}

/** Carries a schedule out; resolves when all is cured. */
export async function befall(
  cluster: Cluster,
  faults: readonly Fault[],
  { history, troubles, isOver }: { history: History; troubles: Troubles; isOver: () => boolean },
): Promise<void> {
  const beganAt = performance.now();
  const until = async (atMs: number) => {
    while (!isOver() && performance.now() - beganAt < atMs) await pause(20);
  };
  // A cure may take its time: what befalls the same next waits for it.
  const cured = new Map<string, Promise<void>>();
  for (const fault of faults) {
    const { target, begin } = faultKinds[fault.kind]!;
    const where = target(fault.number);
    const before = cured.get(where);
    const suffer = async () => {
      await until(fault.atMs);
      await before;
      if (isOver()) return;
      history.tell(described(fault));
      const isCured = troubles.begin(where);
      const cure = await begin(cluster, fault.number);
      await until(fault.atMs + fault.forMs);
      await cure();
      isCured();
      history.tell(`cured: ${described({ ...fault, forMs: 0 })}`);
    };
    cured.set(where, suffer());
  }
  await Promise.all(cured.values());
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
