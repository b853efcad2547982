/** Shutting down: connections are told, then let go one after the other, so that they do not all come back at once. */
import type { Admission } from "./admission.ts";
import type { Connection } from "./connection.ts";
import { encodeNotification } from "./encode.ts";
import type { Hub } from "./hub.ts";

const stepMs = 50;
const leaveWithinMs = 2_000;

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/**
 * Lets nobody in, tells all connections when to come back, and closes them spread over `drainMs`;
 * each once what it asked for has been answered. Resolves when all have ended.
 */
export async function drainConnections(
  hub: Hub,
  admission: Admission,
  drainMs: number,
): Promise<void> {
  admission.drain();
  const leaving = new Set<Connection>();
  const startedAt = performance.now();
  for (let closed = 0; tellAll(hub, leaving, drainMs) > closed;) {
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
function tellAll(hub: Hub, told: Set<Connection>, drainMs: number): number {
  for (const connection of hub.connections()) {
    if (!told.has(connection)) sayDraining(connection, drainMs);
    told.add(connection);
  }
  return told.size;
}

// Spread by a random time: all at once would be a storm on whoever takes over.
function sayDraining(connection: Connection, drainMs: number): void {
  const reconnectInMs = Math.round(Math.random() * drainMs);
  connection.push(encodeNotification({ method: "server.draining", params: { reconnectInMs } }));
}

// What is in flight has been answered by then, or its database does not answer.
async function endAll(hub: Hub): Promise<void> {
  for (const connection of [...hub.connections()]) connection.drain();
  const giveUpAt = performance.now() + leaveWithinMs;
  while (hub.sizes.users > 0 && performance.now() < giveUpAt) await pause(stepMs);
  for (const connection of [...hub.connections()]) connection.close("restarting");
}
