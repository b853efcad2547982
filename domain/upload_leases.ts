/** One writer an upload: a lease in its row, which ends by itself when the instance that has it dies. */
import { and, eq, isNotNull, sql } from "drizzle-orm";
import { v7 as uuidv7 } from "uuid";
import { transact } from "../db/client.ts";
import { attachments } from "../db/schema/mod.ts";
import { fail } from "../errors.ts";
import type { App } from "./app.ts";

/** A row of the table. */
export type AttachmentRow = typeof attachments.$inferSelect;

const renewEveryMs = 3_000;
// By the database's clock: those of instances differ.
const leaseEnd = sql`clock_timestamp() + interval '10 seconds'`;

/** The right to write to an upload, renewed until it is given back. */
export class Lease {
  readonly token = uuidv7();
  readonly #lost = new AbortController();
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(readonly app: App, readonly id: string) {}

  /** Aborts when somebody else may have the lease: nothing is written any more then. */
  get lost(): AbortSignal {
    return this.#lost.signal;
  }

  get #mine() {
    return and(eq(attachments.id, this.id), eq(attachments.leaseToken, this.token));
  }

  /** Keeps it until it is given back. */
  keep(): void {
    this.#timer = setInterval(() => {
      this.#renew().catch((error) => {
        this.app.log.warn("lease not renewed", { attachmentId: this.id, reason: String(error) });
        this.#lost.abort();
      });
    }, renewEveryMs);
  }

  async #renew(): Promise<void> {
    const kept = await this.app.database.orm.update(attachments).set({ leasedUntil: leaseEnd })
      .where(this.#mine).returning({ id: attachments.id });
    if (kept.length === 0) this.#lost.abort();
  }

  /** Changes the row, if the lease is still this one; false when it is not. */
  async change(values: Partial<AttachmentRow>): Promise<boolean> {
    const changed = await this.app.database.orm.update(attachments).set(values)
      .where(this.#mine).returning({ id: attachments.id });
    return changed.length > 0;
  }

  /** Gives it back; what was written stays, checked. */
  async end(): Promise<void> {
    clearInterval(this.#timer);
    await this.change({ leaseToken: null, leasedUntil: null, uncheckedFrom: null });
  }
}

async function take(app: App, id: string, token: string): Promise<AttachmentRow> {
  return await transact(app.database, async (tx) => {
    const [row] = await tx.select({
      row: attachments,
      isLeased: sql<boolean>`coalesce(${attachments.leasedUntil} > clock_timestamp(), false)`,
    }).from(attachments).where(eq(attachments.id, id)).for("update");
    if (row === undefined) throw fail("notFound");
    // Ended since the caller looked: asked again, it hears how.
    if (row.isLeased || row.row.status !== "uploading") throw fail("uploadLocked");
    await tx.update(attachments).set({ leaseToken: token, leasedUntil: leaseEnd })
      .where(eq(attachments.id, id));
    return row.row;
  });
}

/**
 * Does something as the only one who writes to an upload. What an earlier writer left unchecked when
 * it died is gone before.
 * @throws `uploadLocked` also when it has just been ended, `notFound`, and what `act` throws.
 */
export async function withLease<T>(
  app: App,
  id: string,
  act: (row: AttachmentRow, lease: Lease) => Promise<T>,
): Promise<T> {
  const lease = new Lease(app, id);
  const row = await take(app, id, lease.token);
  lease.keep();
  try {
    if (row.uncheckedFrom !== null) await app.blobs.truncate(row.blobId!, row.uncheckedFrom);
    return await act(row, lease);
  } finally {
    await lease.end();
  }
}

/** Ends all leases: for the only process on its database, which has just started. */
export async function endLeases(app: Pick<App, "database">): Promise<void> {
  await app.database.orm.update(attachments).set({ leaseToken: null, leasedUntil: null })
    .where(isNotNull(attachments.leaseToken));
}
