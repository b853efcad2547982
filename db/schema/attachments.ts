/** Attachments: what is known of uploaded bytes, and which messages hold them. */
import { sql } from "drizzle-orm";
import { index, integer, pgTable, primaryKey, text } from "drizzle-orm/pg-core";
import { users } from "./accounts.ts";
import { counter, id, moment } from "./columns.ts";

/**
 * An upload and what becomes of it, under one id. `blobId` names its bytes in the store, which rows of
 * one owner may share; null once they are gone. How many have come while it is `uploading` is what the
 * store holds. At `expiresAt` it is swept unless a message holds it, and then never looked at again
 * until one does no more. `leaseToken` and `leasedUntil`: who is writing; `uncheckedFrom`: where bytes begin that
 * are kept only if their checksum fits. A thumbnail lies in the store under `thumbnailBlobId`, shared like the
 * bytes; while `thumbnailWidth` is null there may be something of one, but it is none.
 */
export const attachments = pgTable("attachments", {
  id: id().primaryKey(),
  ownerId: id().notNull().references(() => users.id),
  blobId: id(),
  status: text({ enum: ["uploading", "ready", "deleted"] }).notNull(),
  name: text().notNull(),
  declaredType: text(),
  declaredSha256: text(),
  size: counter().notNull(),
  mime: text(),
  sha256: text(),
  width: integer(),
  height: integer(),
  durationMs: integer(),
  blurHash: text(),
  thumbnailBlobId: id(),
  thumbnailWidth: integer(),
  thumbnailHeight: integer(),
  leaseToken: id(),
  leasedUntil: moment(),
  uncheckedFrom: counter(),
  createdAt: moment().notNull(),
  readyAt: moment(),
  expiresAt: moment(),
  deletedAt: moment(),
}, (table) => [
  index("attachments_owner").on(table.ownerId, table.sha256),
  index("attachments_blob").on(table.blobId),
  index("attachments_expiry").on(table.expiresAt).where(sql`status <> 'deleted'`),
  index("attachments_remains").on(table.id).where(sql`status = 'deleted' and blob_id is not null`),
]);

/** The messages that hold an attachment, themselves or in what they forward. Written by a trigger of `messages`. */
export const attachmentUses = pgTable("attachment_uses", {
  conversationId: id().notNull(),
  seq: counter().notNull(),
  attachmentId: id().notNull(),
}, (table) => [
  primaryKey({ columns: [table.conversationId, table.seq, table.attachmentId] }),
  index("attachment_uses_attachment").on(table.attachmentId),
]);
