/** Requests to join a group: filing them, settling them, and who is told of it. */
import { and, count, desc, eq, inArray, lt, type SQL } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import { v7 as uuidv7 } from "uuid";
import type { Queryable, Transaction } from "../db/client.ts";
import { groupRequests, users } from "../db/schema/mod.ts";
import { fail } from "../errors.ts";
import type { Page } from "../schemas/fields.ts";
import type { GroupRequest, GroupRequestQuery } from "../schemas/groups.ts";
import type { Actor, App } from "./app.ts";
import { decodeIdCursor, pageFrom } from "./cursors.ts";
import { demand, groupSeat, leadersOf } from "./group_seats.ts";
import { mayHandleRequests } from "./policy.ts";
import { toUser } from "./users.ts";

/** The requests that match, newest first, with the people concerned. */
export async function loadRequests(
  on: Queryable,
  which: SQL | undefined,
  limit: number,
): Promise<GroupRequest[]> {
  const requester = alias(users, "requester");
  const inviter = alias(users, "inviter");
  const rows = await on.select().from(groupRequests)
    .innerJoin(requester, eq(requester.id, groupRequests.requesterId))
    .leftJoin(inviter, eq(inviter.id, groupRequests.inviterId))
    .where(which)
    .orderBy(desc(groupRequests.id))
    .limit(limit);
  return rows.map((row) => {
    const { id, groupId, message, source, status, handledBy, createdAt, handledAt } =
      row.group_requests;
    return {
      id,
      groupId,
      requester: toUser(row.requester),
      inviter: row.inviter === null ? null : toUser(row.inviter),
      message,
      source,
      status,
      handledBy,
      createdAt: createdAt.toISOString(),
      handledAt: handledAt?.toISOString() ?? null,
    };
  });
}

function pendingIn(groupId: string): SQL | undefined {
  return and(eq(groupRequests.groupId, groupId), eq(groupRequests.status, "pending"));
}

/** What a request is filed with; an inviter proposes somebody else. */
export interface Filing {
  readonly groupId: string;
  readonly userIds: readonly string[];
  readonly inviterId: string | null;
  readonly message: string | undefined;
  readonly at: Date;
}

/**
 * Files a request for each of these users, under the group's lock; who has one waiting keeps that
 * one. Gives the new ones.
 * @throws `notAllowed` when as many wait as the group may have members.
 */
export async function fileRequests(
  app: App,
  tx: Transaction,
  filing: Filing,
): Promise<GroupRequest[]> {
  const { groupId, userIds, inviterId, message, at } = filing;
  const filed = await tx.insert(groupRequests).values(userIds.map((requesterId) => ({
    id: uuidv7(),
    groupId,
    requesterId,
    inviterId,
    message: message ?? null,
    source: inviterId === null ? "apply" as const : "invite" as const,
    status: "pending" as const,
    createdAt: at,
  }))).onConflictDoNothing().returning({ id: groupRequests.id });
  if (filed.length === 0) return [];
  const [waiting] = await tx.select({ count: count() }).from(groupRequests)
    .where(pendingIn(groupId));
  if (waiting!.count > app.config.groupMembersMax) {
    throw fail("notAllowed", { detail: "Too many requests wait already" });
  }
  return await loadRequests(tx, among(filed), filed.length);
}

function among(rows: readonly { id: string }[]): SQL {
  return inArray(groupRequests.id, rows.map(({ id }) => id));
}

/** How requests end. `handledBy` null: the group let the requester in by itself. */
export interface Settling {
  readonly groupId: string;
  /** Whose requests; all that wait, when absent. */
  readonly userIds?: readonly string[];
  readonly status: "accepted" | "refused";
  readonly handledBy: string | null;
  readonly at: Date;
}

/** Ends the requests that wait, under the group's lock. Gives them as they are now. */
export async function settleRequests(tx: Transaction, settling: Settling): Promise<GroupRequest[]> {
  const { groupId, userIds, status, handledBy, at } = settling;
  const settled = await tx.update(groupRequests).set({ status, handledBy, handledAt: at })
    .where(and(
      pendingIn(groupId),
      userIds === undefined ? undefined : inArray(groupRequests.requesterId, [...userIds]),
    ))
    .returning({ id: groupRequests.id });
  return settled.length === 0 ? [] : await loadRequests(tx, among(settled), settled.length);
}

/** Tells a group's leaders of new requests. */
export async function tellRequested(app: App, requests: readonly GroupRequest[]): Promise<void> {
  if (requests[0] === undefined) return;
  const leaders = await leadersOf(app.database.orm, requests[0].groupId);
  for (const params of requests) {
    for (const userId of leaders) app.live.tell(userId, { method: "group.requested", params });
  }
}

/** Tells all concerned what has become of a group's requests: requester, inviter, leaders. */
export async function tellSettled(app: App, requests: readonly GroupRequest[]): Promise<void> {
  if (requests[0] === undefined) return;
  const leaders = await leadersOf(app.database.orm, requests[0].groupId);
  for (const params of requests) {
    const { requester, inviter } = params;
    const concerned = [requester.id, ...inviter === null ? [] : [inviter.id], ...leaders];
    for (const userId of new Set(concerned)) {
      app.live.tell(userId, { method: "group.handled", params });
    }
  }
}

/**
 * The requests to join a group, newest first.
 * @throws `notFound` for a stranger, `notMember`, `notAllowed`.
 */
export async function listGroupRequests(
  app: App,
  actor: Actor,
  input: GroupRequestQuery & { groupId: string },
): Promise<Page<GroupRequest>> {
  const { groupId, status, limit, cursor } = input;
  const orm = app.database.orm;
  const seat = await groupSeat(app, orm, { groupId, userId: actor.userId });
  demand(mayHandleRequests({ ...seat, dismissedAt: null }));
  const before = decodeIdCursor(cursor);
  const which = and(
    eq(groupRequests.groupId, groupId),
    status === undefined ? undefined : eq(groupRequests.status, status),
    before === undefined ? undefined : lt(groupRequests.id, before),
  );
  return pageFrom(await loadRequests(orm, which, limit + 1), limit, ({ id }) => id);
}
