/** How uploads end: whole, with what their bytes tell, or deleted, with their bytes when nobody else's. */
import { createHash } from "node:crypto";
import { and, eq, ne, type SQL, sql } from "drizzle-orm";
import { transact, type Transaction } from "../db/client.ts";
import { attachments } from "../db/schema/mod.ts";
import { fail } from "../errors.ts";
import type { App } from "./app.ts";
import { factsOf, tellingBytes } from "./media_types.ts";
import { bytesOf, previewOf } from "./previews.ts";
import type { AttachmentRow, Lease } from "./upload_leases.ts";

/** How long an upload waits for its next bytes, and what is whole for a message. */
export const keptMs = 86_400_000;

/** What an upload and a deletion of one user must not do at once. */
export async function lockOwner(tx: Transaction, ownerId: string): Promise<void> {
  await tx.execute(
    sql`select pg_advisory_xact_lock(hashtextextended(${`attachments ${ownerId}`}, 0))`,
  );
}

async function digest(app: App, blobId: string, size: number): Promise<string> {
  const hash = createHash("sha256");
  for await (const bytes of app.blobs.read(blobId, { start: 0, end: size })) hash.update(bytes);
  return hash.digest("hex");
}

async function beginning(app: App, blobId: string, size: number): Promise<Uint8Array> {
  return await bytesOf(app, blobId, { start: 0, end: Math.min(size, tellingBytes) });
}

/**
 * Makes an upload whose bytes have all come an attachment.
 * @throws `wrongChecksum` when they are not what was announced: the upload is gone then.
 */
export async function finishUpload(app: App, row: AttachmentRow, lease: Lease): Promise<void> {
  const { size, declaredSha256 } = row;
  const blobId = row.blobId!;
  // An empty file has not been written to yet.
  if (size === 0) await app.blobs.write(blobId, 0, (async function* () {})());
  await app.blobs.seal(blobId, size);
  const sha256 = await digest(app, blobId, size);
  if (declaredSha256 !== null && declaredSha256 !== sha256) {
    await discardUpload(app, row);
    throw fail("wrongChecksum", { detail: "The bytes are not those that sha256 names" });
  }
  const facts = await factsOf(await beginning(app, blobId, size), app.config.imagePixelsMax);
  const preview = await previewOf(app, row, { lease, facts });
  const readyAt = app.clock.now();
  const expiresAt = new Date(readyAt.getTime() + keptMs);
  const isMine = await lease.change({
    ...facts,
    ...preview,
    sha256,
    status: "ready",
    readyAt,
    expiresAt,
  });
  if (!isMine) throw fail("uploadLocked");
}

/** Removes the bytes of a deleted one unless others have the same; what was never whole is forgotten. */
export async function removeBytes(app: App, row: AttachmentRow): Promise<void> {
  const { id, blobId, thumbnailBlobId, readyAt } = row;
  if (blobId === null) return;
  const orm = app.database.orm;
  const others = await orm.select({ id: attachments.id }).from(attachments)
    .where(and(eq(attachments.blobId, blobId), ne(attachments.status, "deleted"))).limit(1);
  if (others.length === 0) {
    await app.blobs.remove(blobId);
    if (thumbnailBlobId !== null) await app.blobs.remove(thumbnailBlobId);
  }
  if (readyAt === null) await orm.delete(attachments).where(eq(attachments.id, id));
  else {
    await orm.update(attachments).set({ blobId: null, thumbnailBlobId: null })
      .where(eq(attachments.id, id));
  }
}

/**
 * Deletes an upload or attachment, if it still is as `onlyIf` says. What was whole leaves a
 * tombstone; the sweep removes what this cannot.
 */
export async function discardUpload(
  app: App,
  row: AttachmentRow,
  { onlyIf }: { onlyIf?: SQL | undefined } = {},
): Promise<void> {
  const isDeleted = await transact(app.database, async (tx) => {
    await lockOwner(tx, row.ownerId);
    const deleted = await tx.update(attachments)
      .set({ status: "deleted", deletedAt: app.clock.now() })
      .where(and(eq(attachments.id, row.id), onlyIf)).returning({ id: attachments.id });
    return deleted.length > 0;
  });
  if (isDeleted) await removeBytes(app, row);
}
