/** What live rooms are fed from: a user's conversations, how far each has come, and what a gap lacks. */
import { and, eq, gt, inArray } from "drizzle-orm";
import type { Database, Queryable } from "../db/client.ts";
import type { LoadMany } from "../db/gather.ts";
import { positionSql } from "../db/positions.ts";
import { conversations, members } from "../db/schema/mod.ts";
import type { Changes, ConversationState, LeftReason } from "../schemas/conversations.ts";
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

// In one snapshot, which is also the one that the next look goes on from.
const arrivalsSql = `
  select ${positionSql} as position,
    (
      select json_agg(json_build_array(
        (select crash_mark())::text || '.' || a.joined_xid::text, a.conversation_id, a.user_id
      ))::text
      from (
        select m.joined_xid, m.conversation_id, m.user_id from members m
        where m.left_at is null and (m.joined_xid, m.conversation_id, m.user_id) >
          ((select xid_since($1::text)), $2::uuid, $3::uuid)
        order by m.joined_xid, m.conversation_id, m.user_id
        limit $4::int
      ) a
    ) as arrivals`;

const arrivalsMax = 1_000;

/** Where a look for arrivals goes on: behind this membership. */
export type ArrivalPlace = readonly [position: string, conversationId: string, userId: string];

/** A page of memberships that began lately. */
export interface Arrivals {
  readonly memberships: readonly Membership[];
  /** Where the next page begins; null at the end. */
  readonly next: ArrivalPlace | null;
  /** Where the snapshot of this page stands. */
  readonly position: string;
}

/** Before all memberships that began since. */
export function arrivalsFrom(position: string): ArrivalPlace {
  const least = "00000000-0000-0000-0000-000000000000";
  return [position, least, least];
}

/** The memberships that began since. Costs what has happened, however many are connected. */
export async function loadArrivals(
  database: Pick<Database, "query">,
  after: ArrivalPlace,
): Promise<Arrivals> {
  const [row] = await database.query(arrivalsSql, [...after, arrivalsMax]);
  const arrivals = JSON.parse(String(row!.arrivals ?? "[]")) as ArrivalPlace[];
  return {
    memberships: arrivals.map(([, conversationId, userId]) => ({ conversationId, userId })),
    next: arrivals.length === arrivalsMax ? arrivals.at(-1)! : null,
    position: String(row!.position),
  };
}

/** A membership that began within a gap; `left`: and has ended again. */
export interface Beginning {
  readonly userId: string;
  readonly joinedRev: number;
  readonly left: LeftReason | null;
}

/** Somebody who left within a gap, and the conversation's state as it saw it last. */
export interface Farewell extends Departure {
  readonly state: ConversationState | null;
}

/** A piece of a gap, with what the room must do about memberships. */
export interface Missing {
  readonly changes: Changes;
  readonly hasMore: boolean;
  readonly departures: readonly Farewell[];
  /** Their users may not see all that lies before, also when they were members earlier. */
  readonly beginnings: readonly Beginning[];
}

const pageMax = 500;

/** What a room lacks after `afterRev`, for all members alike. */
export async function loadMissing(on: Queryable, id: string, afterRev: number): Promise<Missing> {
  const input = { conversationId: id, afterRev, limit: pageMax };
  const { page, memberRows } = await readChanges(on, input, {
    firstSeq: 1,
    lastRev: null,
    leftState: null,
  });
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
    .map(({ userId, leftReason, leftState }) => ({
      userId,
      reason: leftReason ?? "removed" as const,
      state: leftState,
    }));
  return { changes, hasMore, departures, beginnings };
}
