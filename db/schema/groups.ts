/** How people come into groups: requests to join, and invite links. */
import { sql } from "drizzle-orm";
import { index, integer, pgTable, text, uniqueIndex } from "drizzle-orm/pg-core";
import { users } from "./accounts.ts";
import { id, moment } from "./columns.ts";
import { conversations } from "./conversations.ts";

/** Somebody applies, or is proposed by `inviterId`; one pending request a person and group at most. */
export const groupRequests = pgTable("group_requests", {
  id: id().primaryKey(),
  groupId: id().notNull().references(() => conversations.id),
  requesterId: id().notNull().references(() => users.id),
  inviterId: id().references(() => users.id),
  message: text(),
  source: text({ enum: ["apply", "invite"] }).notNull(),
  status: text({ enum: ["pending", "accepted", "refused"] }).notNull(),
  handledBy: id(),
  createdAt: moment().notNull(),
  handledAt: moment(),
}, (table) => [
  uniqueIndex("group_requests_pending").on(table.groupId, table.requesterId)
    .where(sql`status = 'pending'`),
  index("group_requests_group").on(table.groupId, table.id),
  index("group_requests_requester").on(table.requesterId, table.id),
]);

/** A link that lets whoever has it in, as long as its maker may. */
export const groupInvites = pgTable("group_invites", {
  code: text().primaryKey(),
  id: id().notNull(),
  groupId: id().notNull().references(() => conversations.id),
  creatorId: id().notNull().references(() => users.id),
  createdAt: moment().notNull(),
  expiresAt: moment(),
  maxUses: integer(),
  uses: integer().notNull().default(0),
  revokedAt: moment(),
}, (table) => [index("group_invites_group").on(table.groupId, table.id)]);
