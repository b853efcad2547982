/** Inboxes: admins make, change and delete them. */
import { and, asc, eq, gt, inArray, isNull, sql } from "drizzle-orm";
import { randomBytes } from "node:crypto";
import { v7 as uuidv7 } from "uuid";
import { type Queryable, transact, type Transaction } from "../db/client.ts";
import { inboxAgents, inboxes, users } from "../db/schema/mod.ts";
import { fail } from "../errors.ts";
import type { Page } from "../schemas/fields.ts";
import type { Inbox, InboxPatch, NewInbox } from "../schemas/inboxes.ts";
import { requireAdmin } from "./admins.ts";
import type { Actor, App } from "./app.ts";
import { decodeIdCursor, pageFrom } from "./cursors.ts";
import { settleInbox } from "./inbox_following.ts";
import { agentsIn, agentsOf, inboxById, type InboxRow, toInbox } from "./inbox_rows.ts";
import { mayAnswer } from "./policy.ts";

const keyBytes = 12;

// Guests are nobody here, as for everyone who looks for people.
async function requireAgents(on: Queryable, userIds: readonly string[]): Promise<void> {
  if (userIds.length === 0) return;
  const rows = await on.select({ id: users.id, role: users.role }).from(users)
    .where(inArray(users.id, [...userIds]));
  const fit = new Set(rows.filter(({ role }) => mayAnswer(role) === null).map(({ id }) => id));
  const missing = userIds.find((id) => !fit.has(id));
  if (missing === undefined) return;
  const errors = [{ path: "agents", message: `No user "${missing}" who could be an agent` }];
  throw fail("notFound", { errors });
}

async function addAgents(tx: Transaction, inboxId: string, userIds: readonly string[]) {
  if (userIds.length === 0) return;
  await tx.insert(inboxAgents).values(userIds.map((userId) => ({ inboxId, userId })));
}

/**
 * Makes an inbox.
 * @throws `notAllowed`, `notFound` for agents who are no users, or guests.
 */
export async function createInbox(app: App, actor: Actor, input: NewInbox): Promise<Inbox> {
  await requireAdmin(app, actor);
  const { agents, name, allowedOrigins } = input;
  const row = await transact(app.database, async (tx) => {
    await requireAgents(tx, agents);
    const [row] = await tx.insert(inboxes).values({
      id: uuidv7(),
      key: randomBytes(keyBytes).toString("base64url"),
      name,
      allowedOrigins,
      greeting: input.greeting ?? null,
      identitySecret: input.identitySecret ?? null,
      hours: input.hours ?? null,
      offlineMessage: input.offlineMessage ?? null,
      createdAt: app.clock.now(),
    }).returning();
    await addAgents(tx, row!.id, agents);
    return row!;
  });
  return toInbox(row, await agentsOf(app.database.orm, row.id));
}

/**
 * All inboxes, the oldest first.
 * @throws `notAllowed`.
 */
export async function listInboxes(
  app: App,
  actor: Actor,
  input: { limit: number; cursor?: string | undefined },
): Promise<Page<Inbox>> {
  await requireAdmin(app, actor);
  const { orm } = app.database;
  const after = decodeIdCursor(input.cursor);
  const rows = await orm.select().from(inboxes)
    .where(and(isNull(inboxes.deletedAt), after === undefined ? undefined : gt(inboxes.id, after)))
    .orderBy(asc(inboxes.id)).limit(input.limit + 1);
  const agents = await agentsIn(orm, rows.map(({ id }) => id));
  const found = rows.map((row) => toInbox(row, agents.get(row.id)!));
  return pageFrom(found, input.limit, ({ id }) => id);
}

/**
 * One inbox.
 * @throws `notAllowed`, `notFound`.
 */
export async function readInbox(app: App, actor: Actor, id: string): Promise<Inbox> {
  await requireAdmin(app, actor);
  const { orm } = app.database;
  return toInbox(await inboxById(orm, id), await agentsOf(orm, id));
}

async function lockInbox(tx: Transaction, id: string): Promise<InboxRow> {
  const [row] = await tx.select().from(inboxes)
    .where(and(eq(inboxes.id, id), isNull(inboxes.deletedAt))).for("update");
  if (row === undefined) throw fail("notFound");
  return row;
}

const nextVersion = sql`${inboxes.agentsVersion} + 1`;

/** Makes these its agents; false when they are already. */
async function replaceAgents(tx: Transaction, inboxId: string, wanted: readonly string[]) {
  const before = new Set(await agentsOf(tx, inboxId));
  const added = wanted.filter((id) => !before.has(id));
  const gone = [...before.difference(new Set(wanted))];
  if (added.length + gone.length === 0) return false;
  await requireAgents(tx, added);
  if (gone.length > 0) {
    await tx.delete(inboxAgents)
      .where(and(eq(inboxAgents.inboxId, inboxId), inArray(inboxAgents.userId, gone)));
  }
  await addAgents(tx, inboxId, added);
  await tx.update(inboxes).set({ agentsVersion: nextVersion }).where(eq(inboxes.id, inboxId));
  return true;
}

/**
 * Changes what is given of an inbox; `null` clears. Other agents are members of its conversations, and
 * former ones are not, before this is answered.
 * @throws `notAllowed`, `notFound`.
 */
export async function changeInbox(
  app: App,
  actor: Actor,
  input: { id: string; patch: InboxPatch },
): Promise<Inbox> {
  await requireAdmin(app, actor);
  const { id, patch: { agents, ...patch } } = input;
  await transact(app.database, async (tx) => {
    await lockInbox(tx, id);
    if (agents !== undefined) await replaceAgents(tx, id, agents);
    if (Object.keys(patch).length > 0) {
      await tx.update(inboxes).set(patch).where(eq(inboxes.id, id));
    }
  });
  // Also when these agents are no change: another change may have been broken off.
  if (agents !== undefined) await settleInbox(app, id);
  return await readInbox(app, actor, id);
}

/**
 * Deletes an inbox: its key opens nothing any more, and its conversations are dismissed, readable for
 * those who were in them.
 * @throws `notAllowed`, `notFound`.
 */
export async function deleteInbox(app: App, actor: Actor, id: string): Promise<void> {
  await requireAdmin(app, actor);
  await transact(app.database, async (tx) => {
    await lockInbox(tx, id);
    const ended = { deletedAt: app.clock.now(), identitySecret: null, agentsVersion: nextVersion };
    await tx.update(inboxes).set(ended).where(eq(inboxes.id, id));
  });
  await settleInbox(app, id);
}
