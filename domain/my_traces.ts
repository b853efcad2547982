/** What a user has left beside messages: uploads, reactions, earlier words, requests and links, page by page. */
import { and, asc, desc, eq, isNotNull, lt, type SQL, sql } from "drizzle-orm";
import type { PgColumn } from "drizzle-orm/pg-core";
import {
  attachments,
  groupInvites,
  groupRequests,
  messageEdits,
  messages,
  reactions,
} from "../db/schema/mod.ts";
import type { Actor, App } from "./app.ts";
import { toAttachment, type WholeRow } from "./attachments.ts";
import { loadRequests } from "./group_requests.ts";
import { toInvite } from "./invites.ts";

const pageItems = 200;

/** Pages of rows, the newest ids first, each read where the last one ended. */
async function* byId<T extends { id: string }>(
  read: (isNext: (id: PgColumn) => SQL) => Promise<T[]>,
): AsyncGenerator<T[]> {
  let last = "ffffffff-ffff-ffff-ffff-ffffffffffff";
  for (;;) {
    const rows = await read((id) => lt(id, last));
    if (rows.length > 0) yield rows;
    if (rows.length < pageItems) return;
    last = rows.at(-1)!.id;
  }
}

/** The attachments that are whole and not deleted. */
export async function* myAttachments(app: App, { userId }: Actor): AsyncGenerator<unknown[]> {
  const pages = byId((isNext) =>
    app.database.orm.select().from(attachments).where(and(
      eq(attachments.ownerId, userId),
      eq(attachments.status, "ready"),
      isNotNull(attachments.readyAt),
      isNext(attachments.id),
    )).orderBy(desc(attachments.id)).limit(pageItems)
  );
  for await (const rows of pages) yield rows.map((row) => toAttachment(row as WholeRow));
}

/** The requests to join that the user filed. */
export async function* myGroupRequests(app: App, { userId }: Actor): AsyncGenerator<unknown[]> {
  yield* byId((isNext) =>
    loadRequests(
      app.database.orm,
      and(
        eq(groupRequests.requesterId, userId),
        eq(groupRequests.source, "apply"),
        isNext(groupRequests.id),
      ),
      pageItems,
    )
  );
}

/** The links into a group that the user made. */
export async function* myInvites(
  app: App,
  { userId }: Actor,
  groupId: string,
): AsyncGenerator<unknown[]> {
  const pages = byId((isNext) =>
    app.database.orm.select().from(groupInvites).where(and(
      eq(groupInvites.groupId, groupId),
      eq(groupInvites.creatorId, userId),
      isNext(groupInvites.id),
    )).orderBy(desc(groupInvites.id)).limit(pageItems)
  );
  for await (const rows of pages) yield rows.map(toInvite);
}

/** The user's reactions in a conversation. */
export async function* myReactions(
  app: App,
  { userId }: Actor,
  conversationId: string,
): AsyncGenerator<unknown[]> {
  let [lastSeq, lastEmoji] = [0, ""];
  for (;;) {
    const rows = await app.database.orm
      .select({ seq: reactions.seq, emoji: reactions.emoji, at: reactions.at })
      .from(reactions).where(and(
        eq(reactions.conversationId, conversationId),
        eq(reactions.userId, userId),
        sql`(${reactions.seq}, ${reactions.emoji}) > (${lastSeq}::bigint, ${lastEmoji})`,
      )).orderBy(asc(reactions.seq), asc(reactions.emoji)).limit(pageItems);
    yield rows.map((row) => ({ conversationId, ...row }));
    if (rows.length < pageItems) return;
    ({ seq: lastSeq, emoji: lastEmoji } = rows.at(-1)!);
  }
}

/** What the user's messages in a conversation said before they were edited. */
export async function* myEdits(
  app: App,
  { userId }: Actor,
  conversationId: string,
): AsyncGenerator<unknown[]> {
  const { seq, number, body, editedAt } = messageEdits;
  let [lastSeq, lastNumber] = [0, 0];
  for (;;) {
    const rows = await app.database.orm.select({ seq, number, body, editedAt }).from(messageEdits)
      .innerJoin(
        messages,
        and(eq(messages.conversationId, conversationId), eq(messages.seq, messageEdits.seq)),
      )
      .where(and(
        eq(messageEdits.conversationId, conversationId),
        eq(messages.senderId, userId),
        sql`(${seq}, ${number}) > (${lastSeq}::bigint, ${lastNumber}::int)`,
      )).orderBy(asc(seq), asc(number)).limit(pageItems);
    yield rows.map((row) => ({ conversationId, ...row }));
    if (rows.length < pageItems) return;
    ({ seq: lastSeq, number: lastNumber } = rows.at(-1)!);
  }
}
