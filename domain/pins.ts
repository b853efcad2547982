/** What is pinned in a conversation, as its readers may see it. */
import { and, desc, eq, isNotNull } from "drizzle-orm";
import { messages } from "../db/schema/mod.ts";
import type { Message } from "../schemas/messages.ts";
import type { Actor, App } from "./app.ts";
import { readAs } from "./former_readings.ts";
import { shownTo } from "./messages.ts";
import { cutPage } from "./page_budget.ts";
import { readingSeat } from "./seats.ts";

/**
 * The pinned messages that I may read, the newest first: as many as fit in an answer, at most the
 * hundred there can be.
 * @throws `notFound` for a stranger.
 */
export async function listPins(app: App, actor: Actor, conversationId: string): Promise<Message[]> {
  const { orm } = app.database;
  const seat = await readingSeat(app, { conversationId, userId: actor.userId });
  const rows = await orm.select().from(messages)
    .where(and(
      eq(messages.conversationId, conversationId),
      isNotNull(messages.pinnedAt),
      shownTo(seat),
    ))
    .orderBy(desc(messages.seq));
  const pinned = (await readAs(orm, seat, rows)).filter(({ pinnedAt }) => pinnedAt !== undefined);
  return cutPage(pinned, pinned.length).items;
}
