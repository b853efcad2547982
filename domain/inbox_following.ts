/** Conversations follow their inbox: other agents come in, former ones go, and all end with it. */
import { and, asc, eq, isNull, lt, ne } from "drizzle-orm";
import { transact, type Transaction } from "../db/client.ts";
import { inboxes, members, supportConversations } from "../db/schema/mod.ts";
import type { Changes } from "../schemas/conversations.ts";
import type { App, Departure } from "./app.ts";
import { ChangeSet, type ConversationRow, lockConversation } from "./change_set.ts";
import { agentsOf } from "./inbox_rows.ts";
import { tellSupport } from "./support_rows.ts";

const atOnce = 100;

/** What is told, one after the other, once all of it is committed. */
interface Step {
  readonly changes: Changes;
  readonly departures: readonly Departure[];
}

/** `isOther`: agents see it as another one, as nobody's or as one that has ended. */
interface Following {
  readonly steps: readonly Step[];
  readonly joined: readonly string[];
  readonly isOther: boolean;
}

const nothing: Following = { steps: [], joined: [], isOther: false };

async function agentsSeated(tx: Transaction, conversationId: string): Promise<Set<string>> {
  const rows = await tx.select({ userId: members.userId }).from(members).where(and(
    eq(members.conversationId, conversationId),
    ne(members.role, "member"),
    isNull(members.leftAt),
  ));
  return new Set(rows.map(({ userId }) => userId));
}

// Each departure is the last change of its own set: whoever leaves sees nothing of the next one.
async function seat(
  app: App,
  tx: Transaction,
  { row, agents }: { row: ConversationRow; agents: readonly string[] },
): Promise<Pick<Following, "steps" | "joined">> {
  const seated = await agentsSeated(tx, row.id);
  const joined = agents.filter((id) => !seated.has(id));
  const leaving = [...seated.difference(new Set(agents))];
  const steps: Step[] = [];
  let latest = row;
  const now = app.clock.now();
  if (joined.length > 0) {
    const set = new ChangeSet(tx, latest, now);
    await set.join(joined, () => "manager");
    set.changeState({});
    steps.push({ changes: await set.finish(), departures: [] });
    latest = set.row;
  }
  for (const userId of leaving) {
    const set = new ChangeSet(tx, latest, now);
    set.changeState({ memberCount: latest.memberCount - 1 });
    await set.leave(userId, "removed");
    steps.push({ changes: await set.finish(), departures: [{ userId, reason: "removed" }] });
    latest = set.row;
  }
  return { steps, joined };
}

async function dismiss(app: App, tx: Transaction, row: ConversationRow): Promise<Following> {
  const now = app.clock.now();
  const set = new ChangeSet(tx, row, now);
  set.changeState({ dismissedAt: now });
  const steps = [{ changes: await set.finish(), departures: [] }];
  return { steps, joined: [], isOther: true };
}

async function follow(app: App, tx: Transaction, conversationId: string): Promise<Following> {
  const row = await lockConversation(tx, conversationId);
  const which = eq(supportConversations.conversationId, conversationId);
  const [found] = await tx.select().from(supportConversations)
    .innerJoin(inboxes, eq(inboxes.id, supportConversations.inboxId))
    .where(which)
    // Its agents stay who they are until this is committed.
    .for("share", { of: inboxes });
  const { inboxes: inbox, support_conversations: { assigneeId } } = found!;
  const agents = await agentsOf(tx, inbox.id);
  const isAssigned = assigneeId !== null && agents.includes(assigneeId);
  await tx.update(supportConversations)
    .set({ agentsVersion: inbox.agentsVersion, assigneeId: isAssigned ? assigneeId : null })
    .where(which);
  if (row.dismissedAt !== null) return nothing;
  if (inbox.deletedAt !== null) return await dismiss(app, tx, row);
  const isOther = assigneeId !== null && !isAssigned;
  return { ...await seat(app, tx, { row, agents }), isOther };
}

async function settle(app: App, conversationId: string): Promise<void> {
  const { steps, joined, isOther } = await transact(
    app.database,
    (tx) => follow(app, tx, conversationId),
  );
  for (const { changes, departures } of steps) await app.live.changed(changes, departures);
  if (joined.length > 0) await app.live.joined(conversationId, joined);
  // Not each time: of a change of agents, all of them would be told once for each conversation.
  if (isOther) await tellSupport(app, conversationId);
}

/** Conversations that have not followed what became of their inbox; of one inbox, or of any. */
async function findBehind(app: App, inboxId?: string): Promise<string[]> {
  const rows = await app.database.orm.select({ id: supportConversations.conversationId })
    .from(supportConversations)
    .innerJoin(inboxes, eq(inboxes.id, supportConversations.inboxId))
    .where(and(
      lt(supportConversations.agentsVersion, inboxes.agentsVersion),
      inboxId === undefined ? undefined : eq(inboxes.id, inboxId),
    ))
    .orderBy(asc(supportConversations.conversationId))
    .limit(atOnce);
  return rows.map(({ id }) => id);
}

/**
 * Lets the conversations of an inbox follow what has become of it (of all, where a change was broken off), each in a transaction of its own:
 * no lock is held for longer than one of them takes.
 */
export async function settleInbox(app: App, inboxId?: string): Promise<void> {
  for (;;) {
    const behind = await findBehind(app, inboxId);
    for (const id of behind) await settle(app, id);
    if (behind.length < atOnce) return;
  }
}
