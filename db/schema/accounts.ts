/** Users, their sessions and refresh tokens, and the keys that sign access tokens. */
import { sql } from "drizzle-orm";
import { boolean, index, integer, jsonb, pgTable, text, uniqueIndex } from "drizzle-orm/pg-core";
import { id, moment } from "./columns.ts";

/** A person, a bot or a guest. */
export const users = pgTable("users", {
  id: id().primaryKey(),
  username: text(),
  phone: text(),
  passwordHash: text(),
  nickname: text().notNull(),
  avatarUrl: text(),
  sex: text({ enum: ["unknown", "male", "female"] }).notNull().default("unknown"),
  bio: text(),
  locale: text(),
  role: text({ enum: ["user", "admin", "bot", "guest"] }).notNull().default("user"),
  findableByPhone: boolean().notNull().default(true),
  /** Since when an admin keeps its owner out. */
  lockedAt: moment(),
  createdAt: moment().notNull(),
}, (table) => [
  uniqueIndex("users_username_key").on(sql`lower(${table.username})`),
  uniqueIndex("users_phone_key").on(table.phone),
]);

/** A sign-in on a device. `refreshKey` derives each refresh token's successor. */
export const sessions = pgTable("sessions", {
  id: id().primaryKey(),
  userId: id().notNull().references(() => users.id),
  deviceName: text(),
  platform: text({ enum: ["web", "ios", "android", "desktop", "bot", "other"] }).notNull(),
  address: text(),
  refreshKey: text().notNull(),
  createdAt: moment().notNull(),
  lastUsedAt: moment().notNull(),
  expiresAt: moment().notNull(),
  endedAt: moment(),
  /** Null while it lives, and for those that ended before reasons were kept. */
  endReason: text({ enum: ["sessionRevoked", "signedInElsewhere", "accountLocked"] }),
}, (table) => [index("sessions_user").on(table.userId)]);

/** Every refresh token ever given for a living session, by hash: an old one must be known as old. */
export const refreshTokens = pgTable("refresh_tokens", {
  hash: text().primaryKey(),
  sessionId: id().notNull().references(() => sessions.id, { onDelete: "cascade" }),
  replacedAt: moment(),
}, (table) => [index("refresh_tokens_session").on(table.sessionId)]);

/** Private signing keys (JWK), shared by all instances; the newest signs. */
export const signingKeys = pgTable("signing_keys", {
  kid: text().primaryKey(),
  privateJwk: jsonb().$type<Record<string, string>>().notNull(),
  createdAt: moment().notNull(),
});

/** The first answer to a request with an `Idempotency-Key`; `status` is null while it runs. */
export const idempotencyKeys = pgTable("idempotency_keys", {
  scope: text().primaryKey(),
  bodyHash: text().notNull(),
  status: integer(),
  answer: text(),
  createdAt: moment().notNull(),
}, (table) => [index("idempotency_keys_created").on(table.createdAt)]);
