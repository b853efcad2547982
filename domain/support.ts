/** Visitors' conversations as agents work on them: which there are, whose they are, what is done. */
import { and, asc, eq, gt, inArray, isNull, type SQL, sql } from "drizzle-orm";
import { type Queryable, transact } from "../db/client.ts";
import {
  conversations,
  inboxAgents,
  inboxes,
  members,
  supportConversations,
} from "../db/schema/mod.ts";
import { fail } from "../errors.ts";
import type { Conversation } from "../schemas/conversations.ts";
import { Id, type Page } from "../schemas/fields.ts";
import type {
  SupportConversation,
  SupportInbox,
  SupportPatch,
  SupportQuery,
} from "../schemas/support.ts";
import type { Actor, App } from "./app.ts";
import { lockConversation } from "./change_set.ts";
import { loadViews } from "./conversation_views.ts";
import { badCursor, decodeCursor, decodeIdCursor, encodeCursor, pageFrom } from "./cursors.ts";
import { isAgent } from "./inbox_rows.ts";
import {
  findSupport,
  isOpen,
  loadSupport,
  statusOf,
  type SupportFacts,
  tellSupport,
  toVisitor,
} from "./support_rows.ts";

// Whoever only opened a widget waits for nothing.
const isBegun = gt(conversations.lastSeq, 0);

/** The inboxes that I answer in, with whom, and how much there is to do in each. */
export async function listSupportInboxes(
  app: App,
  actor: Actor,
  input: { limit: number; cursor?: string | undefined },
): Promise<Page<SupportInbox>> {
  const after = decodeIdCursor(input.cursor);
  const { assigneeId } = supportConversations;
  const count = (and?: SQL) =>
    sql<number>`count(*) filter (where ${isBegun} and ${isOpen} ${and ?? sql``})::int`;
  const rows = await app.database.orm.select({
    id: inboxes.id,
    name: inboxes.name,
    agents: sql<string[]>`array(
      select a.user_id::text from ${inboxAgents} a where a.inbox_id = ${inboxes.id} order by 1
    )`,
    openCount: count(),
    mineCount: count(sql`and ${assigneeId} = ${actor.userId}`),
    unassignedCount: count(sql`and ${assigneeId} is null`),
  }).from(inboxAgents)
    .innerJoin(inboxes, eq(inboxes.id, inboxAgents.inboxId))
    .leftJoin(supportConversations, eq(supportConversations.inboxId, inboxes.id))
    .leftJoin(conversations, eq(conversations.id, supportConversations.conversationId))
    .where(and(
      eq(inboxAgents.userId, actor.userId),
      isNull(inboxes.deletedAt),
      after === undefined ? undefined : gt(inboxes.id, after),
    ))
    .groupBy(inboxes.id)
    .orderBy(asc(inboxes.id))
    .limit(input.limit + 1);
  return pageFrom(rows, input.limit, ({ id }) => id);
}

/**
 * A visitor's conversation, for one of its agents.
 * @throws `notFound` for all others.
 */
export async function requireSupport(
  on: Queryable,
  actor: Actor,
  conversationId: string,
): Promise<SupportFacts> {
  const facts = await findSupport(on, conversationId);
  if (facts === null) throw fail("notFound");
  const { inboxId } = facts.row;
  if (!await isAgent(on, { inboxId, userId: actor.userId })) throw fail("notFound");
  return facts;
}

function toSupport(facts: SupportFacts, conversation: Conversation): SupportConversation {
  return {
    conversation,
    inboxId: facts.row.inboxId,
    visitor: toVisitor(facts),
    status: statusOf(facts),
    assigneeId: facts.row.assigneeId,
    updatedAt: facts.activeAt.toISOString(),
  };
}

async function viewsOf(
  app: App,
  actor: Actor,
  conversationIds: readonly string[],
): Promise<Map<string, Conversation>> {
  if (conversationIds.length === 0) return new Map();
  const which = and(
    eq(members.userId, actor.userId),
    inArray(members.conversationId, [...conversationIds]),
  );
  const items = await loadViews(app.database.orm, which, conversationIds.length);
  return new Map(items.map(({ view }) => [view.id, view]));
}

function decodePlace(cursor: string): SQL {
  const [at, id] = decodeCursor(cursor, "cursor", 2) as [string, string];
  if (!/^\d{1,14}$/.test(at) || !Id.safeParse(id).success) throw badCursor("cursor");
  const moment = new Date(Number(at)).toISOString();
  return sql`(${conversations.activeAt}, ${conversations.id}) < (${moment}::timestamptz, ${id}::uuid)`;
}

function assignedTo(actor: Actor, assignee: SupportQuery["assignee"]): SQL | undefined {
  if (assignee === "any") return undefined;
  const { assigneeId } = supportConversations;
  return assignee === "none" ? isNull(assigneeId) : eq(assigneeId, actor.userId);
}

// In those inboxes of mine that are, and only where I have a seat already: it may be on its way.
function isMine({ userId }: Actor): SQL {
  return sql`exists (
    select 1 from ${inboxAgents} a
    join ${inboxes} i on i.id = a.inbox_id and i.deleted_at is null
    join ${members} m on m.conversation_id = ${supportConversations.conversationId}
      and m.user_id = a.user_id and m.left_at is null
    where a.inbox_id = ${supportConversations.inboxId} and a.user_id = ${userId}
  )`;
}

/** The conversations of visitors in my inboxes in which something was said, the latest activity first. */
export async function listSupport(
  app: App,
  actor: Actor,
  input: SupportQuery,
): Promise<Page<SupportConversation>> {
  const { inboxId, status, assignee, limit, cursor } = input;
  const which = and(
    isMine(actor),
    isBegun,
    inboxId === undefined ? undefined : eq(supportConversations.inboxId, inboxId),
    status === undefined ? undefined : status === "open" ? isOpen : sql`not ${isOpen}`,
    assignedTo(actor, assignee),
    cursor === undefined ? undefined : decodePlace(cursor),
  );
  const found = await loadSupport(app.database.orm, which, limit + 1);
  const page = found.slice(0, limit);
  const views = await viewsOf(app, actor, page.map(({ row }) => row.conversationId));
  const items = page.flatMap((facts) => {
    const view = views.get(facts.row.conversationId);
    return view === undefined ? [] : [toSupport(facts, view)];
  });
  const last = page.at(-1);
  const hasMore = found.length > limit && last !== undefined;
  return {
    items,
    nextCursor: hasMore ? encodeCursor([last.activeAt.getTime(), last.row.conversationId]) : null,
  };
}

/**
 * One of them, as I have it.
 * @throws `notFound` for those who are no agents of its inbox.
 */
export async function readSupport(
  app: App,
  actor: Actor,
  conversationId: string,
): Promise<SupportConversation> {
  const facts = await requireSupport(app.database.orm, actor, conversationId);
  const view = (await viewsOf(app, actor, [conversationId])).get(conversationId);
  if (view === undefined) throw fail("notFound");
  return toSupport(facts, view);
}

async function requireAssignee(on: Queryable, inboxId: string, userId: string): Promise<void> {
  if (await isAgent(on, { inboxId, userId })) return;
  const errors = [{ path: "assigneeId", message: "No agent of this inbox" }];
  throw fail("notFound", { errors });
}

/** What of a patch is not so already, as columns. */
function differing(facts: SupportFacts, patch: SupportPatch, lastSeq: number) {
  const { status, assigneeId } = patch;
  return {
    ...(status === undefined || status === statusOf(facts)
      ? {}
      : { resolvedSeq: status === "resolved" ? lastSeq : null }),
    ...(assigneeId === undefined || assigneeId === facts.row.assigneeId ? {} : { assigneeId }),
  };
}

/**
 * Resolves or reopens a visitor's conversation, or gives it to an agent. What the visitor writes after
 * the resolving reopens it.
 * @throws `notFound` for those who are no agents of its inbox, and for an assignee who is none,
 * `conversationDismissed`.
 */
export async function changeSupport(
  app: App,
  actor: Actor,
  input: { conversationId: string; patch: SupportPatch },
): Promise<SupportConversation> {
  const { conversationId, patch } = input;
  const isChanged = await transact(app.database, async (tx) => {
    // Nothing is sent meanwhile: what comes after this comes after the resolving.
    const { lastSeq, dismissedAt } = await lockConversation(tx, conversationId);
    const facts = await requireSupport(tx, actor, conversationId);
    if (dismissedAt !== null) throw fail("conversationDismissed");
    const { assigneeId } = patch;
    if (typeof assigneeId === "string") await requireAssignee(tx, facts.row.inboxId, assigneeId);
    const change = differing(facts, patch, lastSeq);
    if (Object.keys(change).length === 0) return false;
    await tx.update(supportConversations).set(change)
      .where(eq(supportConversations.conversationId, conversationId));
    return true;
  });
  if (isChanged) await tellSupport(app, conversationId);
  return await readSupport(app, actor, conversationId);
}
