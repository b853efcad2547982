/** Brings the index of messages up to what the conversations hold: a batch at a time, in a transaction. */
import { and, asc, eq, gt, inArray, lt, sql } from "drizzle-orm";
import { recordset, transact, type Transaction } from "../db/client.ts";
import {
  conversations,
  messageEdits,
  messageIndex,
  messages,
  messageTerms,
} from "../db/schema/mod.ts";
import type { AppParts } from "./app.ts";
import { lexemesOf } from "./message_lexemes.ts";
import type { MessageRow } from "./message_rows.ts";

/** How much one transaction may index. */
export interface BatchSize {
  readonly messages: number;
  /** Characters; one message is always taken. */
  readonly units: number;
}

interface Behind {
  readonly id: string;
  readonly rev: number;
  readonly lastRev: number;
  readonly firstSeq: number;
}

/** Conversations whose messages changed since, locked against other instances. */
async function lockBehind(
  tx: Transaction,
  ids: readonly string[],
  waits: boolean,
): Promise<Behind[]> {
  const known = ids.toSorted().map((conversationId) => ({ conversationId }));
  await tx.insert(messageIndex).values(known).onConflictDoNothing();
  const { conversationId: id, rev } = messageIndex;
  const { lastRev, firstSeq } = conversations;
  return await tx.select({ id, rev, lastRev, firstSeq }).from(messageIndex)
    .innerJoin(conversations, eq(conversations.id, id))
    .where(and(inArray(id, [...ids]), lt(rev, lastRev)))
    .orderBy(asc(id))
    .for("update", { of: messageIndex, ...(waits ? {} : { skipLocked: true }) });
}

// A former member reads what was said before an edit: so that is found too.
async function bodiesOf(tx: Transaction, row: MessageRow): Promise<unknown[]> {
  if (row.editedAt === null) return [row.body];
  const edits = await tx.select({ body: messageEdits.body }).from(messageEdits)
    .where(and(
      eq(messageEdits.conversationId, row.conversationId),
      eq(messageEdits.seq, row.seq),
    ))
    .orderBy(asc(messageEdits.number));
  return [row.body, ...edits.map(({ body }) => body).reverse()];
}

interface Entry {
  readonly c: string;
  readonly s: number;
  readonly at: Date;
  readonly lexemes: readonly string[];
}

async function entryOf(tx: Transaction, row: MessageRow, firstSeq: number): Promise<Entry> {
  const { conversationId: c, seq: s, at, kind } = row;
  const isFound = kind !== "system" && row.recalledAt === null && s >= firstSeq;
  const bodies = isFound ? await bodiesOf(tx, row) : [];
  return { c, s, at, lexemes: lexemesOf({ ...row, bodies }) };
}

async function write(tx: Transaction, entries: readonly Entry[]): Promise<void> {
  const found = entries.filter(({ lexemes }) => lexemes.length > 0);
  const others = entries.filter(({ lexemes }) => lexemes.length === 0);
  await tx.execute(sql`
    insert into ${messageTerms} (conversation_id, seq, at, terms)
    select e.c, e.s, e.at, array_to_tsvector(array(select jsonb_array_elements_text(e.lexemes)))
    from ${recordset(found, "e(c uuid, s bigint, at timestamptz, lexemes jsonb)")}
    on conflict (conversation_id, at, seq) do update set terms = excluded.terms`);
  if (others.length === 0) return;
  await tx.execute(sql`
    delete from ${messageTerms} t
    using ${recordset(others, "e(c uuid, s bigint, at timestamptz)")}
    where t.conversation_id = e.c and t.at = e.at and t.seq = e.s`);
}

/** Indexes what the batch has room for; says how much that was, and whether it was all. */
async function indexOne(
  tx: Transaction,
  { id, rev, lastRev, firstSeq }: Behind,
  size: BatchSize,
): Promise<BatchSize & { isAll: boolean }> {
  const rows = await tx.select().from(messages)
    .where(and(eq(messages.conversationId, id), gt(messages.rev, rev)))
    .orderBy(asc(messages.rev)).limit(size.messages);
  let units = 0;
  const entries: Entry[] = [];
  for (const row of rows) {
    units += JSON.stringify(row.body).length;
    if (units > size.units && entries.length > 0) break;
    entries.push(await entryOf(tx, row, firstSeq));
  }
  if (entries.length > 0) await write(tx, entries);
  const isAll = rows.length < size.messages && entries.length === rows.length;
  // What was committed since may have been read too.
  const reached = Math.max(rows[entries.length - 1]?.rev ?? 0, isAll ? lastRev : 0);
  await tx.update(messageIndex).set({ rev: reached }).where(eq(messageIndex.conversationId, id));
  return { isAll, messages: entries.length, units };
}

/**
 * Indexes what has changed in these conversations, a batch of each, and gives those with more to do.
 * Those that another instance is at are left to it, unless one waits for it.
 */
export async function indexConversations(
  app: Pick<AppParts, "database">,
  ids: readonly string[],
  options: { readonly size: BatchSize; readonly waits?: boolean },
): Promise<string[]> {
  if (ids.length === 0) return [];
  return await transact(app.database, async (tx) => {
    const unfinished: string[] = [];
    let { messages, units } = options.size;
    for (const behind of await lockBehind(tx, ids, options.waits ?? false)) {
      const hasRoom = messages > 0 && units > 0;
      const done = hasRoom ? await indexOne(tx, behind, { messages, units }) : null;
      if (!done?.isAll) unfinished.push(behind.id);
      messages -= done?.messages ?? 0;
      units -= done?.units ?? 0;
    }
    return unfinished;
  });
}

/** Up to `count` conversations from `after` on: which of them lag, and where to go on. */
export async function findLagging(
  app: Pick<AppParts, "database">,
  { after, count }: { after: string; count: number },
): Promise<{ ids: string[]; next: string | null }> {
  const rows = await app.database.orm
    .select({ id: conversations.id, lastRev: conversations.lastRev, rev: messageIndex.rev })
    .from(conversations)
    .leftJoin(messageIndex, eq(messageIndex.conversationId, conversations.id))
    .where(gt(conversations.id, after))
    .orderBy(asc(conversations.id)).limit(count);
  return {
    ids: rows.filter(({ rev, lastRev }) => (rev ?? 0) < lastRev).map(({ id }) => id),
    next: rows.length < count ? null : rows.at(-1)!.id,
  };
}

const forgottenAtOnce = 500;

/** Deletes what is indexed of messages that were too old and are gone. */
export async function forgetBefore(
  app: Pick<AppParts, "database">,
  id: string,
  firstSeq: number,
): Promise<void> {
  const { conversationId, at, seq } = messageTerms;
  for (let gone = forgottenAtOnce; gone === forgottenAtOnce;) {
    const oldest = await app.database.orm.select({ seq, at }).from(messageTerms)
      .where(eq(conversationId, id))
      .orderBy(asc(at), asc(seq)).limit(forgottenAtOnce);
    const last = oldest.findLast((one) => one.seq < firstSeq);
    if (last === undefined) return;
    await app.database.orm.delete(messageTerms)
      .where(
        and(
          eq(conversationId, id),
          sql`${at} <= ${last.at.toISOString()}::timestamptz`,
          lt(seq, firstSeq),
        ),
      );
    gone = oldest.filter((one) => one.seq < firstSeq).length;
  }
}
