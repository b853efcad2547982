/** The end of visitors who cannot come back: their conversations are dismissed, so that agents do not follow them for ever. */
import { and, asc, eq, isNull, sql } from "drizzle-orm";
import { transact } from "../db/client.ts";
import { conversations, sessions, supportConversations } from "../db/schema/mod.ts";
import type { Changes } from "../schemas/conversations.ts";
import type { App } from "./app.ts";
import { ChangeSet, lockConversation } from "./change_set.ts";
import { tellSupport } from "./support_rows.ts";

const atOnce = 100;

// Whom its site has signed may come back on any day.
function isGone(app: App) {
  const now = app.clock.now().toISOString();
  return and(
    isNull(supportConversations.identity),
    sql`not exists (
      select 1 from ${sessions} s
      where s.user_id = ${supportConversations.visitorId}
        and s.ended_at is null and s.expires_at > ${now}::timestamptz
    )`,
  );
}

async function dismiss(app: App, conversationId: string): Promise<void> {
  const changes = await transact(app.database, async (tx): Promise<Changes | null> => {
    const row = await lockConversation(tx, conversationId);
    // Sessions that have ended stay so: nothing can have changed but this.
    if (row.dismissedAt !== null) return null;
    const now = app.clock.now();
    const set = new ChangeSet(tx, row, now);
    set.changeState({ dismissedAt: now });
    return await set.finish();
  });
  if (changes === null) return;
  await app.live.changed(changes);
  await tellSupport(app, conversationId);
}

/** Dismisses the conversations of visitors without a living session, a hundred at a time. */
export async function sweepVisitors(app: App): Promise<void> {
  for (;;) {
    const gone = await app.database.orm.select({ id: conversations.id })
      .from(supportConversations)
      .innerJoin(conversations, eq(conversations.id, supportConversations.conversationId))
      .where(and(isNull(conversations.dismissedAt), isGone(app)))
      .orderBy(asc(conversations.id))
      .limit(atOnce);
    for (const { id } of gone) await dismiss(app, id);
    if (gone.length < atOnce) return;
  }
}
