/** Friend requests: asked by one, accepted or refused by the other, taken back by the one who asked. */
import { and, desc, eq, lt, type SQL } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import { v7 as uuidv7 } from "uuid";
import { type Queryable, transact, type Transaction } from "../db/client.ts";
import { friendRequests, users } from "../db/schema/mod.ts";
import { fail } from "../errors.ts";
import type { Page } from "../schemas/fields.ts";
import type { FriendRequest, FriendRequestQuery, NewFriendRequest } from "../schemas/friends.ts";
import { requireOther, requireSocial } from "./actors.ts";
import type { Actor, App } from "./app.ts";
import { decodeIdCursor, pageFrom } from "./cursors.ts";
import { areFriends, befriend, isBlocking, lockPair, tellFriends } from "./friends.ts";
import { accountsById, toUser } from "./users.ts";

type Status = FriendRequest["status"];

/** A request, and whether its addressee knows of it: not when it was made to one who blocks. */
interface Kept {
  readonly request: FriendRequest;
  readonly silent: boolean;
}

/** Newest first, with both people. */
async function load(on: Queryable, which: SQL | undefined, limit: number): Promise<Kept[]> {
  const requester = alias(users, "requester");
  const addressee = alias(users, "addressee");
  const rows = await on.select().from(friendRequests)
    .innerJoin(requester, eq(requester.id, friendRequests.requesterId))
    .innerJoin(addressee, eq(addressee.id, friendRequests.addresseeId))
    .where(which)
    .orderBy(desc(friendRequests.id))
    .limit(limit);
  return rows.map((row) => {
    const { id, message, source, status, handleMessage, silent, createdAt, handledAt } =
      row.friend_requests;
    const request = {
      id,
      requester: toUser(row.requester),
      addressee: toUser(row.addressee),
      message,
      source,
      status,
      handleMessage,
      createdAt: createdAt.toISOString(),
      handledAt: handledAt?.toISOString() ?? null,
    };
    return { request, silent };
  });
}

async function loadOne(on: Queryable, id: string): Promise<Kept> {
  const [kept] = await load(on, eq(friendRequests.id, id), 1);
  if (kept === undefined) throw fail("notFound");
  return kept;
}

async function pendingBetween(
  tx: Transaction,
  requesterId: string,
  addresseeId: string,
): Promise<Kept | null> {
  const which = and(
    eq(friendRequests.requesterId, requesterId),
    eq(friendRequests.addresseeId, addresseeId),
    eq(friendRequests.status, "pending"),
  );
  return (await load(tx, which, 1))[0] ?? null;
}

async function setSilent(tx: Transaction, id: string, silent: boolean): Promise<void> {
  await tx.update(friendRequests).set({ silent }).where(eq(friendRequests.id, id));
}

async function settle(
  tx: Transaction,
  id: string,
  to: { status: Status; handleMessage?: string | undefined; at: Date },
) {
  const { status, handleMessage, at } = to;
  await tx.update(friendRequests)
    .set({ status, handleMessage: handleMessage ?? null, handledAt: at })
    .where(eq(friendRequests.id, id));
  return (await loadOne(tx, id)).request;
}

async function accept(
  tx: Transaction,
  id: string,
  input: { remark?: string | null | undefined; at: Date },
): Promise<Kept> {
  // Both want it: there is nothing left to be silent about.
  await setSilent(tx, id, false);
  const request = await settle(tx, id, { status: "accepted", at: input.at });
  await befriend(tx, {
    requesterId: request.requester.id,
    addresseeId: request.addressee.id,
    addresseeRemark: input.remark ?? null,
    source: request.source,
    at: input.at,
  });
  return { request, silent: false };
}

/** Tells both sides, as far as they know of the request, what has become of it. */
export async function tellHandled(app: App, { request, silent }: Kept): Promise<void> {
  for (const { id } of silent ? [request.requester] : [request.requester, request.addressee]) {
    app.live.tell(id, { method: "friend.handled", params: request });
  }
  if (request.status === "accepted") {
    await tellFriends(app, request.requester.id, request.addressee.id);
  }
}

/** What asking led to. `created`: it is a new request. */
export interface Asked {
  readonly request: FriendRequest;
  readonly created: boolean;
}

/** What asking did; `reaches`: the addressee hears of it now. */
interface Asking extends Kept {
  readonly created: boolean;
  readonly reaches: boolean;
}

async function file(
  tx: Transaction,
  actor: Actor,
  input: NewFriendRequest & { silent: boolean; at: Date },
): Promise<Asking> {
  const { userId, message, source, silent, at } = input;
  const id = uuidv7();
  await tx.insert(friendRequests).values({
    id,
    requesterId: actor.userId,
    addresseeId: userId,
    message: message ?? null,
    source: source ?? null,
    status: "pending",
    silent,
    createdAt: at,
  });
  const { request } = await loadOne(tx, id);
  return { request, silent, created: true, reaches: !silent };
}

async function ask(
  tx: Transaction,
  actor: Actor,
  input: NewFriendRequest & { at: Date },
): Promise<Asking> {
  const { userId, at } = input;
  await accountsById(tx, [userId]);
  await lockPair(tx, actor.userId, userId);
  if (await isBlocking(tx, actor.userId, userId)) throw fail("blocked");
  if (await areFriends(tx, actor.userId, userId)) throw fail("alreadyFriends");
  const silent = await isBlocking(tx, userId, actor.userId);
  const mine = await pendingBetween(tx, actor.userId, userId);
  if (mine !== null) {
    // Asked again after the block: now it arrives.
    const reaches = mine.silent && !silent;
    if (reaches) await setSilent(tx, mine.request.id, false);
    return { request: mine.request, silent, created: false, reaches };
  }
  const theirs = await pendingBetween(tx, userId, actor.userId);
  if (theirs === null) return await file(tx, actor, { ...input, silent });
  return { ...await accept(tx, theirs.request.id, { at }), created: false, reaches: false };
}

/**
 * Asks somebody to be friends. The same pending request again gives that one; one that meets theirs
 * makes both friends; one to somebody who blocks me looks like any other and reaches nobody.
 * @throws `invalidInput` for oneself, `notFound`, `alreadyFriends`, `blocked` when it is me who blocks,
 * `notAllowed` for guests.
 */
export async function askFriend(app: App, actor: Actor, input: NewFriendRequest): Promise<Asked> {
  requireSocial(actor);
  requireOther(actor, input.userId);
  const at = app.clock.now();
  const asked = await transact(app.database, (tx) => ask(tx, actor, { ...input, at }));
  const { request, created, reaches } = asked;
  if (reaches) app.live.tell(input.userId, { method: "friend.requested", params: request });
  if (request.status === "accepted") await tellHandled(app, asked);
  return { request, created };
}

/**
 * What a block does to requests between two, within a transaction that holds their lock: mine to them
 * is taken back, and of theirs to me I know nothing any more. Gives the one that was taken back.
 */
export async function silenceRequests(
  tx: Transaction,
  actor: Actor,
  input: { userId: string; at: Date },
): Promise<Kept | null> {
  const theirs = await pendingBetween(tx, input.userId, actor.userId);
  if (theirs !== null) await setSilent(tx, theirs.request.id, true);
  const mine = await pendingBetween(tx, actor.userId, input.userId);
  if (mine === null) return null;
  const request = await settle(tx, mine.request.id, { status: "cancelled", at: input.at });
  return { request, silent: mine.silent };
}

type Handling = (tx: Transaction) => Promise<FriendRequest>;

// Only the side that may act learns that a request exists.
async function handlePending(
  app: App,
  who: { id: string; actor: Actor; side: "requester" | "addressee" },
  handling: Handling,
): Promise<FriendRequest> {
  const handled = await transact(app.database, async (tx) => {
    const seen = (await loadOne(tx, who.id)).request;
    if (seen[who.side].id !== who.actor.userId) throw fail("notFound");
    await lockPair(tx, seen.requester.id, seen.addressee.id);
    const { request, silent } = await loadOne(tx, who.id);
    if (silent && who.side === "addressee") throw fail("notFound");
    if (request.status !== "pending") throw fail("alreadyHandled");
    return { request: await handling(tx), silent };
  });
  await tellHandled(app, handled);
  return handled.request;
}

/**
 * Accepts a request made to me.
 * @throws `notFound`, `alreadyHandled`.
 */
export function acceptFriend(
  app: App,
  actor: Actor,
  input: { id: string; remark?: string | null | undefined },
): Promise<FriendRequest> {
  const at = app.clock.now();
  return handlePending(
    app,
    { id: input.id, actor, side: "addressee" },
    async (tx) => (await accept(tx, input.id, { remark: input.remark, at })).request,
  );
}

/**
 * Refuses a request made to me.
 * @throws `notFound`, `alreadyHandled`.
 */
export function refuseFriend(
  app: App,
  actor: Actor,
  input: { id: string; message?: string | undefined },
): Promise<FriendRequest> {
  const at = app.clock.now();
  return handlePending(
    app,
    { id: input.id, actor, side: "addressee" },
    (tx) => settle(tx, input.id, { status: "refused", handleMessage: input.message, at }),
  );
}

/**
 * Takes back a request of mine.
 * @throws `notFound`, `alreadyHandled`.
 */
export async function cancelFriend(app: App, actor: Actor, id: string): Promise<void> {
  const at = app.clock.now();
  await handlePending(
    app,
    { id, actor, side: "requester" },
    (tx) => settle(tx, id, { status: "cancelled", at }),
  );
}

/** Requests made to me or by me, newest first. */
export async function listFriendRequests(
  app: App,
  actor: Actor,
  input: FriendRequestQuery,
): Promise<Page<FriendRequest>> {
  const mine = input.box === "incoming"
    ? and(eq(friendRequests.addresseeId, actor.userId), eq(friendRequests.silent, false))
    : eq(friendRequests.requesterId, actor.userId);
  const before = decodeIdCursor(input.cursor);
  const found = await load(
    app.database.orm,
    and(
      mine,
      input.status === undefined ? undefined : eq(friendRequests.status, input.status),
      before === undefined ? undefined : lt(friendRequests.id, before),
    ),
    input.limit + 1,
  );
  return pageFrom(found.map(({ request }) => request), input.limit, ({ id }) => id);
}
