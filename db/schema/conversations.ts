/** Conversations, their members and messages: what the counters `seq` and `rev` number. */
import { sql } from "drizzle-orm";
import {
  boolean,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  text,
  uniqueIndex,
} from "drizzle-orm/pg-core";
import type { ConversationState } from "../../schemas/conversations.ts";
import type { Reaction } from "../../schemas/messages.ts";
import { counter, id, moment, xid } from "./columns.ts";

/**
 * The row that every change of a conversation locks. `guard` steps whenever something that decides
 * who may send changes for all (muted, dismissed, friendship), `changedXid` with every change. What
 * lies before `firstSeq` was too old and is gone. In a support conversation `directLow` is the
 * visitor, whom its agents see as their peer; `directHigh` is nobody.
 */
export const conversations = pgTable("conversations", {
  id: id().primaryKey(),
  kind: text({ enum: ["direct", "group", "support"] }).notNull(),
  name: text(),
  avatarUrl: text(),
  ownerId: id(),
  joinPolicy: text({ enum: ["open", "approval", "invite"] }),
  historyVisible: text({ enum: ["joined", "all"] }).notNull().default("joined"),
  announcement: text(),
  mutedAll: boolean().notNull().default(false),
  retentionDays: integer(),
  memberCount: integer().notNull().default(0),
  directLow: id(),
  directHigh: id(),
  firstSeq: counter().notNull().default(1),
  lastSeq: counter().notNull().default(0),
  lastRev: counter().notNull().default(0),
  stateRev: counter().notNull().default(0),
  guard: counter().notNull().default(1),
  activeAt: moment().notNull(),
  changedXid: xid().notNull().default(sql`pg_current_xact_id()`),
  updatedAt: moment().notNull(),
  createdAt: moment().notNull(),
  dismissedAt: moment(),
}, (table) => [uniqueIndex("conversations_direct").on(table.directLow, table.directHigh)]);

/**
 * A user's place in a conversation. `lastSeq` and `lastRev` bound what a former member may read,
 * `leftState` is what it last saw of the conversation. `joinedSeq`: the last message before it came;
 * `joinedXid`: the transaction that it came with, by which those are found who came lately.
 */
export const members = pgTable("members", {
  conversationId: id().notNull().references(() => conversations.id),
  userId: id().notNull(),
  role: text({ enum: ["owner", "manager", "member"] }).notNull().default("member"),
  alias: text(),
  mutedUntil: moment(),
  joinedAt: moment().notNull(),
  joinedRev: counter().notNull(),
  joinedSeq: counter().notNull().default(0),
  joinedXid: xid().notNull().default(sql`pg_current_xact_id()`),
  leftAt: moment(),
  leftReason: text({ enum: ["left", "removed", "dismissed"] }),
  leftState: jsonb().$type<ConversationState>(),
  rev: counter().notNull(),
  firstSeq: counter().notNull(),
  lastSeq: counter(),
  lastRev: counter(),
  readSeq: counter().notNull().default(0),
  pinned: boolean().notNull().default(false),
  notify: text({ enum: ["all", "mentions", "none"] }).notNull().default("all"),
  hiddenSeq: counter(),
  markedUnread: boolean().notNull().default(false),
  draft: text(),
  clearedSeq: counter().notNull().default(0),
  deletedRanges: jsonb().$type<[number, number][]>().notNull().default([]),
  changedXid: xid().notNull().default(sql`pg_current_xact_id()`),
}, (table) => [
  primaryKey({ columns: [table.conversationId, table.userId] }),
  index("members_user").on(table.userId),
  index("members_order").on(table.conversationId, table.joinedRev),
  index("members_rev").on(table.conversationId, table.rev),
  index("members_joined").on(table.joinedXid, table.conversationId, table.userId),
]);

/**
 * One row per (conversation, seq). No foreign keys: the append locks the conversation and matches
 * the member in the same statement, and rows of either are never deleted.
 */
export const messages = pgTable("messages", {
  conversationId: id().notNull(),
  seq: counter().notNull(),
  rev: counter().notNull(),
  senderId: id(),
  clientId: text(),
  at: moment().notNull(),
  kind: text({
    enum: [
      "text",
      "image",
      "video",
      "audio",
      "file",
      "location",
      "card",
      "custom",
      "merged",
      "system",
    ],
  }).notNull(),
  body: jsonb(),
  replyTo: counter(),
  mentions: jsonb().$type<string[]>(),
  editedAt: moment(),
  recalledAt: moment(),
  pinnedAt: moment(),
  reactions: jsonb().$type<Reaction[]>(),
}, (table) => [
  primaryKey({ columns: [table.conversationId, table.seq] }),
  uniqueIndex("messages_client").on(table.conversationId, table.senderId, table.clientId),
  index("messages_rev").on(table.conversationId, table.rev),
  index("messages_pinned").on(table.conversationId).where(sql`pinned_at is not null`),
]);

/** What a message said before it was edited, the first one first; `rev` is the edit's. */
export const messageEdits = pgTable("message_edits", {
  conversationId: id().notNull(),
  seq: counter().notNull(),
  number: integer().notNull(),
  body: jsonb().notNull(),
  editedAt: moment().notNull(),
  rev: counter().notNull(),
}, (table) => [primaryKey({ columns: [table.conversationId, table.seq, table.number] })]);

/** Who reacted how, and with which `rev`; what readers get of it is kept with the message. */
export const reactions = pgTable("reactions", {
  conversationId: id().notNull(),
  seq: counter().notNull(),
  emoji: text().notNull(),
  userId: id().notNull(),
  at: moment().notNull(),
  rev: counter().notNull(),
}, (table) => [
  primaryKey({ columns: [table.conversationId, table.seq, table.emoji, table.userId] }),
]);
