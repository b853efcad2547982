/** Inboxes, who answers in them, and what belongs to their visitors' conversations beside the conversation. */
import { index, integer, jsonb, pgTable, primaryKey, text, uniqueIndex } from "drizzle-orm/pg-core";
import type { Hours } from "../../schemas/inboxes.ts";
import { users } from "./accounts.ts";
import { counter, id, moment } from "./columns.ts";
import { conversations } from "./conversations.ts";

/**
 * Where a site's visitors write. `agentsVersion` steps with each change of its agents and with its
 * end: conversations that stand at a lower one are still to follow.
 */
export const inboxes = pgTable("inboxes", {
  id: id().primaryKey(),
  key: text().notNull(),
  name: text().notNull(),
  greeting: text(),
  allowedOrigins: jsonb().$type<string[]>().notNull(),
  /** As it is: it checks signatures, and a hash could not. */
  identitySecret: text(),
  hours: jsonb().$type<Hours>(),
  offlineMessage: text(),
  agentsVersion: integer().notNull().default(1),
  createdAt: moment().notNull(),
  deletedAt: moment(),
}, (table) => [uniqueIndex("inboxes_key").on(table.key)]);

/** Who answers in an inbox. */
export const inboxAgents = pgTable("inbox_agents", {
  inboxId: id().notNull().references(() => inboxes.id),
  userId: id().notNull().references(() => users.id),
}, (table) => [
  primaryKey({ columns: [table.inboxId, table.userId] }),
  index("inbox_agents_user").on(table.userId),
]);

/**
 * A visitor and its conversation. `identity` is who it is to its site, which signed that together
 * with `signedName`. It is resolved while the visitor has said nothing after `resolvedSeq`: nothing
 * here is written when a message is sent.
 */
export const supportConversations = pgTable("support_conversations", {
  conversationId: id().primaryKey().references(() => conversations.id),
  inboxId: id().notNull().references(() => inboxes.id),
  visitorId: id().notNull().references(() => users.id),
  identity: text(),
  signedName: text(),
  page: text(),
  assigneeId: id(),
  resolvedSeq: counter(),
  agentsVersion: integer().notNull(),
}, (table) => [
  uniqueIndex("support_conversations_visitor").on(table.visitorId),
  uniqueIndex("support_conversations_identity").on(table.inboxId, table.identity),
  index("support_conversations_inbox").on(table.inboxId, table.agentsVersion),
]);

/** What agents tell each other: beside the messages, so that nothing that reads those can show it. */
export const supportNotes = pgTable("support_notes", {
  id: id().primaryKey(),
  conversationId: id().notNull().references(() => conversations.id),
  fromId: id().notNull().references(() => users.id),
  text: text().notNull(),
  at: moment().notNull(),
}, (table) => [index("support_notes_conversation").on(table.conversationId, table.id)]);

/** What the agents of an inbox say often. */
export const cannedReplies = pgTable("canned_replies", {
  id: id().primaryKey(),
  inboxId: id().notNull().references(() => inboxes.id),
  title: text().notNull(),
  text: text().notNull(),
  createdAt: moment().notNull(),
}, (table) => [index("canned_replies_inbox").on(table.inboxId, table.id)]);
