/** What live rooms are fed from: a user's conversations, how far each has come, and what a gap lacks. */
import { and, eq, inArray, isNull } from "drizzle-orm";
import type { Queryable } from "../db/client.ts";
import { conversations, members } from "../db/schema/mod.ts";
import type { Changes } from "../schemas/conversations.ts";
import type { AppParts, Departure } from "./app.ts";
import { readChanges } from "./changes.ts";
import { takeSyncCursor } from "./conversations.ts";
import { countPendingRequests } from "./friend_requests.ts";

/** What a connection begins with. The cursor is from before the conversations were read. */
export interface Welcome {
  readonly syncCursor: string;
  /** The conversations to follow, and how far each had come. */
  readonly revs: ReadonlyMap<string, number>;
  readonly friendRequests: number;
}

/** Reads what a new connection follows and tells first. */
export async function loadWelcome(app: AppParts, userId: string): Promise<Welcome> {
  const syncCursor = await takeSyncCursor(app);
  const [rows, friendRequests] = await Promise.all([
    app.database.orm.select({ id: members.conversationId, rev: conversations.lastRev })
      .from(members)
      .innerJoin(conversations, eq(conversations.id, members.conversationId))
      .where(and(
        eq(members.userId, userId),
        isNull(members.leftAt),
        isNull(conversations.dismissedAt),
      )),
    countPendingRequests(app, userId),
  ]);
  return { syncCursor, revs: new Map(rows.map(({ id, rev }) => [id, rev])), friendRequests };
}

/** How far conversations have come, by id. */
export async function loadRevs(
  on: Queryable,
  ids: readonly string[],
): Promise<Map<string, number>> {
  if (ids.length === 0) return new Map();
  const rows = await on.select({ id: conversations.id, lastRev: conversations.lastRev })
    .from(conversations).where(inArray(conversations.id, [...ids]));
  return new Map(rows.map(({ id, lastRev }) => [id, lastRev]));
}

/** A piece of a gap, with what the room must do about memberships. */
export interface Missing {
  readonly changes: Changes;
  readonly hasMore: boolean;
  readonly departures: readonly Departure[];
  /** Members whose membership began after `afterRev`: they may not see all that lies before it. */
  readonly joinedUserIds: readonly string[];
}

const pageMax = 500;

/** What a room lacks after `afterRev`, for all members alike. */
export async function loadMissing(on: Queryable, id: string, afterRev: number): Promise<Missing> {
  const input = { conversationId: id, afterRev, limit: pageMax };
  const { page, memberRows } = await readChanges(on, input, { firstSeq: 1, lastRev: null });
  const { hasMore, ...changes } = page;
  const joinedUserIds = memberRows
    .filter((row) => row.leftAt === null && row.joinedRev > afterRev)
    .map((row) => row.userId);
  const departures = memberRows
    .filter((row) => row.leftAt !== null)
    .map((row) => ({ userId: row.userId, reason: row.leftReason ?? "removed" }));
  return { changes, hasMore, departures, joinedUserIds };
}
