/** Conversations: opening a direct one, listing mine, reading one. */
import { and, eq, sql } from "drizzle-orm";
import { v7 as uuidv7 } from "uuid";
import { type Database, rowsOf, transact, type Transaction } from "../db/client.ts";
import { firstPosition, isPosition, positionSql } from "../db/positions.ts";
import { conversations } from "../db/schema/mod.ts";
import { fail } from "../errors.ts";
import type {
  Conversation,
  ConversationPage,
  ConversationQuery,
} from "../schemas/conversations.ts";
import { Id } from "../schemas/fields.ts";
import { requireOther, requireSocial } from "./actors.ts";
import type { Actor, App } from "./app.ts";
import { ChangeSet } from "./change_set.ts";
import {
  listed,
  loadView,
  loadViews,
  type ViewFilter,
  type ViewItem,
} from "./conversation_views.ts";
import { badCursor, decodeCursor, encodeCursor } from "./cursors.ts";
import { areFriends, isBlocking, lockPair, pairOf } from "./friends.ts";
import { cutPage } from "./page_budget.ts";
import { accountsById } from "./users.ts";

/**
 * A cursor to all that changes from a position on. Those of another cluster mean nothing, so it is
 * named too.
 */
export function syncCursorAt(database: Database, position: string): string {
  return encodeCursor([database.incarnation, position]);
}

async function takeSyncCursor({ database }: App): Promise<string> {
  const [row] = await rowsOf<{ position: string }>(
    database.orm,
    sql`select ${sql.raw(positionSql)} as position`,
  );
  return syncCursorAt(database, row!.position);
}

// From another cluster, everything may have changed.
function changedSince(app: App, cursor: string | undefined): string | undefined {
  if (cursor === undefined) return undefined;
  const [incarnation, position] = decodeCursor(cursor, "changedSince", 2) as [string, string];
  if (!isPosition(position)) throw badCursor("changedSince");
  return incarnation === app.database.incarnation ? position : firstPosition;
}

interface Place {
  readonly after: NonNullable<ViewFilter["after"]>;
  readonly syncCursor: string;
  /** What the first page was asked with: the next ones are of the same list, asked again or not. */
  readonly since: string | undefined;
}

function decodePlace(cursor: string): Place {
  const [pinned, at, id, syncCursor, since] = decodeCursor(cursor, "cursor", 5) as [
    string,
    string,
    string,
    string,
    string,
  ];
  // Fourteen digits reach the year 5138; of later ones the database may not know.
  if (!/^\d{1,14}$/.test(at) || !Id.safeParse(id).success) throw badCursor("cursor");
  const after = { pinned: pinned === "1", activeAt: new Date(Number(at)), id };
  return { after, syncCursor, since: since === "" ? undefined : since };
}

/**
 * My conversations, pinned ones first, then by latest activity; with `changedSince` those that changed since, left ones
 * too. All pages carry the `syncCursor` that was taken before the first was read.
 */
export async function listConversations(
  app: App,
  actor: Actor,
  input: ConversationQuery & { kind?: "group" },
): Promise<ConversationPage> {
  const place = input.cursor === undefined ? null : decodePlace(input.cursor);
  const syncCursor = place?.syncCursor ?? await takeSyncCursor(app);
  const since = input.changedSince ?? place?.since;
  const filter = {
    kind: input.kind,
    changedSince: changedSince(app, since),
    after: place?.after,
  };
  const found = await loadViews(app.database.orm, listed(actor.userId, filter), input.limit + 1);
  const { items, hasMore } = cutPage(found, input.limit);
  return {
    items: items.map(({ view }) => view),
    nextCursor: hasMore ? encodePlace(items.at(-1)!, syncCursor, since) : null,
    syncCursor,
  };
}

function encodePlace(last: ViewItem, syncCursor: string, since: string | undefined): string {
  const { view: { id, my }, activeAt } = last;
  return encodeCursor([Number(my.pinned), activeAt.getTime(), id, syncCursor, since ?? ""]);
}

/**
 * A conversation as I have it, or had it when I left.
 * @throws `notFound` for a stranger.
 */
export async function readConversation(app: App, actor: Actor, id: string): Promise<Conversation> {
  const view = await loadView(app.database.orm, { conversationId: id, userId: actor.userId });
  if (view === null) throw fail("notFound");
  return view;
}

async function openPair(
  app: App,
  tx: Transaction,
  me: string,
  other: string,
): Promise<{ id: string; isNew: boolean }> {
  await accountsById(tx, [other]);
  await lockPair(tx, me, other);
  const { low, high } = pairOf(me, other);
  const [existing] = await tx.select({ id: conversations.id }).from(conversations)
    .where(and(eq(conversations.directLow, low), eq(conversations.directHigh, high)));
  // Also for one that exists: after a friendship it can be read, but is not opened anew.
  if (await isBlocking(tx, me, other)) throw fail("blocked");
  const mayAnyone = app.config.directPolicy === "anyone" && !await isBlocking(tx, other, me);
  if (!mayAnyone && !await areFriends(tx, me, other)) throw fail("notFriends");
  if (existing !== undefined) return { id: existing.id, isNew: false };
  const now = app.clock.now();
  const [row] = await tx.insert(conversations).values({
    id: uuidv7(),
    kind: "direct",
    historyVisible: "all",
    directLow: low,
    directHigh: high,
    activeAt: now,
    updatedAt: now,
    createdAt: now,
  }).returning();
  const set = new ChangeSet(tx, row!, now);
  await set.join([low, high], () => "member");
  set.changeState({});
  await set.finish();
  return { id: row!.id, isNew: true };
}

/**
 * The conversation of two, the same one however often and from whichever side.
 * @throws `invalidInput` for oneself, `notFound`, `notFriends`, `blocked` when it is me who blocks,
 * `notAllowed` for guests.
 */
export async function openDirect(app: App, actor: Actor, userId: string): Promise<Conversation> {
  requireSocial(actor);
  requireOther(actor, userId);
  const { id, isNew } = await transact(
    app.database,
    (tx) => openPair(app, tx, actor.userId, userId),
  );
  if (isNew) await app.live.joined(id, [actor.userId, userId]);
  return await readConversation(app, actor, id);
}
