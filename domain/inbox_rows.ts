/** Inboxes as rows: finding one, who answers in it, and what others see of it. */
import { and, asc, eq, inArray, isNull } from "drizzle-orm";
import type { Queryable } from "../db/client.ts";
import { inboxAgents, inboxes } from "../db/schema/mod.ts";
import { fail } from "../errors.ts";
import type { Inbox } from "../schemas/inboxes.ts";

/** A row of the table. */
export type InboxRow = typeof inboxes.$inferSelect;

/** Who answers in each of these inboxes. */
export async function agentsIn(
  on: Queryable,
  inboxIds: readonly string[],
): Promise<Map<string, string[]>> {
  const rows = await on.select().from(inboxAgents)
    .where(inArray(inboxAgents.inboxId, [...inboxIds]))
    .orderBy(asc(inboxAgents.userId));
  const agents = new Map(inboxIds.map((id): [string, string[]] => [id, []]));
  for (const { inboxId, userId } of rows) agents.get(inboxId)!.push(userId);
  return agents;
}

/** Who answers in an inbox. */
export async function agentsOf(on: Queryable, inboxId: string): Promise<string[]> {
  return (await agentsIn(on, [inboxId])).get(inboxId)!;
}

/** Whether a user answers in an inbox. */
export async function isAgent(
  on: Queryable,
  { inboxId, userId }: { inboxId: string; userId: string },
): Promise<boolean> {
  const rows = await on.select({ userId: inboxAgents.userId }).from(inboxAgents)
    .where(and(eq(inboxAgents.inboxId, inboxId), eq(inboxAgents.userId, userId)));
  return rows.length > 0;
}

/** The inbox of a public key; null where there is none any more. */
export async function inboxByKey(on: Queryable, key: string): Promise<InboxRow | null> {
  const [row] = await on.select().from(inboxes)
    .where(and(eq(inboxes.key, key), isNull(inboxes.deletedAt)));
  return row ?? null;
}

/**
 * An inbox, by id.
 * @throws `notFound`.
 */
export async function inboxById(on: Queryable, id: string): Promise<InboxRow> {
  const [row] = await on.select().from(inboxes)
    .where(and(eq(inboxes.id, id), isNull(inboxes.deletedAt)));
  if (row === undefined) throw fail("notFound");
  return row;
}

/** What admins see: that there is a secret, and never which. */
export function toInbox(row: InboxRow, agents: readonly string[]): Inbox {
  const { id, key, name, greeting, allowedOrigins, hours, offlineMessage } = row;
  return {
    id,
    key,
    name,
    greeting,
    agents: [...agents],
    allowedOrigins,
    hasIdentitySecret: row.identitySecret !== null,
    hours,
    offlineMessage,
    createdAt: row.createdAt.toISOString(),
  };
}
