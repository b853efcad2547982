/** Private Redis clusters for tests: a few nodes without replicas. */
import { type RedisService, startRedis } from "./redis.ts";
import { redisCommand } from "./redis_command.ts";

const slots = 16_384;
const readyWithinMs = 30_000;
const pollMs = 50;

/** Nodes that share all slots. */
export interface RedisCluster extends AsyncDisposable {
  readonly nodes: readonly RedisService[];
  /** All addresses, by comma. */
  readonly url: string;
}

/** Serves an empty cluster of so many nodes. A slot whose node is away is missed by nobody else. */
export async function startRedisCluster(size = 3): Promise<RedisCluster> {
  const settings = {
    "cluster-enabled": "yes",
    "cluster-node-timeout": "2000",
    "cluster-require-full-coverage": "no",
  };
  const nodes: RedisService[] = [];
  const end = async () => {
    for (const node of nodes) await node[Symbol.asyncDispose]();
  };
  try {
    while (nodes.length < size) nodes.push(await startRedis({ settings }));
    await join(nodes);
  } catch (error) {
    await end();
    throw error;
  }
  const url = nodes.map((node) => node.url).join(",");
  return { nodes, url, [Symbol.asyncDispose]: end };
}

async function join(nodes: readonly RedisService[]): Promise<void> {
  const share = Math.ceil(slots / nodes.length);
  for (const [place, { port }] of nodes.entries()) {
    const from = place * share;
    const to = Math.min(slots, from + share) - 1;
    await redisCommand(port, `CLUSTER ADDSLOTSRANGE ${from} ${to}`);
    await redisCommand(port, `CLUSTER MEET 127.0.0.1 ${nodes[0]!.port}`);
  }
  const limit = Date.now() + readyWithinMs;
  for (const { port } of nodes) {
    while (!isWhole(await redisCommand(port, "CLUSTER INFO"), nodes.length)) {
      if (Date.now() > limit) throw new Error(`The cluster is not whole after ${readyWithinMs} ms`);
      await new Promise((resolve) => setTimeout(resolve, pollMs));
    }
  }
}

function isWhole(info: string, size: number): boolean {
  return info.includes("cluster_state:ok") && info.includes(`cluster_size:${size}`);
}
