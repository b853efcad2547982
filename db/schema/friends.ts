/** Friend requests, friendships and blocks. */
import { sql } from "drizzle-orm";
import { boolean, index, pgTable, primaryKey, text, uniqueIndex } from "drizzle-orm/pg-core";
import { users } from "./accounts.ts";
import { id, moment } from "./columns.ts";

/**
 * One asks, the other answers; one pending request a direction at most. A `silent` one was made to
 * somebody who blocks the requester: its addressee knows nothing of it.
 */
export const friendRequests = pgTable("friend_requests", {
  id: id().primaryKey(),
  requesterId: id().notNull().references(() => users.id),
  addresseeId: id().notNull().references(() => users.id),
  message: text(),
  source: text(),
  status: text({ enum: ["pending", "accepted", "refused", "cancelled"] }).notNull(),
  handleMessage: text(),
  silent: boolean().notNull().default(false),
  createdAt: moment().notNull(),
  handledAt: moment(),
}, (table) => [
  uniqueIndex("friend_requests_pending").on(table.requesterId, table.addresseeId)
    .where(sql`status = 'pending'`),
  index("friend_requests_incoming").on(table.addresseeId, table.id),
  index("friend_requests_outgoing").on(table.requesterId, table.id),
]);

/** Two rows a friendship, one for each side's remark. */
export const friendships = pgTable("friendships", {
  userId: id().notNull().references(() => users.id),
  friendId: id().notNull().references(() => users.id),
  remark: text(),
  source: text(),
  since: moment().notNull(),
}, (table) => [primaryKey({ columns: [table.userId, table.friendId] })]);

/** Who wants to hear nothing more from whom; `seenAt`: when the blocked could last see the blocker. */
export const blocks = pgTable("blocks", {
  userId: id().notNull().references(() => users.id),
  blockedId: id().notNull().references(() => users.id),
  since: moment().notNull(),
  seenAt: moment(),
}, (table) => [primaryKey({ columns: [table.userId, table.blockedId] })]);
