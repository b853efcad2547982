/** An instance as a run starts it: the server itself, but its bus may lose packets, and a bug may be planted. */
import { createPatter, openConfigured } from "../../app.ts";
import { type Config, configFromEnvironment } from "../../config.ts";
import type { Log } from "../../domain/app.ts";
import { keepGoing } from "../../telemetry/keep_going.ts";
import { endFailed, startLog, stopLog } from "../../telemetry/log.ts";
import { type Faults, LossyBus } from "../support/lossy_bus.ts";
import { bugs } from "./planted.ts";

const lookEveryMs = 200;
const closeLimitMs = 4_000;
// Everybody whose session was ended signs in anew: hashed at a real cost, that alone would keep the
// machine busy, and wholeness would be a matter of its cores.
const passwordCost = 4;

/** What packets suffer stands in a file: it reaches an instance that was frozen or has just started. */
function watchPackets(path: string, take: (faults: Faults) => void): void {
  setInterval(() => {
    const text = Deno.readTextFileSync(path);
    if (text !== "") take(JSON.parse(text));
  }, lookEveryMs);
}

async function main(): Promise<void> {
  const config = { ...configFromEnvironment(), passwordCost };
  const log = await startLog(config.logLevel);
  keepGoing(log);
  await run(config, log).catch((error) => endFailed(log, "start failed", error));
}

async function run(config: Config, log: Log): Promise<void> {
  const bug = bugs[Deno.env.get("FAULTS_BUG") ?? ""] ?? {};
  const opened = await openConfigured(config, log);
  const database = bug.database?.(opened) ?? opened;
  const patter = await createPatter(config, log, {
    database,
    busThrough(inner) {
      const bus = new LossyBus(Number(Deno.env.get("FAULTS_SEED")), {}, inner);
      watchPackets(Deno.env.get("FAULTS_PACKETS")!, (faults) => void (bus.faults = faults));
      return bus.connect;
    },
  });
  bug.patter?.(patter);
  const { host: hostname, port } = config;
  const onListen = (address: Deno.NetAddr) => log.warn("listening", { port: address.port });
  const server = Deno.serve(
    { hostname, port, onListen },
    (request, { remoteAddr }) => patter.fetch(request, remoteAddr.hostname),
  );
  Deno.addSignalListener("SIGTERM", async () => {
    await patter.drain();
    const closing = server.shutdown().then(() => patter.close()).then(() => opened.close());
    await Promise.race([closing, new Promise((done) => setTimeout(done, closeLimitMs))]);
    await stopLog();
    Deno.exit(0);
  });
}

if (import.meta.main) await main();
