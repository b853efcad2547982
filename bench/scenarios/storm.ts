/** Ten thousand come back at once, as after a deployment: how long it takes, and what it costs those there. */
import postgres from "postgres";
import { Api, forEach, type Person } from "../api.ts";
import type { Bench, Scenario } from "../bench.ts";
import { bare, patter } from "../dialects.ts";
import { openLoopback } from "../libc.ts";
import { Probe } from "../probe.ts";
import { type Running, startPatter, startPeer } from "../processes.ts";
import type { Figure } from "../report.ts";
import { FrameMint } from "../sender.ts";
import { greet, openSockets } from "../socket.ts";
import { median, percentile } from "../statistics.ts";
import { Storm, type StormFigures } from "../storm_load.ts";
import { addressOf, createGroup, openDirect, registerPeople } from "../world.ts";

const comers = 10_000;
const roomSize = 100;
const roomsEach = 5;
// Postgres shows what a session did up to so much later.
const statisticsMs = 11_000;

interface Bare extends StormFigures {
  /** How long each of the small requests took that were made meanwhile. */
  readonly smallMs: readonly number[];
}

interface Outcome extends Bare {
  readonly sendMs: readonly number[];
  readonly statements: number;
}

/** Lets the storm loose on a server that has just started, and on a bare one. */
export const storm: Scenario = {
  name: "storm",
  async run(bench) {
    const start = await prepare(bench);
    const ours: Outcome[] = [];
    const floor: Bare[] = [];
    for (let run = 0; run < bench.runs; run++) {
      ours.push(await start.patter());
      floor.push(await start.bare());
      bench.say(`Patter ${seconds(ours.at(-1)!.readyMs)}, bare ${seconds(floor.at(-1)!.readyMs)}`);
    }
    const ratio = (pick: (outcome: Bare) => number) =>
      median(ours.map(pick)) / median(floor.map(pick));
    return {
      title: "Reconnect storm",
      about:
        `${
          comers.toLocaleString("en")
        } users, each in ${roomsEach} rooms of ${roomSize}, whose TCP ` +
        "connections are open ask for their sockets at one moment, on a server that has just " +
        "started; ready is who has got session.ready. Who is refused comes again after " +
        "retryAfterMs. Meanwhile one connection asks for /livez and another sends messages, one " +
        "after the other. The bare server upgrades, says one word, and answers the small requests.",
      figures: figuresOf(ours, floor),
      comparisons: [
        {
          name: `${comers.toLocaleString("en")} reconnect / bare upgrades`,
          value: ratio(({ readyMs }) => readyMs),
          unit: "×",
          atMost: 6,
        },
        {
          name: "reconnect storm, statements for 100 connections",
          value: median(ours.map(({ statements }) => statements)) * 100 / comers,
          unit: "statements",
          atMost: 15,
        },
        {
          name: "reconnect storm, longest answer of /livez / of the bare server",
          value: ratio(({ smallMs }) => Math.max(...smallMs)),
          unit: "×",
          atMost: 2,
        },
      ],
    };
  },
};

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(2)} s`;
}

function figuresOf(ours: readonly Outcome[], floor: readonly Bare[]): Figure[] {
  const over = (pick: (outcome: Outcome) => number) => median(ours.map(pick));
  const readyMs = over((one) => one.readyMs);
  return [
    {
      name: "all ready, Patter",
      value: readyMs / 1_000,
      unit: "s",
      note: `${Math.round(comers / readyMs * 1_000)}/s, generator ` +
        `${(over(({ generatorShare }) => generatorShare) * 100).toFixed(0)} % of a core`,
    },
    {
      name: "all ready, bare Deno",
      value: median(floor.map((one) => one.readyMs)) / 1_000,
      unit: "s",
    },
    { name: "told to come again", value: over(({ refusals }) => refusals), unit: "times" },
    {
      name: "database statements",
      value: over(({ statements }) => statements),
      unit: "",
      note: `those of the sweeps of ${statisticsMs / 1_000} s among them`,
    },
    {
      name: "/livez meanwhile",
      value: over(({ smallMs }) => percentile(smallMs, 50)),
      unit: "ms",
      note: `longest ${over(({ smallMs }) => Math.max(...smallMs)).toFixed(0)} ms, of the bare ` +
        `server ${median(floor.map(({ smallMs }) => Math.max(...smallMs))).toFixed(0)} ms`,
    },
    {
      name: "a send meanwhile",
      value: over(({ sendMs }) => percentile(sendMs, 50)),
      unit: "ms",
      note: `longest ${over(({ sendMs }) => Math.max(...sendMs)).toFixed(0)} ms`,
    },
  ];
}

async function prepare(bench: Bench) {
  const databaseUrl = await bench.createDatabase();
  const launch = { dataDir: await bench.createFolder(), databaseUrl };
  const server = await startPatter(launch);
  const api = new Api(server.port);
  bench.say(`registering ${comers} people in ${comers / roomSize * roomsEach} rooms`);
  const people = await populate(api);
  const [one, other] = await registerPeople(api, 2) as [Person, Person];
  const conversationId = await openDirect(api, one, other);
  await server.stop();
  return {
    async patter(): Promise<Outcome> {
      const server = await startPatter(launch);
      const before = await statementsOf(databaseUrl);
      const { descriptor } = await speaker(server, one);
      const mint = new FrameMint(patter, conversationId, 1);
      const sends = new Probe({ descriptor, next: () => mint.mint(1), token: patter.ackToken });
      const lives = smallProbe(server, "/livez", `"status":"ok"`);
      const storm = new Storm(people.map((person) => addressOf(server.port, person)), [
        lives,
        sends,
      ]);
      const figures = storm.run();
      const statements = await statementsOf(databaseUrl) - before - sends.times.length;
      storm.close();
      await server.stop();
      return { ...figures, statements, smallMs: lives.times, sendMs: sends.times };
    },
    async bare(): Promise<Bare> {
      const server = await startPeer("bench/peers/broadcast.ts");
      const address = { port: server.port, path: bare.path, headers: [] };
      const small = smallProbe(server, "/", "ready");
      const storm = new Storm(Array(comers).fill(address), [small]);
      const figures = storm.run();
      storm.close();
      await server.stop();
      return { ...figures, smallMs: small.times };
    },
  };
}

/** People in blocks of one room size; each block shares its rooms. */
async function populate(api: Api): Promise<Person[]> {
  const people = await registerPeople(api, comers);
  const rooms = Array.from({ length: comers / roomSize * roomsEach }, (_, number) => number);
  await forEach(rooms, (number) => {
    const from = Math.floor(number / roomsEach) * roomSize;
    return createGroup(api, `Room ${number}`, people.slice(from, from + roomSize));
  });
  return people;
}

async function speaker({ port }: Running, person: Person) {
  const [socket] = openSockets([addressOf(port, person)]);
  await greet([socket!], patter);
  return socket!;
}

function smallProbe({ port }: Running, path: string, token: string): Probe {
  const request = `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`;
  const bytes = new TextEncoder().encode(request);
  return new Probe({ descriptor: openLoopback(port), next: () => bytes, token });
}

/** Transactions that the database has carried out: outside one, each statement is one. */
async function statementsOf(url: string): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, statisticsMs));
  const sql = postgres(url, { max: 1 });
  const [row] = await sql<{ count: number }[]>`
    select (xact_commit + xact_rollback)::float8 as count
    from pg_stat_database where datname = current_database()`;
  await sql.end();
  return row!.count;
}
