/** Starts the server: configuration, data folder, port, and an orderly end. */
import { createPatter, type Patter } from "./app.ts";
import { type Config, ConfigError, configFromEnvironment } from "./config.ts";
import { lockFolder } from "./db/folder_lock.ts";
import { NoDatabase } from "./db/open.ts";
import type { Log } from "./domain/app.ts";
import { keepGoing } from "./telemetry/keep_going.ts";
import { endFailed, flushLog, startLog, stopLog } from "./telemetry/log.ts";

const shutdownWithinMs = 5_000;
const hurryWithinMs = 500;
const lookEveryMs = 10;

// Each proxy in front adds the address it saw: ours are the last so many, the client's is before.
function clientAddress(request: Request, peer: string, trustedProxies: number): string {
  if (trustedProxies === 0) return peer;
  const seen = (request.headers.get("x-forwarded-for") ?? "").split(",").map((one) => one.trim());
  return seen.at(-trustedProxies) || peer;
}

function serve(config: Config, patter: Patter, log: Log): Deno.HttpServer<Deno.NetAddr> {
  const { host: hostname, port, trustedProxies } = config;
  const onListen = ({ hostname, port }: Deno.NetAddr) => {
    log.info("listening", { hostname, port });
    patter.announce(`${hostname}:${port}`);
  };
  try {
    return Deno.serve({ hostname, port, onListen }, (request, { remoteAddr }) => {
      return patter.fetch(request, clientAddress(request, remoteAddr.hostname, trustedProxies));
    });
  } catch (error) {
    if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    throw new ConfigError(`PORT: ${port} is in use`);
  }
}

function onSignals(act: (signal: Deno.Signal) => void): void {
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    Deno.addSignalListener(signal, () => act(signal));
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

async function socketsGone({ admission }: Patter, withinMs: number): Promise<void> {
  const giveUpAt = performance.now() + withinMs;
  while (admission.count > 0 && performance.now() < giveUpAt) await pause(lookEveryMs);
}

async function shutDown(patter: Patter, server: Deno.HttpServer, log: Log): Promise<void> {
  await patter.drain();
  // The runtime would close what is not closed yet, and with a code of its own.
  await socketsGone(patter, shutdownWithinMs);
  // Requests under way are answered; what a client never finishes is not waited for.
  await Promise.race([server.shutdown(), pause(shutdownWithinMs)]);
  await Promise.race([patter.close(), pause(shutdownWithinMs)]);
  log.info("stopped");
  await stopLog();
  Deno.exit(0);
}

// After a second signal nobody is let go slowly any more, but what is in flight is still answered:
// `deno task` passes SIGTERM on, so a server whose whole group gets it, as from systemd, gets it twice.
async function hurry(patter: Patter): Promise<void> {
  for (const connection of [...patter.hub.connections()]) connection.drain();
  await socketsGone(patter, hurryWithinMs);
  flushLog();
  Deno.exit(patter.admission.count > 0 ? 1 : 0);
}

async function run(config: Config, log: Log): Promise<void> {
  const patter = await createPatter(config, log);
  const server = serve(config, patter, log);
  let signals = 0;
  onSignals((signal) => {
    log.info("stopping", { signal });
    if (++signals > 2) Deno.exit(1);
    const ending = signals === 1 ? shutDown(patter, server, log) : hurry(patter);
    ending.catch((error) => endFailed(log, "shutdown failed", error));
  });
}

// The operator is told in a line what is to be mended.
function isExpected(error: unknown): error is Error {
  return error instanceof ConfigError || error instanceof NoDatabase;
}

async function main(): Promise<void> {
  const config = configFromEnvironment();
  const log = await startLog(config.logLevel);
  if (config.rateLimits === "off") log.warn("RATE_LIMITS=off: anyone may flood this server");
  if (config.databaseUrl === null) await lockFolder(config.dataDir);
  // From here on: the database's driver may throw beside all calls while it waits for the database.
  keepGoing(log);
  await run(config, log).catch((error) => {
    if (isExpected(error)) throw error;
    // Thrown on it would be one more fault that the process survives, without ever listening.
    endFailed(log, "start failed", error);
  });
}

try {
  await main();
} catch (error) {
  flushLog();
  if (!isExpected(error)) throw error;
  await Deno.stderr.write(new TextEncoder().encode(`${error.message}\n`));
  Deno.exit(78);
}
