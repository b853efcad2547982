/** Every service that instances can share a bus and a store on, as private servers. */
import { loadConfig } from "../../config.ts";
import {
  type ClusterOptions,
  type PrivateServer,
  startRedis,
  startRedisCluster,
} from "../../tools/services.ts";
import { freePort } from "../../tools/services/ports.ts";
import { UpstashBridge } from "../../tools/upstash_bridge/bridge.ts";
import { makeCertificateFiles } from "./certificates.ts";

/** A service, and the settings that lead there. */
export interface SharedService extends AsyncDisposable {
  readonly settings: Readonly<Record<string, string>>;
  /** What may be killed and paused; in a cluster, one of the nodes. */
  readonly server: PrivateServer;
  /** An address without TLS, for a look past the program. */
  readonly url: string;
}

/** What all instances of a test share. */
export const busSecret = "a secret of the tests";

/** The rights that docs/operations.md names. */
export const redisRights =
  "~patter:* &patter:* -@all +@connection +@pubsub +@scripting +@read +@write -@dangerous +time " +
  "+cluster|slots +cluster|shards";

/** One Redis. */
export async function onRedis(settings: Record<string, string> = {}): Promise<SharedService> {
  const server = await startRedis({ settings });
  return {
    settings: { REDIS_URL: server.url, BUS_SECRET: busSecret },
    server,
    url: server.url,
    [Symbol.asyncDispose]: () => server[Symbol.asyncDispose](),
  };
}

/** A Redis behind TLS that lets in one user with no more rights than it takes. */
export async function onSecuredRedis(): Promise<SharedService> {
  const secured = await secure();
  const port = freePort();
  const service = await onRedis({ ...secured.server, "tls-port": String(port) });
  return behind(secured, service, `rediss://127.0.0.1:${port}`);
}

/** A cluster of three; `server` is the first, where plain channels are listened to. */
export async function onRedisCluster(options?: ClusterOptions): Promise<SharedService> {
  const cluster = await startRedisCluster(options);
  return {
    settings: { REDIS_URL: cluster.url, BUS_SECRET: busSecret },
    server: cluster.masters[0]!,
    url: cluster.masters[0]!.url,
    [Symbol.asyncDispose]: () => cluster[Symbol.asyncDispose](),
  };
}

/** A cluster behind TLS that lets in one user with no more rights than it takes. */
export async function onSecuredCluster(): Promise<SharedService> {
  const secured = await secure();
  const service = await onRedisCluster({ tls: secured.server });
  return behind(secured, service, service.settings.REDIS_URL!);
}

interface Secured extends AsyncDisposable {
  /** Settings of a server. */
  readonly server: Readonly<Record<string, string>>;
  /** Who signed its certificate. */
  readonly ca: string;
}

async function secure(): Promise<Secured> {
  const certificate = await makeCertificateFiles();
  const users = await Deno.makeTempFile({ prefix: "patter-users-" });
  await Deno.writeTextFile(
    users,
    `user default on nopass ~* &* +@all\nuser patter on >p%40ss ${redisRights}\n`,
  );
  return {
    server: {
      "tls-cert-file": certificate.certFile,
      "tls-key-file": certificate.keyFile,
      "tls-ca-cert-file": certificate.caFile,
      "tls-auth-clients": "no",
      aclfile: users,
    },
    ca: certificate.ca,
    async [Symbol.asyncDispose]() {
      await certificate[Symbol.asyncDispose]();
      await Deno.remove(users);
    },
  };
}

function behind(secured: Secured, service: SharedService, urls: string): SharedService {
  const user = `patter:${encodeURIComponent("p%40ss")}@`;
  return {
    ...service,
    settings: {
      ...service.settings,
      REDIS_URL: urls.replaceAll("://", `://${user}`),
      REDIS_TLS_CA: secured.ca.trimEnd().replaceAll("\n", "\\n"),
    },
    async [Symbol.asyncDispose]() {
      await service[Symbol.asyncDispose]();
      await secured[Symbol.asyncDispose]();
    },
  };
}

/** Redis over HTTP, by the bridge. */
export async function onUpstash(): Promise<SharedService> {
  const redis = await startRedis();
  const token = "a token of the tests";
  const bridge = new UpstashBridge({ redisUrl: redis.url, token });
  await bridge.reached(5_000);
  const http = Deno.serve(
    { port: 0, hostname: "127.0.0.1", onListen() {} },
    (request) => bridge.fetch(request),
  );
  return {
    settings: {
      UPSTASH_REDIS_REST_URL: `http://127.0.0.1:${http.addr.port}`,
      UPSTASH_REDIS_REST_TOKEN: token,
      BUS_SECRET: busSecret,
    },
    server: redis,
    url: redis.url,
    async [Symbol.asyncDispose]() {
      bridge.close();
      await redis[Symbol.asyncDispose]();
      await http.shutdown();
    },
  };
}

/** The configuration of an instance on a service. */
export function configOn({ settings }: SharedService) {
  return loadConfig({ RATE_LIMITS: "off", PASSWORD_COST: "4", ...settings });
}
