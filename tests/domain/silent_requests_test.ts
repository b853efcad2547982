/** Friend requests to somebody who blocks: as ever for who asks, nothing at all for who is asked. */
import { strict as assert } from "node:assert";
import { memoryBus } from "../../realtime/bus_memory.ts";
import type { Page } from "../../schemas/fields.ts";
import type { Friend, FriendRequest } from "../../schemas/friends.ts";
import type { Client } from "../support/client.ts";
import { crowd } from "../support/groups.ts";
import { assertRefused, openWorld, type Person, test } from "../support/world.ts";

const world = await openWorld();
const bus = memoryBus();
const server = await world.instance({}, { bus });
const second = await world.instance({}, { bus });

async function two(): Promise<[ana: Person, bo: Person]> {
  return await crowd(server, 2) as [Person, Person];
}

function ask(from: Person, to: Person, message?: string) {
  const input = { userId: to.id, ...(message === undefined ? {} : { message }) };
  return from.ask<FriendRequest>("POST", "/v1/friend-requests", input);
}

async function asked(from: Person, to: Person, message?: string): Promise<FriendRequest> {
  const { status, body } = await ask(from, to, message);
  assert.equal(status, 201, JSON.stringify(body));
  return body;
}

function cancel(person: Person, { id }: FriendRequest) {
  return person.ask("DELETE", `/v1/friend-requests/${id}`);
}

function block(person: Person, other: Person) {
  return person.do("PUT", `/v1/blocks/${other.id}`);
}

function unblock(person: Person, other: Person) {
  return person.do("DELETE", `/v1/blocks/${other.id}`);
}

async function box(person: Person, name: "incoming" | "outgoing"): Promise<FriendRequest[]> {
  const path = `/v1/friend-requests?box=${name}`;
  return (await person.do<Page<FriendRequest>>("GET", path)).items;
}

async function friendsOf(person: Person): Promise<string[]> {
  const { items } = await person.do<Page<Friend>>("GET", "/v1/friends");
  return items.map(({ user }) => user.id);
}

async function pendingOf(person: Person): Promise<number> {
  return (await person.connecting()).ready.pending.friendRequests;
}

/** The notifications that a connection got, by name, once all that was sent to it has come. */
async function toldOf(live: Client): Promise<string[]> {
  await live.call("ping");
  return live.told.map(({ method }) => method!).slice(1);
}

/** To its addressee the request is in no list and no count, and its id is like any other. */
async function assertUnknownTo(person: Person, request: FriendRequest): Promise<void> {
  for (const query of ["", "?box=incoming&status=pending", "?status=cancelled"]) {
    const { items } = await person.do<Page<FriendRequest>>("GET", `/v1/friend-requests${query}`);
    assert.deepEqual(items, []);
  }
  assert.equal(await pendingOf(person), 0);
  for (const verb of ["accept", "refuse"]) {
    const answer = await person.ask("POST", `/v1/friend-requests/${request.id}/${verb}`, {});
    assertRefused(answer, 404, "notFound");
    const other = crypto.randomUUID();
    const unknown = await person.ask("POST", `/v1/friend-requests/${other}/${verb}`, {});
    assert.deepEqual(answer.body, unknown.body);
  }
}

test("asking one who blocks me is answered as ever and reaches nobody", async () => {
  const [ana, bo] = await two();
  await block(bo, ana);
  const lives = [await bo.connect(), await bo.connect(second)];
  const request = await asked(ana, bo, "Hi");
  assert.deepEqual([request.status, request.message, request.handledAt], ["pending", "Hi", null]);
  assert.deepEqual(await box(ana, "outgoing"), [request]);
  await assertUnknownTo(bo, request);
  for (const live of lives) assert.deepEqual(await toldOf(live), []);
});

test("asking again meanwhile gives the same request and reaches nobody either", async () => {
  const [ana, bo] = await two();
  await block(bo, ana);
  const request = await asked(ana, bo);
  const live = await bo.connect();
  const again = await ask(ana, bo, "Please");
  assert.deepEqual([again.status, again.body], [200, request]);
  await assertUnknownTo(bo, request);
  assert.deepEqual(await toldOf(live), []);
});

test("taking it back is told to who asked alone, and leaves no trace when the block has ended", async () => {
  const [ana, bo] = await two();
  await block(bo, ana);
  const request = await asked(ana, bo);
  const mine = [await ana.connect(), await ana.connect(second)];
  const theirs = [await bo.connect(), await bo.connect(second)];
  assert.equal((await cancel(ana, request)).status, 204);
  for (const live of mine) {
    const { id, status } = await live.next("friend.handled");
    assert.deepEqual([id, status], [request.id, "cancelled"]);
  }
  for (const live of theirs) assert.deepEqual(await toldOf(live), []);
  assertRefused(await cancel(ana, request), 409, "alreadyHandled");
  await assertUnknownTo(bo, request);
  await unblock(bo, ana);
  await assertUnknownTo(bo, request);
});

test("a request that waits falls silent with the block, and stays so after it", async () => {
  const [ana, bo] = await two();
  const request = await asked(ana, bo);
  assert.equal(await pendingOf(bo), 1);
  const live = await ana.connect();
  await block(bo, ana);
  await assertUnknownTo(bo, request);
  assert.deepEqual(await box(ana, "outgoing"), [request]);
  await unblock(bo, ana);
  await assertUnknownTo(bo, request);
  assert.deepEqual(await toldOf(live), []);
});

test("the blocker's own request is taken back: both are told, and see it cancelled", async () => {
  const [ana, bo] = await two();
  const request = await asked(bo, ana);
  const lives = [await ana.connect(), await ana.connect(second), await bo.connect()];
  await block(bo, ana);
  const [seen] = await box(ana, "incoming");
  assert.deepEqual({ ...seen, handledAt: null }, { ...request, status: "cancelled" });
  assert.notEqual(seen!.handledAt, null);
  for (const live of lives) assert.deepEqual(await live.next("friend.handled"), seen);
  assert.deepEqual(await box(bo, "outgoing"), [seen]);
  assert.equal(await pendingOf(ana), 0);
  const accepting = await ana.ask("POST", `/v1/friend-requests/${request.id}/accept`, {});
  assertRefused(accepting, 409, "alreadyHandled");
  assert.deepEqual(await toldOf(lives[0]!), ["friend.handled"]);
});

test("a silent request that its maker's own block takes back stays unknown to the other", async () => {
  const [ana, bo] = await two();
  await block(ana, bo);
  const request = await asked(bo, ana);
  const [anaLive, boLive] = [await ana.connect(), await bo.connect()];
  await block(bo, ana);
  assert.deepEqual(await toldOf(boLive), ["block.added", "friend.handled"]);
  assert.deepEqual(await toldOf(anaLive), []);
  await assertUnknownTo(ana, request);
  assert.deepEqual((await box(bo, "outgoing")).map(({ status }) => status), ["cancelled"]);
});

test("what was handled before the block stays in both lists", async () => {
  const [ana, bo] = await two();
  const request = await asked(ana, bo);
  await bo.do("POST", `/v1/friend-requests/${request.id}/refuse`, { message: "No" });
  await block(bo, ana);
  const [mine, theirs] = [await box(ana, "outgoing"), await box(bo, "incoming")];
  assert.deepEqual(mine.map(({ id, status }) => [id, status]), [[request.id, "refused"]]);
  assert.deepEqual(theirs, mine);
});

test("asked again after the block has ended, it arrives: on all devices, once, and counts", async () => {
  const [ana, bo] = await two();
  await block(bo, ana);
  const request = await asked(ana, bo, "Hi");
  await unblock(bo, ana);
  const lives = [await bo.connect(), await bo.connect(second)];
  for (let time = 1; time <= 2; time++) {
    const again = await ask(ana, bo, "Please");
    assert.deepEqual([again.status, again.body], [200, request]);
  }
  for (const live of lives) {
    assert.deepEqual(await live.next("friend.requested"), request);
    assert.deepEqual(await toldOf(live), ["friend.requested"]);
  }
  assert.deepEqual(await box(bo, "incoming"), [request]);
  assert.equal(await pendingOf(bo), 1);
  await bo.do("POST", `/v1/friend-requests/${request.id}/accept`, {});
  assert.deepEqual([await friendsOf(ana), await friendsOf(bo)], [[bo.id], [ana.id]]);
});

test("once it has arrived, taking it back is told to both", async () => {
  const [ana, bo] = await two();
  await block(bo, ana);
  const request = await asked(ana, bo);
  await unblock(bo, ana);
  await ask(ana, bo);
  const live = await bo.connect();
  await cancel(ana, request);
  assert.equal((await live.next("friend.handled")).status, "cancelled");
  assert.deepEqual((await box(bo, "incoming")).map(({ status }) => status), ["cancelled"]);
});

test("a former blocker who asks meets the silent request: both are friends and told so", async () => {
  const [ana, bo] = await two();
  await block(bo, ana);
  const request = await asked(ana, bo, "Hi");
  await unblock(bo, ana);
  const lives = [[await ana.connect(), bo], [await bo.connect(), ana]] as const;
  const { status, body } = await ask(bo, ana);
  assert.deepEqual([status, body.id, body.status], [200, request.id, "accepted"]);
  for (const [live, friend] of lives) {
    assert.deepEqual(await live.next("friend.handled"), body);
    assert.equal((await live.next("friend.added")).user.id, friend.id);
    assert.deepEqual(await toldOf(live), ["friend.handled", "friend.added"]);
  }
  assert.deepEqual(await box(bo, "incoming"), [body]);
  assert.deepEqual([await friendsOf(ana), await friendsOf(bo)], [[bo.id], [ana.id]]);
});

test("whoever blocks is told so when it asks, also when the other blocks too", async () => {
  const [ana, bo] = await two();
  await block(ana, bo);
  assertRefused(await ask(ana, bo), 403, "blocked");
  await block(bo, ana);
  assertRefused(await ask(ana, bo), 403, "blocked");
  assertRefused(await ask(bo, ana), 403, "blocked");
  await unblock(ana, bo);
  assertRefused(await ask(bo, ana), 403, "blocked");
  await assertUnknownTo(bo, await asked(ana, bo));
});

test("blocked and blocking again, the request falls silent again", async () => {
  const [ana, bo] = await two();
  await block(bo, ana);
  const request = await asked(ana, bo);
  await unblock(bo, ana);
  await ask(ana, bo);
  assert.deepEqual(await box(bo, "incoming"), [request]);
  await block(bo, ana);
  await assertUnknownTo(bo, request);
});
