/** Changing oneself, and telling everyone whose screen shows it. */
import { and, eq, inArray, isNull, ne, sql } from "drizzle-orm";
import { type Queryable, transact, type Transaction } from "../db/client.ts";
import { conversations, friendships, members, users } from "../db/schema/mod.ts";
import type { Notification } from "../schemas/frames.ts";
import type { Me, UserPatch } from "../schemas/users.ts";
import type { Actor, App } from "./app.ts";
import { limitRate } from "./rate_limits.ts";
import { replaceNames } from "./user_names.ts";
import { readMe, toMe, toUser, type UserRow, usersById } from "./users.ts";

// What others see; the rest of a profile is its owner's.
const shown = ["nickname", "avatarUrl", "sex", "bio"] as const;

// Each change is told to everyone who shares a conversation: unlike a message, it costs more the more
// of them there are.
const shownChangesMax = 20;
const windowMs = 60_000;

function changesShown(row: UserRow, patch: UserPatch): boolean {
  return shown.some((field) => patch[field] !== undefined && patch[field] !== row[field]);
}

// My present ones.
function conversationsOf(on: Queryable, userId: string, kind: "group" | "direct") {
  return on.select({ id: members.conversationId }).from(members)
    .innerJoin(conversations, eq(conversations.id, members.conversationId))
    .where(and(
      eq(members.userId, userId),
      isNull(members.leftAt),
      eq(conversations.kind, kind),
    ));
}

// To the other of two I am a part of the conversation: a list of what has changed must show it.
async function touchDirects(tx: Transaction, userId: string): Promise<void> {
  const mine = conversationsOf(tx, userId, "direct");
  await tx.update(members).set({ changedXid: sql`pg_current_xact_id()` })
    .where(and(inArray(members.conversationId, mine), ne(members.userId, userId)));
}

async function lockMe(tx: Transaction, userId: string): Promise<UserRow> {
  const [row] = await tx.select().from(users).where(eq(users.id, userId)).for("no key update");
  return row!;
}

async function change(
  tx: Transaction,
  userId: string,
  patch: UserPatch,
): Promise<{ row: UserRow; isShown: boolean }> {
  const before = await lockMe(tx, userId);
  const [row] = await tx.update(users).set(patch).where(eq(users.id, userId)).returning();
  const isShown = changesShown(before, patch);
  if (before.nickname !== row!.nickname) await replaceNames(tx, before, row!);
  if (isShown) await touchDirects(tx, userId);
  return { row: row!, isShown };
}

async function tellPeers(app: App, tx: Transaction, userId: string): Promise<void> {
  const peers = await tx
    .select({ userId: members.userId, conversationId: members.conversationId }).from(members)
    .where(and(
      inArray(members.conversationId, conversationsOf(tx, userId, "direct")),
      ne(members.userId, userId),
    ));
  for (const peer of peers) app.live.myChanged(peer);
}

// Under the lock: of two changes that follow closely on one another, the newer is told last.
async function tellAll(app: App, tx: Transaction, userId: string): Promise<void> {
  const notice: Notification = { method: "user.changed", params: toUser(await lockMe(tx, userId)) };
  app.live.tell(userId, notice);
  const friends = await tx.select({ id: friendships.friendId }).from(friendships)
    .where(eq(friendships.userId, userId));
  for (const { id } of friends) app.live.tell(id, notice);
  for (const { id } of await conversationsOf(tx, userId, "group")) {
    app.live.tellOthers(id, userId, notice);
  }
  await tellPeers(app, tx, userId);
}

/**
 * Changes what is given of oneself; `null` clears. What others see of it is told to them.
 * @throws `rateLimited`.
 */
export async function changeMe(app: App, actor: Actor, patch: UserPatch): Promise<Me> {
  const { userId } = actor;
  if (Object.keys(patch).length === 0) return await readMe(app, actor);
  const known = await usersById(app.database.orm, [userId]);
  // Counted before the row is locked: the store of counts may be far away.
  if (changesShown(known.get(userId)!, patch)) {
    await limitRate(app, `profile/${userId}`, { max: shownChangesMax, windowMs });
  }
  const { row, isShown } = await transact(app.database, (tx) => change(tx, userId, patch));
  if (isShown) await transact(app.database, (tx) => tellAll(app, tx, userId));
  return toMe(row);
}
