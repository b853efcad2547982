/** The one composition root: parts are made, joined, and shut down here. */
import { v7 as uuidv7 } from "uuid";
import { join } from "node:path";
import { KeysOnDisk } from "./adapters/keys_disk.ts";
import { MediaWorkers } from "./adapters/media_workers.ts";
import { loadWebPages } from "./adapters/web_pages.ts";
import type { Config } from "./config.ts";
import type { Database } from "./db/client.ts";
import { KeysTable } from "./db/keys_table.ts";
import { Gather } from "./db/gather.ts";
import { MessageLog } from "./db/message_log.ts";
import { openWhenReady, type StartOptions, whenReady } from "./db/open.ts";
import type { App, AppParts, Clock, KeyStore, LeaseStore, Log } from "./domain/app.ts";
import { sweepAttachments } from "./domain/attachment_sweep.ts";
import { sweepKeys } from "./domain/idempotency.ts";
import { settleInbox } from "./domain/inbox_following.ts";
import { Instances } from "./domain/instances.ts";
import { Load } from "./domain/load.ts";
import { MessageIndexing } from "./domain/message_indexing.ts";
import { myLoader } from "./domain/my_views.ts";
import { Passwords } from "./domain/passwords.ts";
import { sweepMessages } from "./domain/retention.ts";
import { revLoader } from "./domain/rooms.ts";
import { sessionLoader, sweepSessions } from "./domain/sessions.ts";
import { sightLoader } from "./domain/sights.ts";
import { Keyring } from "./domain/tokens.ts";
import { endLeases } from "./domain/upload_leases.ts";
import { sweepVisitors } from "./domain/visitor_ends.ts";
import { welcomeLoader } from "./domain/welcome.ts";
import project from "./deno.json" with { type: "json" };
import { fail } from "./errors.ts";
import { logRefusal } from "./middleware/observe.ts";
import { problemResponse, settle } from "./middleware/problems.ts";
import { Admission } from "./realtime/admission.ts";
import type { ConnectBus } from "./realtime/bus.ts";
import { drainConnections, spreadOf } from "./realtime/drain.ts";
import { Handshake } from "./realtime/handshake.ts";
import { Hub, withHub } from "./realtime/hub.ts";
import { createApi } from "./routes/api.ts";
import { share, type Sharing } from "./sharing.ts";
import { openBlobs } from "./storage.ts";
import { type NoteDelay, watchLoop } from "./telemetry/loop_delay.ts";
import { type Measure, Metrics } from "./telemetry/metrics.ts";

const sweepEveryMs = 3_600_000;

const mediaLimits = {
  // One core stays free for the chats; and each may take half a gibibyte.
  workersMax: Math.min(4, Math.max(1, navigator.hardwareConcurrency - 1)),
  waitingMax: 64,
  withinMs: 20_000,
  idleMs: 30_000,
  pictureBytesMax: 67_108_864,
};

/** What tests put in place of the real thing. */
export interface Replacements {
  readonly clock?: Clock;
  readonly log?: Log;
  readonly database?: Database;
  readonly keyStore?: KeyStore;
  readonly blobs?: App["blobs"];
  readonly bus?: ConnectBus;
  readonly leases?: LeaseStore;
  readonly watchLoop?: (note: NoteDelay) => () => void;
  /** Stands between the hub and the bus that the configuration names. */
  readonly busThrough?: (bus: ConnectBus) => ConnectBus;
}

/** A running Patter without its port: `main.ts` and tests serve `fetch`. */
export interface Patter {
  readonly app: App;
  readonly hub: Hub;
  readonly admission: Admission;
  /** From now on it is in the registry, as listening on this address. */
  announce(address: string): void;
  /** Answers a request that came from `address`. */
  fetch(request: Request, address: string): Promise<Response>;
  /** Lets nobody in any more and lets all connections go over `DRAIN_MS`. */
  drain(): Promise<void>;
  /** Stops everything; what waits to be stored is stored first. */
  close(): Promise<void>;
}

function startOptions(config: Config, log: Pick<Log, "warn">): StartOptions {
  return {
    databaseUrl: config.databaseUrl,
    authority: config.databaseCa,
    replicaUrls: config.databaseReplicaUrls,
    onReplicaFault: (reason) => log.warn("a read replica does not answer", { reason }),
    folder: join(config.dataDir, "postgres"),
    poolMax: config.databasePoolMax,
    timeLimitMs: config.databaseTimeoutMs,
    onWait: (reason) => log.warn("waiting for the database", { reason }),
  };
}

/** Opens and migrates the database that the configuration names. */
export function openConfigured(config: Config, log: Pick<Log, "warn">): Promise<Database> {
  return openWhenReady(startOptions(config, log));
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

/** What an app is made of: the parts it is given, and those that it makes of its configuration. */
interface Making {
  readonly config: Config;
  readonly log: Log;
  readonly clock: Clock;
  readonly sharing: Sharing;
  readonly replacements: Replacements;
}

async function makeParts(making: Making): Promise<AppParts> {
  const { config, log, clock, sharing, replacements } = making;
  const database = replacements.database ?? await openConfigured(config, log);
  const keyStore = replacements.keyStore ??
    await keyStoreFor(config, () => Promise.resolve(database));
  const blobs = replacements.blobs ?? await openBlobs(config, log);
  const keyring = new Keyring(keyStore, clock, {
    issuer: config.tokenIssuer,
    audience: config.tokenAudience,
    ttlMs: config.accessTokenTtlMs,
  });
  // The database may go away again before the keys have been read.
  await whenReady(startOptions(config, log), () => keyring.start());
  // Whoever was writing to an upload was this process before it ended.
  if (config.databaseUrl === null && !replacements.database) await endLeases({ database });
  const leases = replacements.leases ?? sharing.leases;
  const load = new Load({
    delayMsMax: config.overloadDelayMs,
    onChange: (level, delayMs) => log.warn("load", { level, delayMs: Math.round(delayMs) }),
  });
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
    sessionsOfNewcomers: new Gather(sessionLoader(database.orm), 100, 5),
    revs: new Gather(revLoader(database.orm), 1_000),
    mine: new Gather(myLoader(database.orm)),
    welcomes: new Gather(welcomeLoader(database, clock)),
    indexing: new MessageIndexing({ database, log }),
    sights: new Gather(sightLoader(database), 1_000),
    limits: sharing.limits,
    leases,
    dependencies: sharing.dependencies,
    instances: new Instances({ leases, clock, load, log, version: project.version }),
    load,
    blobs,
    media: new MediaWorkers({ ...mediaLimits, pixelsMax: config.imagePixelsMax }, log),
    clock,
    log,
  };
}

function sweep(app: App): void {
  const sweeps = [
    sweepKeys,
    sweepSessions,
    sweepMessages,
    sweepAttachments,
    sweepVisitors,
    settleInbox,
  ];
  Promise.all(sweeps.map((one) => one(app)))
    .catch((error) => app.log.error("sweep failed", error));
}

/** What a monitor is told. */
function measuresOf({ load, messageLog, dependencies }: App, hub: Hub): Measure[] {
  const { admission } = hub;
  return [
    { name: "connections", help: "Connections, closing ones too", read: () => admission.count },
    { name: "users", help: "Users with a connection", read: () => hub.sizes.users },
    { name: "rooms", help: "Conversations with a connection", read: () => hub.sizes.rooms },
    {
      name: "closing_bytes",
      help: "Unsent bytes of closed sockets whose peers do not read",
      read: () => admission.closingBytes(),
    },
    {
      name: "loop_delay_seconds",
      help: "Delay of the event loop that was never undercut in half a second",
      read: () => load.delayMs / 1_000,
    },
    { name: "load_level", help: "Levels of work left undone", read: () => load.level },
    {
      name: "sends_under_way",
      help: "Messages on their way into the database",
      read: () => messageLog.size,
    },
    {
      name: "degraded",
      help: "1 while a service is away that can be done without",
      read: () => Number(dependencies.some(({ isUp }) => !isUp)),
    },
    { name: "draining", help: "1 while it shuts down", read: () => Number(admission.isDraining) },
    {
      name: "resident_memory_bytes",
      help: "Memory of the process",
      read: () => Deno.memoryUsage().rss,
    },
  ];
}

async function drain({ config, instances }: App, hub: Hub): Promise<void> {
  const { admission } = hub;
  admission.drain();
  // The others need not wait for this to know that nobody is to be sent here.
  void instances.renew();
  const spreadMs = spreadOf(admission.count, instances.successors, config);
  await drainConnections(hub, { drainMs: config.drainMs, spreadMs });
}

/** Makes a Patter of its configuration. */
export async function createPatter(
  config: Config,
  log: Log,
  replacements: Replacements = {},
): Promise<Patter> {
  const clock = replacements.clock ?? { now: () => new Date() };
  const { busThrough = (bus) => bus } = replacements;
  const sharing = share({ config, clock, log });
  const parts = await makeParts({ config, log, clock, sharing, replacements });
  const admission = new Admission(config, clock, parts.load);
  const hub = new Hub(parts, admission, { bus: busThrough(replacements.bus ?? sharing.bus) });
  const app = withHub(parts, hub);
  const handshake = new Handshake(app, hub, admission);
  const upgrade = (request: Request, address: string) => handshake.upgrade(request, address);
  const metrics = new Metrics(measuresOf(app, hub));
  const pages = await loadWebPages();
  if (pages.size === 0) log.warn("no pages for browsers: deno task build:web makes them");
  const api = createApi(app, { readiness: admission, metrics, plainSocket: upgrade, pages });
  const sweeper = setInterval(() => sweep(app), sweepEveryMs);
  app.indexing.start();
  const watch = replacements.watchLoop ?? watchLoop;
  const stopWatching = watch((delayMs, elapsedMs) => app.load.note(delayMs, elapsedMs));

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
    announce: (address) => app.instances.announce(config.instanceAddress || address, admission),
    drain: () => drain(app, hub),
    async close() {
      clearInterval(sweeper);
      stopWatching();
      await app.instances.close();
      await app.indexing.close();
      await app.media.close();
      await hub.close();
      sharing.close();
      await app.messageLog.drain();
      // A database that was handed in is its owner's to close.
      if (replacements.database === undefined) await app.database.close();
    },
  };
}
