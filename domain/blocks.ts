/** Blocks: who wants to hear nothing more from whom, which the blocked do not learn. */
import { and, asc, eq, gt, sql } from "drizzle-orm";
import { type Queryable, transact, type Transaction } from "../db/client.ts";
import { blocks, users } from "../db/schema/mod.ts";
import { fail } from "../errors.ts";
import type { Page } from "../schemas/fields.ts";
import type { Block } from "../schemas/friends.ts";
import { requireOther } from "./actors.ts";
import type { Actor, App } from "./app.ts";
import { decodeIdCursor, pageFrom } from "./cursors.ts";
import { silenceRequests, tellHandled } from "./friend_requests.ts";
import { endFriendship, isBlocking, lockPair, moveGuard, tellParted } from "./friends.ts";
import { toUser, usersById } from "./users.ts";

async function loadBlocks(
  on: Queryable,
  userId: string,
  input: { only?: string; after?: string | undefined; limit: number },
): Promise<Block[]> {
  const rows = await on.select().from(blocks)
    .innerJoin(users, eq(users.id, blocks.blockedId))
    .where(and(
      eq(blocks.userId, userId),
      input.only === undefined ? undefined : eq(blocks.blockedId, input.only),
      input.after === undefined ? undefined : gt(blocks.blockedId, input.after),
    ))
    .orderBy(asc(blocks.blockedId))
    .limit(input.limit);
  return rows.map((row) => ({ user: toUser(row.users), since: row.blocks.since.toISOString() }));
}

/** What a new block ended. */
interface Ended {
  readonly friendship: boolean;
  readonly request: Awaited<ReturnType<typeof silenceRequests>>;
}

// To the blocked it is as if the blocker had gone away at that moment, or was away already.
function lastSeen(userId: string, { at, isOnline }: { at: Date; isOnline: boolean }) {
  if (isOnline) return at;
  return sql`(select last_seen_at from presences where user_id = ${userId})`;
}

async function block(
  tx: Transaction,
  actor: Actor,
  { userId, at, isOnline }: { userId: string; at: Date; isOnline: boolean },
): Promise<Ended> {
  const seenAt = lastSeen(actor.userId, { at, isOnline });
  await tx.insert(blocks).values({ userId: actor.userId, blockedId: userId, since: at, seenAt });
  await moveGuard(tx, actor.userId, userId);
  return {
    friendship: await endFriendship(tx, actor.userId, userId),
    request: await silenceRequests(tx, actor, { userId, at }),
  };
}

/**
 * Blocks somebody; once more changes nothing. A friendship ends with it, and my request to them: they
 * see no more than that.
 * @throws `invalidInput` for oneself, `notFound`.
 */
export async function blockUser(app: App, actor: Actor, userId: string): Promise<Block> {
  requireOther(actor, userId);
  const at = app.clock.now();
  const isOnline = (await app.live.presence.onlineAmong([actor.userId])).has(actor.userId);
  const { ended, params } = await transact(app.database, async (tx) => {
    await usersById(tx, [userId]);
    await lockPair(tx, actor.userId, userId);
    const isNew = !await isBlocking(tx, actor.userId, userId);
    const ended = isNew ? await block(tx, actor, { userId, at, isOnline }) : null;
    const [params] = await loadBlocks(tx, actor.userId, { only: userId, limit: 1 });
    return { ended, params: params! };
  });
  if (ended === null) return params;
  app.live.tell(actor.userId, { method: "block.added", params });
  app.live.presence.sightChanged(userId, actor.userId);
  if (ended.friendship) tellParted(app, actor.userId, userId);
  if (ended.request !== null) await tellHandled(app, ended.request);
  return params;
}

/**
 * Ends a block. The friendship does not come back.
 * @throws `notFound` when I do not block them.
 */
export async function unblockUser(app: App, actor: Actor, userId: string): Promise<void> {
  await transact(app.database, async (tx) => {
    await lockPair(tx, actor.userId, userId);
    const gone = await tx.delete(blocks)
      .where(and(eq(blocks.userId, actor.userId), eq(blocks.blockedId, userId))).returning();
    if (gone.length === 0) throw fail("notFound");
  });
  app.live.tell(actor.userId, { method: "block.removed", params: { userId } });
  app.live.presence.sightChanged(userId, actor.userId);
}

/** Whom I block, by their id. */
export async function listBlocks(
  app: App,
  actor: Actor,
  input: { limit: number; cursor?: string | undefined },
): Promise<Page<Block>> {
  const after = decodeIdCursor(input.cursor);
  const limit = input.limit + 1;
  const found = await loadBlocks(app.database.orm, actor.userId, { after, limit });
  return pageFrom(found, input.limit, ({ user }) => user.id);
}
