/** How a connection begins: what it follows is read, joined, and told in `session.ready`. */
import { loadWelcome, type Welcome } from "../domain/rooms.ts";
import type { Connection } from "./connection.ts";
import { encodeNotification } from "./encode.ts";
import type { Hub } from "./hub.ts";
import type { Room } from "./room.ts";

/** Lets a connection into its user's rooms and sends `session.ready` as its first frame. */
export async function openConnection(hub: Hub, connection: Connection): Promise<void> {
  try {
    const welcome = await loadWelcome(hub.app, connection.userId);
    // It may have closed meanwhile: joining now would leave it in the rooms for ever.
    if (!connection.isOpen) return;
    const begun = attachAll(hub, connection, welcome);
    sayReady(hub, connection, welcome);
    const { joined } = connection.opening!;
    connection.ready();
    for (const id of joined) void hub.follow(id, [connection.userId]);
    // Between reading how far they had come and listening to them, something may have happened.
    if (begun.length > 0) await hub.repair.verify(begun);
  } catch (error) {
    hub.app.log.error("opening failed", error, { connectionId: connection.id });
    connection.close("overloaded");
  }
}

/** Gives the rooms that this connection is the first in. */
function attachAll(hub: Hub, connection: Connection, welcome: Welcome): Room[] {
  const begun: Room[] = [];
  const { left } = connection.opening!;
  for (const [conversationId, rev] of welcome.revs) {
    if (left.has(conversationId)) continue;
    const { room, isNew } = hub.roomOf(conversationId);
    if (isNew) begun.push(room);
    room.attach(connection, rev);
  }
  return begun;
}

function sayReady(hub: Hub, connection: Connection, welcome: Welcome): void {
  const { config, clock } = hub.app;
  connection.push(encodeNotification({
    method: "session.ready",
    params: {
      connectionId: connection.id,
      sessionId: connection.actor.sessionId,
      userId: connection.userId,
      serverTime: clock.now().toISOString(),
      pingIntervalMs: config.pingIntervalMs,
      tokenExpiresAt: new Date(connection.tokenExpiresAt).toISOString(),
      syncCursor: welcome.syncCursor,
      pending: { friendRequests: welcome.friendRequests, groupRequests: 0 },
    },
  }));
}
