/** One connection to one Redis node: it lives once, and tells when it has ended. */
import { createClient, type RedisClientOptions } from "redis";
import type { RedisTarget } from "../config.ts";

/** A node of Redis. */
export type Address = RedisTarget["addresses"][number];

/** How every connection gets in. */
export interface RedisAccess {
  readonly target: RedisTarget;
  /** Certificates that vouch for the server; null: the system's. */
  readonly ca: string | null;
}

/** A connection that is open. */
export interface RedisConnection {
  /** Sends a command; rejects once the connection has ended. */
  send<T>(args: readonly string[]): Promise<T>;
  /** Resolves when all channels are subscribed to. */
  subscribe(how: Subscription): Promise<void>;
  unsubscribe(how: Subscription): Promise<void>;
  /** Resolves with the reason once it has ended; never rejects. */
  readonly ended: Promise<string>;
  close(reason: string): void;
}

/** Channels, and whether they are sharded. */
export interface Subscription {
  readonly channels: readonly string[];
  readonly sharded: boolean;
  readonly listener: (text: string, channel: string) => void;
}

/** Longest wait for a connection that can be used. */
export const connectWithinMs = 3_000;

/** The version of Redis's own protocol, which 6 and later speak. */
export const protocol = 3;

/** What all clients are made with: nothing waits in them for a connection to come back. */
export function clientOptions({ target, ca }: RedisAccess) {
  return {
    ...(target.username === null ? {} : { username: target.username }),
    ...(target.password === null ? {} : { password: target.password }),
    database: target.database,
    RESP: protocol,
    disableOfflineQueue: true,
    maintNotifications: "disabled",
    // By default each command would get a timer of its own; breakers and watchdogs see to that.
    commandOptions: { timeout: 0 },
    socket: {
      connectTimeout: connectWithinMs,
      ...(target.tls ? { tls: true as const, ...(ca === null ? {} : { ca }) } : {}),
    },
  } satisfies RedisClientOptions;
}

/**
 * Opens a connection.
 * @throws why it could not be opened.
 */
export async function openRedis(access: RedisAccess, address: Address): Promise<RedisConnection> {
  const options = clientOptions(access);
  // The library would subscribe anew one channel at a time: a connection that ends is not its to mend.
  const socket = { ...options.socket, ...address, reconnectStrategy: false as const };
  const client = createClient({ ...options, socket });
  const { promise: ended, resolve: end } = Promise.withResolvers<string>();
  const close = (reason: string) => {
    end(reason);
    if (client.isOpen) client.destroy();
  };
  client.on("error", (error: Error) => close(reasonOf(error)));
  // A slot has moved: its channels must be looked for anew.
  client.on("sharded-channel-moved", () => close("a slot has moved"));
  const late = setTimeout(() => close("it does not answer"), connectWithinMs);
  try {
    await Promise.race([client.connect(), ended.then((reason) => Promise.reject(reason))]);
  } catch (error) {
    close(reasonOf(error));
    throw new Error(await ended);
  } finally {
    clearTimeout(late);
  }
  return {
    send: <T>(args: readonly string[]) => client.sendCommand(args) as Promise<T>,
    subscribe: ({ channels, sharded, listener }) =>
      client[sharded ? "sSubscribe" : "subscribe"]([...channels], listener),
    unsubscribe: ({ channels, sharded, listener }) =>
      client[sharded ? "sUnsubscribe" : "unsubscribe"]([...channels], listener),
    ended,
    close,
  };
}

/** What is said of a failure; Redis's own words hold no secrets. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.message || (error as { code?: string }).code || error.name;
}
