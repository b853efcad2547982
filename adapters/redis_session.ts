/** A session with Redis, one server or a cluster: what commands go over, from connecting to its end. */
import { createCluster } from "redis";
import {
  type Address,
  clientOptions,
  connectWithinMs,
  openRedis,
  protocol,
  reasonOf,
  type RedisAccess,
  type RedisConnection,
} from "./redis_connection.ts";

/** A node, and which channels one command to it may name together. */
export interface Place {
  readonly address: Address;
  readonly group: string;
}

/** A text, and the channel that it is said on. */
export interface Saying {
  readonly channel: string;
  readonly text: string;
  readonly isSharded: boolean;
}

/** Commands to Redis, until it ends. */
export interface RedisSession {
  readonly isCluster: boolean;
  /** Channels belong to slots as keys do: Redis 7 and later, and Valkey. */
  readonly isSharded: boolean;
  /** Sends a command to where the key lies. */
  send<T>(key: string, args: readonly string[]): Promise<T>;
  /** Says a text; what is said on one channel keeps its order. */
  publish(saying: Saying): Promise<void>;
  /** Where channels of a slot are listened to, as it is now. */
  places(): Promise<(slot: number) => Place>;
  /** Resolves with the reason once it has ended. */
  readonly ended: Promise<string>;
  close(reason: string): void;
}

const shardedSince = 7;
const reconnectMinMs = 100;
const reconnectMaxMs = 2_000;

/** Opens a session at an address; a cluster is recognised there. */
export async function openSession(access: RedisAccess, address: Address): Promise<RedisSession> {
  const connection = await openRedis(access, address);
  try {
    // Allowed to every user, whatever the access list says.
    const { version, mode } = await connection.send<Record<string, string>>([
      "HELLO",
      `${protocol}`,
    ]);
    const isSharded = parseInt(version ?? "", 10) >= shardedSince;
    if (mode !== "cluster") return overOne(connection, address, isSharded);
    const cluster = await overCluster(access, isSharded);
    connection.close("not needed");
    return cluster;
  } catch (error) {
    connection.close("not needed");
    throw error;
  }
}

function overOne(
  connection: RedisConnection,
  address: Address,
  isSharded: boolean,
): RedisSession {
  const place = { address, group: "" };
  return {
    isCluster: false,
    isSharded,
    send: (_key, args) => connection.send(args),
    publish: (saying) => connection.send(wordsOf(saying)),
    places: () => Promise.resolve(() => place),
    ended: connection.ended,
    close: (reason) => connection.close(reason),
  };
}

async function overCluster(access: RedisAccess, isSharded: boolean): Promise<RedisSession> {
  const cluster = clusterOf(access);
  const { promise: ended, resolve } = Promise.withResolvers<string>();
  const close = (reason: string) => {
    resolve(reason);
    if (cluster.isOpen) cluster.destroy();
  };
  // A node may come and go; whether the whole answers is the breaker's to find out.
  cluster.on("error", () => {});
  const late = setTimeout(() => close("the cluster does not answer"), connectWithinMs);
  try {
    await Promise.race([cluster.connect(), ended.then((reason) => Promise.reject(reason))]);
  } catch (error) {
    close(reasonOf(error));
    throw new Error(await ended);
  } finally {
    clearTimeout(late);
  }
  const send = <T>(key: string, args: readonly string[]) =>
    cluster.sendCommand(key, false, [...args]) as Promise<T>;
  const slots = () => send<SlotRange[]>("", ["CLUSTER", "SLOTS"]);
  return {
    isCluster: true,
    isSharded,
    send,
    async publish(saying) {
      if (saying.isSharded) return await send(saying.channel, wordsOf(saying));
      // What names no key would be spread over all nodes, and lose its order: it is said where plain
      // channels are listened to.
      const node = await cluster.nodeClient(cluster.slots[0]!.master);
      await node.sendCommand(wordsOf(saying));
    },
    places: async () => placesIn(await slots(), access.target.addresses[0]!.host),
    ended,
    close,
  };
}

function clusterOf(access: RedisAccess) {
  const defaults = clientOptions(access);
  const reconnectStrategy = (retries: number) =>
    Math.min(reconnectMaxMs, reconnectMinMs * 2 ** retries);
  return createCluster({
    rootNodes: access.target.addresses.map((socket) => ({ socket: { ...socket } })),
    defaults: { ...defaults, socket: { ...defaults.socket, reconnectStrategy } },
    commandOptions: defaults.commandOptions,
    // A node that is away must not keep us from the others.
    minimizeConnections: true,
  });
}

function wordsOf({ channel, text, isSharded }: Saying): string[] {
  return [isSharded ? "SPUBLISH" : "PUBLISH", channel, text];
}

type SlotRange = [from: number, to: number, master: [host: string, port: number]];

function placesIn(ranges: readonly SlotRange[], knownHost: string): (slot: number) => Place {
  const addresses = ranges.map(([from, to, [host, port]]) => ({
    from,
    to,
    // A node that does not know its own name says nothing: it is the one that was asked.
    address: { host: host || knownHost, port },
  }));
  return (slot) => {
    const found = addresses.find(({ from, to }) => slot >= from && slot <= to);
    if (found === undefined) throw new Error(`No node serves the slot ${slot}`);
    return { address: found.address, group: String(slot) };
  };
}
