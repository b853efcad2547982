/** Retention: what is older than it may be is deleted, a few hundred messages at a time. */
import { and, asc, eq, gt, lt, type SQL, sql } from "drizzle-orm";
import { conversations, messageEdits, messages, reactions } from "../db/schema/mod.ts";
import type { App } from "./app.ts";
import { forgetBefore } from "./message_index.ts";

const conversationsAtOnce = 500;
const messagesAtOnce = 500;
const dayMs = 86_400_000;

/** A conversation that may hold too old messages, and what counts as too old in it. */
interface Candidate {
  readonly id: string;
  readonly days: number;
}

// Both may say how long: the shorter counts.
function daysOf(app: App): SQL<number> {
  const general = app.config.messageRetentionDays;
  return general === 0
    ? sql<number>`${conversations.retentionDays}`
    : sql<number>`least(${conversations.retentionDays}, ${general}::int)`;
}

/** The next conversations whose oldest message is too old. */
async function findCandidates(app: App, after: string): Promise<Candidate[]> {
  const days = daysOf(app);
  const now = app.clock.now().toISOString();
  const isOld = sql`exists (
    select 1 from ${messages} m
    where m.conversation_id = ${conversations.id} and m.seq <= ${conversations.firstSeq}
      and m.at < ${now}::timestamptz - ${days} * interval '1 day'
  )`;
  return await app.database.orm.select({ id: conversations.id, days }).from(conversations)
    .where(and(gt(conversations.id, after), sql`${days} is not null`, isOld))
    .orderBy(asc(conversations.id))
    .limit(conversationsAtOnce);
}

/**
 * Lets a conversation begin later. Nothing else is done under its lock: a send waits for one row to be
 * written, not for hundreds to be deleted.
 */
async function moveBeginning(app: App, { id, days }: Candidate): Promise<boolean> {
  const before = new Date(app.clock.now().getTime() - days * dayMs);
  const orm = app.database.orm;
  const oldest = await orm.select({ seq: messages.seq, at: messages.at }).from(messages)
    .innerJoin(conversations, eq(conversations.id, messages.conversationId))
    .where(and(eq(messages.conversationId, id), sql`${messages.seq} >= ${conversations.firstSeq}`))
    .orderBy(asc(messages.seq)).limit(messagesAtOnce);
  const last = oldest.findLast(({ at }) => at < before);
  if (last === undefined) return false;
  await orm.update(conversations)
    .set({
      firstSeq: sql`greatest(${conversations.firstSeq}, ${last.seq + 1}::bigint)`,
      changedXid: sql`pg_current_xact_id()`,
    })
    .where(eq(conversations.id, id));
  return true;
}

/** Deletes what lies before the beginning: also what an earlier sweep was kept from deleting. */
async function deleteBefore(app: App, id: string): Promise<void> {
  const orm = app.database.orm;
  const [row] = await orm.select({ firstSeq: conversations.firstSeq }).from(conversations)
    .where(eq(conversations.id, id));
  for (const table of [reactions, messageEdits, messages]) {
    await orm.delete(table)
      .where(and(eq(table.conversationId, id), lt(table.seq, row!.firstSeq)));
  }
  await forgetBefore(app, id, row!.firstSeq);
}

/** Deletes all messages that are too old. Numbers are never given again. */
export async function sweepMessages(app: App): Promise<void> {
  let after = "00000000-0000-0000-0000-000000000000";
  for (;;) {
    const candidates = await findCandidates(app, after);
    for (const candidate of candidates) {
      do await deleteBefore(app, candidate.id); while (await moveBeginning(app, candidate));
    }
    if (candidates.length < conversationsAtOnce) return;
    after = candidates.at(-1)!.id;
  }
}
