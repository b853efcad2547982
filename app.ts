/** The one composition root: parts are made, joined, and shut down here. */
import { v7 as uuidv7 } from "uuid";
import { join } from "node:path";
import { BlobsOnDisk } from "./adapters/blobs_disk.ts";
import { KeysOnDisk } from "./adapters/keys_disk.ts";
import { LimitsInMemory } from "./adapters/limits_memory.ts";
import type { Config } from "./config.ts";
import type { Database } from "./db/client.ts";
import { KeysTable } from "./db/keys_table.ts";
import { Gather } from "./db/gather.ts";
import { MessageLog } from "./db/message_log.ts";
import { openWhenReady } from "./db/open.ts";
import type { App, AppParts, Clock, KeyStore, Log } from "./domain/app.ts";
import { sweepAttachments } from "./domain/attachment_sweep.ts";
import { sweepKeys } from "./domain/idempotency.ts";
import { MessageIndexing } from "./domain/message_indexing.ts";
import { Passwords } from "./domain/passwords.ts";
import { sweepMessages } from "./domain/retention.ts";
import { revLoader } from "./domain/rooms.ts";
import { sessionLoader, sweepSessions } from "./domain/sessions.ts";
import { Keyring } from "./domain/tokens.ts";
import { endLeases } from "./domain/upload_leases.ts";
import { welcomeLoader } from "./domain/welcome.ts";
import { fail } from "./errors.ts";
import { logRefusal } from "./middleware/observe.ts";
import { problemResponse, settle } from "./middleware/problems.ts";
import { Admission } from "./realtime/admission.ts";
import type { ConnectBus } from "./realtime/bus.ts";
import { memoryBus } from "./realtime/bus_memory.ts";
import { drainConnections } from "./realtime/drain.ts";
import { Handshake } from "./realtime/handshake.ts";
import { Hub, withHub } from "./realtime/hub.ts";
import { createApi } from "./routes/api.ts";

const sweepEveryMs = 3_600_000;

/** What tests put in place of the real thing. */
export interface Replacements {
  readonly clock?: Clock;
  readonly log?: Log;
  readonly database?: Database;
  readonly keyStore?: KeyStore;
  readonly bus?: ConnectBus;
}

/** A running Patter without its port: `main.ts` and tests serve `fetch`. */
export interface Patter {
  readonly app: App;
  readonly hub: Hub;
  readonly admission: Admission;
  /** Answers a request that came from `address`. */
  fetch(request: Request, address: string): Promise<Response>;
  /** Lets nobody in any more and lets all connections go over `DRAIN_MS`. */
  drain(): Promise<void>;
  /** Stops everything; what waits to be stored is stored first. */
  close(): Promise<void>;
}

/** Opens and migrates the database that the configuration names. */
export function openConfigured(config: Config, log: Pick<Log, "warn">): Promise<Database> {
  return openWhenReady({
    databaseUrl: config.databaseUrl,
    folder: join(config.dataDir, "postgres"),
    poolMax: config.databasePoolMax,
    timeLimitMs: config.databaseTimeoutMs,
    onWait: (reason) => log.warn("waiting for the database", { reason }),
  });
}

/**
 * Where signing keys are kept: with all instances' database, or beside the embedded one, where they
 * can be changed while a server holds the database. `open` is called for the former alone.
 */
export async function keyStoreFor(
  config: Config,
  open: () => Promise<Database>,
): Promise<KeyStore> {
  return config.databaseUrl === null
    ? new KeysOnDisk(join(config.dataDir, "keys"))
    : new KeysTable(await open());
}

async function makeParts(config: Config, log: Log, replacements: Replacements): Promise<AppParts> {
  const clock = replacements.clock ?? { now: () => new Date() };
  const database = replacements.database ?? await openConfigured(config, log);
  const keyStore = replacements.keyStore ??
    await keyStoreFor(config, () => Promise.resolve(database));
  const keyring = new Keyring(keyStore, clock, {
    issuer: config.tokenIssuer,
    audience: config.tokenAudience,
    ttlMs: config.accessTokenTtlMs,
  });
  await keyring.start();
  // Whoever was writing to an upload was this process before it ended.
  if (config.databaseUrl === null && !replacements.database) await endLeases({ database });
  return {
    config,
    database,
    messageLog: new MessageLog(database.query, { queueMax: config.sendQueueMax }),
    passwords: new Passwords({
      cost: config.passwordCost,
      // One core stays free for the chats that go on meanwhile.
      atOnceMax: Math.max(1, navigator.hardwareConcurrency - 1),
      queueMax: config.passwordQueueMax,
    }),
    keyring,
    sessions: new Gather(sessionLoader(database.orm)),
    revs: new Gather(revLoader(database.orm), 1_000),
    welcomes: new Gather(welcomeLoader(database, clock)),
    indexing: new MessageIndexing({ database, log }),
    limits: new LimitsInMemory(clock),
    blobs: new BlobsOnDisk(join(config.dataDir, "attachments")),
    clock,
    log,
  };
}

/** Makes a Patter of its configuration. */
export async function createPatter(
  config: Config,
  log: Log,
  replacements: Replacements = {},
): Promise<Patter> {
  const parts = await makeParts(config, log, replacements);
  const admission = new Admission(config, parts.clock);
  const hub = new Hub(parts, admission, { bus: replacements.bus ?? memoryBus() });
  const app = withHub(parts, hub);
  const handshake = new Handshake(app, hub, admission);
  const upgrade = (request: Request, address: string) => handshake.upgrade(request, address);
  const api = createApi(app, admission, upgrade);
  const sweeper = setInterval(() => {
    Promise.all([sweepKeys(app), sweepSessions(app), sweepMessages(app), sweepAttachments(app)])
      .catch((error) => log.error("sweep failed", error));
  }, sweepEveryMs);
  app.indexing.start();

  async function fetch(request: Request, address: string): Promise<Response> {
    const requestId = uuidv7();
    const startedAt = performance.now();
    try {
      // The URL is made of the Host header, and that may be anything.
      if (!URL.canParse(request.url)) throw fail("invalidInput", { detail: "Malformed Host" });
      return request.headers.has("upgrade") && new URL(request.url).pathname === "/v1/ws"
        ? await upgrade(request, address)
        : await api.fetch(request, { address, requestId });
    } catch (error) {
      const failure = settle(log, error, requestId);
      logRefusal(log, request, { requestId, failure, startedAt });
      return problemResponse(failure, requestId);
    }
  }

  return {
    app,
    hub,
    admission,
    fetch,
    drain: () => drainConnections(hub, admission, config.drainMs),
    async close() {
      clearInterval(sweeper);
      await app.indexing.close();
      await hub.close();
      await app.messageLog.drain();
      // A database that was handed in is its owner's to close.
      if (replacements.database === undefined) await app.database.close();
    },
  };
}
