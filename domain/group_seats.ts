/** Seats in groups: what every act there begins with, and who leads. */
import { and, eq, inArray, isNull, ne } from "drizzle-orm";
import type { Queryable, Transaction } from "../db/client.ts";
import { members } from "../db/schema/mod.ts";
import { fail, type FailureCode } from "../errors.ts";
import type { App } from "./app.ts";
import { type ConversationRow, lockConversation } from "./change_set.ts";
import { loadSeat, type Seat } from "./seats.ts";

/** Who acts in which group. */
export interface InGroup {
  readonly groupId: string;
  readonly userId: string;
}

/**
 * Somebody's seat in a group.
 * @throws `notFound` for a stranger, and where there is no such group.
 */
export async function groupSeat(app: App, on: Queryable, who: InGroup): Promise<Seat> {
  const seat = await loadSeat(app, on, { conversationId: who.groupId, userId: who.userId });
  if (seat?.kind !== "group") throw fail("notFound");
  return seat;
}

/**
 * Locks a group and takes somebody's seat in it; both stay as they are until the transaction ends.
 * @throws `notFound` for a stranger, and where there is no such group.
 */
export async function enterGroup(
  app: App,
  tx: Transaction,
  who: InGroup,
): Promise<{ row: ConversationRow; seat: Seat }> {
  const row = await lockConversation(tx, who.groupId);
  return { row, seat: await groupSeat(app, tx, who) };
}

/** Throws what the policy refuses with. */
export function demand(refusal: FailureCode | null): void {
  if (refusal !== null) throw fail(refusal);
}

/** Which of these users are members. */
export async function membersAmong(
  on: Queryable,
  groupId: string,
  userIds: readonly string[],
): Promise<Set<string>> {
  const rows = await on.select({ userId: members.userId }).from(members).where(and(
    eq(members.conversationId, groupId),
    inArray(members.userId, [...userIds]),
    isNull(members.leftAt),
  ));
  return new Set(rows.map(({ userId }) => userId));
}

/** The owner and the managers of a group. */
export async function leadersOf(on: Queryable, groupId: string): Promise<string[]> {
  const rows = await on.select({ userId: members.userId }).from(members).where(and(
    eq(members.conversationId, groupId),
    isNull(members.leftAt),
    ne(members.role, "member"),
  ));
  return rows.map(({ userId }) => userId);
}
