/** What live rooms are fed from: a user's conversations, how far each has come, and what a gap lacks. */
import { and, eq, gt, inArray, isNull } from "drizzle-orm";
import type { Database, Queryable } from "../db/client.ts";
import type { LoadMany } from "../db/gather.ts";
import { conversations, members } from "../db/schema/mod.ts";
import type { Changes, LeftReason } from "../schemas/conversations.ts";
import type { Departure } from "./app.ts";
import { readChanges } from "./changes.ts";

/** Reads how far conversations have come. */
export function revLoader(on: Queryable): LoadMany<number> {
  return async (ids) => {
    const rows = await on.select({ id: conversations.id, lastRev: conversations.lastRev })
      .from(conversations).where(inArray(conversations.id, [...ids]));
    return new Map(rows.map(({ id, lastRev }) => [id, lastRev]));
  };
}

/** Who is in which conversation. */
export interface Membership {
  readonly userId: string;
  readonly conversationId: string;
}

// Asked again and again for all who are connected: one parameter, and one prepared statement.
const countSql = `
  select m.user_id::text as user_id, count(*)::int as count
  from jsonb_array_elements_text($1::text::jsonb) asked(id)
  join members m on m.user_id = asked.id::uuid
  where m.left_at is null
  group by m.user_id`;

/** How many conversations each of these users is in; who is in none is left out. */
export async function countMemberships(
  database: Pick<Database, "query">,
  userIds: readonly string[],
): Promise<Map<string, number>> {
  const rows = await database.query(countSql, [JSON.stringify(userIds)]);
  return new Map(rows.map((row) => [String(row.user_id), Number(row.count)]));
}

/** The conversations that these users are in. */
export async function loadMemberships(
  on: Queryable,
  userIds: readonly string[],
): Promise<Membership[]> {
  if (userIds.length === 0) return [];
  return await on.select({ userId: members.userId, conversationId: members.conversationId })
    .from(members)
    .innerJoin(conversations, eq(conversations.id, members.conversationId))
    .where(and(
      inArray(members.userId, [...userIds]),
      isNull(members.leftAt),
      isNull(conversations.dismissedAt),
    ));
}

/** A membership that began within a gap; `left`: and has ended again. */
export interface Beginning {
  readonly userId: string;
  readonly joinedRev: number;
  readonly left: LeftReason | null;
}

/** A piece of a gap, with what the room must do about memberships. */
export interface Missing {
  readonly changes: Changes;
  readonly hasMore: boolean;
  readonly departures: readonly Departure[];
  /** Their users may not see all that lies before, also when they were members earlier. */
  readonly beginnings: readonly Beginning[];
}

const pageMax = 500;

/** What a room lacks after `afterRev`, for all members alike. */
export async function loadMissing(on: Queryable, id: string, afterRev: number): Promise<Missing> {
  const input = { conversationId: id, afterRev, limit: pageMax };
  const { page, memberRows } = await readChanges(on, input, { firstSeq: 1, lastRev: null });
  const { hasMore, ...changes } = page;
  // Read last, and not only up to the page's end: who left within the page and came back after it no
  // longer shows in the page, but must not get it.
  const beginnings = await on
    .select({ userId: members.userId, joinedRev: members.joinedRev, left: members.leftReason })
    .from(members)
    .where(and(
      eq(members.conversationId, id),
      gt(members.rev, afterRev),
      gt(members.joinedRev, afterRev),
    ));
  const departures = memberRows
    .filter((row) => row.leftAt !== null)
    .map((row) => ({ userId: row.userId, reason: row.leftReason ?? "removed" }));
  return { changes, hasMore, departures, beginnings };
}
