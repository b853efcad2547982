/** What a round has left in the rows, in words: who is in a group, what waits, what is between two. */
import { and, asc, eq, inArray, isNull } from "drizzle-orm";
import type { Queryable } from "../../db/client.ts";
import {
  blocks,
  friendRequests,
  friendships,
  groupRequests,
  members,
  messages,
} from "../../db/schema/mod.ts";
import type { SystemBody } from "../../schemas/messages.ts";
import { Person } from "../support/world.ts";

/** People by the names that they have in a round. */
type Cast = object;

function nameIn(scene: Cast, id: string | null): string {
  const found = Object.entries(scene).find(([, one]) => one instanceof Person && one.id === id);
  return found?.[0] ?? "nobody";
}

/** The living members of a group with their roles, as in `ana owner, bo member`. */
export async function membersIn(on: Queryable, scene: Cast & { id: string }): Promise<string> {
  const rows = await on.select({ userId: members.userId, role: members.role }).from(members)
    .where(and(eq(members.conversationId, scene.id), isNull(members.leftAt)));
  return rows.map(({ userId, role }) => `${nameIn(scene, userId)} ${role}`).sort().join(", ");
}

/** The members, and what has become of the requests, as in `ana owner; dee applied, pending`. */
export async function requestsIn(on: Queryable, scene: Cast & { id: string }): Promise<string> {
  const rows = await on.select().from(groupRequests).where(eq(groupRequests.groupId, scene.id))
    .orderBy(asc(groupRequests.id));
  const requests = rows.map(({ requesterId, source, status, handledBy }) => {
    const filed = `${nameIn(scene, requesterId)} ${source === "apply" ? "applied" : "proposed"}`;
    return `${filed}, ${status}${handledBy === null ? "" : ` by ${nameIn(scene, handledBy)}`}`;
  });
  return [await membersIn(on, scene), ...requests].join("; ");
}

/** What was said, in order: events of the system, and the `clientId` of what people sent. */
export async function saidIn(on: Queryable, { id }: { id: string }): Promise<string> {
  const rows = await on.select().from(messages).where(eq(messages.conversationId, id))
    .orderBy(asc(messages.seq));
  return rows.map(({ clientId, body }) => clientId ?? (body as SystemBody).event).join(", ");
}

/** What is between two: requests, friendship, blocks, as in `ana asked, accepted; friends`. */
export async function between(on: Queryable, pair: { ana: Person; bo: Person }): Promise<string> {
  const both = [pair.ana.id, pair.bo.id];
  const asked = await on.select().from(friendRequests)
    .where(and(
      inArray(friendRequests.requesterId, both),
      inArray(friendRequests.addresseeId, both),
    )).orderBy(asc(friendRequests.id));
  const friends = await on.select().from(friendships)
    .where(and(inArray(friendships.userId, both), inArray(friendships.friendId, both)));
  const blocked = await on.select().from(blocks)
    .where(and(inArray(blocks.userId, both), inArray(blocks.blockedId, both)));
  return [
    ...asked.map(({ requesterId, status, silent }) =>
      `${nameIn(pair, requesterId)} asked, ${silent ? "silent" : status}`
    ),
    ...(friends.length > 0 ? ["friends"] : []),
    ...blocked.map(({ userId }) => `${nameIn(pair, userId)} blocks`),
  ].join("; ");
}
