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
  const leaving = [...hub.connections()];
  for (const connection of leaving) sayDraining(connection, drainMs);
  const startedAt = performance.now();
  for (let closed = 0; closed < leaving.length;) {
    const elapsedMs = performance.now() - startedAt;
    const due = drainMs === 0 ? leaving.length : Math.ceil(leaving.length * elapsedMs / drainMs);
    while (closed < Math.min(due, leaving.length)) leaving[closed++]!.drain();
    if (closed < leaving.length) await pause(stepMs);
  }
  await endAll(hub);
}

// Spread by a random time: all at once would be a storm on whoever takes over.
function sayDraining(connection: Connection, drainMs: number): void {
  const reconnectInMs = Math.round(Math.random() * drainMs);
  connection.push(encodeNotification({ method: "server.draining", params: { reconnectInMs } }));
}

// What is in flight has been answered by then, or its database does not answer.
async function endAll(hub: Hub): Promise<void> {
  const giveUpAt = performance.now() + leaveWithinMs;
  while (hub.sizes.users > 0 && performance.now() < giveUpAt) await pause(stepMs);
  for (const connection of [...hub.connections()]) connection.close("restarting");
}
