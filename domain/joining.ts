/** Coming into a group, by whichever way: the one place where memberships begin. */
import { and, asc, eq, inArray, isNull, sql } from "drizzle-orm";
import { transact, type Transaction } from "../db/client.ts";
import { conversations, members, users } from "../db/schema/mod.ts";
import { fail } from "../errors.ts";
import type { Changes } from "../schemas/conversations.ts";
import type { GroupRequest, Joined } from "../schemas/groups.ts";
import { requireSocial } from "./actors.ts";
import type { Actor, App } from "./app.ts";
import { ChangeSet, type ConversationRow, lockConversation } from "./change_set.ts";
import { fileRequests, settleRequests, tellRequested, tellSettled } from "./group_requests.ts";
import { demand } from "./group_seats.ts";
import { mayJoin } from "./policy.ts";
import { loadSeat } from "./seats.ts";

/**
 * Refuses a group that would grow over its limit.
 * @throws `notAllowed`.
 */
export function requireRoom(app: App, row: Readonly<ConversationRow>, more: number): void {
  const max = app.config.groupMembersMax;
  if (row.memberCount + more > max) {
    throw fail("notAllowed", { detail: `A group holds at most ${max} members` });
  }
}

/**
 * Refuses users who are in as many groups as one may be. Their rows are locked, in one order for all:
 * two groups must not take the last place of the same user.
 * @throws `notAllowed`.
 */
export async function requireFreePlaces(
  app: App,
  tx: Transaction,
  userIds: readonly string[],
): Promise<void> {
  const max = app.config.groupsPerUserMax;
  await tx.select({ id: users.id }).from(users).where(inArray(users.id, [...userIds]))
    .orderBy(asc(users.id)).for("no key update");
  const full = await tx.select({ userId: members.userId }).from(members)
    .innerJoin(conversations, eq(conversations.id, members.conversationId))
    .where(and(
      inArray(members.userId, [...userIds]),
      isNull(members.leftAt),
      eq(conversations.kind, "group"),
      isNull(conversations.dismissedAt),
    ))
    .groupBy(members.userId)
    .having(sql`count(*) >= ${max}`)
    .limit(1);
  if (full.length > 0) {
    throw fail("notAllowed", { detail: `A user is in at most ${max} groups` });
  }
}

/** How users come in. `inviterId`: who brought them; `handledBy`: who answered their requests. */
export interface Entrance {
  readonly userIds: readonly string[];
  readonly inviterId: string | null;
  readonly handledBy: string | null;
}

/** What has changed, who came with it, and the requests that it answered or that were filed. */
export interface Admission {
  readonly changes: Changes | null;
  readonly joined: readonly string[];
  readonly settled: readonly GroupRequest[];
  readonly filed: readonly GroupRequest[];
}

/** Nobody came, and nothing was filed. */
export const noAdmission: Admission = { changes: null, joined: [], settled: [], filed: [] };

/**
 * Makes users members of a group that is locked; whatever they had asked for is answered by it.
 * @throws `notAllowed` when the group or one of the users is full.
 */
export async function admit(
  app: App,
  locked: { tx: Transaction; row: ConversationRow },
  entrance: Entrance,
): Promise<Admission> {
  const { tx, row } = locked;
  const { userIds, inviterId, handledBy } = entrance;
  const at = app.clock.now();
  requireRoom(app, row, userIds.length);
  await requireFreePlaces(app, tx, userIds);
  const set = new ChangeSet(tx, row, at);
  await set.join(userIds, () => "member");
  const event = inviterId === null ? "joined" : "invited";
  await set.say({ event, actorId: inviterId ?? userIds[0]!, userIds: [...userIds] });
  set.changeState({});
  const settling = { groupId: row.id, userIds, status: "accepted" as const, handledBy, at };
  const settled = await settleRequests(tx, settling);
  return { changes: await set.finish(), joined: userIds, settled, filed: [] };
}

/** Tells everyone what an admission brought; resolves once the newcomers' connections follow. */
export async function tellAdmission(
  app: App,
  groupId: string,
  admission: Admission,
): Promise<void> {
  if (admission.changes !== null) {
    await app.live.changed(admission.changes);
    await app.live.joined(groupId, admission.joined);
  }
  await tellSettled(app, admission.settled);
  await tellRequested(app, admission.filed);
}

async function join(
  app: App,
  tx: Transaction,
  input: { userId: string; groupId: string; message: string | undefined },
): Promise<Admission & Joined> {
  const { userId, groupId, message } = input;
  const row = await lockConversation(tx, groupId);
  if (row.kind !== "group") throw fail("notFound");
  const seat = await loadSeat(app, tx, { conversationId: groupId, userId });
  if (seat !== null && seat.leftAt === null) return { ...noAdmission, status: "joined" };
  if (row.dismissedAt !== null) throw fail(seat === null ? "notFound" : "conversationDismissed");
  const verdict = mayJoin(row.joinPolicy);
  if (verdict === "byRequest") {
    const filing = { groupId, userIds: [userId], inviterId: null, message, at: app.clock.now() };
    const filed = await fileRequests(app, tx, filing);
    return { ...noAdmission, filed, status: "pending" };
  }
  demand(verdict);
  const entrance = { userIds: [userId], inviterId: null, handledBy: null };
  return { ...await admit(app, { tx, row }, entrance), status: "joined" };
}

/**
 * Joins an open group, or asks to be let into one of `approval`; a member stays one, and who has
 * asked already has asked once.
 * @throws `notFound`, `inviteOnly`, `notAllowed`, `conversationDismissed`.
 */
export async function joinGroup(
  app: App,
  actor: Actor,
  input: { groupId: string; message?: string | undefined },
): Promise<Joined> {
  requireSocial(actor);
  const { userId } = actor;
  const { groupId, message } = input;
  const admission = await transact(
    app.database,
    (tx) => join(app, tx, { userId, groupId, message }),
  );
  await tellAdmission(app, groupId, admission);
  return { status: admission.status };
}
