/** Sending and reading messages: REST, sockets and bots all come through here. */
import { and, asc, desc, eq, gt, gte, lt, lte, type SQL, sql } from "drizzle-orm";
import type { LogResult } from "../db/message_log.ts";
import { messages } from "../db/schema/mod.ts";
import { fail, Failure } from "../errors.ts";
import type { Changes } from "../schemas/conversations.ts";
import type { Message, MessagePage, Sent } from "../schemas/messages.ts";
import type { Actor, App } from "./app.ts";
import { attachmentRefusal, holdsAttachment } from "./attachments.ts";
import { readAs } from "./former_readings.ts";
import { cutPage } from "./page_budget.ts";
import { mayMentionAll, maySend } from "./policy.ts";
import { noteGuestSaid } from "./reopening.ts";
import { readPage } from "./replica_reads.ts";
import { loadSeat, readingSeat, type Seat, sharedSeat } from "./seats.ts";

/** What is sent, and where to: a `NewMessage`, or what the server makes of others. */
export interface SendInput {
  readonly conversationId: string;
  readonly clientId: string;
  readonly kind: Exclude<Message["kind"], "system">;
  readonly body: unknown;
  readonly replyTo?: number | undefined;
  readonly mentions?: string[] | undefined;
  /** Set by the server alone: whoever may read an attachment may send it on. */
  readonly isForwarded?: true;
}

type Stored = Extract<LogResult, { seq: number }>;

function replyNotFound(): Failure {
  return fail("notFound", {
    detail: "The message replied to does not exist",
    errors: [{ path: "replyTo", message: "No such message" }],
  });
}

function refusalOf(seat: Seat, input: SendInput, now: Date): Failure | null {
  const callsAll = input.mentions?.includes("all") ?? false;
  const code = maySend(seat, now) ?? (callsAll ? mayMentionAll(seat) : null);
  if (code !== null) return fail(code);
  return input.replyTo !== undefined && input.replyTo < seat.firstSeq ? replyNotFound() : null;
}

/** A seat to send from, or the refusal that the database, asked last and for this send alone, means. */
async function seatFor(app: App, userId: string, input: SendInput): Promise<Seat | Failure> {
  const who = { conversationId: input.conversationId, userId };
  const shared = await sharedSeat(app, who);
  // A look that was under way already may be older than what has just allowed this send.
  const isYes = shared !== null && refusalOf(shared, input, app.clock.now()) === null;
  const seat = isYes ? shared : await loadSeat(app, app.database.orm, who);
  if (seat === null) return fail("notFound");
  app.live.keepSeat(who.conversationId, userId, seat);
  return refusalOf(seat, input, app.clock.now()) ?? seat;
}

/** What the same send became earlier, if it was stored: a retry must be told so whatever has changed. */
async function findSent(app: App, userId: string, input: SendInput): Promise<Sent | null> {
  const [row] = await app.database.orm
    .select({ seq: messages.seq, rev: messages.rev, at: messages.at })
    .from(messages)
    .where(and(
      eq(messages.conversationId, input.conversationId),
      eq(messages.senderId, userId),
      eq(messages.clientId, input.clientId),
    ));
  return row === undefined ? null : { ...row, at: row.at.toISOString(), duplicate: true };
}

/** The change that a newly stored message is. */
function changesOf(input: SendInput, userId: string, stored: Stored): Changes {
  const { conversationId, clientId, kind, body, replyTo, mentions } = input;
  const { seq, rev } = stored;
  const message: Message = {
    seq,
    rev,
    from: userId,
    clientId,
    at: stored.at.toISOString(),
    kind,
    body,
  };
  if (replyTo !== undefined) message.replyTo = replyTo;
  if (mentions !== undefined && mentions.length > 0) message.mentions = mentions;
  return {
    conversationId,
    prevRev: rev - 1,
    rev,
    messages: [message],
    members: [],
    conversation: null,
  };
}

async function store(app: App, userId: string, input: SendInput, seat: Seat): Promise<LogResult> {
  const { conversationId, clientId, kind, body, replyTo, mentions } = input;
  const { guard, memberRev } = seat;
  const at = app.clock.now();
  return await app.messageLog.append({
    conversationId,
    senderId: userId,
    clientId,
    kind,
    body,
    replyTo,
    mentions: mentions?.length ? mentions : undefined,
    guard,
    memberRev,
    at,
  });
}

// A seat goes stale while its owner is promoted, muted, unfriended…: rarely once, never so often.
const attemptsMax = 5;

/**
 * Sends a message; the answer means it is committed. The same `clientId` again gives what it became.
 * @throws `notFound` also for an attachment that is not the sender's own and whole, `gone` for a deleted
 * one, `invalidInput` for one of another kind, `notFound`, `notMember`, `notFriends`, `muted`, `notAllowed`, `conversationDismissed`,
 * `overloaded`, `unavailable`.
 */
export async function sendMessage(app: App, actor: Actor, input: SendInput): Promise<Sent> {
  const { userId } = actor;
  const unfit = holdsAttachment(input) ? await attachmentRefusal(app, userId, input) : null;
  if (unfit !== null) return await findSent(app, userId, input) ?? Promise.reject(unfit);
  let seat = app.live.seat(input.conversationId, userId);
  for (let attempt = 1; attempt <= attemptsMax; attempt++) {
    // Memory says yes quickly; a no is asked of the database, which may know of a change already.
    if (seat === undefined || refusalOf(seat, input, app.clock.now()) !== null) {
      const found = await seatFor(app, userId, input);
      if (found instanceof Failure) {
        return await findSent(app, userId, input) ?? Promise.reject(found);
      }
      seat = found;
    }
    const result = await store(app, userId, input, seat);
    if (result.outcome === "noReply") throw replyNotFound();
    if (result.outcome !== "stale") return answer(app, actor, input, result as Stored);
    seat = undefined;
  }
  throw fail("unavailable", { retryAfterMs: 1_000 });
}

function answer(app: App, { userId, role }: Actor, input: SendInput, stored: Stored): Sent {
  const duplicate = stored.outcome === "duplicate";
  // Not awaited: the answer goes out first, and delivery repairs itself.
  if (!duplicate) void app.live.changed(changesOf(input, userId, stored));
  if (!duplicate && role === "guest") noteGuestSaid(app, input.conversationId, stored.seq);
  return { seq: stored.seq, rev: stored.rev, at: stored.at.toISOString(), duplicate };
}

/** The messages that a seat may read, and that its user has neither cleared nor deleted. */
export function shownTo(seat: Seat): SQL | undefined {
  const ranges = JSON.stringify(seat.deletedRanges);
  return and(
    gte(messages.seq, Math.max(seat.firstSeq, seat.clearedSeq + 1)),
    lte(messages.seq, seat.lastSeq),
    seat.deletedRanges.length === 0 ? undefined : sql`not exists (
      select 1 from jsonb_array_elements(${ranges}::text::jsonb) gone
      where ${messages.seq} between (gone ->> 0)::bigint and (gone ->> 1)::bigint
    )`,
  );
}

/** What may be read of a conversation, by `seq`. */
export interface ListInput {
  readonly conversationId: string;
  readonly beforeSeq?: number | undefined;
  readonly afterSeq?: number | undefined;
  readonly limit: number;
}

/**
 * A page of messages in ascending `seq`: those before `beforeSeq`, after `afterSeq`, or the newest.
 * One that would weigh too much ends early, at the side away from where the reader stands.
 * @throws `notFound`.
 */
export async function listMessages(app: App, actor: Actor, input: ListInput): Promise<MessagePage> {
  const { conversationId, beforeSeq, afterSeq, limit } = input;
  const seat = await readingSeat(app, { conversationId, userId: actor.userId });
  const rows = await readPage(
    app.database,
    { ...seat, conversationId },
    (on, isThere) =>
      on.select().from(messages)
        .where(and(
          eq(messages.conversationId, conversationId),
          isThere,
          shownTo(seat),
          beforeSeq === undefined ? undefined : lt(messages.seq, beforeSeq),
          afterSeq === undefined ? undefined : gt(messages.seq, afterSeq),
        ))
        .orderBy(afterSeq === undefined ? desc(messages.seq) : asc(messages.seq))
        .limit(limit + 1),
  );
  const { items, hasMore } = cutPage(await readAs(app.database.orm, seat, rows), limit);
  if (afterSeq === undefined) items.reverse();
  return { items, hasMore };
}
