/** What instances share beside the database: bus, limits and leases, in memory, on Redis or on Upstash. */
import { createHmac } from "node:crypto";
import { LeasesInMemory } from "./adapters/leases_memory.ts";
import { LimitsWithFallback } from "./adapters/limits_fallback.ts";
import { LimitsInMemory } from "./adapters/limits_memory.ts";
import { RedisLink } from "./adapters/redis_link.ts";
import { RedisScripts } from "./adapters/store_redis.ts";
import type { ScriptHost } from "./adapters/store_scripts.ts";
import { SharedLeases, SharedLimits } from "./adapters/store_shared.ts";
import { UpstashLink } from "./adapters/upstash_link.ts";
import type { Config } from "./config.ts";
import type { Clock, Dependency, LeaseStore, LimitStore, Log } from "./domain/app.ts";
import type { ConnectBus } from "./realtime/bus.ts";
import { memoryBus } from "./realtime/bus_memory.ts";
import { RedisCarrier } from "./realtime/bus_redis.ts";
import { upstashBusDefaults, UpstashCarrier } from "./realtime/bus_upstash.ts";
import { type Carrier, sealedBus } from "./realtime/sealed_bus.ts";

/** Bus and store, and whether they are there. */
export interface Sharing {
  readonly bus: ConnectBus;
  readonly limits: LimitStore;
  readonly leases: LeaseStore;
  readonly dependencies: readonly Dependency[];
  /** Ends what the bus does not. */
  close(): void;
}

/** What it is made with. */
export interface SharingParts {
  readonly config: Config;
  readonly clock: Clock;
  readonly log: Log;
}

/** Makes what the configuration names; what is away is connected to when it comes. */
export function share(parts: SharingParts): Sharing {
  const { redisUrl, upstashRedisRestUrl } = parts.config;
  if (redisUrl !== null) return shareOnRedis(parts, redisUrl);
  if (upstashRedisRestUrl !== null) return shareOnUpstash(parts, upstashRedisRestUrl);
  return {
    bus: memoryBus(),
    limits: new LimitsInMemory(parts.clock),
    leases: new LeasesInMemory(parts.clock),
    dependencies: [],
    close() {},
  };
}

function shareOnRedis(parts: SharingParts, target: NonNullable<Config["redisUrl"]>): Sharing {
  const { config, log } = parts;
  const link = new RedisLink({ target, ca: config.redisTlsCa, log });
  const carriers: RedisCarrier[] = [];
  const bus = sealedBus((events) => kept(carriers, new RedisCarrier(link, events)), sealing(parts));
  const isUp = () => link.isUp && carriers.every((carrier) => carrier.isUp);
  return {
    bus,
    ...storeOn(new RedisScripts(link), parts),
    dependencies: [dependency("redis", isUp)],
    close: () => link.close(),
  };
}

function shareOnUpstash(parts: SharingParts, url: string): Sharing {
  const { upstashRedisRestToken: token, busShards: shards } = parts.config;
  const link = new UpstashLink({ url, token: token!, log: parts.log });
  const carriers: UpstashCarrier[] = [];
  const options = { ...upstashBusDefaults, shards };
  const bus = sealedBus(
    (events) => kept(carriers, new UpstashCarrier(link, events, options)),
    sealing(parts),
  );
  const isUp = () => link.isUp && carriers.every((carrier) => carrier.isUp);
  return {
    bus,
    ...storeOn(link, parts),
    dependencies: [dependency("upstash", isUp)],
    close: () => link.close(),
  };
}

function sealing({ config, clock, log }: SharingParts) {
  return { secret: config.busSecret!, clock, log };
}

function kept<C extends Carrier>(carriers: C[], carrier: C): C {
  carriers.push(carrier);
  return carrier;
}

function dependency(name: string, isUp: () => boolean): Dependency {
  return {
    name,
    get isUp() {
      return isUp();
    },
  };
}

// Two installations may use one Redis: their secrets keep them apart.
function storeOn(host: ScriptHost, { config, clock }: SharingParts) {
  const digest = createHmac("sha256", config.busSecret!).update("patter store 1").digest("hex");
  const space = `patter:${digest.slice(0, 12)}`;
  return {
    limits: new LimitsWithFallback(new SharedLimits(host, space), new LimitsInMemory(clock)),
    leases: new SharedLeases(host, space),
  };
}
