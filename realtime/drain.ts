/** Shutting down: connections are told, then let go one after the other, so that they do not all come back at once. */
import type { Config } from "../config.ts";
import type { Connection } from "./connection.ts";
import { encodeNotification } from "./encode.ts";
import type { Hub } from "./hub.ts";

const stepMs = 50;
const leaveWithinMs = 2_000;

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** Over which time connections end here, and over which they begin elsewhere. */
export interface DrainTimes {
  readonly drainMs: number;
  readonly spreadMs: number;
}

/**
 * Over which time so many clients come back: those who take over open only so many connections a
 * second. At least as long as it takes to let them go, so that nobody waits who need not.
 */
export function spreadOf(
  connections: number,
  successors: number,
  config: Pick<Config, "drainMs" | "reconnectsPerSecond" | "reconnectMsMax">,
): number {
  // Where there is no other, it is this one that comes back.
  const perSecond = config.reconnectsPerSecond * Math.max(1, successors);
  const neededMs = Math.ceil(connections * 1_000 / perSecond);
  return Math.max(config.drainMs, Math.min(neededMs, config.reconnectMsMax));
}

/**
 * Tells all connections when to come back, and closes them one after the other over `drainMs`, each
 * once what it asked for has been answered. Who goes first comes back first. Nobody may be let in any
 * more. Resolves when all have ended.
 */
export async function drainConnections(
  hub: Hub,
  { drainMs, spreadMs }: DrainTimes,
): Promise<void> {
  const leaving = new Set<Connection>();
  const startedAt = performance.now();
  for (let closed = 0; tellAll(hub, leaving, spreadMs) > closed;) {
    const elapsedMs = performance.now() - startedAt;
    const part = drainMs === 0 ? 1 : Math.min(elapsedMs / drainMs, 1);
    const due = Math.ceil(leaving.size * part);
    for (const connection of [...leaving].slice(closed, due)) connection.drain();
    closed = due;
    if (closed < leaving.size) await pause(stepMs);
  }
  await endAll(hub);
}

// Those too whose upgrade was under way when it began.
function tellAll(hub: Hub, told: Set<Connection>, spreadMs: number): number {
  const untold = [...hub.connections()].filter((connection) => !told.has(connection));
  untold.forEach((connection, place) => {
    // Each has a slot of its own, and a moment in it by chance.
    const reconnectInMs = Math.round((place + Math.random()) / untold.length * spreadMs);
    connection.push(encodeNotification({ method: "server.draining", params: { reconnectInMs } }));
    told.add(connection);
  });
  return told.size;
}

// What is in flight has been answered by then, or its database does not answer.
async function endAll(hub: Hub): Promise<void> {
  for (const connection of [...hub.connections()]) connection.drain();
  const giveUpAt = performance.now() + leaveWithinMs;
  while (hub.sizes.users > 0 && performance.now() < giveUpAt) await pause(stepMs);
  for (const connection of [...hub.connections()]) connection.close("restarting");
}
