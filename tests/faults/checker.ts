/** One run: a cluster under load and faults from a seed, the cure, and everything held to the contract. */
import { until } from "../support/waiting.ts";
import { outcomeOf } from "./asking.ts";
import { Cluster } from "./cluster.ts";
import type { Device } from "./device.ts";
import { Endings } from "./endings.ts";
import { History } from "./history.ts";
import { Ledger } from "./ledger.ts";
import { Load } from "./load.ts";
import { type Cast, castOf } from "./people.ts";
import { befall, type Fault, scheduleOf } from "./schedule.ts";
import { Troubles } from "./troubles.ts";
import { readPasts } from "./truth.ts";
import { verifyBlocks, verifyCounters, verifyInvariants, verifySends } from "./verify_database.ts";
import { DeviceCheck } from "./verify_devices.ts";
import { verifyShown, verifyTold } from "./verify_streams.ts";
import { Wholeness } from "./wholeness.ts";

/** What to run. */
export interface RunOptions {
  readonly seed: number;
  readonly seconds: number;
  readonly instances?: number;
  readonly peopleCount?: number;
  /** A planted bug, by its name. */
  readonly bug?: string;
  /** Only faults of these kinds. */
  readonly kinds?: readonly string[];
  /** Gets each line of the history as it comes. */
  readonly print?: (line: string) => void;
}

/** What came of a run. */
export interface RunReport {
  readonly history: History;
  /** What was done and how long it took to be whole, in a line. */
  readonly summary: string;
}

/** Carries one run out; it ends early at the first breach. */
export async function check(options: RunOptions): Promise<RunReport> {
  const { seed, instances = 3, bug, peopleCount = 12, print } = options;
  const history = new History(print);
  await using cluster = await Cluster.start({ seed, instances, bug });
  const troubles = new Troubles();
  const endings = new Endings(history, troubles);
  const promote = async (userId: string) => {
    await cluster.truth.sql`update users set role = 'admin' where id = ${userId}`;
  };
  const who = { seed, instances: cluster.instances, history, peopleCount, endings, promote };
  const cast = await castOf(who);
  const devices = cast.people.flatMap((person) => person.devices);
  const living = [...devices, cast.porter].map((one) => one.run());
  try {
    const run = new Run({ options, history, cluster, cast, troubles, endings });
    return { history, summary: await run.carryOut() };
  } finally {
    for (const one of [...devices, cast.porter]) one.stop();
    await Promise.all(living);
  }
}

/** The contract's own. */
const wholeWithinMs = 10_000;

interface Stage {
  readonly options: RunOptions;
  readonly history: History;
  readonly cluster: Cluster;
  readonly cast: Cast;
  readonly troubles: Troubles;
  readonly endings: Endings;
}

/** A run on a stage that is set. */
class Run {
  readonly ledger: Ledger;
  readonly load: Load;
  readonly faults: readonly Fault[];

  constructor(readonly stage: Stage) {
    const { options: { seed, seconds, instances = 3, kinds }, cast, history } = stage;
    this.ledger = new Ledger(history);
    this.load = new Load(cast, this.ledger, history);
    this.faults = scheduleOf({ seed, seconds, instances, kinds });
  }

  get #isBroken(): boolean {
    return this.stage.history.breaches.length > 0;
  }

  /** Load and faults, the cure, and the reckoning; gives the whole in a line. */
  async carryOut(): Promise<string> {
    const { options, history, cluster, cast, troubles, endings } = this.stage;
    history.tell(`load on ${options.instances ?? 3} instances begins`);
    this.load.start();
    await Promise.all([
      befall(cluster, this.faults, { history, troubles, isOver: () => this.#isBroken }),
      pause(options.seconds * 1_000, history.broken),
    ]);
    const stopped = this.load.stop();
    for (const one of cluster.instances) {
      await one.listens().catch((error) =>
        history.breaks("healthy", `${one.name}: ${error}; its last words: ${one.lastWords}`)
      );
    }
    history.tell("the load has ended and all is cured");
    const curedAt = performance.now();
    const whole = new Wholeness(cast, cluster.truth, endings);
    const isLate = () => performance.now() - curedAt > wholeWithinMs || this.#isBroken;
    const settled = stopped.then(() => this.load.settle(isLate));
    const lacking = await whole.within(isLate, settled, () => this.ledger.unanswered);
    const tookMs = Math.round(performance.now() - curedAt);
    if (lacking.length > 0 && !this.#isBroken) {
      const names = lacking.map((what) => what.split(" ")[0]!);
      history.breaks("whole", `After ${tookMs} ms: ${lacking.slice(0, 5).join("; ")}`, names);
    }
    await settled;
    if (!this.#isBroken) history.tell(`all are whole, ${tookMs} ms after the cure`);
    if (!this.#isBroken) await this.#reckon();
    return this.#summary(tookMs);
  }

  async #reckon(): Promise<void> {
    const { history, cluster, cast } = this.stage;
    for (const device of cast.people.flatMap(({ devices }) => devices)) await lookAgain(device);
    const pasts = await readPasts(cluster.truth);
    for (const past of pasts.values()) verifyCounters(past, history);
    verifySends(pasts, this.ledger, history);
    verifyBlocks(pasts, this.ledger, history);
    verifyTold(pasts, cast.told, history);
    verifyShown(pasts, this.ledger, history);
    for (const person of cast.people) await new DeviceCheck(pasts, history, person).run();
    await verifyInvariants(cluster.postgres.url, history);
    for (const fault of cluster.faults) history.breaks("healthy", fault);
  }

  #summary(tookMs: number): string {
    const { cast: { told }, endings } = this.stage;
    const { sends, attempts, shown } = this.ledger;
    const acknowledged = sends.filter(({ seq }) => seq !== null).length;
    return `${acknowledged} messages acknowledged in ${attempts} attempts, ${shown.length} other ` +
      `acts answered, ${endings.count} sessions ended, ${told.length} changes told live, ${this.faults.length} faults, ` +
      `whole ${(tookMs / 1_000).toFixed(1)} s after the last cure`;
  }
}

async function lookAgain(device: Device): Promise<void> {
  await until("a device lists once more", async () => {
    const outcome = await outcomeOf(device.look());
    return outcome.is === "answered";
  });
}

async function pause(ms: number, orUntil: Promise<void>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const time = new Promise<void>((resolve) => timer = setTimeout(resolve, ms));
  await Promise.race([time, orUntil]);
  clearTimeout(timer);
}
