/** Uploads by tus: begun, continued where they stand, and given up. Only their owner knows of them. */
import { createHash, type Hash } from "node:crypto";
import { and, eq, ne, sql } from "drizzle-orm";
import { v7 as uuidv7 } from "uuid";
import { transact, type Transaction } from "../db/client.ts";
import { attachments } from "../db/schema/mod.ts";
import { fail } from "../errors.ts";
import type { Actor, App } from "./app.ts";
import { discardUpload, finishUpload, keptMs, lockOwner } from "./upload_ends.ts";
import { type AttachmentRow, type Lease, withLease } from "./upload_leases.ts";
import type { Metadata } from "./upload_metadata.ts";

const noPlace = "This server has no place for attachments";
const silenceMaxMs = 30_000;
// As a disk counts: so that there is an end to empty ones too.
const countedBytesMin = 4_096;

/** How far an upload has come. */
export interface Upload {
  readonly id: string;
  readonly size: number;
  readonly offset: number;
  /** Null when it is whole. */
  readonly expiresAt: Date | null;
}

async function requireRoom(app: App, tx: Transaction, owner: Actor, size: number) {
  const [held] = await tx.select({
    bytes: sql<number>`coalesce(sum(greatest(${attachments.size}, ${countedBytesMin}::bigint)), 0)`
      .mapWith(Number),
  }).from(attachments)
    .where(and(eq(attachments.ownerId, owner.userId), ne(attachments.status, "deleted")));
  const { attachmentsBytesPerUserMax, attachmentsBytesPerGuestMax } = app.config;
  // Anyone may be as many guests as they like.
  const max = owner.role === "guest" ? attachmentsBytesPerGuestMax : attachmentsBytesPerUserMax;
  if (held!.bytes + Math.max(size, countedBytesMin) <= max) return;
  throw fail("tooLarge", { detail: "Your attachments together would be too large" });
}

/** An attachment of the same content that is whole already. */
async function findKnown(
  tx: Transaction,
  ownerId: string,
  { size, sha256 }: { size: number; sha256: string | null },
): Promise<AttachmentRow | undefined> {
  if (sha256 === null) return undefined;
  const [known] = await tx.select().from(attachments)
    .where(and(
      eq(attachments.ownerId, ownerId),
      eq(attachments.sha256, sha256),
      eq(attachments.size, size),
      eq(attachments.status, "ready"),
    )).limit(1);
  return known;
}

function factsKnownOf(known: AttachmentRow | undefined): Partial<AttachmentRow> {
  if (known === undefined) return {};
  const { mime, sha256, width, height, durationMs, blurHash } = known;
  const { thumbnailBlobId, thumbnailWidth, thumbnailHeight } = known;
  const facts = { mime, sha256, width, height, durationMs, blurHash };
  return { ...facts, thumbnailBlobId, thumbnailWidth, thumbnailHeight };
}

async function insertUpload(
  app: App,
  owner: Actor,
  input: Metadata & { size: number },
): Promise<AttachmentRow> {
  const ownerId = owner.userId;
  const now = app.clock.now();
  return await transact(app.database, async (tx) => {
    await lockOwner(tx, ownerId);
    await requireRoom(app, tx, owner, input.size);
    const known = await findKnown(tx, ownerId, input);
    const id = uuidv7();
    const { name, declaredType, size, sha256 } = input;
    const [row] = await tx.insert(attachments).values({
      id,
      ownerId,
      blobId: known?.blobId ?? id,
      status: known === undefined ? "uploading" : "ready",
      name,
      declaredType,
      declaredSha256: sha256,
      size,
      ...factsKnownOf(known),
      createdAt: now,
      readyAt: known === undefined ? null : now,
      expiresAt: new Date(now.getTime() + keptMs),
    }).returning();
    return row!;
  });
}

/**
 * Begins an upload. Content that the same user has sent before is whole at once.
 * @throws `tooLarge` over the limit of one or of all, `unavailable` on a server that stores none.
 */
export async function createUpload(
  app: App,
  actor: Actor,
  input: Metadata & { size: number },
): Promise<Upload> {
  if (app.blobs.isMissing) throw fail("unavailable", { detail: noPlace, retryAfterMs: 60_000 });
  const max = app.config.attachmentBytesMax;
  if (input.size > max) throw fail("tooLarge", { detail: `At most ${max} bytes` });
  const row = await insertUpload(app, actor, input);
  if (row.status === "ready") return whole(row);
  if (row.size > 0) return { id: row.id, size: row.size, offset: 0, expiresAt: row.expiresAt };
  return await withLease(app, row.id, (row, lease) => finish(app, row, lease));
}

function whole({ id, size }: Pick<AttachmentRow, "id" | "size">): Upload {
  return { id, size, offset: size, expiresAt: null };
}

/** @throws `notFound` also for the uploads of others, `gone` for those that were ended or expired. */
async function ownUpload(app: App, actor: Actor, id: string): Promise<AttachmentRow> {
  const [row] = await app.database.orm.select().from(attachments).where(eq(attachments.id, id));
  if (row === undefined || row.ownerId !== actor.userId) throw fail("notFound");
  const isOver = row.status === "uploading" && row.expiresAt! <= app.clock.now();
  if (row.status === "deleted" || isOver) throw fail("gone");
  return row;
}

async function offsetOf(app: App, { blobId, uncheckedFrom }: AttachmentRow): Promise<number> {
  return Math.min(await app.blobs.size(blobId!), uncheckedFrom ?? Infinity);
}

async function finish(app: App, row: AttachmentRow, lease: Lease): Promise<Upload> {
  await finishUpload(app, row, lease);
  return whole(row);
}

/**
 * How far an upload has come. Where all has come but the end was cut off, it is ended now.
 * @throws `notFound`, `gone`, `uploadLocked` while it is being ended, `wrongChecksum`.
 */
export async function readUpload(app: App, actor: Actor, id: string): Promise<Upload> {
  const row = await ownUpload(app, actor, id);
  if (row.status === "ready") return whole(row);
  const { size, expiresAt } = row;
  const offset = await offsetOf(app, row);
  if (offset < size) return { id, size, offset, expiresAt };
  return await withLease(app, id, (row, lease) => finish(app, row, lease));
}

/** Bytes to add, and what they should come to. */
export interface AppendInput {
  readonly id: string;
  readonly offset: number;
  readonly body: ReadableStream<Uint8Array> | null;
  /** As announced, if it was. */
  readonly length: number | null;
  readonly checksum: { readonly algorithm: "sha1" | "sha256"; readonly digest: string } | null;
}

/** What has gone by of a body: no more than there is room for, and nothing after the lease is lost. */
class Intake {
  isTooMuch = false;
  readonly #hash: Hash | null;
  constructor(readonly input: AppendInput, readonly room: number, readonly lost: AbortSignal) {
    this.#hash = input.checksum === null ? null : createHash(input.checksum.algorithm);
  }

  /** Whether the bytes are those that the checksum is of; without one they are. */
  get fits(): boolean {
    return this.#hash === null || this.#hash.digest("base64") === this.input.checksum!.digest;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    const reader = this.input.body?.getReader();
    if (reader === undefined) return;
    const stop = () => void reader.cancel().catch(() => {});
    this.lost.addEventListener("abort", stop);
    let left = this.room;
    for (;;) {
      // A client that is gone without a word must not hold the lease for ever.
      const silence = setTimeout(stop, silenceMaxMs);
      const { done, value } = await reader.read().finally(() => clearTimeout(silence));
      if (done || this.lost.aborted) return;
      this.isTooMuch = value.length > left;
      if (this.isTooMuch) return stop();
      left -= value.length;
      this.#hash?.update(value);
      yield value;
    }
  }
}

/** Takes back what must not stay. */
async function refuseBytes(app: App, row: AttachmentRow, input: AppendInput, intake: Intake) {
  const code = intake.isTooMuch ? "tooLarge" : intake.fits ? null : "wrongChecksum";
  if (code === null) return;
  await app.blobs.truncate(row.blobId!, input.offset);
  throw fail(code, intake.isTooMuch ? { detail: `The upload is of ${row.size} bytes` } : {});
}

async function append(app: App, row: AttachmentRow, lease: Lease, input: AppendInput) {
  const { id, size, blobId } = row;
  if (await app.blobs.size(blobId!) !== input.offset) throw fail("wrongOffset");
  if (input.checksum !== null) await lease.change({ uncheckedFrom: input.offset });
  const intake = new Intake(input, size - input.offset, lease.lost);
  const written = await app.blobs.write(blobId!, input.offset, intake);
  if (lease.lost.aborted) throw fail("uploadLocked");
  await refuseBytes(app, row, input, intake);
  const offset = input.offset + written;
  if (offset === size) return await finish(app, row, lease);
  const expiresAt = new Date(app.clock.now().getTime() + keptMs);
  await lease.change({ expiresAt });
  return { id, size, offset, expiresAt };
}

/**
 * Adds bytes where an upload stands. What came before a cut stays, unless it had a checksum.
 * @throws `notFound`, `gone`, `uploadLocked`, `wrongOffset`, `wrongChecksum` (also of the whole, which is
 * gone then), `tooLarge` for more than was said, of which nothing stays.
 */
export async function appendUpload(app: App, actor: Actor, input: AppendInput): Promise<Upload> {
  const row = await ownUpload(app, actor, input.id);
  if (row.status === "ready" && input.offset !== row.size) throw fail("wrongOffset");
  if (input.length !== null && input.offset + input.length > row.size) {
    throw fail("tooLarge", { detail: `The upload is of ${row.size} bytes` });
  }
  if (row.status === "ready") return whole(row);
  return await withLease(app, row.id, (row, lease) => append(app, row, lease, input));
}

/**
 * Gives an upload up, as if it had never been; one that is whole becomes a deleted attachment.
 * @throws `notFound`, `gone`, `uploadLocked`.
 */
export async function endUpload(app: App, actor: Actor, id: string): Promise<void> {
  const row = await ownUpload(app, actor, id);
  if (row.status === "ready") return await discardUpload(app, row);
  await withLease(app, id, (row) => discardUpload(app, row));
}
