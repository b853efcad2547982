/** Canned replies: what the agents of an inbox say often. */
import { and, asc, count, eq, gt } from "drizzle-orm";
import { v7 as uuidv7 } from "uuid";
import { type Queryable, transact } from "../db/client.ts";
import { cannedReplies, inboxes } from "../db/schema/mod.ts";
import { fail } from "../errors.ts";
import type { Page } from "../schemas/fields.ts";
import type { CannedReply, CannedReplyPatch, NewCannedReply } from "../schemas/inboxes.ts";
import { requireAdmin } from "./admins.ts";
import type { Actor, App } from "./app.ts";
import { decodeIdCursor, pageFrom } from "./cursors.ts";
import { inboxById, isAgent } from "./inbox_rows.ts";

const repliesMax = 500;

function toReply(row: typeof cannedReplies.$inferSelect): CannedReply {
  return { ...row, createdAt: row.createdAt.toISOString() };
}

/**
 * Refuses whoever is neither an agent of an inbox nor an admin.
 * @throws `notAllowed`, also where there is no such inbox; to admins that is `notFound`.
 */
async function requireSide(app: App, actor: Actor, inboxId: string): Promise<void> {
  const { orm } = app.database;
  if (!await isAgent(orm, { inboxId, userId: actor.userId })) await requireAdmin(app, actor);
  await inboxById(orm, inboxId);
}

/**
 * What there is, the oldest first.
 * @throws `notAllowed`, `notFound`.
 */
export async function listReplies(
  app: App,
  actor: Actor,
  input: { inboxId: string; limit: number; cursor?: string | undefined },
): Promise<Page<CannedReply>> {
  const { inboxId, limit, cursor } = input;
  await requireSide(app, actor, inboxId);
  const after = decodeIdCursor(cursor);
  const rows = await app.database.orm.select().from(cannedReplies)
    .where(and(
      eq(cannedReplies.inboxId, inboxId),
      after === undefined ? undefined : gt(cannedReplies.id, after),
    ))
    .orderBy(asc(cannedReplies.id)).limit(limit + 1);
  return pageFrom(rows.map(toReply), limit, ({ id }) => id);
}

async function requirePlace(on: Queryable, inboxId: string): Promise<void> {
  const [held] = await on.select({ replies: count() }).from(cannedReplies)
    .where(eq(cannedReplies.inboxId, inboxId));
  if (held!.replies < repliesMax) return;
  throw fail("notAllowed", { detail: `An inbox has at most ${repliesMax} replies` });
}

/**
 * Adds one.
 * @throws `notAllowed`, also when there are as many as there may be; `notFound`.
 */
export async function addReply(
  app: App,
  actor: Actor,
  { inboxId, title, text }: NewCannedReply & { inboxId: string },
): Promise<CannedReply> {
  await requireSide(app, actor, inboxId);
  return await transact(app.database, async (tx) => {
    // Two that are added at once must not both be the last that there is room for.
    await tx.select({ id: inboxes.id }).from(inboxes).where(eq(inboxes.id, inboxId))
      .for("no key update");
    await requirePlace(tx, inboxId);
    const row = { id: uuidv7(), inboxId, title, text, createdAt: app.clock.now() };
    const [stored] = await tx.insert(cannedReplies).values(row).returning();
    return toReply(stored!);
  });
}

function oneOf({ inboxId, replyId }: { inboxId: string; replyId: string }) {
  return and(eq(cannedReplies.id, replyId), eq(cannedReplies.inboxId, inboxId));
}

/**
 * Changes what is given of one.
 * @throws `notAllowed`, `notFound`.
 */
export async function changeReply(
  app: App,
  actor: Actor,
  input: { inboxId: string; replyId: string; patch: CannedReplyPatch },
): Promise<CannedReply> {
  await requireSide(app, actor, input.inboxId);
  const { orm } = app.database;
  const hasChange = Object.keys(input.patch).length > 0;
  const [row] = hasChange
    ? await orm.update(cannedReplies).set(input.patch).where(oneOf(input)).returning()
    : await orm.select().from(cannedReplies).where(oneOf(input));
  if (row === undefined) throw fail("notFound");
  return toReply(row);
}

/**
 * Deletes one.
 * @throws `notAllowed`, `notFound`.
 */
export async function deleteReply(
  app: App,
  actor: Actor,
  input: { inboxId: string; replyId: string },
): Promise<void> {
  await requireSide(app, actor, input.inboxId);
  const gone = await app.database.orm.delete(cannedReplies).where(oneOf(input))
    .returning({ id: cannedReplies.id });
  if (gone.length === 0) throw fail("notFound");
}
