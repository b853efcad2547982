/** Changing oneself, and telling everyone whose screen shows it. */
import { and, eq, inArray, isNotNull, isNull, ne, or, sql } from "drizzle-orm";
import { type Queryable, transact, type Transaction } from "../db/client.ts";
import {
  conversations,
  friendships,
  members,
  supportConversations,
  users,
} from "../db/schema/mod.ts";
import { fail } from "../errors.ts";
import type { Notification } from "../schemas/frames.ts";
import type { Me, UserPatch } from "../schemas/users.ts";
import type { Actor, App } from "./app.ts";
import { mayChangeOneself } from "./policy.ts";
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

// My present ones: those in which I am the peer that others see, or the rest.
function conversationsOf(on: Queryable, userId: string, as: "peer" | "member") {
  const { kind, directLow } = conversations;
  const isPeer = or(eq(kind, "direct"), and(eq(kind, "support"), eq(directLow, userId)))!;
  return on.select({ id: members.conversationId }).from(members)
    .innerJoin(conversations, eq(conversations.id, members.conversationId))
    .where(and(
      eq(members.userId, userId),
      isNull(members.leftAt),
      as === "peer" ? isPeer : sql`not ${isPeer}`,
    ));
}

// To the others I am a part of the conversation: a list of what has changed must show it.
async function touchAsPeer(tx: Transaction, userId: string): Promise<void> {
  const mine = conversationsOf(tx, userId, "peer");
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
  // Guests are not found by name.
  if (before.nickname !== row!.nickname && row!.role !== "guest") {
    await replaceNames(tx, before, row!);
  }
  if (isShown) await touchAsPeer(tx, userId);
  return { row: row!, isShown };
}

async function tellPeers(app: App, tx: Transaction, userId: string): Promise<void> {
  const peers = await tx
    .select({ userId: members.userId, conversationId: members.conversationId }).from(members)
    .where(and(
      inArray(members.conversationId, conversationsOf(tx, userId, "peer")),
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
  for (const { id } of await conversationsOf(tx, userId, "member")) {
    app.live.tellOthers(id, userId, notice);
  }
  await tellPeers(app, tx, userId);
}

/**
 * Changes what is given of a user; `null` clears. What others see of it is told to them.
 * @throws `rateLimited`.
 */
export async function changeProfile(app: App, userId: string, patch: UserPatch): Promise<Me> {
  const known = await usersById(app.database.orm, [userId]);
  // Counted before the row is locked: the store of counts may be far away.
  if (changesShown(known.get(userId)!, patch)) {
    await limitRate(app, `profile/${userId}`, { max: shownChangesMax, windowMs });
  }
  const { row, isShown } = await transact(app.database, (tx) => change(tx, userId, patch));
  if (isShown) await transact(app.database, (tx) => tellAll(app, tx, userId));
  return toMe(row);
}

// Agents read it as what the site says: it is not the visitor's to change.
async function requireOwnName(app: App, userId: string): Promise<void> {
  const signed = await app.database.orm.select({ name: supportConversations.signedName })
    .from(supportConversations)
    .where(and(
      eq(supportConversations.visitorId, userId),
      isNotNull(supportConversations.signedName),
    ));
  if (signed.length > 0) throw fail("notAllowed", { detail: "The name is the site's to give" });
}

/**
 * Changes what is given of oneself; `null` clears. What others see of it is told to them.
 * @throws `rateLimited`, `notAllowed` for what guests do not have, and a name that their site gave them.
 */
export async function changeMe(app: App, actor: Actor, patch: UserPatch): Promise<Me> {
  const { userId, role } = actor;
  const fields = Object.keys(patch);
  if (fields.length === 0) return await readMe(app, actor);
  const refusal = mayChangeOneself(role, fields);
  if (refusal !== null) throw fail(refusal);
  if (role === "guest" && patch.nickname !== undefined) await requireOwnName(app, userId);
  return await changeProfile(app, userId, patch);
}
