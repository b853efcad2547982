/** Messages as former members read them: as they were when these left, whatever has changed since. */
import { and, asc, count, eq, lte, sql } from "drizzle-orm";
import type { Queryable } from "../db/client.ts";
import { messageEdits, reactions } from "../db/schema/mod.ts";
import type { Message, Reaction } from "../schemas/messages.ts";
import { type MessageRow, toMessage } from "./message_rows.ts";

const namedMax = 50;

/** A moment in a conversation: after which nothing is to be seen. */
export interface Moment {
  readonly leftAt: Date;
  readonly lastRev: number;
}

/** The reactions to a message as they were at `rev`, but for those taken away since. */
export async function readReactions(
  on: Queryable,
  { conversationId, seq }: { conversationId: string; seq: number },
  rev: number,
): Promise<Reaction[]> {
  const { emoji, userId, at } = reactions;
  const named = sql.raw(String(namedMax));
  const first = sql<string[]>`(array_agg(${userId}::text order by ${at}, ${userId}))[1:${named}]`;
  return await on.select({ emoji, count: count(), userIds: first }).from(reactions)
    .where(and(
      eq(reactions.conversationId, conversationId),
      eq(reactions.seq, seq),
      lte(reactions.rev, rev),
    ))
    .groupBy(emoji).orderBy(asc(sql`min(${at})`), asc(emoji));
}

// What has been recalled is gone for all, also for those who could read it.
async function asOf(
  on: Queryable,
  row: MessageRow,
  { leftAt, lastRev }: Moment,
): Promise<MessageRow> {
  if (row.recalledAt !== null) return { ...row, rev: lastRev };
  const edits = await on.select().from(messageEdits)
    .where(and(
      eq(messageEdits.conversationId, row.conversationId),
      eq(messageEdits.seq, row.seq),
    ))
    .orderBy(asc(messageEdits.number));
  const later = edits.find(({ rev }) => rev > lastRev);
  const isPinned = row.pinnedAt !== null && row.pinnedAt <= leftAt;
  return {
    ...row,
    rev: lastRev,
    body: later === undefined ? row.body : later.body,
    editedAt: edits.findLast(({ rev }) => rev <= lastRev)?.editedAt ?? null,
    pinnedAt: isPinned ? row.pinnedAt : null,
    reactions: await readReactions(on, row, lastRev),
  };
}

/** Rows as somebody may read them: a member as they are, a former one as they were. */
export async function readAs(
  on: Queryable,
  reader: { readonly leftAt: Date | null; readonly lastRev: number | null },
  rows: readonly MessageRow[],
): Promise<Message[]> {
  const { leftAt, lastRev } = reader;
  if (leftAt === null || lastRev === null) return rows.map(toMessage);
  const read: Message[] = [];
  for (const row of rows) {
    const isLater = row.rev > lastRev;
    read.push(toMessage(isLater ? await asOf(on, row, { leftAt, lastRev }) : row));
  }
  return read;
}
