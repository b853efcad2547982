/** Races: two acts that conflict, begun at the same moment on two instances, round after round. */
import { strict as assert } from "node:assert";
import { type Database, openDatabase, rowsOf } from "../../db/client.ts";
import { sql } from "drizzle-orm";
import type { App } from "../../domain/app.ts";
import { failureOf } from "../../errors.ts";
import { memoryBus } from "../../realtime/bus_memory.ts";
import { databaseKind } from "../support/database.ts";
import { assertInvariants } from "../support/invariants.ts";
import { seeded } from "../support/random.ts";
import { type Instance, openWorld, type Person, type World } from "../support/world.ts";

/**
 * How often a pair of acts is run. The embedded database takes one statement at a time and lets a
 * transaction wait for the whole of another: there the rounds show the outcomes, not a race.
 */
export const roundsMax = databaseKind === "postgres" ? 200 : 20;

/** For pairs that are variations of others. */
export const roundsFew = databaseKind === "postgres" ? 24 : 6;

/** Rounds before these that are no races: each order on each side, so that every outcome is seen. */
export const roundsInOrder = 4;

const lanesMax = 8;
const aheadMsMax = 4;
const poolMax = 8;
const seed = 7;

/** The people of one lane: they are in one round at a time, so they serve for all. */
export interface Lane {
  readonly ana: Person;
  readonly bo: Person;
  readonly cy: Person;
  readonly dee: Person;
}

/** One of the two acts: what it led to, in a word. A failure is told by its code. */
export type Act<S> = (app: App, scene: S) => Promise<string>;

/** Two acts, what they are about in a round, and all that may come of them. */
export interface Race<S> {
  /** Makes what a round is about: something that no other round touches. */
  prepare(round: { readonly number: number; readonly lane: Lane }): Promise<S>;
  readonly acts: readonly [Act<S>, Act<S>];
  /** What the rows say afterwards. */
  after(scene: S): Promise<string>;
  /** As in `joined / gone: ana owner, cy member`. Each of them happens, and nothing else does. */
  readonly outcomes: readonly string[];
  /** How often it is run, `roundsMax` when absent. */
  readonly rounds?: number;
}

interface Round {
  readonly number: number;
  /** Which instance the first act is on. */
  readonly side: 0 | 1;
  /** By how much the first act is ahead of the other; less than 0: the other of it. */
  readonly aheadMs: number;
  /** Not: the later one begins once the earlier one has ended. */
  readonly isRace: boolean;
}

function drawRounds(races: number): Round[] {
  const random = seeded(seed);
  return Array.from({ length: roundsInOrder + races }, (_, number): Round => {
    const isRace = number >= roundsInOrder;
    const ahead = isRace ? random() * 2 - 1 : number < roundsInOrder / 2 ? 1 : -1;
    const aheadMs = Math.round(ahead * aheadMsMax);
    return { number, side: number % 2 === 0 ? 0 : 1, aheadMs, isRace };
  });
}

async function outcomeOf<S>(act: Act<S>, app: App, scene: S): Promise<string> {
  try {
    return await act(app, scene);
  } catch (error) {
    const { code } = failureOf(error);
    // No outcome of any race: told in full.
    return code === "internal" ? `${code} (${String((error as Error).cause ?? error)})` : code;
  }
}

function elapse(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Runs both; gives their outcomes in the order of the acts. */
async function begin(
  { aheadMs, isRace }: Round,
  acts: readonly [() => Promise<string>, () => Promise<string>],
): Promise<string[]> {
  const [earlier, later] = aheadMs > 0 ? acts : [acts[1], acts[0]];
  const first = earlier();
  if (!isRace) await first;
  else if (aheadMs !== 0) await elapse(Math.abs(aheadMs));
  const both = await Promise.all([first, later()]);
  return aheadMs > 0 ? both : both.reverse();
}

/** Waits for all, also when one fails: what a lane has begun must not go on in the next test. */
async function allEnd(lanes: readonly Promise<void>[]): Promise<void> {
  await Promise.allSettled(lanes);
  await Promise.all(lanes);
}

/** Two instances on one database, with connections of their own to it, and people in lanes. */
export class Races {
  private constructor(
    readonly world: World,
    readonly instances: readonly [Instance, Instance],
    readonly lanes: readonly Lane[],
  ) {}

  /** Opens them for a test file; settings by their environment names. */
  static async open(settings: Record<string, string> = {}): Promise<Races> {
    const world = await openWorld();
    const bus = memoryBus();
    const database = await secondDatabase(world);
    const one = await world.instance(settings, { bus });
    const other = await world.instance(settings, { bus, database });
    const lanes: Lane[] = [];
    for (let place = 0; place < lanesMax; place++) {
      lanes.push({
        ana: await one.person("ana"),
        bo: await other.person("bo"),
        cy: await one.person("cy"),
        dee: await other.person("dee"),
      });
    }
    return new Races(world, [one, other], lanes);
  }

  /** The domain of the first instance: for what is no race. */
  get app(): App {
    return this.instances[0].patter.app;
  }

  /** Runs a race's rounds, several at a time; then all invariants hold in the whole database. */
  async run<S>(race: Race<S>): Promise<void> {
    const rounds = drawRounds(race.rounds ?? roundsMax);
    const seen = new Set<string>();
    await allEnd(this.lanes.map(async (lane) => {
      for (let round = rounds.shift(); round !== undefined; round = rounds.shift()) {
        const outcome = await this.#play(race, round, lane);
        assert.ok(race.outcomes.includes(outcome), `Round ${round.number} ended in "${outcome}"`);
        seen.add(outcome);
      }
    }));
    assert.deepEqual([...seen].sort(), [...race.outcomes].sort());
    await assertInvariants(this.world.database.orm);
    assert.equal(await this.#deadlocks(), 0, "The database had to break a deadlock");
  }

  async #play<S>(race: Race<S>, round: Round, lane: Lane): Promise<string> {
    const scene = await race.prepare({ number: round.number, lane });
    const [one, other] = race.acts;
    const [here, there] = [this.instances[round.side], this.instances[1 - round.side]!];
    const words = await begin(round, [
      () => outcomeOf(one, here.patter.app, scene),
      () => outcomeOf(other, there.patter.app, scene),
    ]);
    return `${words.join(" / ")}: ${await race.after(scene)}`;
  }

  /** Transactions that the database chose as a deadlock's victim are tried again and so not seen. */
  async #deadlocks(): Promise<number> {
    const [row] = await rowsOf<{ deadlocks: string }>(
      this.world.database.orm,
      sql`select deadlocks::text from pg_stat_database where datname = current_database()`,
    );
    return Number(row?.deadlocks ?? 0);
  }
}

/** Where it can be had: two instances that share a pool would wait for each other's connections. */
async function secondDatabase({ databases }: World): Promise<Database> {
  const { databaseUrl } = databases.config;
  if (databaseUrl === null) return databases.database;
  const database = await openDatabase({ databaseUrl, poolMax });
  Deno.test.afterAll(() => database.close());
  return database;
}
