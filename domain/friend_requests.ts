/** Friend requests: asked by one, accepted or refused by the other, taken back by the one who asked. */
import { and, desc, eq, lt, type SQL } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import { v7 as uuidv7 } from "uuid";
import { type Queryable, transact, type Transaction } from "../db/client.ts";
import { friendRequests, users } from "../db/schema/mod.ts";
import { fail } from "../errors.ts";
import type { Page } from "../schemas/fields.ts";
import type { FriendRequest, FriendRequestQuery, NewFriendRequest } from "../schemas/friends.ts";
import type { Actor, App } from "./app.ts";
import { decodeIdCursor, pageFrom } from "./cursors.ts";
import { areFriends, befriend, lockPair, tellFriends } from "./friends.ts";
import { toUser, usersById } from "./users.ts";

type Status = FriendRequest["status"];

/** Newest first, with both people. */
async function load(
  on: Queryable,
  which: SQL | undefined,
  limit: number,
): Promise<FriendRequest[]> {
  const requester = alias(users, "requester");
  const addressee = alias(users, "addressee");
  const rows = await on.select().from(friendRequests)
    .innerJoin(requester, eq(requester.id, friendRequests.requesterId))
    .innerJoin(addressee, eq(addressee.id, friendRequests.addresseeId))
    .where(which)
    .orderBy(desc(friendRequests.id))
    .limit(limit);
  return rows.map((row) => {
    const { id, message, source, status, handleMessage, createdAt, handledAt } =
      row.friend_requests;
    return {
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
  });
}

async function loadOne(on: Queryable, id: string): Promise<FriendRequest> {
  const [request] = await load(on, eq(friendRequests.id, id), 1);
  if (request === undefined) throw fail("notFound");
  return request;
}

async function pendingBetween(tx: Transaction, requesterId: string, addresseeId: string) {
  const [row] = await tx.select({ id: friendRequests.id }).from(friendRequests).where(and(
    eq(friendRequests.requesterId, requesterId),
    eq(friendRequests.addresseeId, addresseeId),
    eq(friendRequests.status, "pending"),
  ));
  return row ?? null;
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
  return await loadOne(tx, id);
}

async function accept(
  tx: Transaction,
  id: string,
  input: { remark?: string | null | undefined; at: Date },
) {
  const request = await settle(tx, id, { status: "accepted", at: input.at });
  await befriend(tx, {
    requesterId: request.requester.id,
    addresseeId: request.addressee.id,
    addresseeRemark: input.remark ?? null,
    source: request.source,
    at: input.at,
  });
  return request;
}

async function tellHandled(app: App, request: FriendRequest): Promise<void> {
  for (const { id } of [request.requester, request.addressee]) {
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

/**
 * Asks somebody to be friends. The same pending request again gives that one; one that meets theirs
 * makes both friends.
 * @throws `invalidInput` for oneself, `notFound`, `alreadyFriends`.
 */
export async function askFriend(app: App, actor: Actor, input: NewFriendRequest): Promise<Asked> {
  const { userId, message, source } = input;
  if (userId === actor.userId) {
    throw fail("invalidInput", { errors: [{ path: "userId", message: "That is yourself" }] });
  }
  const at = app.clock.now();
  const asked = await transact(app.database, async (tx): Promise<Asked> => {
    await usersById(tx, [userId]);
    await lockPair(tx, actor.userId, userId);
    if (await areFriends(tx, actor.userId, userId)) throw fail("alreadyFriends");
    const mine = await pendingBetween(tx, actor.userId, userId);
    if (mine !== null) return { request: await loadOne(tx, mine.id), created: false };
    const theirs = await pendingBetween(tx, userId, actor.userId);
    if (theirs !== null) return { request: await accept(tx, theirs.id, { at }), created: false };
    const id = uuidv7();
    await tx.insert(friendRequests).values({
      id,
      requesterId: actor.userId,
      addresseeId: userId,
      message: message ?? null,
      source: source ?? null,
      status: "pending",
      createdAt: at,
    });
    return { request: await loadOne(tx, id), created: true };
  });
  const { request, created } = asked;
  if (created) app.live.tell(userId, { method: "friend.requested", params: request });
  else if (request.status === "accepted") await tellHandled(app, request);
  return asked;
}

type Handling = (tx: Transaction, request: FriendRequest) => Promise<FriendRequest>;

// Only the side that may act learns that a request exists.
async function handlePending(
  app: App,
  who: { id: string; actor: Actor; side: "requester" | "addressee" },
  handling: Handling,
): Promise<FriendRequest> {
  const handled = await transact(app.database, async (tx) => {
    const seen = await loadOne(tx, who.id);
    if (seen[who.side].id !== who.actor.userId) throw fail("notFound");
    await lockPair(tx, seen.requester.id, seen.addressee.id);
    const request = await loadOne(tx, who.id);
    if (request.status !== "pending") throw fail("alreadyHandled");
    return await handling(tx, request);
  });
  await tellHandled(app, handled);
  return handled;
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
    (tx) => accept(tx, input.id, { remark: input.remark, at }),
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
  const mine = input.box === "incoming" ? friendRequests.addresseeId : friendRequests.requesterId;
  const before = decodeIdCursor(input.cursor);
  const found = await load(
    app.database.orm,
    and(
      eq(mine, actor.userId),
      input.status === undefined ? undefined : eq(friendRequests.status, input.status),
      before === undefined ? undefined : lt(friendRequests.id, before),
    ),
    input.limit + 1,
  );
  return pageFrom(found, input.limit, (request) => request.id);
}
