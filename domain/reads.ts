/** Read watermarks: one number a member, that never moves back; unread is computed from it. */
import { and, eq, gt, isNull, lt, or, sql } from "drizzle-orm";
import { members } from "../db/schema/mod.ts";
import type { ReadState } from "../schemas/conversations.ts";
import type { Readers } from "../schemas/messages.ts";
import type { Actor, App } from "./app.ts";
import { readableMessage } from "./message_acts.ts";
import { readMy } from "./my_views.ts";
import { lastReadableAlone, readingSeat } from "./seats.ts";

/**
 * Moves my watermark up to `seq`, at most to the last message; never back.
 * @throws `notFound` for a stranger.
 */
export async function markRead(
  app: App,
  actor: Actor,
  input: { conversationId: string; seq: number },
): Promise<ReadState> {
  const { userId } = actor;
  const { conversationId, seq } = input;
  const reached = sql<number>`least(${seq}::bigint, ${lastReadableAlone})`;
  const moved = await app.database.orm.update(members)
    .set({
      readSeq: sql`greatest(${members.readSeq}, ${reached})`,
      markedUnread: false,
      changedXid: sql`pg_current_xact_id()`,
    })
    .where(and(
      eq(members.conversationId, conversationId),
      eq(members.userId, userId),
      or(lt(members.readSeq, reached), members.markedUnread),
    ))
    .returning({ readSeq: members.readSeq, leftAt: members.leftAt });
  if (moved[0] !== undefined) {
    app.live.myChanged({ userId, conversationId });
    const params = { conversationId, userId, readSeq: moved[0].readSeq };
    if (moved[0].leftAt === null) {
      app.live.tellOthers(conversationId, userId, { method: "conversation.read", params });
    }
  }
  const { readSeq, unreadCount } = await readMy(app, { userId, conversationId });
  return { readSeq, unreadCount };
}

/**
 * Who of those for whom a message was sent has read it, and who has not; its sender is in neither.
 * Who came later is in neither too, also where all history is visible: nobody waits for them to read
 * it. To a former member the members are those of its time.
 * @throws `notFound` for a stranger, or when I may not read the message.
 */
export async function listReaders(
  app: App,
  actor: Actor,
  input: { conversationId: string; seq: number },
): Promise<Readers> {
  const { conversationId, seq } = input;
  const seat = await readingSeat(app, { conversationId, userId: actor.userId });
  const message = await readableMessage(app.database.orm, seat, input);
  const rows = await app.database.orm
    .select({ userId: members.userId, readSeq: members.readSeq }).from(members)
    .where(and(
      eq(members.conversationId, conversationId),
      or(isNull(members.leftAt), gt(members.lastRev, seat.lastRev)),
      lt(members.joinedSeq, seq),
    ));
  const others = rows.filter(({ userId }) => userId !== message.senderId);
  return {
    readBy: others.filter(({ readSeq }) => readSeq >= seq).map(({ userId }) => userId),
    unreadBy: others.filter(({ readSeq }) => readSeq < seq).map(({ userId }) => userId),
  };
}
