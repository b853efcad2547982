/** The members of a group: who they are, bringing some in, taking one out, leaving. */
import { and, asc, eq, gt, inArray, isNull } from "drizzle-orm";
import { transact, type Transaction } from "../db/client.ts";
import { members } from "../db/schema/mod.ts";
import { fail } from "../errors.ts";
import type { Additions, Member } from "../schemas/conversations.ts";
import type { Page } from "../schemas/fields.ts";
import type { Actor, App } from "./app.ts";
import { ChangeSet, lockConversation, toMember } from "./change_set.ts";
import { badCursor, decodeCursor, pageFrom } from "./cursors.ts";
import { requireRoom } from "./groups.ts";
import { mayAddMembers, mayRemove, mayTakePart } from "./policy.ts";
import { loadSeat, type Seat } from "./seats.ts";
import { usersById } from "./users.ts";

async function seatUnderLock(
  app: App,
  tx: Transaction,
  who: { conversationId: string; userId: string },
): Promise<Seat> {
  const seat = await loadSeat(app, tx, who);
  if (seat?.kind !== "group") throw fail("notFound");
  return seat;
}

async function livingAmong(tx: Transaction, conversationId: string, ids: readonly string[]) {
  const rows = await tx.select({ userId: members.userId }).from(members).where(and(
    eq(members.conversationId, conversationId),
    inArray(members.userId, [...ids]),
    isNull(members.leftAt),
  ));
  return new Set(rows.map(({ userId }) => userId));
}

/**
 * Brings users into a group at once: its leaders may, in an open group any member.
 * @throws `notFound`, `notMember`, `notAllowed`, `conversationDismissed`.
 */
export async function addMembers(
  app: App,
  actor: Actor,
  input: { groupId: string; userIds: readonly string[] },
): Promise<Additions> {
  const { groupId, userIds } = input;
  const { changes, added } = await transact(app.database, async (tx) => {
    const row = await lockConversation(tx, groupId);
    const seat = await seatUnderLock(app, tx, { conversationId: groupId, userId: actor.userId });
    const refusal = mayAddMembers(seat, row.joinPolicy);
    if (refusal !== null) throw fail(refusal);
    await usersById(tx, userIds);
    const already = await livingAmong(tx, groupId, userIds);
    const added = userIds.filter((id) => !already.has(id));
    if (added.length === 0) return { changes: null, added };
    requireRoom(app, row, added.length);
    const set = new ChangeSet(tx, row, app.clock.now());
    await set.join(added, () => "member");
    await set.say({ event: "invited", actorId: actor.userId, userIds: added });
    set.changeState({});
    return { changes: await set.finish(), added };
  });
  if (changes !== null) {
    await app.live.changed(changes);
    await app.live.joined(groupId, added);
  }
  const joined = new Set(added);
  return {
    items: userIds.map((userId) => ({
      userId,
      status: joined.has(userId) ? "joined" : "alreadyMember",
    })),
  };
}

/**
 * Removes a member of a lower rank, or leaves when it is oneself. Their live connections stop
 * following before this resolves.
 * @throws `notFound`, `notMember`, `notAllowed`, `ownerMustTransfer`, `conversationDismissed`.
 */
export async function removeMember(
  app: App,
  actor: Actor,
  input: { groupId: string; userId: string },
): Promise<void> {
  const { groupId, userId } = input;
  const isSelf = userId === actor.userId;
  const reason = isSelf ? "left" : "removed";
  const changes = await transact(app.database, async (tx) => {
    const row = await lockConversation(tx, groupId);
    const seat = await seatUnderLock(app, tx, { conversationId: groupId, userId: actor.userId });
    const theirs = isSelf ? seat : await loadSeat(app, tx, { conversationId: groupId, userId });
    const refusal = mayRemove(seat, { isSelf, role: theirs?.role ?? "member" });
    if (refusal !== null) throw fail(refusal);
    if (theirs === null || theirs.leftAt !== null) throw fail("notFound");
    const set = new ChangeSet(tx, row, app.clock.now());
    await set.say({ event: reason, actorId: actor.userId, userIds: [userId] });
    set.changeState({ memberCount: row.memberCount - 1 });
    await set.leave(userId, reason);
    return await set.finish();
  });
  await app.live.changed(changes, [{ userId, reason }]);
}

/**
 * The living members of a group, in the order they came.
 * @throws `notFound` for a stranger, `notMember` for a former member.
 */
export async function listMembers(
  app: App,
  actor: Actor,
  input: { groupId: string; limit: number; cursor?: string | undefined },
): Promise<Page<Member>> {
  const { groupId, limit, cursor } = input;
  const orm = app.database.orm;
  const seat = await loadSeat(app, orm, { conversationId: groupId, userId: actor.userId });
  if (seat?.kind !== "group") throw fail("notFound");
  const refusal = mayTakePart({ ...seat, dismissedAt: null });
  if (refusal !== null) throw fail(refusal);
  const after = Number(cursor === undefined ? 0 : decodeCursor(cursor, "cursor", 1)[0] || NaN);
  if (!Number.isSafeInteger(after)) throw badCursor("cursor");
  const rows = await orm.select().from(members)
    .where(and(
      eq(members.conversationId, groupId),
      isNull(members.leftAt),
      gt(members.joinedRev, after),
    ))
    .orderBy(asc(members.joinedRev)).limit(limit + 1);
  const page = pageFrom(rows, limit, ({ joinedRev }) => joinedRev);
  return { ...page, items: page.items.map(toMember) };
}
