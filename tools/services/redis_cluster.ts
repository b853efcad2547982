/** Private Redis clusters for tests: three masters, and replicas to take the place of one. */
import { freePort } from "./ports.ts";
import { type RedisService, startRedis } from "./redis.ts";
import { redisCommand } from "./redis_command.ts";

const masters = 3;
const slots = 16_384;
const slotsAtOnce = 1_000;
const readyWithinMs = 30_000;
const pollMs = 50;

/** Who stands by in a cluster, and how it is reached. */
export interface ClusterOptions {
  /** Of the first master. */
  replicas?: number;
  /** Settings of `redis.conf` that name certificates: the nodes are reached by TLS then. */
  tls?: Readonly<Record<string, string>>;
}

/** Nodes that share all slots. */
export interface RedisCluster extends AsyncDisposable {
  readonly masters: readonly RedisService[];
  /** All addresses of masters, by comma. */
  readonly url: string;
}

interface Node {
  readonly server: RedisService;
  /** Where the other nodes and its clients reach it. */
  readonly port: number;
}

/** Serves an empty cluster. A slot whose nodes are away is missed by nobody else. */
export async function startRedisCluster(options: ClusterOptions = {}): Promise<RedisCluster> {
  const { replicas = 0, tls } = options;
  const nodes: Node[] = [];
  const end = async () => {
    for (const { server } of nodes) await server[Symbol.asyncDispose]();
  };
  try {
    while (nodes.length < masters + replicas) nodes.push(await startNode(tls));
    await join(nodes);
  } catch (error) {
    await end();
    throw error;
  }
  const scheme = tls === undefined ? "redis" : "rediss";
  const its = nodes.slice(0, masters);
  return {
    masters: its.map(({ server }) => server),
    url: its.map(({ port }) => `${scheme}://127.0.0.1:${port}`).join(","),
    [Symbol.asyncDispose]: end,
  };
}

async function startNode(tls: ClusterOptions["tls"]): Promise<Node> {
  const settings = {
    "cluster-enabled": "yes",
    "cluster-node-timeout": "2000",
    "cluster-require-full-coverage": "no",
  };
  if (tls === undefined) {
    const server = await startRedis({ settings });
    return { server, port: server.port };
  }
  const port = freePort();
  const byTls = { ...tls, "tls-port": String(port), "tls-cluster": "yes" };
  return { server: await startRedis({ settings: { ...settings, ...byTls } }), port };
}

async function join(nodes: readonly Node[]): Promise<void> {
  const share = Math.ceil(slots / masters);
  const [first] = nodes as [Node];
  for (const [place, { server }] of nodes.entries()) {
    const from = place * share;
    if (place < masters) await serve(server, from, Math.min(slots, from + share));
    await redisCommand(server.port, `CLUSTER MEET 127.0.0.1 ${first.port}`);
  }
  for (const { server } of nodes.slice(masters)) await replicate(server, first.server);
  for (const { server } of nodes) {
    await waitFor(async () => isWhole(await redisCommand(server.port, "CLUSTER INFO")));
  }
}

async function replicate(server: RedisService, master: RedisService): Promise<void> {
  const id = /[0-9a-f]{40}/.exec(await redisCommand(master.port, "CLUSTER MYID"))![0];
  // Refused until it has heard of its master.
  await waitFor(async () => {
    return (await redisCommand(server.port, `CLUSTER REPLICATE ${id}`)).startsWith("+OK");
  });
  await waitFor(async () => {
    return (await redisCommand(server.port, "INFO replication")).includes("link_status:up");
  });
}

// Ranges in one word are known from Redis 7 on.
async function serve(server: RedisService, from: number, to: number): Promise<void> {
  for (let first = from; first < to; first += slotsAtOnce) {
    const some = Array.from({ length: Math.min(slotsAtOnce, to - first) }, (_, at) => first + at);
    await redisCommand(server.port, `CLUSTER ADDSLOTS ${some.join(" ")}`);
  }
}

async function waitFor(isSo: () => Promise<boolean>): Promise<void> {
  const limit = Date.now() + readyWithinMs;
  while (!await isSo()) {
    if (Date.now() > limit) throw new Error(`The cluster is not whole after ${readyWithinMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}

function isWhole(info: string): boolean {
  return info.includes("cluster_state:ok") && info.includes(`cluster_size:${masters}`);
}
