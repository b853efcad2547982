/** How a connection begins: what it follows is read, joined, and told in `session.ready`. */
import type { Welcome } from "../domain/welcome.ts";
import type { Connection } from "./connection.ts";
import { encodeNotification } from "./encode.ts";
import type { Hub } from "./hub.ts";
import type { Room } from "./room.ts";

/** Lets a connection into its user's rooms and sends `session.ready` as its first frame. */
export async function openConnection(hub: Hub, connection: Connection): Promise<void> {
  try {
    // The session is looked at again: what ended it after the check before the upgrade did not find
    // this connection here yet.
    const welcome = await hub.app.welcomes.get(connection.actor.sessionId);
    // It may have closed meanwhile: joining now would leave it in the rooms for ever.
    if (!connection.isOpen) return;
    if (welcome === undefined) return connection.close("sessionRevoked");
    if (welcome.ended !== null) return connection.close(welcome.ended);
    hub.following.lookFrom(welcome.position);
    const begun = attachAll(hub, connection, welcome);
    const { joined } = connection.opening!;
    hub.presence.came(connection, welcome);
    connection.ready(readyNotice(hub, connection, welcome));
    for (const id of joined) void hub.following.follow(id, [connection.userId]);
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
  const { joined, left } = connection.opening!;
  for (const [conversationId, rev, firstSeq] of welcome.revs) {
    if (left.has(conversationId)) continue;
    const { room, isNew } = hub.roomOf(conversationId);
    if (isNew) begun.push(room);
    if (!room.attach(connection, rev, firstSeq)) joined.add(conversationId);
  }
  return begun;
}

function readyNotice(hub: Hub, connection: Connection, welcome: Welcome): string {
  const { config, clock } = hub.app;
  return encodeNotification({
    method: "session.ready",
    params: {
      connectionId: connection.id,
      sessionId: connection.actor.sessionId,
      userId: connection.userId,
      serverTime: clock.now().toISOString(),
      pingIntervalMs: config.pingIntervalMs,
      tokenExpiresAt: new Date(connection.tokenExpiresAt).toISOString(),
      syncCursor: welcome.syncCursor,
      pending: {
        friendRequests: welcome.friendRequests,
        groupRequests: welcome.groupRequests,
      },
    },
  });
}
