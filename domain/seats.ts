/** A seat: one user's place in one conversation, with all that decides what they may do and read there. */
import { and, eq, type SQL, sql } from "drizzle-orm";
import type { AnyPgColumn } from "drizzle-orm/pg-core";
import type { Queryable } from "../db/client.ts";
import { blocks, conversations, friendships, members } from "../db/schema/mod.ts";
import { fail } from "../errors.ts";
import type { ConversationState } from "../schemas/conversations.ts";
import type { App } from "./app.ts";
import type { Standing } from "./policy.ts";

/**
 * What a permission is decided on. `guard` and `memberRev` name its version: the append stores
 * nothing that was decided on another one.
 */
export interface Seat extends Standing {
  readonly guard: number;
  readonly memberRev: number;
  /** The first message that may be read. */
  readonly firstSeq: number;
  /** The last message and change that might be read when this was: a former member's stay. */
  readonly lastSeq: number;
  readonly lastRev: number;
  /** What its user has cleared and deleted for itself. */
  readonly clearedSeq: number;
  readonly deletedRanges: readonly (readonly [number, number])[];
  /** The conversation as a former member last saw it. */
  readonly leftState: ConversationState | null;
}

/** The other of two, seen from a row of `members` joined with its direct conversation. */
export const peerId = sql`case when ${conversations.directLow} = ${members.userId}
  then ${conversations.directHigh} else ${conversations.directLow} end`;

const areFriends = sql<boolean>`exists (
  select 1 from ${friendships}
  where ${friendships.userId} = ${members.userId} and ${friendships.friendId} = ${peerId}
)`;

function isBlocked(by: SQL | AnyPgColumn, whom: SQL | AnyPgColumn): SQL<boolean> {
  return sql<boolean>`exists (
    select 1 from ${blocks} where ${blocks.userId} = ${by} and ${blocks.blockedId} = ${whom}
  )`;
}

// Who blocks is told so; to the one who is blocked it looks like the end of a friendship.
function directRefusal(policy: App["config"]["directPolicy"]): SQL<Standing["directRefusal"]> {
  const mayAnyone = sql.raw(String(policy === "anyone"));
  return sql<Standing["directRefusal"]>`case
    when ${conversations.kind} <> 'direct' then null
    when ${isBlocked(members.userId, peerId)} then 'blocked'
    when ${isBlocked(peerId, members.userId)} then 'notFriends'
    when ${mayAnyone} or ${areFriends} then null
    else 'notFriends'
  end`;
}

/** Where reading begins for a member: with its coming, or where the conversation now begins. */
export const firstReadable = sql<number>`greatest(${members.firstSeq}, ${conversations.firstSeq})`
  .mapWith(Number);

/** Where reading ends: a former member's stays where it left. */
export const lastReadable = sql<number>`coalesce(${members.lastSeq}, ${conversations.lastSeq})`
  .mapWith(Number);

/** The same, seen from a row of `members` alone. */
export const lastReadableAlone = sql<number>`coalesce(${members.lastSeq}, (
  select ${conversations.lastSeq} from ${conversations}
  where ${conversations.id} = ${members.conversationId}
))`;

/** Reads a seat; null for who has never been a member, or where there is no such conversation. */
export async function loadSeat(
  app: Pick<App, "config">,
  on: Queryable,
  who: { conversationId: string; userId: string },
): Promise<Seat | null> {
  const [seat] = await on.select({
    kind: conversations.kind,
    role: members.role,
    leftAt: members.leftAt,
    mutedUntil: members.mutedUntil,
    mutedAll: conversations.mutedAll,
    dismissedAt: conversations.dismissedAt,
    joinPolicy: conversations.joinPolicy,
    directRefusal: directRefusal(app.config.directPolicy),
    guard: conversations.guard,
    memberRev: members.rev,
    firstSeq: firstReadable,
    clearedSeq: members.clearedSeq,
    deletedRanges: members.deletedRanges,
    leftState: members.leftState,
    lastSeq: lastReadable,
    lastRev: sql<number>`coalesce(${members.lastRev}, ${conversations.lastRev})`.mapWith(Number),
  }).from(members)
    .innerJoin(conversations, eq(conversations.id, members.conversationId))
    .where(and(eq(members.conversationId, who.conversationId), eq(members.userId, who.userId)));
  return seat ?? null;
}

const looking = new WeakMap<App, Map<string, Promise<Seat | null>>>();

/**
 * The seat as a look that may be under way finds it. Sends that follow closely on one another share
 * one: with a look each, they would be stored in the order in which those happen to be answered.
 */
export function sharedSeat(
  app: App,
  who: { conversationId: string; userId: string },
): Promise<Seat | null> {
  const underWay = looking.get(app) ?? new Map<string, Promise<Seat | null>>();
  looking.set(app, underWay);
  const key = `${who.conversationId}/${who.userId}`;
  let look = underWay.get(key);
  if (look === undefined) {
    look = loadSeat(app, app.database.orm, who).finally(() => underWay.delete(key));
    underWay.set(key, look);
  }
  return look;
}

/**
 * The seat of somebody who may read: a member, or a former one up to the moment it left. Always the
 * database's: unlike a send, a read is not checked again by what carries it out, and one read up to
 * `lastSeq` or `lastRev` shows nothing of what came after the membership was looked at.
 * @throws `notFound` for a stranger, who may not learn that the conversation exists.
 */
export async function readingSeat(
  app: App,
  who: { conversationId: string; userId: string },
): Promise<Seat> {
  const seat = await loadSeat(app, app.database.orm, who);
  if (seat === null) throw fail("notFound");
  return seat;
}
