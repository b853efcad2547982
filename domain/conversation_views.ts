/** A conversation as one user has it: the shared state, what is theirs alone, and what is computed on reading. */
import {
  and,
  desc,
  eq,
  getTableColumns,
  gte,
  inArray,
  isNull,
  or,
  type SQL,
  sql,
} from "drizzle-orm";
import type { Queryable } from "../db/client.ts";
import { xidSince } from "../db/positions.ts";
import { conversations, members, messages, users } from "../db/schema/mod.ts";
import type { Conversation } from "../schemas/conversations.ts";
import { type ConversationRow, type MemberRow, toState } from "./change_set.ts";
import { readAs } from "./former_readings.ts";
import { firstReadable, lastReadable, peerId } from "./seats.ts";
import { toUser, type UserRow } from "./users.ts";

/** When something last happened in it for the member. */
const activity = sql<Date>`coalesce(${members.leftAt}, ${conversations.activeAt})`
  .mapWith(conversations.activeAt);

// What I have deleted is a few ranges in order, none next to another.
function isDeleted(seq: SQL): SQL {
  return sql`exists (
    select 1 from jsonb_array_elements(${members.deletedRanges}) gone
    where ${seq} between (gone ->> 0)::bigint and (gone ->> 1)::bigint
  )`;
}

/** The last message that I have neither cleared nor deleted: before a range there is none. */
const lastShown = sql`(
  select case when s.seq > greatest(${members.clearedSeq}, ${firstReadable} - 1) then s.seq end
  from (
    select coalesce((
      select (gone ->> 0)::bigint - 1 from jsonb_array_elements(${members.deletedRanges}) gone
      where ${lastReadable} between (gone ->> 0)::bigint and (gone ->> 1)::bigint
    ), ${lastReadable}) as seq
  ) s
)`;

// Computed, never counted up: [unread, whether one of them mentions me].
const unread = sql<[number, number]>`(
  select array[
    count(*)::int,
    coalesce(bool_or(jsonb_exists_any(m.mentions, array[${members.userId}::text, 'all'])), false)::int
  ]
  from ${messages} m
  where m.conversation_id = ${members.conversationId}
    and m.seq > greatest(${members.readSeq}, ${firstReadable} - 1, ${members.clearedSeq})
    and m.seq <= ${lastReadable}
    and m.kind <> 'system' and m.sender_id <> ${members.userId} and m.recalled_at is null
    and (${members.deletedRanges} = '[]' or not ${isDeleted(sql`m.seq`)})
)`;

interface ViewRow {
  readonly conversation: ConversationRow;
  readonly member: MemberRow;
  readonly message: typeof messages.$inferSelect | null;
  readonly peer: UserRow | null;
  readonly unread: [number, number];
}

async function toConversation(on: Queryable, row: ViewRow): Promise<Conversation> {
  const { conversation, member, message, peer, unread } = row;
  const [lastMessage = null] = message === null ? [] : await readAs(on, member, [message]);
  const lastSeq = member.lastSeq ?? conversation.lastSeq;
  return {
    // Who has left sees it as it was then.
    ...(member.leftState ?? toState(conversation)),
    firstSeq: Math.max(member.firstSeq, conversation.firstSeq),
    lastSeq,
    lastRev: member.lastRev ?? conversation.lastRev,
    lastMessage,
    my: {
      peer: peer === null ? null : toUser(peer),
      role: member.role,
      readSeq: member.readSeq,
      unreadCount: unread[0],
      mentioned: unread[1] === 1,
      pinned: member.pinned,
      notify: member.notify,
      // The next message brings it back.
      hidden: member.hiddenSeq !== null && lastSeq <= member.hiddenSeq,
      ...(member.markedUnread ? { markedUnread: true } : {}),
      draft: member.draft,
      clearedSeq: member.clearedSeq,
      deletedRanges: member.deletedRanges,
      joinedAt: member.joinedAt.toISOString(),
      leftAt: member.leftAt?.toISOString() ?? null,
    },
  };
}

/** One item of a page: the view, whose it is, and the moment it is sorted by. */
export interface ViewItem {
  readonly userId: string;
  readonly view: Conversation;
  readonly activeAt: Date;
}

/**
 * The views of memberships that match, pinned ones first, then by latest activity. The page is cut before anything is
 * computed for it: of a thousand conversations only the fifty shown read their messages.
 */
export async function loadViews(
  on: Queryable,
  which: SQL | undefined,
  limit: number,
): Promise<ViewItem[]> {
  const page = on.select({
    conversationId: members.conversationId,
    userId: members.userId,
    pinned: members.pinned,
    activity: activity.as("activity"),
  }).from(members)
    .innerJoin(conversations, eq(conversations.id, members.conversationId))
    .where(which)
    .orderBy(desc(members.pinned), desc(activity), desc(conversations.id))
    .limit(limit)
    .as("page");
  const rows = await on.select({
    conversation: getTableColumns(conversations),
    member: getTableColumns(members),
    message: getTableColumns(messages),
    peer: getTableColumns(users),
    unread,
    activity: page.activity,
  }).from(page)
    .innerJoin(
      members,
      and(eq(members.conversationId, page.conversationId), eq(members.userId, page.userId)),
    )
    .innerJoin(conversations, eq(conversations.id, members.conversationId))
    .leftJoin(
      messages,
      and(eq(messages.conversationId, conversations.id), eq(messages.seq, lastShown)),
    )
    .leftJoin(users, eq(users.id, peerId))
    .orderBy(desc(page.pinned), desc(page.activity), desc(conversations.id));
  return await Promise.all(rows.map(async (row) => ({
    userId: row.member.userId,
    view: await toConversation(on, row),
    activeAt: row.activity,
  })));
}

/** One user's view of one conversation; null for a stranger. */
export async function loadView(
  on: Queryable,
  who: { conversationId: string; userId: string },
): Promise<Conversation | null> {
  const which = and(
    eq(members.conversationId, who.conversationId),
    eq(members.userId, who.userId),
  );
  const [item] = await loadViews(on, which, 1);
  return item?.view ?? null;
}

/** The views that several users have of one living conversation they are members of. */
export function loadViewsOf(
  on: Queryable,
  conversationId: string,
  userIds: readonly string[],
): Promise<ViewItem[]> {
  const which = and(
    eq(members.conversationId, conversationId),
    inArray(members.userId, [...userIds]),
    isNull(members.leftAt),
    isNull(conversations.dismissedAt),
  );
  return loadViews(on, which, userIds.length);
}

/** What a list of conversations may be narrowed to. */
export interface ViewFilter {
  readonly kind?: "group" | undefined;
  /** The position since which something has changed; then former memberships are listed too. */
  readonly changedSince?: string | undefined;
  /** The place that the last page ended at. */
  readonly after?:
    | { readonly pinned: boolean; readonly activeAt: Date; readonly id: string }
    | undefined;
}

/** The memberships of a user that a list shows. */
export function listed(userId: string, { kind, changedSince, after }: ViewFilter): SQL | undefined {
  const changed = changedSince === undefined ? isNull(members.leftAt) : or(
    gte(members.changedXid, xidSince(changedSince)),
    and(isNull(members.leftAt), gte(conversations.changedXid, xidSince(changedSince))),
  );
  return and(
    eq(members.userId, userId),
    // What was a group and is dismissed is a conversation to read, and no group to be in.
    kind === undefined
      ? undefined
      : and(eq(conversations.kind, kind), isNull(conversations.dismissedAt)),
    changed,
    after === undefined ? undefined : sql`(${members.pinned}, ${activity}, ${conversations.id}) <
      (${after.pinned}, ${after.activeAt.toISOString()}::timestamptz, ${after.id}::uuid)`,
  );
}
