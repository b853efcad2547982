/** Groups: making one, seeing one, joining an open one. */
import { eq } from "drizzle-orm";
import { v7 as uuidv7 } from "uuid";
import { transact } from "../db/client.ts";
import { conversations } from "../db/schema/mod.ts";
import { fail } from "../errors.ts";
import type { Conversation, GroupFace, NewGroup } from "../schemas/conversations.ts";
import type { Actor, App } from "./app.ts";
import { ChangeSet, type ConversationRow, lockConversation } from "./change_set.ts";
import { loadView } from "./conversation_views.ts";
import { readConversation } from "./conversations.ts";
import { mayJoin } from "./policy.ts";
import { loadSeat } from "./seats.ts";
import { usersById } from "./users.ts";

/** Refuses a group that would grow over its limit. */
export function requireRoom(app: App, row: Readonly<ConversationRow>, more: number): void {
  const max = app.config.groupMembersMax;
  if (row.memberCount + more > max) {
    throw fail("notAllowed", { detail: `A group holds at most ${max} members` });
  }
}

/**
 * Makes a group with me as its owner.
 * @throws `notFound` when one of `memberIds` does not exist, `notAllowed` when they are too many.
 */
export async function createGroup(app: App, actor: Actor, input: NewGroup): Promise<Conversation> {
  const { name, avatarUrl, joinPolicy, historyVisible, memberIds } = input;
  const others = memberIds.filter((id) => id !== actor.userId);
  const everyone = [actor.userId, ...others];
  const id = uuidv7();
  const now = app.clock.now();
  await transact(app.database, async (tx) => {
    await usersById(tx, others);
    const [row] = await tx.insert(conversations).values({
      id,
      kind: "group",
      name,
      avatarUrl: avatarUrl ?? null,
      ownerId: actor.userId,
      joinPolicy,
      historyVisible,
      activeAt: now,
      updatedAt: now,
      createdAt: now,
    }).returning();
    requireRoom(app, row!, everyone.length);
    const set = new ChangeSet(tx, row!, now);
    await set.join(everyone, (userId) => userId === actor.userId ? "owner" : "member");
    await set.say({ event: "created", actorId: actor.userId, userIds: others });
    set.changeState({});
    await set.finish();
  });
  await app.live.joined(id, everyone);
  return await readConversation(app, actor, id);
}

/**
 * A group as I have it, or the face that an `open` or `approval` group shows to anyone.
 * @throws `notFound`.
 */
export async function readGroup(
  app: App,
  actor: Actor,
  id: string,
): Promise<Conversation | GroupFace> {
  const view = await loadView(app.database.orm, { conversationId: id, userId: actor.userId });
  if (view !== null && view.kind === "group") return view;
  const [row] = await app.database.orm.select().from(conversations).where(eq(conversations.id, id));
  if (row === undefined || row.kind !== "group" || row.dismissedAt !== null) throw fail("notFound");
  if (row.joinPolicy === null || row.joinPolicy === "invite") throw fail("notFound");
  const { avatarUrl, memberCount, joinPolicy } = row;
  return { id, kind: "group", name: row.name ?? "", avatarUrl, memberCount, joinPolicy };
}

/**
 * Joins an open group; a member stays one.
 * @throws `notFound`, `inviteOnly`, `notAllowed`, `conversationDismissed`.
 */
export async function joinGroup(app: App, actor: Actor, id: string): Promise<{ status: "joined" }> {
  const { userId } = actor;
  const changes = await transact(app.database, async (tx) => {
    const row = await lockConversation(tx, id);
    if (row.kind !== "group") throw fail("notFound");
    const seat = await loadSeat(app, tx, { conversationId: id, userId });
    if (seat !== null && seat.leftAt === null) return null;
    if (row.dismissedAt !== null) throw fail(seat === null ? "notFound" : "conversationDismissed");
    const refusal = mayJoin(row.joinPolicy);
    if (refusal !== null) throw fail(refusal);
    requireRoom(app, row, 1);
    const set = new ChangeSet(tx, row, app.clock.now());
    await set.join([userId], () => "member");
    await set.say({ event: "joined", actorId: userId, userIds: [userId] });
    set.changeState({});
    return await set.finish();
  });
  if (changes !== null) {
    await app.live.changed(changes);
    await app.live.joined(id, [userId]);
  }
  return { status: "joined" };
}
