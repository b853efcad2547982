/** Attachments: who may read them, what is known of them, and their end. */
import { and, eq, gte, lte, ne } from "drizzle-orm";
import { attachments, attachmentUses, conversations, members } from "../db/schema/mod.ts";
import { fail, type Failure } from "../errors.ts";
import type { Attachment } from "../schemas/attachments.ts";
import type { Actor, App } from "./app.ts";
import { firstReadable, lastReadable } from "./seats.ts";
import { discardUpload } from "./upload_ends.ts";
import type { AttachmentRow } from "./upload_leases.ts";

const linkTtlMs = 300_000;
const messageArrivesWithinMs = 3_600_000;

/** An attachment that is whole, as a row. */
export type WholeRow = AttachmentRow & { blobId: string; mime: string; sha256: string };

/** Whether a message holds it that the user may read: as a member, or a former one up to its leaving. */
async function isHeldFor(app: App, userId: string, attachmentId: string): Promise<boolean> {
  const found = await app.database.orm.select({ seq: attachmentUses.seq }).from(attachmentUses)
    .innerJoin(
      members,
      and(
        eq(members.conversationId, attachmentUses.conversationId),
        eq(members.userId, userId),
      ),
    )
    .innerJoin(conversations, eq(conversations.id, attachmentUses.conversationId))
    .where(and(
      eq(attachmentUses.attachmentId, attachmentId),
      gte(attachmentUses.seq, firstReadable),
      lte(attachmentUses.seq, lastReadable),
    )).limit(1);
  return found.length > 0;
}

/**
 * An attachment that the user may read.
 * @throws `notFound`, `gone` for a deleted one.
 */
export async function readableAttachment(
  app: App,
  userId: string,
  id: string,
): Promise<WholeRow> {
  const [row] = await app.database.orm.select().from(attachments)
    .where(and(eq(attachments.id, id), ne(attachments.status, "uploading")));
  // Of what was given up before it was whole there is nothing to know.
  if (row === undefined || row.readyAt === null) throw fail("notFound");
  if (row.ownerId !== userId && !await isHeldFor(app, userId, id)) throw fail("notFound");
  if (row.status === "deleted") throw fail("gone");
  return row as WholeRow;
}

/** A row as readers get it. */
export function toAttachment(row: WholeRow): Attachment {
  const { id, name, mime, size, sha256, width, height, durationMs, blurHash } = row;
  const thumbnail = thumbnailIn(row);
  return {
    id,
    name,
    mime,
    size,
    sha256,
    ...(width === null || height === null ? {} : { width, height }),
    ...(durationMs === null ? {} : { durationMs }),
    ...(blurHash === null ? {} : { blurHash }),
    ...(thumbnail === null
      ? {}
      : { thumbnail: { width: thumbnail.width, height: thumbnail.height } }),
  };
}

/** Where a thumbnail lies, and how large it is as it is shown. */
export interface ThumbnailPlace {
  readonly blobId: string;
  readonly width: number;
  readonly height: number;
}

/** The thumbnail of an attachment; null where there is none. */
export function thumbnailIn(row: WholeRow): ThumbnailPlace | null {
  const { thumbnailBlobId: blobId, thumbnailWidth: width, thumbnailHeight: height } = row;
  return blobId === null || width === null || height === null ? null : { blobId, width, height };
}

/**
 * Deletes an attachment of mine for all; its bytes too, unless another of mine has the same.
 * @throws `notFound`, `notAllowed` when it is somebody else's, `gone`.
 */
export async function deleteAttachment(app: App, actor: Actor, id: string): Promise<void> {
  const row = await readableAttachment(app, actor.userId, id);
  if (row.ownerId !== actor.userId) throw fail("notAllowed");
  await discardUpload(app, row);
}

/**
 * A token that opens an attachment as I may read it, and its thumbnail if it has one, for five minutes.
 * @throws `notFound`, `gone`.
 */
export async function linkAttachment(
  app: App,
  actor: Actor,
  id: string,
): Promise<{ token: string; expiresAt: Date; hasThumbnail: boolean }> {
  const row = await readableAttachment(app, actor.userId, id);
  const subject = { userId: actor.userId, attachmentId: id };
  const link = await app.keyring.signLink(subject, linkTtlMs);
  return { ...link, hasThumbnail: thumbnailIn(row) !== null };
}

/**
 * Whose link a token is.
 * @throws `tokenInvalid` also for a link to another attachment, `tokenExpired`.
 */
export async function openLink(app: App, token: string, id: string): Promise<string> {
  const { userId, attachmentId } = await app.keyring.verifyLink(token);
  if (attachmentId !== id) throw fail("tokenInvalid");
  return userId;
}

// A recording of sound alone may lie in a container that is told apart from a film by nothing.
const fitting: Readonly<Record<string, RegExp>> = {
  image: /^image\//,
  video: /^video\//,
  audio: /^audio\/|^video\/(?:mp4|ogg|webm)$/,
  file: /./,
};

interface Holder {
  readonly kind: string;
  readonly body: unknown;
  readonly isForwarded?: true;
}

/** Whether a message names an attachment that its sender must own. */
export function holdsAttachment({ kind, isForwarded }: Holder): boolean {
  return kind in fitting && !isForwarded;
}

/** Puts its end off while a message is on its way that will hold it; false when it was deleted first. */
async function keepForMessage(app: App, { id, expiresAt }: AttachmentRow): Promise<boolean> {
  const soon = new Date(app.clock.now().getTime() + messageArrivesWithinMs);
  if (expiresAt === null || expiresAt > soon) return true;
  const kept = await app.database.orm.update(attachments).set({ expiresAt: soon })
    .where(and(eq(attachments.id, id), eq(attachments.status, "ready")))
    .returning({ id: attachments.id });
  return kept.length > 0;
}

/** Why a message may not hold the attachment that it names; null when it may. */
export async function attachmentRefusal(
  app: App,
  userId: string,
  message: Holder,
): Promise<Failure | null> {
  const fits = fitting[message.kind]!;
  const { attachmentId } = message.body as { attachmentId: string };
  const [row] = await app.database.orm.select().from(attachments)
    .where(and(eq(attachments.id, attachmentId), eq(attachments.ownerId, userId)));
  const path = "body.attachmentId";
  if (row === undefined || row.readyAt === null) {
    return fail("notFound", { errors: [{ path, message: "No such attachment of yours" }] });
  }
  if (row.status === "deleted") return fail("gone");
  if (!fits.test(row.mime!)) {
    return fail("invalidInput", { errors: [{ path, message: `It is ${row.mime}` }] });
  }
  return await keepForMessage(app, row) ? null : fail("gone");
}
