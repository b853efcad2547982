/** Catching up: what has changed in a conversation after a `rev`, for a reader or for a room that has a gap. */
import { and, asc, eq, gt, gte, lte } from "drizzle-orm";
import type { Queryable } from "../db/client.ts";
import { conversations, members, messages } from "../db/schema/mod.ts";
import { fail } from "../errors.ts";
import type { ChangesPage, ConversationState, Member } from "../schemas/conversations.ts";
import type { Message } from "../schemas/messages.ts";
import type { Actor, App } from "./app.ts";
import { type MemberRow, toMember, toState } from "./change_set.ts";
import { toMessage } from "./message_rows.ts";
import { cutPage } from "./page_budget.ts";
import { readingSeat } from "./seats.ts";

/** What is asked for, and by whom it may be read. */
export interface ChangesInput {
  readonly conversationId: string;
  readonly afterRev: number;
  readonly limit: number;
}

interface Bounds {
  readonly firstSeq: number;
  readonly lastRev: number | null;
  /** The conversation as a former member last saw it. */
  readonly leftState: ConversationState | null;
}

interface Items {
  readonly messages: Message[];
  readonly members: MemberRow[];
}

async function readItems(
  on: Queryable,
  input: ChangesInput,
  upTo: number,
  firstSeq: number,
): Promise<Items> {
  const { conversationId: id, afterRev, limit } = input;
  const [messageRows, memberRows] = await Promise.all([
    on.select().from(messages)
      .where(and(
        eq(messages.conversationId, id),
        gt(messages.rev, afterRev),
        lte(messages.rev, upTo),
        gte(messages.seq, firstSeq),
      ))
      .orderBy(asc(messages.rev)).limit(limit + 1),
    on.select().from(members)
      .where(and(eq(members.conversationId, id), gt(members.rev, afterRev), lte(members.rev, upTo)))
      .orderBy(asc(members.rev)).limit(limit + 1),
  ]);
  return { messages: messageRows.map(toMessage), members: memberRows };
}

/** Where a page ends: at `upTo`, or at the last item that it holds when there are more. */
function endOf(items: Items, limit: number, upTo: number): number {
  const all = [...items.messages, ...items.members.map(toMember)].sort((a, b) => a.rev - b.rev);
  const page = cutPage(all, limit);
  return page.hasMore ? page.items.at(-1)!.rev : upTo;
}

/** A page and the rows of its members, which tell why someone left. */
export interface ChangesRead {
  readonly page: ChangesPage;
  readonly memberRows: readonly MemberRow[];
}

/**
 * The latest state of all that changed after `afterRev`, within what a reader may see. The counter is
 * read first: what changes while the rest is read lies beyond it and comes with the next page.
 * @throws `notFound` when there is no such conversation.
 */
export async function readChanges(
  on: Queryable,
  input: ChangesInput,
  bounds: Bounds,
): Promise<ChangesRead> {
  const [row] = await on.select().from(conversations).where(
    eq(conversations.id, input.conversationId),
  );
  if (row === undefined) throw fail("notFound");
  const upTo = Math.max(Math.min(row.lastRev, bounds.lastRev ?? row.lastRev), input.afterRev);
  const items = await readItems(on, input, upTo, bounds.firstSeq);
  const rev = endOf(items, input.limit, upTo);
  const within = (item: { rev: number }) => item.rev <= rev;
  const memberRows = items.members.filter(within);
  const state = bounds.leftState ?? toState(row);
  const hasState = state.rev > input.afterRev && state.rev <= rev;
  return {
    memberRows,
    page: {
      conversationId: input.conversationId,
      prevRev: input.afterRev,
      rev,
      messages: items.messages.filter(within),
      members: memberRows.map((member): Member => toMember(member)),
      conversation: hasState ? state : null,
      hasMore: rev < upTo,
    },
  };
}

/**
 * A page of changes for a member, or a former one up to the change that removed it.
 * @throws `notFound` for a stranger.
 */
export async function listChanges(
  app: App,
  actor: Actor,
  input: ChangesInput,
): Promise<ChangesPage> {
  const seat = await readingSeat(app, {
    conversationId: input.conversationId,
    userId: actor.userId,
  });
  return (await readChanges(app.database.orm, input, seat)).page;
}
