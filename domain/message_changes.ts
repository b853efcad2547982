/** Changing messages for all: editing, recalling, reacting, pinning. */
import { and, asc, count, eq, isNotNull } from "drizzle-orm";
import { isDeepStrictEqual } from "node:util";
import type { Transaction } from "../db/client.ts";
import { messageEdits, messages, reactions } from "../db/schema/mod.ts";
import { fail, fieldErrors } from "../errors.ts";
import { bodies, type Edit, type Message, type MessagePatch } from "../schemas/messages.ts";
import type { Actor, App } from "./app.ts";
import {
  type Act,
  actOnMessage,
  type MessageRef,
  readableMessage,
  subjectOf,
} from "./message_acts.ts";
import { readReactions } from "./former_readings.ts";
import { mayEdit, mayPin, mayReact, mayRecall, maySeeEdits } from "./policy.ts";
import { readingSeat } from "./seats.ts";

const editsMax = 100;
const emojisMax = 50;
const pinsMax = 100;

// A text stays a text: what readers and search expect of a message does not change with its words.
function requireFitting(message: Act["message"], body: MessagePatch["body"]): void {
  const schema = bodies[message.kind as keyof typeof bodies];
  if (schema === undefined) throw fail("notAllowed", { detail: "This kind cannot be edited" });
  const fitting = schema.safeParse(body);
  if (fitting.success) return requireSameAttachment(message.body, body);
  const errors = fieldErrors(
    fitting.error.issues.map((issue) => ({ ...issue, path: ["body", ...issue.path] })),
  );
  throw fail("invalidInput", { errors });
}

// Captions and measures may change. Other bytes are another message: who may read which is kept by them.
function requireSameAttachment(before: unknown, body: MessagePatch["body"]): void {
  const { attachmentId } = before as { attachmentId?: string };
  if (attachmentId === (body as { attachmentId?: string }).attachmentId) return;
  const error = { path: "body.attachmentId", message: "An edit keeps the attachment" };
  throw fail("invalidInput", { errors: [error] });
}

async function keepEdit({ tx, message, now }: Act, rev: number): Promise<void> {
  const { conversationId, seq, body } = message;
  const [kept] = await tx.select({ count: count() }).from(messageEdits)
    .where(and(eq(messageEdits.conversationId, conversationId), eq(messageEdits.seq, seq)));
  if (kept!.count >= editsMax) throw fail("notAllowed", { detail: `At most ${editsMax} edits` });
  await tx.insert(messageEdits)
    .values({ conversationId, seq, number: kept!.count + 1, body, editedAt: now, rev });
}

/**
 * Gives a message of mine another body of its kind; what it said stays for `listEdits`.
 * @throws `notFound`, `invalidInput` when the body is of another kind or attachment, `notAllowed`, `notMember`,
 * `notFriends`, `blocked`, `muted`, `messageRecalled`, `editWindowClosed`, `conversationDismissed`.
 */
export function editMessage(
  app: App,
  actor: Actor,
  input: MessageRef & MessagePatch,
): Promise<Message> {
  const { body, ...ref } = input;
  return actOnMessage(app, actor, {
    ...ref,
    refuse: ({ seat, subject, now }) =>
      mayEdit(seat, subject, { now, windowMs: app.config.editWindowMs }),
    async change(act, set) {
      requireFitting(act.message, body);
      if (isDeepStrictEqual(act.message.body, body)) return false;
      await keepEdit(act, set.nextRev);
      await set.changeMessage(ref.seq, { body, editedAt: act.now });
      return true;
    },
  });
}

/**
 * Takes a message back for all: its body is gone from the database, with what was said before edits,
 * its mentions, reactions and pin.
 * @throws `notFound`, `notAllowed`, `notMember`, `messageRecalled`, `recallWindowClosed`,
 * `conversationDismissed`.
 */
export function recallMessage(app: App, actor: Actor, ref: MessageRef): Promise<Message> {
  return actOnMessage(app, actor, {
    ...ref,
    refuse: ({ seat, subject }) => mayRecall(seat, subject, app.config.recallWindowMs),
    async change({ tx, message: { conversationId, seq }, now }, set) {
      await tx.delete(messageEdits)
        .where(and(eq(messageEdits.conversationId, conversationId), eq(messageEdits.seq, seq)));
      await tx.delete(reactions)
        .where(and(eq(reactions.conversationId, conversationId), eq(reactions.seq, seq)));
      const gone = { body: null, mentions: null, reactions: null, pinnedAt: null };
      await set.changeMessage(seq, { ...gone, recalledAt: now });
      return true;
    },
  });
}

/**
 * Adds my reaction to a message, or takes it away; one that is so already is no change.
 * @throws `notFound`, `notMember`, `notFriends`, `blocked`, `messageRecalled`,
 * `conversationDismissed`, `notAllowed` when the message has too many different ones.
 */
export function setReaction(
  app: App,
  actor: Actor,
  input: MessageRef & { emoji: string; isOn: boolean },
): Promise<Message> {
  const { emoji, isOn, ...ref } = input;
  const mine = { ...ref, emoji, userId: actor.userId };
  return actOnMessage(app, actor, {
    ...ref,
    refuse: ({ seat, subject }) => mayReact(seat, subject),
    async change({ tx, now }, set) {
      const touched = isOn
        ? await tx.insert(reactions).values({ ...mine, at: now, rev: set.nextRev })
          .onConflictDoNothing().returning()
        : await tx.delete(reactions).where(and(
          eq(reactions.conversationId, ref.conversationId),
          eq(reactions.seq, ref.seq),
          eq(reactions.emoji, emoji),
          eq(reactions.userId, actor.userId),
        )).returning();
      if (touched.length === 0) return false;
      const all = await readReactions(tx, ref, set.nextRev);
      if (all.length > emojisMax) {
        throw fail("notAllowed", { detail: `At most ${emojisMax} different reactions` });
      }
      await set.changeMessage(ref.seq, { reactions: all.length === 0 ? null : all });
      return true;
    },
  });
}

/**
 * Pins a message for all, or takes the pin away.
 * @throws `notFound`, `notMember`, `notFriends`, `blocked`, `notAllowed` (also when there are too many
 * pins), `messageRecalled`, `conversationDismissed`.
 */
export function setPin(
  app: App,
  actor: Actor,
  input: MessageRef & { isOn: boolean },
): Promise<Message> {
  const { isOn, ...ref } = input;
  return actOnMessage(app, actor, {
    ...ref,
    refuse: ({ seat, subject }) => mayPin(seat, subject),
    async change({ tx, message, now }, set) {
      if ((message.pinnedAt !== null) === isOn) return false;
      if (isOn) await requireFewPins(tx, ref.conversationId);
      await set.changeMessage(ref.seq, { pinnedAt: isOn ? now : null });
      return true;
    },
  });
}

async function requireFewPins(tx: Transaction, conversationId: string): Promise<void> {
  const [pinned] = await tx.select({ count: count() }).from(messages)
    .where(and(eq(messages.conversationId, conversationId), isNotNull(messages.pinnedAt)));
  if (pinned!.count >= pinsMax) throw fail("notAllowed", { detail: `At most ${pinsMax} pins` });
}

/**
 * What a message said before each of its edits, the first one first; for whoever wrote it and the
 * leaders of the group.
 * @throws `notFound`, `notMember`, `notAllowed`.
 */
export async function listEdits(app: App, actor: Actor, ref: MessageRef): Promise<Edit[]> {
  const { userId } = actor;
  const orm = app.database.orm;
  const seat = await readingSeat(app, { conversationId: ref.conversationId, userId });
  const message = await readableMessage(orm, seat, ref);
  const refusal = maySeeEdits(seat, subjectOf(message, userId, app.clock.now()));
  if (refusal !== null) throw fail(refusal);
  const rows = await orm.select().from(messageEdits)
    .where(and(
      eq(messageEdits.conversationId, ref.conversationId),
      eq(messageEdits.seq, ref.seq),
    ))
    .orderBy(asc(messageEdits.number));
  return rows.map(({ body, editedAt }) => ({ body, editedAt: editedAt.toISOString() }));
}
