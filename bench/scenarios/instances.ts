/** A room of 500 split in halves between two instances through Redis, beside one instance alone. */
import { type RedisService, startRedis } from "../../tools/services.ts";
import { Api } from "../api.ts";
import type { Bench, Scenario } from "../bench.ts";
import { patter } from "../dialects.ts";
import { type Running, startPatter } from "../processes.ts";
import type { Comparison, Figure } from "../report.ts";
import { type RoomFigures, type RoomTarget, runRoom } from "../room_load.ts";
import { median } from "../statistics.ts";
import { addressOf, createGroup, registerPeople } from "../world.ts";

const members = 500;
const inFlights = [4, 64] as const;
// An instance that has just started compiles what it runs, and two do that twice.
const warmUpSeconds = 4;

interface Contender {
  readonly name: string;
  readonly servers: readonly Running[];
  readonly target: RoomTarget;
}

/** A contender, and how many sends it is given on each instance. */
interface Load {
  readonly name: string;
  readonly target: RoomTarget;
  readonly inFlightEach: number;
  readonly figures: RoomFigures[];
}

/** Runs one instance and two in turn, at 4 and 64 sends in flight. */
export const instances: Scenario = {
  name: "instances",
  async run(bench) {
    await using redis = await startRedis();
    const contenders = [await startAll(bench, 1, redis), await startAll(bench, 2, redis)];
    for (const { target } of contenders) {
      await runRoom(target, Math.max(...inFlights), warmUpSeconds);
    }
    const figures: Figure[] = [];
    const comparisons: Comparison[] = [];
    for (const inFlight of inFlights) {
      const loads = loadsOf(contenders, inFlight);
      await takeTurns(bench, loads);
      figures.push(...loads.map(figureOf));
      const [alone, both] = loads.map(perCpuSecond);
      comparisons.push({
        name:
          `room of ${members} on two instances, ${inFlight} in flight on each / one alone, per core`,
        value: both! / alone!,
        unit: "×",
        atLeast: 0.8,
      });
    }
    for (const { servers } of contenders) for (const server of servers) await server.stop();
    return { title: "Two instances through Redis", about, figures, comparisons };
  },
};

const about =
  `One message of 100 bytes goes to all ${members} members, stored in Postgres before it is ` +
  "answered. Half of them are on each of two instances, or all on one; four on each instance send. " +
  "Compared is what a second of a server's processor delivers: on a machine with few cores the " +
  "instances, Redis, Postgres and the generator share them, and time alone would say nothing. Each " +
  "of two instances is given as many sends in flight as the one alone: a send of its own makes as " +
  "many deliveries there too, half of them on the other, which gives as many back. With as many in " +
  "flight on both together, which is shown as well, each has half as many senders whose messages " +
  "could share a frame, and would be compared with an instance that is twice as busy.";

function loadsOf([alone, both]: readonly Contender[], inFlight: number): Load[] {
  const load = ({ name, target }: Contender, how: string, inFlightEach: number): Load => (
    { name: `${name}, ${inFlight} in flight${how}`, target, inFlightEach, figures: [] }
  );
  return [
    load(alone!, "", inFlight),
    load(both!, " on each", inFlight),
    load(both!, " together", inFlight / 2),
  ];
}

async function startAll(bench: Bench, count: number, redis: RedisService): Promise<Contender> {
  const databaseUrl = await bench.createDatabase();
  const env = { REDIS_URL: redis.url, BUS_SECRET: crypto.randomUUID() };
  const servers: Running[] = [];
  while (servers.length < count) {
    const dataDir = await bench.createFolder();
    servers.push(await startPatter({ dataDir, databaseUrl, env: count === 1 ? {} : env }));
  }
  const api = new Api(servers[0]!.port);
  bench.say(`registering ${members} members`);
  const people = await registerPeople(api, members);
  const conversationId = await createGroup(api, "Room", people);
  const addresses = people.map((person, at) => addressOf(servers[at % count]!.port, person));
  const serverPids = servers.map(({ pid }) => pid);
  const name = count === 1 ? "one instance" : "two instances";
  return { name, servers, target: { dialect: patter, addresses, conversationId, serverPids } };
}

async function takeTurns(bench: Bench, loads: readonly Load[]): Promise<void> {
  for (let turn = 0; turn < bench.runs; turn++) {
    for (const { name, target, inFlightEach, figures } of loads) {
      const figure = await runRoom(target, inFlightEach, bench.seconds);
      figures.push(figure);
      bench.say(
        `${name}: ${Math.round(figure.deliveriesPerSecond)}/s, ` +
          `${Math.round(figure.deliveriesPerSecond / figure.serverShare)} per second of servers`,
      );
    }
  }
}

function over({ figures }: Load, pick: (run: RoomFigures) => number): number {
  return median(figures.map(pick));
}

function perCpuSecond(load: Load): number {
  return over(load, (run) => run.deliveriesPerSecond / run.serverShare);
}

function figureOf(load: Load): Figure {
  const percent = (share: number) => `${Math.round(share * 100)} %`;
  const servers = percent(over(load, (run) => run.serverShare));
  const generator = percent(over(load, (run) => run.generatorShare));
  const each = Math.round(perCpuSecond(load)).toLocaleString("en");
  const perFrame = over(load, (run) => run.messagesPerFrame).toFixed(1);
  return {
    name: load.name,
    value: over(load, (run) => run.deliveriesPerSecond),
    unit: "deliveries/s",
    note: `of a core: servers ${servers}, generator ${generator}; ${each} per second of theirs; ` +
      `${perFrame} messages to a frame`,
  };
}
