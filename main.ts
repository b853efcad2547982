/** Starts the server: configuration, data folder, port, and an orderly end. */
import { join } from "node:path";
import { createPatter, type Patter } from "./app.ts";
import { type Config, ConfigError, configFromEnvironment } from "./config.ts";
import type { Log } from "./domain/app.ts";
import { startLog, stopLog } from "./telemetry/log.ts";

/** A second process on the same embedded database would corrupt it. */
async function lockFolder(folder: string): Promise<Deno.FsFile> {
  await Deno.mkdir(folder, { recursive: true });
  const file = await Deno.open(join(folder, "lock"), { create: true, write: true });
  // Held until the process ends, however it ends.
  if (await file.tryLock(true)) return file;
  throw new ConfigError(`DATA_DIR: another process is using "${folder}"`);
}

// Each proxy in front adds the address it saw: ours are the last so many, the client's is before.
function clientAddress(request: Request, peer: string, trustedProxies: number): string {
  if (trustedProxies === 0) return peer;
  const seen = (request.headers.get("x-forwarded-for") ?? "").split(",").map((one) => one.trim());
  return seen.at(-trustedProxies) || peer;
}

function serve(config: Config, patter: Patter, log: Log): Deno.HttpServer<Deno.NetAddr> {
  return Deno.serve({
    port: config.port,
    hostname: config.host,
    onListen: ({ hostname, port }) => log.info("listening", { hostname, port }),
  }, (request, { remoteAddr }) => {
    const peer = remoteAddr.hostname;
    return patter.fetch(request, clientAddress(request, peer, config.trustedProxies));
  });
}

function onSignals(act: (signal: Deno.Signal) => void): void {
  for (const signal of ["SIGTERM", "SIGINT"] as const) {
    Deno.addSignalListener(signal, () => act(signal));
  }
}

async function shutDown(patter: Patter, server: Deno.HttpServer, log: Log): Promise<void> {
  await patter.drain();
  // Requests under way are answered; what a client never finishes is not waited for.
  const giveUp = setTimeout(() => Deno.exit(0), 10_000);
  await server.shutdown();
  await patter.close();
  clearTimeout(giveUp);
  log.info("stopped");
  await stopLog();
  Deno.exit(0);
}

async function main(): Promise<void> {
  const config = configFromEnvironment();
  const log = await startLog(config.logLevel);
  if (config.rateLimits === "off") log.warn("RATE_LIMITS=off: anyone may flood this server");
  if (config.databaseUrl === null) await lockFolder(config.dataDir);
  const patter = await createPatter(config, log);
  const server = serve(config, patter, log);
  let isStopping = false;
  onSignals((signal) => {
    log.info("stopping", { signal });
    if (isStopping) Deno.exit(1);
    isStopping = true;
    void shutDown(patter, server, log);
  });
}

try {
  await main();
} catch (error) {
  if (!(error instanceof ConfigError)) throw error;
  await Deno.stderr.write(new TextEncoder().encode(`${error.message}\n`));
  Deno.exit(78);
}
