/** How sessions end: by their owner, by a sign-in elsewhere, or by a lock; their rows say why. */
import { and, eq, isNull, ne } from "drizzle-orm";
import type { Database, Queryable, Transaction } from "../db/client.ts";
import { sessions } from "../db/schema/mod.ts";
import { fail } from "../errors.ts";
import type { Actor, App, SessionEnd } from "./app.ts";
import type { UserRow } from "./users.ts";

/** Whose sessions end, which of them (all that live, if nothing is said), and why. */
interface Ending {
  readonly userId: string;
  readonly which?: ReturnType<typeof eq> | undefined;
  readonly reason: SessionEnd;
  readonly now: Date;
}

/** Ends sessions of a user; gives the ids of those that lived. Tell `live` after the commit. */
export async function endRows(on: Queryable, ending: Ending): Promise<string[]> {
  const { userId, which, reason, now } = ending;
  const ended = await on.update(sessions).set({ endedAt: now, endReason: reason })
    .where(and(eq(sessions.userId, userId), which, isNull(sessions.endedAt)))
    .returning({ id: sessions.id });
  return ended.map(({ id }) => id);
}

async function endMine(app: App, { userId }: Actor, sessionId: string): Promise<boolean> {
  const reason = "sessionRevoked";
  const which = eq(sessions.id, sessionId);
  const ended = await endRows(app.database.orm, { userId, which, reason, now: app.clock.now() });
  // Also when it had ended before: whoever asks may rely on its connections being gone.
  app.live.endSessions(userId, [sessionId], reason);
  return ended.length > 0;
}

/** Ends the session of the actor: its tokens and live connections with it. */
export async function logOut(app: App, actor: Actor): Promise<void> {
  // Whether or not another request has ended it a moment ago.
  await endMine(app, actor, actor.sessionId);
}

/**
 * Ends one of my sessions.
 * @throws `notFound` when it is not mine or has ended.
 */
export async function endSession(app: App, actor: Actor, sessionId: string): Promise<void> {
  if (!await endMine(app, actor, sessionId)) throw fail("notFound");
}

/** Ends all sessions of a user but the one that asks; gives their ids: tell `live` after the commit. */
export function endOtherSessions(tx: Queryable, actor: Actor, now: Date): Promise<string[]> {
  const which = ne(sessions.id, actor.sessionId);
  return endRows(tx, { userId: actor.userId, which, reason: "sessionRevoked", now });
}

/**
 * Ends what `SESSION_POLICY` wants to end when a user signs in; gives the ids: tell `live` after the
 * commit. The user's row is locked by the transaction: of two sign-ins at once the later one sees the
 * earlier. Bots are not asked: each process of one signs in for itself; nor are guests: a visitor whom
 * its site vouches for is the same on every device.
 */
export async function endElsewhere(
  app: App,
  tx: Transaction,
  { user, platform }: { user: UserRow; platform: typeof sessions.$inferSelect["platform"] },
): Promise<string[]> {
  const { sessionPolicy } = app.config;
  if (sessionPolicy === "multi" || user.role === "bot" || user.role === "guest") return [];
  const which = sessionPolicy === "perPlatform" ? eq(sessions.platform, platform) : undefined;
  const reason = "signedInElsewhere";
  return await endRows(tx, { userId: user.id, which, reason, now: app.clock.now() });
}

// Asked again and again for all who are connected: one parameter, and one prepared statement.
const endedSql = `
  select s.id::text as id, coalesce(s.end_reason, 'sessionRevoked') as reason
  from jsonb_array_elements_text($1::text::jsonb) asked(id)
  join sessions s on s.id = asked.id::uuid
  where s.ended_at is not null`;

/** Which of these sessions have ended, and why. */
export async function endedAmong(
  database: Pick<Database, "query">,
  sessionIds: readonly string[],
): Promise<Map<string, SessionEnd>> {
  const rows = await database.query(endedSql, [JSON.stringify(sessionIds)]);
  return new Map(rows.map(({ id, reason }) => [String(id), reason as SessionEnd]));
}
