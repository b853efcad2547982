/** Message rows, and what readers get of them. */
import type { messages } from "../db/schema/mod.ts";
import type { Message } from "../schemas/messages.ts";

/** A row of the table. */
export type MessageRow = typeof messages.$inferSelect;

/** A row as every reader gets it; optional fields are absent when empty. */
export function toMessage(row: MessageRow): Message {
  const { seq, rev, senderId, clientId, at, kind, body, replyTo, mentions } = row;
  const { editedAt, recalledAt, pinnedAt, reactions } = row;
  const message: Message = { seq, rev, from: senderId, clientId, at: at.toISOString(), kind, body };
  if (replyTo !== null) message.replyTo = replyTo;
  if (mentions !== null && mentions.length > 0) message.mentions = mentions;
  if (editedAt !== null) message.editedAt = editedAt.toISOString();
  if (recalledAt !== null) message.recalledAt = recalledAt.toISOString();
  if (pinnedAt !== null) message.pinnedAt = pinnedAt.toISOString();
  if (reactions !== null && reactions.length > 0) message.reactions = reactions;
  return message;
}
