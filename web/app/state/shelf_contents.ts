/** What is kept of conversations for a start without a network, and how little of it. */
import type { ConversationView, Message, My, User } from "../../../client/mod.ts";

/** Conversations that are kept: the first of the list. */
export const conversationsMax = 200;
/** Messages that are kept of each: the last. */
export const messagesMax = 50;
/** People whose names are kept. */
export const peopleMax = 2_000;
// Fifty of the longest messages would be half a megabyte, for each of two hundred conversations.
const charactersMax = 60_000;

/** What is read at the start; messages are read when a conversation is opened. */
export interface ShelfContents {
  /** In the order of the list. */
  readonly views: readonly ConversationView[];
  readonly people: readonly User[];
}

/** Nothing. */
export const nothing: ShelfContents = { views: [], people: [] };

/** The last messages of a conversation, in order and without a hole. */
export interface ShelvedThread {
  readonly id: string;
  readonly messages: readonly Message[];
}

/** Whether a conversation is kept at all. */
export function isKept({ my }: ConversationView): boolean {
  return my.leftAt === null;
}

function isShown({ seq }: Message, { clearedSeq, deletedRanges }: My): boolean {
  return seq > clearedSeq && !deletedRanges.some(([from, to]) => from <= seq && seq <= to);
}

/** The newest that fit. */
export function bounded(messages: readonly Message[]): Message[] {
  const fitting: Message[] = [];
  let characters = 0;
  for (const message of messages.toReversed()) {
    characters += JSON.stringify(message).length;
    if (fitting.length === messagesMax || characters > charactersMax) break;
    fitting.push(message);
  }
  return fitting.reverse();
}

/**
 * The messages that are held now, over those that were kept before. Between the two there may be a
 * hole: then what was kept is forgotten.
 */
export function mergedMessages(
  kept: readonly Message[],
  held: readonly Message[],
  my: My,
): Message[] {
  const first = held[0]?.seq ?? Infinity;
  const isJoined = first <= (kept.at(-1)?.seq ?? 0) + 1;
  const bySeq = new Map((isJoined ? kept : []).map((message) => [message.seq, message]));
  for (const message of held) {
    const before = bySeq.get(message.seq);
    if (before === undefined || before.rev <= message.rev) bySeq.set(message.seq, message);
  }
  const all = [...bySeq.values()].sort((a, b) => a.seq - b.seq);
  return bounded(all.filter((message) => isShown(message, my)));
}

/** What changed, laid over what is kept; nothing is added. Null when nothing there is another. */
export function withChanges(
  kept: readonly Message[],
  changed: readonly Message[],
): Message[] | null {
  const newer = new Map(changed.map((message) => [message.seq, message]));
  let isAnother = false;
  const messages = kept.map((message) => {
    const next = newer.get(message.seq);
    if (next === undefined || next.rev <= message.rev) return message;
    isAnother = true;
    return next;
  });
  return isAnother ? messages : null;
}

/**
 * The list before all is known: what was kept, with what has come since in its place, and what is new
 * before it.
 */
export function laidOver(
  kept: readonly ConversationView[],
  live: readonly ConversationView[],
): ConversationView[] {
  const byId = new Map(live.map((view) => [view.id, view]));
  const known = kept.map((view) => byId.get(view.id) ?? view);
  const keptIds = new Set(kept.map(({ id }) => id));
  return [...live.filter(({ id }) => !keptIds.has(id)), ...known];
}
