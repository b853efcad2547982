/** Sweeps uploads that nobody goes on with, attachments that no message holds, and what deleting has left. */
import { and, asc, eq, exists, isNotNull, lt, ne, or, sql } from "drizzle-orm";
import { attachments, attachmentUses } from "../db/schema/mod.ts";
import { Failure } from "../errors.ts";
import type { App } from "./app.ts";
import { discardUpload, removeBytes } from "./upload_ends.ts";
import { type AttachmentRow, withLease } from "./upload_leases.ts";

const atOnce = 100;

function overdue(app: App) {
  return and(ne(attachments.status, "deleted"), lt(attachments.expiresAt, app.clock.now()));
}

/** What messages hold is not looked at again until one holds it no more. */
async function spareUsed(app: App): Promise<void> {
  const orm = app.database.orm;
  const uses = orm.select({ one: sql`1` }).from(attachmentUses)
    .where(eq(attachmentUses.attachmentId, attachments.id));
  await orm.update(attachments).set({ expiresAt: null })
    .where(
      and(
        eq(attachments.status, "ready"),
        lt(attachments.expiresAt, app.clock.now()),
        exists(uses),
      ),
    );
}

async function discard(app: App, row: AttachmentRow): Promise<void> {
  // A message that is to hold it may have put its end off since it was found.
  if (row.status === "ready") return await discardUpload(app, row, { onlyIf: overdue(app) });
  await withLease(app, row.id, (row) => discardUpload(app, row)).catch((error) => {
    // Somebody goes on with it at this moment.
    if (!(error instanceof Failure)) throw error;
  });
}

/** Deletes what is overdue, a hundred at a time, and the bytes that a deletion was kept from removing. */
export async function sweepAttachments(app: App): Promise<void> {
  await spareUsed(app);
  const orm = app.database.orm;
  const remains = and(eq(attachments.status, "deleted"), isNotNull(attachments.blobId));
  let after = "00000000-0000-0000-0000-000000000000";
  for (;;) {
    const rows = await orm.select().from(attachments)
      .where(and(sql`${attachments.id} > ${after}`, or(overdue(app), remains)))
      .orderBy(asc(attachments.id)).limit(atOnce);
    for (const row of rows) {
      await (row.status === "deleted" ? removeBytes(app, row) : discard(app, row));
    }
    if (rows.length < atOnce) return;
    after = rows.at(-1)!.id;
  }
}
