/** Groups: making one, seeing one, changing what all see of it, handing it on, ending it. */
import { and, eq, inArray } from "drizzle-orm";
import { v7 as uuidv7 } from "uuid";
import { type Queryable, transact } from "../db/client.ts";
import { blocks, conversations } from "../db/schema/mod.ts";
import { fail } from "../errors.ts";
import type { Changes, Conversation } from "../schemas/conversations.ts";
import type { GroupFace, GroupPatch, NewGroup } from "../schemas/groups.ts";
import type { SystemBody } from "../schemas/messages.ts";
import { requireOther, requireSocial } from "./actors.ts";
import type { Actor, App } from "./app.ts";
import { ChangeSet, type ConversationRow, type StatePatch } from "./change_set.ts";
import { loadView } from "./conversation_views.ts";
import { readConversation } from "./conversations.ts";
import { settleRequests, tellSettled } from "./group_requests.ts";
import { demand, enterGroup } from "./group_seats.ts";
import { requireFreePlaces, requireRoom } from "./joining.ts";
import { mayChangeGroup, mayDismiss, mayTransfer } from "./policy.ts";
import { loadSeat } from "./seats.ts";
import { accountsById } from "./users.ts";

/** Which of these users block somebody, and so may not be brought into a group by them. */
export async function blockersAmong(
  on: Queryable,
  userIds: readonly string[],
  blockedId: string,
): Promise<Set<string>> {
  const rows = await on.select({ userId: blocks.userId }).from(blocks)
    .where(and(inArray(blocks.userId, [...userIds]), eq(blocks.blockedId, blockedId)));
  return new Set(rows.map(({ userId }) => userId));
}

/**
 * Makes a group with me as its owner. Who blocks me is left out of it.
 * @throws `notFound` when one of `memberIds` does not exist, `notAllowed` when they are too many, when
 * one is in too many groups already, and for guests.
 */
export async function createGroup(app: App, actor: Actor, input: NewGroup): Promise<Conversation> {
  requireSocial(actor);
  const { memberIds, avatarUrl, ...state } = input;
  const asked = memberIds.filter((id) => id !== actor.userId);
  const id = uuidv7();
  const now = app.clock.now();
  const everyone = await transact(app.database, async (tx) => {
    await accountsById(tx, asked);
    const blockers = await blockersAmong(tx, asked, actor.userId);
    const others = asked.filter((userId) => !blockers.has(userId));
    const everyone = [actor.userId, ...others];
    const [row] = await tx.insert(conversations).values({
      id,
      kind: "group",
      ...state,
      avatarUrl: avatarUrl ?? null,
      ownerId: actor.userId,
      activeAt: now,
      updatedAt: now,
      createdAt: now,
    }).returning();
    requireRoom(app, row!, everyone.length);
    await requireFreePlaces(app, tx, everyone);
    const set = new ChangeSet(tx, row!, now);
    await set.join(everyone, (userId) => userId === actor.userId ? "owner" : "member");
    await set.say({ event: "created", actorId: actor.userId, userIds: others });
    set.changeState({});
    await set.finish();
    return everyone;
  });
  await app.live.joined(id, everyone);
  return await readConversation(app, actor, id);
}

/** What a group shows to those who are not in it. */
export function toFace(row: ConversationRow): GroupFace {
  const { id, name, avatarUrl, memberCount, joinPolicy } = row;
  return {
    id,
    kind: "group",
    name: name ?? "",
    avatarUrl,
    memberCount,
    joinPolicy: joinPolicy ?? "invite",
  };
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
  return toFace(row);
}

/** What of a patch is not so already. */
function differing(row: ConversationRow, patch: GroupPatch): StatePatch {
  const wanted: StatePatch = Object.fromEntries(
    Object.entries(patch).filter(([, value]) => value !== undefined),
  );
  // An announcement of nothing is none.
  if (patch.announcement === "") wanted.announcement = null;
  return Object.fromEntries(
    Object.entries(wanted).filter(([key, value]) => row[key as keyof StatePatch] !== value),
  );
}

/** What people expect to read in the conversation about a change of its state. */
function* newsOf(actorId: string, patch: StatePatch): Generator<SystemBody> {
  const about = { actorId, userIds: [] };
  if (typeof patch.name === "string") yield { event: "renamed", ...about, name: patch.name };
  if (patch.announcement !== undefined) {
    yield { event: "announcement", ...about, announcement: patch.announcement };
  }
  if (patch.mutedAll !== undefined) yield { event: patch.mutedAll ? "muted" : "unmuted", ...about };
}

/**
 * Changes what is given of a group; what is so already is no change. Managers and the owner may.
 * @throws `notFound` for a stranger, `notMember`, `notAllowed`, `conversationDismissed`.
 */
export async function changeGroup(
  app: App,
  actor: Actor,
  input: { groupId: string; patch: GroupPatch },
): Promise<Conversation> {
  const { groupId } = input;
  const { userId } = actor;
  const changes = await transact(app.database, async (tx): Promise<Changes | null> => {
    const { row, seat } = await enterGroup(app, tx, { groupId, userId });
    demand(mayChangeGroup(seat));
    const patch = differing(row, input.patch);
    if (Object.keys(patch).length === 0) return null;
    const set = new ChangeSet(tx, row, app.clock.now());
    for (const news of newsOf(userId, patch)) await set.say(news);
    set.changeState(patch);
    return await set.finish();
  });
  if (changes !== null) await app.live.changed(changes);
  return await readConversation(app, actor, groupId);
}

/**
 * Hands a group on to another member; I become a manager. A mute of the new owner ends: nobody else
 * could end it.
 * @throws `invalidInput` for oneself, `notFound`, `notMember`, `notAllowed`, `conversationDismissed`.
 */
export async function transferGroup(
  app: App,
  actor: Actor,
  input: { groupId: string; userId: string },
): Promise<Conversation> {
  const { groupId, userId: heirId } = input;
  requireOther(actor, heirId);
  const changes = await transact(app.database, async (tx) => {
    const { row, seat } = await enterGroup(app, tx, { groupId, userId: actor.userId });
    demand(mayTransfer(seat));
    const heir = await loadSeat(app, tx, { conversationId: groupId, userId: heirId });
    if (heir === null || heir.leftAt !== null) throw fail("notFound");
    const set = new ChangeSet(tx, row, app.clock.now());
    await set.changeMember(actor.userId, { role: "manager" });
    await set.changeMember(heirId, { role: "owner", mutedUntil: null });
    await set.say({ event: "ownerChanged", actorId: actor.userId, userIds: [heirId] });
    set.changeState({ ownerId: heirId });
    return await set.finish();
  });
  await app.live.changed(changes);
  for (const userId of [actor.userId, heirId]) {
    app.live.myChanged({ userId, conversationId: groupId });
  }
  return await readConversation(app, actor, groupId);
}

/**
 * Ends a group for all: it stays readable as it is, and nothing changes it any more. Requests that
 * wait are refused with it. Resolves once nobody's connections here follow it.
 * @throws `notFound` for a stranger, `notMember`, `notAllowed`, `conversationDismissed`.
 */
export async function dismissGroup(app: App, actor: Actor, groupId: string): Promise<void> {
  const { userId } = actor;
  const { changes, settled } = await transact(app.database, async (tx) => {
    const { row, seat } = await enterGroup(app, tx, { groupId, userId });
    demand(mayDismiss(seat));
    const at = app.clock.now();
    const settling = { groupId, status: "refused" as const, handledBy: userId, at };
    const settled = await settleRequests(tx, settling);
    const set = new ChangeSet(tx, row, at);
    await set.say({ event: "dismissed", actorId: userId, userIds: [] });
    set.changeState({ dismissedAt: at });
    return { changes: await set.finish(), settled };
  });
  await app.live.changed(changes);
  await tellSettled(app, settled);
}
