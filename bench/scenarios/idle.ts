/** Memory of an idle connection, beside a bare Deno WebSocket server. */
import { Api, forEach } from "../api.ts";
import type { Bench, Scenario } from "../bench.ts";
import { bare, type Dialect, patter } from "../dialects.ts";
import { residentBytes } from "../machine.ts";
import { type Running, startPatter, startPeer } from "../processes.ts";
import { type Address, greet, openSockets } from "../socket.ts";
import { median } from "../statistics.ts";
import { addressOf, createGroup, registerPeople } from "../world.ts";
import type { Person } from "../api.ts";

const first = 200;
const last = 2200;
const roomsEach = 20;
const roomSize = 100;
const settleMs = 5000;

/** Opens connections on a fresh server of either kind, in turn. */
export const idle: Scenario = {
  name: "idle",
  async run(bench) {
    const start = await prepare(bench);
    const ours: number[] = [];
    const floor: number[] = [];
    for (let run = 0; run < bench.runs; run++) {
      ours.push(await start.patter());
      floor.push(await start.bare());
      bench.say(`Patter ${ours.at(-1)!.toFixed(1)} KiB, bare ${floor.at(-1)!.toFixed(1)} KiB`);
    }
    const extra = median(ours) - median(floor);
    return {
      title: "Idle connection",
      about:
        `Growth of resident memory from ${first} to ${last} idle connections, divided by their ` +
        `number, on a server started for the run; in Patter each is a user of its own that follows ` +
        `${roomsEach} rooms of ${roomSize}. Nothing forces a collection.`,
      figures: [
        { name: "Patter", value: median(ours), unit: "KiB a connection", note: list(ours) },
        { name: "bare Deno", value: median(floor), unit: "KiB a connection", note: list(floor) },
      ],
      comparisons: [{
        name: "idle connection over a bare Deno connection",
        value: extra,
        unit: "KiB",
        atMost: 12,
      }],
    };
  },
};

async function prepare(bench: Bench) {
  const launch = {
    dataDir: await bench.createFolder(),
    databaseUrl: await bench.createDatabase(),
  };
  const server = await startPatter(launch);
  const people = await populate(bench, new Api(server.port));
  await server.stop();
  return {
    async patter() {
      const server = await startPatter(launch);
      return measure(server, patter, people.map((person) => addressOf(server.port, person)));
    },
    async bare() {
      const server = await startPeer("bench/peers/broadcast.ts");
      const address = { port: server.port, path: bare.path, headers: [] };
      return measure(server, bare, Array(last).fill(address));
    },
  };
}

/** People in blocks of one room size; each block shares its rooms. */
async function populate(bench: Bench, api: Api): Promise<Person[]> {
  bench.say(`registering ${last} people in ${last / roomSize * roomsEach} rooms`);
  const people = await registerPeople(api, last);
  const rooms = Array.from({ length: last / roomSize * roomsEach }, (_, number) => number);
  await forEach(rooms, (number) => {
    const from = Math.floor(number / roomsEach) * roomSize;
    return createGroup(api, `Room ${number}`, people.slice(from, from + roomSize));
  });
  return people;
}

/** KiB for each connection after the first ones; stops the server. */
async function measure(
  server: Running,
  dialect: Dialect,
  addresses: readonly Address[],
): Promise<number> {
  const few = openSockets(addresses.slice(0, first));
  await greet(few, dialect);
  await settle();
  const before = residentBytes(server.pid);
  const many = openSockets(addresses.slice(first));
  await greet(many, dialect);
  await settle();
  const grown = residentBytes(server.pid) - before;
  for (const socket of [...few, ...many]) socket.close();
  await server.stop();
  return grown / many.length / 1024;
}

function settle(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, settleMs));
}

function list(values: readonly number[]): string {
  return `runs: ${values.map((value) => value.toFixed(1)).join(", ")}`;
}
