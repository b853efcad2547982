/** From a logout on one instance to the end of the session's connection on another. */
import { startRedis } from "../../tools/services.ts";
import { Api, type Person } from "../api.ts";
import type { Bench, Scenario } from "../bench.ts";
import { patter } from "../dialects.ts";
import { type Running, startPatter } from "../processes.ts";
import { median, percentile } from "../statistics.ts";
import { registerPeople } from "../world.ts";

const people = 1_000;
const everyMs = 5;
const giveUpMs = 15_000;
const sessionRevoked = 4501;

/** Two instances on one database and one Redis. */
export const revocation: Scenario = {
  name: "revocation",
  async run(bench) {
    await using redis = await startRedis();
    const [here, there] = await startTwo(bench, redis.url) as [Running, Running];
    const all: number[][] = [];
    for (let run = 0; run < bench.runs; run++) {
      all.push(await measure(here, there));
      bench.say(`p99 ${percentile(all.at(-1)!, 99).toFixed(0)} ms`);
    }
    for (const server of [here, there]) await server.stop();
    const p99 = median(all.map((times) => percentile(times, 99)));
    return {
      title: "Revocation",
      about:
        `${people} users are connected to one instance and log out by REST on another, one every ` +
        `${everyMs} ms. Measured from the request to the close event with ${sessionRevoked} at the ` +
        "client; the two share Postgres and Redis.",
      figures: [{
        name: "logout to close",
        value: median(all.map((times) => percentile(times, 50))),
        unit: "ms",
        note: `p99 ${p99.toFixed(0)} ms, longest ${Math.max(...all.flat()).toFixed(0)} ms`,
      }],
      comparisons: [{
        name: "logout to the close on another instance, p99",
        value: p99,
        unit: "ms",
        atMost: 1_000,
      }],
    };
  },
};

async function startTwo(bench: Bench, redisUrl: string): Promise<Running[]> {
  const databaseUrl = await bench.createDatabase();
  const env = { REDIS_URL: redisUrl, BUS_SECRET: crypto.randomUUID() };
  const servers: Running[] = [];
  for (let place = 0; place < 2; place++) {
    servers.push(await startPatter({ dataDir: await bench.createFolder(), databaseUrl, env }));
  }
  return servers;
}

/** The time that each of the users took to be let go. */
async function measure(here: Running, there: Running): Promise<number[]> {
  const api = new Api(here.port);
  const users = await registerPeople(api, people);
  const sockets = await Promise.all(users.map((user) => connect(there.port, user)));
  const closed: Promise<number>[] = [];
  for (const [place, user] of users.entries()) {
    closed.push(logOut(api, user, sockets[place]!));
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
  return await Promise.all(closed);
}

/** A connection that is ready. */
function connect(port: number, { token }: Person): Promise<WebSocket> {
  const url = `ws://127.0.0.1:${port}${patter.path}`;
  const socket = new WebSocket(url, ["patter.v1", `bearer.${token}`]);
  return new Promise((resolve, reject) => {
    socket.onmessage = () => resolve(socket);
    socket.onerror = () => reject(new Error("A connection failed"));
  });
}

function logOut(api: Api, user: Person, socket: WebSocket): Promise<number> {
  const startedAt = performance.now();
  const closed = new Promise<number>((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error("Never closed")), giveUpMs);
    socket.onclose = ({ code }) => {
      clearTimeout(timer);
      if (code === sessionRevoked) resolve(performance.now() - startedAt);
      else reject(new Error(`Closed with ${code}`));
    };
  });
  return Promise.all([closed, api.send(user, "POST", "/auth/logout")]).then(([ms]) => ms);
}
