/** Friendships: two rows a pair, made by an accepted request, ended by either. */
import { and, asc, eq, gt, or, sql } from "drizzle-orm";
import { type Queryable, transact, type Transaction } from "../db/client.ts";
import { blocks, conversations, friendships, users } from "../db/schema/mod.ts";
import { fail } from "../errors.ts";
import type { Page } from "../schemas/fields.ts";
import type { Friend } from "../schemas/friends.ts";
import type { Actor, App } from "./app.ts";
import { decodeIdCursor, pageFrom } from "./cursors.ts";
import { toUser, type UserRow } from "./users.ts";

type FriendRow = typeof friendships.$inferSelect;

/** The two of a pair in one order, whoever asks. */
export function pairOf(one: string, other: string): { low: string; high: string } {
  return one < other ? { low: one, high: other } : { low: other, high: one };
}

/** Lets no two transactions change what is between the same two people at once. */
export async function lockPair(tx: Transaction, one: string, other: string): Promise<void> {
  const { low, high } = pairOf(one, other);
  await tx.execute(sql`select pg_advisory_xact_lock(hashtextextended(${low + high}, 0))`);
}

/** Whether they are friends. */
export async function areFriends(on: Queryable, one: string, other: string): Promise<boolean> {
  const [row] = await on.select({ since: friendships.since }).from(friendships)
    .where(and(eq(friendships.userId, one), eq(friendships.friendId, other)));
  return row !== undefined;
}

/** Whether one blocks the other; not whether either does. */
export async function isBlocking(on: Queryable, one: string, other: string): Promise<boolean> {
  const [row] = await on.select({ since: blocks.since }).from(blocks)
    .where(and(eq(blocks.userId, one), eq(blocks.blockedId, other)));
  return row !== undefined;
}

/**
 * Whoever decided on what was between two people must decide again: see `append_messages`. Within a
 * transaction that holds their lock.
 */
export async function moveGuard(tx: Transaction, one: string, other: string): Promise<void> {
  const { low, high } = pairOf(one, other);
  await tx.update(conversations).set({ guard: sql`${conversations.guard} + 1` })
    .where(and(eq(conversations.directLow, low), eq(conversations.directHigh, high)));
}

/** Makes two people friends, within a transaction that holds their lock. */
export async function befriend(tx: Transaction, input: {
  requesterId: string;
  addresseeId: string;
  addresseeRemark: string | null;
  source: string | null;
  at: Date;
}): Promise<void> {
  const { requesterId, addresseeId, addresseeRemark, source, at: since } = input;
  await tx.insert(friendships).values([
    { userId: requesterId, friendId: addresseeId, remark: null, source, since },
    { userId: addresseeId, friendId: requesterId, remark: addresseeRemark, source, since },
  ]).onConflictDoNothing();
  await moveGuard(tx, requesterId, addresseeId);
}

function toFriend(row: FriendRow, user: UserRow, online: boolean): Friend {
  return {
    user: toUser(user),
    remark: row.remark,
    source: row.source,
    since: row.since.toISOString(),
    online,
  };
}

async function readFriend(
  tx: Transaction,
  who: { userId: string; friendId: string; online: boolean },
): Promise<Friend | null> {
  const [row] = await tx.select().from(friendships)
    .innerJoin(users, eq(users.id, friendships.friendId))
    .where(and(eq(friendships.userId, who.userId), eq(friendships.friendId, who.friendId)));
  return row === undefined ? null : toFriend(row.friendships, row.users, who.online);
}

/** Tells each of two new friends of the other. */
export async function tellFriends(app: App, one: string, other: string): Promise<void> {
  // Asked before the lock is taken: the store of leases may be far away.
  const here = await app.live.presence.onlineAmong([one, other]);
  await transact(app.database, async (tx) => {
    // Under the lock: an end that follows closely is told after it.
    await lockPair(tx, one, other);
    for (const [userId, friendId] of [[one, other], [other, one]] as const) {
      const params = await readFriend(tx, { userId, friendId, online: here.has(friendId) });
      // Either may have ended it again already.
      if (params !== null) app.live.tell(userId, { method: "friend.added", params });
    }
  });
  sightsChanged(app, one, other);
}

// Of each other.
function sightsChanged(app: App, one: string, other: string): void {
  app.live.presence.sightChanged(one, other);
  app.live.presence.sightChanged(other, one);
}

/** My friends, by their id. */
export async function listFriends(
  app: App,
  actor: Actor,
  input: { limit: number; cursor?: string | undefined },
): Promise<Page<Friend>> {
  const after = decodeIdCursor(input.cursor);
  const rows = await app.database.orm.select().from(friendships)
    .innerJoin(users, eq(users.id, friendships.friendId))
    .where(and(
      eq(friendships.userId, actor.userId),
      after === undefined ? undefined : gt(friendships.friendId, after),
    ))
    .orderBy(asc(friendships.friendId))
    .limit(input.limit + 1);
  const here = await app.live.presence.onlineAmong(rows.map(({ users }) => users.id));
  const friends = rows.map((row) => toFriend(row.friendships, row.users, here.has(row.users.id)));
  return pageFrom(friends, input.limit, (friend) => friend.user.id);
}

/**
 * Gives a friend a name that only I see; null takes it away.
 * @throws `notFound` when they are no friend of mine.
 */
export async function remarkFriend(
  app: App,
  actor: Actor,
  input: { userId: string; remark: string | null },
): Promise<Friend> {
  const { userId } = actor;
  const online = (await app.live.presence.onlineAmong([input.userId])).has(input.userId);
  const friend = await transact(app.database, async (tx) => {
    // Of two remarks at once the last is told last, and none after the friendship has ended.
    await lockPair(tx, userId, input.userId);
    await tx.update(friendships).set({ remark: input.remark }).where(
      and(eq(friendships.userId, userId), eq(friendships.friendId, input.userId)),
    );
    return await readFriend(tx, { userId, friendId: input.userId, online });
  });
  if (friend === null) throw fail("notFound");
  app.live.tell(actor.userId, { method: "friend.changed", params: friend });
  return friend;
}

/** Ends a friendship, within a transaction that holds its lock; false when there was none. */
export async function endFriendship(tx: Transaction, one: string, other: string): Promise<boolean> {
  const gone = await tx.delete(friendships).where(or(
    and(eq(friendships.userId, one), eq(friendships.friendId, other)),
    and(eq(friendships.userId, other), eq(friendships.friendId, one)),
  )).returning();
  if (gone.length > 0) await moveGuard(tx, one, other);
  return gone.length > 0;
}

/** Tells each of two that the other is no friend any more. */
export function tellParted(app: App, one: string, other: string): void {
  app.live.tell(one, { method: "friend.removed", params: { userId: other } });
  app.live.tell(other, { method: "friend.removed", params: { userId: one } });
  sightsChanged(app, one, other);
}

/**
 * Ends a friendship for both. Their conversation stays readable.
 * @throws `notFound` when they are no friend of mine.
 */
export async function removeFriend(app: App, actor: Actor, userId: string): Promise<void> {
  await transact(app.database, async (tx) => {
    await lockPair(tx, actor.userId, userId);
    if (!await endFriendship(tx, actor.userId, userId)) throw fail("notFound");
  });
  tellParted(app, actor.userId, userId);
}
