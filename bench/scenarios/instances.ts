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

interface Contender {
  readonly name: string;
  readonly servers: readonly Running[];
  readonly target: RoomTarget;
}

interface Runs {
  readonly name: string;
  readonly target: RoomTarget;
  readonly figures: RoomFigures[];
}

/** Runs one instance and two in turn, at 4 and 64 sends in flight. */
export const instances: Scenario = {
  name: "instances",
  async run(bench) {
    await using redis = await startRedis();
    const contenders = [await startAll(bench, 1, redis), await startAll(bench, 2, redis)];
    const figures: Figure[] = [];
    const comparisons: Comparison[] = [];
    for (const inFlight of inFlights) {
      const runs = await takeTurns(bench, contenders, inFlight);
      figures.push(...runs.map((one) => figureOf(`${one.name}, ${inFlight} in flight`, one)));
      const [alone, both] = runs.map(perCpuSecond);
      comparisons.push({
        name: `room of ${members} on two instances, ${inFlight} in flight / one alone, per core`,
        value: both! / alone!,
        unit: "×",
        atLeast: 0.8,
      });
    }
    for (const { servers } of contenders) for (const server of servers) await server.stop();
    return {
      title: "Two instances through Redis",
      about:
        `One message of 100 bytes goes to all ${members} members, stored in Postgres before it is ` +
        "answered; four of them send. Half of them are on each of two instances, or all on one. " +
        "Compared is what a second of a server's processor delivers: on a machine with few cores the " +
        "instances, Redis, Postgres and the generator share them, and time alone would say nothing.",
      figures,
      comparisons,
    };
  },
};

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

async function takeTurns(
  bench: Bench,
  contenders: readonly Contender[],
  inFlight: number,
): Promise<Runs[]> {
  const runs = contenders.map(({ name, target }): Runs => ({ name, target, figures: [] }));
  for (let turn = 0; turn < bench.runs; turn++) {
    for (const { name, target, figures } of runs) {
      const figure = await runRoom(target, inFlight, bench.seconds);
      figures.push(figure);
      bench.say(`${name}, ${inFlight} in flight: ${Math.round(figure.deliveriesPerSecond)}/s`);
    }
  }
  return runs;
}

function perCpuSecond({ figures }: Runs): number {
  return median(figures.map((run) => run.deliveriesPerSecond / run.serverShare));
}

function figureOf(name: string, runs: Runs): Figure {
  const value = median(runs.figures.map((run) => run.deliveriesPerSecond));
  const percent = (share: number) => `${Math.round(share * 100)} %`;
  const servers = percent(median(runs.figures.map((run) => run.serverShare)));
  const generator = percent(median(runs.figures.map((run) => run.generatorShare)));
  const each = Math.round(perCpuSecond(runs)).toLocaleString("en");
  const note =
    `of a core: servers ${servers}, generator ${generator}; ${each} per second of theirs`;
  return { name, value, unit: "deliveries/s", note };
}
