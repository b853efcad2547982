/** A room of 500: deliveries a second, beside Socket.IO in memory and a bare Deno loop. */
import { Api } from "../api.ts";
import type { Bench, Scenario } from "../bench.ts";
import { bare, type Dialect, socketIo } from "../dialects.ts";
import { patter } from "../dialects.ts";
import { type Running, startPatter, startPeer } from "../processes.ts";
import type { Comparison, Figure } from "../report.ts";
import { type RoomFigures, type RoomTarget, runRoom } from "../room_load.ts";
import { median } from "../statistics.ts";
import { addressOf, createGroup, registerPeople } from "../world.ts";

const members = 500;
const inFlights = [1, 4, 64] as const;

interface Contender {
  readonly name: string;
  readonly server: Running;
  readonly target: RoomTarget;
}

/** Runs Patter, Socket.IO and the bare loop in turn, at 1, 4 and 64 sends in flight. */
export const room: Scenario = {
  name: "room",
  async run(bench) {
    const contenders = await startContenders(bench);
    const figures: Figure[] = [];
    const comparisons: Comparison[] = [];
    for (const inFlight of inFlights) {
      const runs = await takeTurns(bench, contenders, inFlight);
      figures.push(
        ...runs.map(({ name, figures }) => figureOf(`${name}, ${inFlight} in flight`, figures)),
      );
      comparisons.push(...compare(inFlight, runs.map(({ figures }) => rate(figures))));
    }
    for (const { server } of contenders) await server.stop();
    return {
      title: `Room of ${members}`,
      about:
        `One message of 100 bytes goes to all ${members} members, each on a connection of its ` +
        "own; at most four of them send. Patter stores every message in Postgres before it answers " +
        "and delivers; Socket.IO (Node) and the bare loop (Deno) store nothing. The three take turns. " +
        "Every delivery is checked before it is counted.",
      figures,
      comparisons,
    };
  },
};

async function startContenders(bench: Bench): Promise<Contender[]> {
  const dataDir = await bench.createFolder();
  const server = await startPatter({ dataDir, databaseUrl: await bench.createDatabase() });
  const api = new Api(server.port);
  bench.say(`registering ${members} members`);
  const people = await registerPeople(api, members);
  const conversationId = await createGroup(api, "Room", people);
  const addresses = people.map((person) => addressOf(server.port, person));
  const target = { dialect: patter, addresses, conversationId, serverPids: [server.pid] };
  return [
    { name: "Patter", server, target },
    await startPlain("Socket.IO", "bench/peers/socketio.mjs", socketIo),
    await startPlain("bare loop", "bench/peers/broadcast.ts", bare),
  ];
}

async function startPlain(name: string, script: string, dialect: Dialect): Promise<Contender> {
  const server = await startPeer(script);
  const address = { port: server.port, path: dialect.path, headers: [] };
  const addresses = Array(members).fill(address);
  const conversationId = crypto.randomUUID();
  return { name, server, target: { dialect, addresses, conversationId, serverPids: [server.pid] } };
}

async function takeTurns(bench: Bench, contenders: readonly Contender[], inFlight: number) {
  const runs = contenders.map(({ name, target }) => ({
    name,
    target,
    figures: [] as RoomFigures[],
  }));
  for (let turn = 0; turn < bench.runs; turn++) {
    for (const { name, target, figures } of runs) {
      const figure = await runRoom(target, inFlight, bench.seconds);
      figures.push(figure);
      bench.say(`${name}, ${inFlight} in flight: ${Math.round(figure.deliveriesPerSecond)}/s`);
    }
  }
  return runs;
}

function rate(runs: readonly RoomFigures[]): number {
  return median(runs.map((run) => run.deliveriesPerSecond));
}

function figureOf(name: string, runs: readonly RoomFigures[]): Figure {
  const percent = (share: number) => `${Math.round(share * 100)} %`;
  const server = percent(median(runs.map((run) => run.serverShare)));
  const generator = percent(median(runs.map((run) => run.generatorShare)));
  const note = `of a core: server ${server}, generator ${generator}`;
  return { name, value: rate(runs), unit: "deliveries/s", note };
}

function compare(inFlight: number, [patter, socketIo, bare]: number[]): Comparison[] {
  if (patter === undefined || socketIo === undefined || bare === undefined) return [];
  const name = `room of ${members}, ${inFlight} in flight`;
  if (inFlight === 1) {
    return [{ name: `${name} / bare loop`, value: patter / bare, unit: "×", atLeast: 0.75 }];
  }
  const atLeast = inFlight === 4 ? 3 : 10;
  return [{ name: `${name} / Socket.IO`, value: patter / socketIo, unit: "×", atLeast }];
}
