/** What every act on a message begins with: the conversation locked, the actor's seat, the message. */
import { and, eq } from "drizzle-orm";
import { transact, type Transaction } from "../db/client.ts";
import { messages } from "../db/schema/mod.ts";
import { fail, type FailureCode } from "../errors.ts";
import type { Message } from "../schemas/messages.ts";
import type { Actor, App } from "./app.ts";
import { ChangeSet, type ConversationRow, lockConversation } from "./change_set.ts";
import { type MessageRow, toMessage } from "./message_rows.ts";
import type { Subject } from "./policy.ts";
import { loadSeat, type Seat } from "./seats.ts";

/** Which message. */
export interface MessageRef {
  readonly conversationId: string;
  readonly seq: number;
}

/** What an act decides on. */
export interface Act {
  readonly tx: Transaction;
  readonly row: ConversationRow;
  readonly seat: Seat;
  readonly message: MessageRow;
  readonly subject: Subject;
  readonly now: Date;
}

/** The facts about a message that permissions depend on. */
export function subjectOf(message: MessageRow, userId: string, now: Date): Subject {
  return {
    isMine: message.senderId === userId,
    isSystem: message.kind === "system",
    isRecalled: message.recalledAt !== null,
    ageMs: now.getTime() - message.at.getTime(),
  };
}

/**
 * A message that the seat may read.
 * @throws `notFound`.
 */
export async function readableMessage(
  on: Pick<Transaction, "select">,
  seat: Seat,
  { conversationId, seq }: MessageRef,
): Promise<MessageRow> {
  const [message] = await on.select().from(messages)
    .where(and(eq(messages.conversationId, conversationId), eq(messages.seq, seq)));
  const isHidden = seq < seat.firstSeq || seq > seat.lastSeq;
  if (message === undefined || isHidden) throw fail("notFound");
  return message;
}

/** Says why an act is refused, or changes the message; nothing to change gives false. */
export interface Doing {
  readonly refuse: (act: Act) => FailureCode | null;
  readonly change: (act: Act, set: ChangeSet) => Promise<boolean>;
}

/**
 * Carries an act on a message out, in one transaction, and delivers what it changed.
 * @throws `notFound` for a stranger or where there is no such message, and whatever refuses.
 */
export async function actOnMessage(
  app: App,
  actor: Actor,
  input: MessageRef & Doing,
): Promise<Message> {
  const { conversationId, seq, refuse, change } = input;
  const { userId } = actor;
  const { changes, message } = await transact(app.database, async (tx) => {
    const row = await lockConversation(tx, conversationId);
    const seat = await loadSeat(app, tx, { conversationId, userId });
    if (seat === null) throw fail("notFound");
    const message = await readableMessage(tx, seat, { conversationId, seq });
    const now = app.clock.now();
    const act = { tx, row, seat, message, now, subject: subjectOf(message, userId, now) };
    const refusal = refuse(act);
    if (refusal !== null) throw fail(refusal);
    const set = new ChangeSet(tx, row, now);
    const isChanged = await change(act, set);
    if (!isChanged) return { changes: null, message: toMessage(message) };
    const changes = await set.finish();
    return { changes, message: changes.messages.at(-1)! };
  });
  if (changes !== null) await app.live.changed(changes);
  return message;
}
