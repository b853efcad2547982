/** What presence costs while ten thousand users lose their connections and come back, and few watch. */
import { Api, type Person } from "../api.ts";
import type { Bench, Scenario } from "../bench.ts";
import { patter } from "../dialects.ts";
import { encodeFrame } from "../frames.ts";
import { cpuSeconds } from "../machine.ts";
import { startPatter } from "../processes.ts";
import { type Address, greet, openSockets, type RawSocket } from "../socket.ts";
import { median } from "../statistics.ts";
import { addressOf, createGroup, registerPeople } from "../world.ts";

const flapping = 10_000;
const watchers = 10;
const watched = 100;
const atOnce = 500;
const settleMs = 3_000;

/** Settings of the three servers that take turns. */
const kinds = {
  "presence off": { PRESENCE: "off" },
  "presence on": { PRESENCE: "on" },
  "presence on, without a grace": { PRESENCE: "on", PRESENCE_GRACE_MS: "0" },
} as const;
type Kind = keyof typeof kinds;

/** What one round on a server took and sent. */
interface Round {
  readonly cpuMs: number;
  readonly words: number;
}

/** Has all of them lose and renew their connections, on servers with and without presence in turn. */
export const presence: Scenario = {
  name: "presence",
  async run(bench) {
    const launch = {
      dataDir: await bench.createFolder(),
      databaseUrl: await bench.createDatabase(),
    };
    const people = await populate(bench, launch);
    const rounds: Record<Kind, Round[]> = {
      "presence off": [],
      "presence on": [],
      "presence on, without a grace": [],
    };
    for (let run = 0; run < bench.runs; run++) {
      for (const kind of Object.keys(kinds) as Kind[]) {
        const round = await flap({ ...launch, env: kinds[kind] }, people);
        rounds[kind].push(round);
        bench.say(`${kind}: ${round.cpuMs.toFixed(3)} ms each, ${round.words} words`);
      }
    }
    return report(rounds);
  },
};

function report(rounds: Record<Kind, readonly Round[]>) {
  const cpuOf = (kind: Kind) => median(rounds[kind].map(({ cpuMs }) => cpuMs));
  const wordsOf = (kind: Kind) => median(rounds[kind].map(({ words }) => words));
  const ratio = (kind: Kind) => cpuOf(kind) / cpuOf("presence off");
  return {
    title: `Presence of ${flapping} users who come and go`,
    about: `${flapping} users have a connection each, lose it and are back, ${atOnce} at a time; ` +
      `${watchers} others watch ${watched} of them. Processor time of the server for each loss and ` +
      "return, upgrade and all; words are `presence` notifications to all who watch. Without a " +
      "grace each loss is told, and each return.",
    figures: (Object.keys(kinds) as Kind[]).map((kind) => ({
      name: kind,
      value: cpuOf(kind),
      unit: "ms of processor",
      note: `${wordsOf(kind)} words`,
    })),
    comparisons: [
      {
        name: "losing a connection and coming back, presence on / off",
        value: ratio("presence on"),
        unit: "×",
        atMost: 1.15,
      },
      {
        name: "the same without a grace / presence off",
        value: ratio("presence on, without a grace"),
        unit: "×",
        atMost: 2,
      },
    ],
  };
}

async function populate(
  bench: Bench,
  launch: { dataDir: string; databaseUrl: string },
): Promise<Person[]> {
  bench.say(`registering ${flapping + watchers} people`);
  const server = await startPatter(launch);
  const api = new Api(server.port);
  const people = await registerPeople(api, flapping + watchers);
  await createGroup(api, "Seen", people.slice(0, watchers + watched));
  await server.stop();
  return people;
}

async function flap(
  launch: Parameters<typeof startPatter>[0],
  people: readonly Person[],
): Promise<Round> {
  const server = await startPatter(launch);
  const addresses = people.map((person) => addressOf(server.port, person));
  const observers = openSockets(addresses.slice(0, watchers));
  await greet(observers, patter);
  const others = addresses.slice(watchers);
  const sockets = await connectAll(others);
  for (const observer of observers) observer.write(watchFrame(people));
  await settle(observers);
  const before = { cpu: cpuSeconds(server.pid), words: wordsTo(observers) };
  for (let from = 0; from < others.length; from += atOnce) {
    for (const socket of sockets.splice(0, atOnce)) socket.close();
    sockets.push(...await connectAll(others.slice(from, from + atOnce)));
  }
  await settle(observers);
  const cpuMs = (cpuSeconds(server.pid) - before.cpu) * 1_000 / flapping;
  const words = wordsTo(observers) - before.words;
  for (const socket of [...observers, ...sockets]) socket.close();
  await server.stop();
  return { cpuMs, words };
}

async function connectAll(addresses: readonly Address[]): Promise<RawSocket[]> {
  const sockets: RawSocket[] = [];
  for (let from = 0; from < addresses.length; from += atOnce) {
    const opened = openSockets(addresses.slice(from, from + atOnce));
    await greet(opened, patter);
    sockets.push(...opened);
  }
  return sockets;
}

function watchFrame(people: readonly Person[]): Uint8Array<ArrayBuffer> {
  const userIds = people.slice(watchers, watchers + watched).map(({ id }) => id);
  const request = { jsonrpc: "2.0", id: 1, method: "presence.watch", params: { userIds } };
  return encodeFrame(JSON.stringify(request));
}

async function settle(observers: readonly RawSocket[]): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, settleMs));
  for (const observer of observers) observer.receive();
}

/** Longer than pings. */
function wordsTo(observers: readonly RawSocket[]): number {
  return observers.reduce((sum, { reader }) => sum + reader.frames, 0);
}
