/** Notes of agents about a visitor's conversation: in a table of their own, read by these verbs alone. */
import { and, asc, count, eq, gt } from "drizzle-orm";
import { v7 as uuidv7 } from "uuid";
import { transact } from "../db/client.ts";
import { supportNotes } from "../db/schema/mod.ts";
import { fail } from "../errors.ts";
import type { Page } from "../schemas/fields.ts";
import type { Note } from "../schemas/support.ts";
import { isAdmin } from "./admins.ts";
import type { Actor, App } from "./app.ts";
import { lockConversation } from "./change_set.ts";
import { decodeIdCursor, pageFrom } from "./cursors.ts";
import { demand } from "./group_seats.ts";
import { isAgent } from "./inbox_rows.ts";
import { mayDeleteNote } from "./policy.ts";
import { requireSupport } from "./support.ts";
import { findSupport, tellAgents } from "./support_rows.ts";

const notesMax = 1_000;

function toNote(row: typeof supportNotes.$inferSelect): Note {
  const { id, conversationId, fromId, text, at } = row;
  return { id, conversationId, from: fromId, text, at: at.toISOString() };
}

/**
 * The notes about a visitor's conversation, the oldest first.
 * @throws `notFound` for those who are no agents of its inbox.
 */
export async function listNotes(
  app: App,
  actor: Actor,
  input: { conversationId: string; limit: number; cursor?: string | undefined },
): Promise<Page<Note>> {
  const { conversationId, limit, cursor } = input;
  const { orm } = app.database;
  await requireSupport(orm, actor, conversationId);
  const after = decodeIdCursor(cursor);
  const rows = await orm.select().from(supportNotes)
    .where(and(
      eq(supportNotes.conversationId, conversationId),
      after === undefined ? undefined : gt(supportNotes.id, after),
    ))
    .orderBy(asc(supportNotes.id)).limit(limit + 1);
  return pageFrom(rows.map(toNote), limit, ({ id }) => id);
}

/**
 * Notes something; the agents of the inbox are told.
 * @throws `notFound` for those who are no agents of its inbox, `conversationDismissed`, `notAllowed`
 * when there are as many notes as there may be.
 */
export async function addNote(
  app: App,
  actor: Actor,
  { conversationId, text }: { conversationId: string; text: string },
): Promise<Note> {
  const { note, inboxId } = await transact(app.database, async (tx) => {
    const { dismissedAt } = await lockConversation(tx, conversationId);
    const { row: { inboxId } } = await requireSupport(tx, actor, conversationId);
    if (dismissedAt !== null) throw fail("conversationDismissed");
    const [held] = await tx.select({ notes: count() }).from(supportNotes)
      .where(eq(supportNotes.conversationId, conversationId));
    if (held!.notes >= notesMax) {
      throw fail("notAllowed", { detail: `A conversation has at most ${notesMax} notes` });
    }
    const at = app.clock.now();
    const row = { id: uuidv7(), conversationId, fromId: actor.userId, text, at };
    const [stored] = await tx.insert(supportNotes).values(row).returning();
    return { note: toNote(stored!), inboxId };
  });
  await tellAgents(app, inboxId, { method: "support.noted", params: note });
  return note;
}

/**
 * Deletes a note: one's own as an agent, any as an admin.
 * @throws `notFound`, `notAllowed`.
 */
export async function deleteNote(
  app: App,
  actor: Actor,
  { conversationId, noteId }: { conversationId: string; noteId: string },
): Promise<void> {
  const { orm } = app.database;
  const { userId } = actor;
  const which = and(eq(supportNotes.id, noteId), eq(supportNotes.conversationId, conversationId));
  const [note] = await orm.select().from(supportNotes).where(which);
  const facts = await findSupport(orm, conversationId);
  if (note === undefined || facts === null) throw fail("notFound");
  const { inboxId } = facts.row;
  demand(mayDeleteNote({
    isMine: note.fromId === userId,
    isAgent: await isAgent(orm, { inboxId, userId }),
    isAdmin: await isAdmin(app, actor),
  }));
  await orm.delete(supportNotes).where(which);
  const params = { conversationId, noteId };
  await tellAgents(app, inboxId, { method: "support.noteDeleted", params });
}
