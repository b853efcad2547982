/** Reopening: agents hear of it when a visitor's word makes a conversation one that somebody waits in. */
import { and, eq, sql } from "drizzle-orm";
import { messages, supportConversations } from "../db/schema/mod.ts";
import type { App } from "./app.ts";
import { tellSupport } from "./support_rows.ts";

/** Whether it is the visitor's first message, ever or since the conversation was resolved. */
async function isFirstWord(app: App, conversationId: string, seq: number): Promise<boolean> {
  const since = sql`coalesce(${supportConversations.resolvedSeq}, 0)`;
  const found = await app.database.orm.select({ id: supportConversations.conversationId })
    .from(supportConversations)
    .where(and(
      eq(supportConversations.conversationId, conversationId),
      sql`${since} < ${seq}::bigint and not exists (
        select 1 from ${messages} m
        where m.conversation_id = ${supportConversations.conversationId}
          and m.seq > ${since} and m.seq < ${seq}::bigint
          and m.sender_id = ${supportConversations.visitorId}
      )`,
    ));
  return found.length > 0;
}

/**
 * Tells the agents, if a message that a guest has just sent reopens its conversation, or begins it.
 * Beside the send and after its answer: it is computed from the messages, and nothing waits for it.
 */
export function noteGuestSaid(app: App, conversationId: string, seq: number): void {
  const telling = async () => {
    if (await isFirstWord(app, conversationId, seq)) await tellSupport(app, conversationId);
  };
  telling().catch((error) => app.log.error("support not told", error, { conversationId }));
}
