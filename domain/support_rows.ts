/** Visitors' conversations as rows: whether they are open, who writes, and telling the agents. */
import { and, desc, eq, getTableColumns, type SQL, sql } from "drizzle-orm";
import type { Queryable } from "../db/client.ts";
import { conversations, messages, supportConversations, users } from "../db/schema/mod.ts";
import type { Notification } from "../schemas/frames.ts";
import type { SupportChange, SupportStatus, Visitor } from "../schemas/support.ts";
import type { App } from "./app.ts";
import { agentsOf } from "./inbox_rows.ts";
import { toUser, type UserRow } from "./users.ts";

/** A row of the table. */
export type SupportRow = typeof supportConversations.$inferSelect;

/**
 * Whether somebody waits for an answer: nobody has resolved it, or the visitor has written since.
 * Computed, so that sending writes nothing for it; where nothing was said at all since, the counter
 * tells without a look at the messages.
 */
export const isOpen = sql<boolean>`(
  ${conversations.dismissedAt} is null and (
    ${supportConversations.resolvedSeq} is null
    or ${conversations.lastSeq} > ${supportConversations.resolvedSeq} and exists (
      select 1 from ${messages} m
      where m.conversation_id = ${supportConversations.conversationId}
        and m.seq > ${supportConversations.resolvedSeq}
        and m.sender_id = ${supportConversations.visitorId}
    )
  )
)`;

/** A visitor's conversation, without what is each agent's own of it. */
export interface SupportFacts {
  readonly row: SupportRow;
  readonly visitor: UserRow;
  readonly isOpen: boolean;
  readonly activeAt: Date;
  readonly dismissedAt: Date | null;
}

/** What is selected of `support_conversations` joined with its conversation and its visitor. */
export const supportColumns = {
  row: getTableColumns(supportConversations),
  visitor: getTableColumns(users),
  isOpen,
  activeAt: conversations.activeAt,
  dismissedAt: conversations.dismissedAt,
};

/** The conversations that match, the latest activity first. */
export async function loadSupport(
  on: Queryable,
  which: SQL | undefined,
  limit: number,
): Promise<SupportFacts[]> {
  return await on.select(supportColumns).from(supportConversations)
    .innerJoin(conversations, eq(conversations.id, supportConversations.conversationId))
    .innerJoin(users, eq(users.id, supportConversations.visitorId))
    .where(which)
    .orderBy(desc(conversations.activeAt), desc(conversations.id))
    .limit(limit);
}

/** One of them; null where it is no visitor's conversation. */
export async function findSupport(
  on: Queryable,
  conversationId: string,
): Promise<SupportFacts | null> {
  const which = and(eq(supportConversations.conversationId, conversationId));
  return (await loadSupport(on, which, 1))[0] ?? null;
}

/** Where it stands. */
export function statusOf({ isOpen }: SupportFacts): SupportStatus {
  return isOpen ? "open" : "resolved";
}

/** Who writes, as agents see them. */
export function toVisitor({ row, visitor }: SupportFacts): Visitor {
  return {
    user: toUser(visitor),
    verified: row.identity !== null,
    page: row.page,
    locale: visitor.locale,
  };
}

function toChange(facts: SupportFacts): SupportChange {
  const { conversationId, inboxId, assigneeId } = facts.row;
  return {
    conversationId,
    inboxId,
    status: statusOf(facts),
    assigneeId,
    visitor: toVisitor(facts),
  };
}

/** Tells those who answer in an inbox, on all their connections. */
export async function tellAgents(
  app: App,
  inboxId: string,
  notification: Notification,
): Promise<void> {
  for (const userId of await agentsOf(app.database.orm, inboxId)) {
    app.live.tell(userId, notification);
  }
}

/** Tells the agents where a visitor's conversation stands now. */
export async function tellSupport(app: App, conversationId: string): Promise<void> {
  const facts = await findSupport(app.database.orm, conversationId);
  if (facts === null) return;
  const params = toChange(facts);
  await tellAgents(app, facts.row.inboxId, { method: "support.changed", params });
}
