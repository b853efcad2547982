/** Friends and requests live: every device of both is told once, in order, as its owner has it. */
import { strict as assert } from "node:assert";
import { memoryBus } from "../../realtime/bus_memory.ts";
import type { Page } from "../../schemas/fields.ts";
import type { Friend, FriendRequest } from "../../schemas/friends.ts";
import type { Client } from "../support/client.ts";
import { crowd } from "../support/groups.ts";
import { asksWelcome, LateDatabase } from "../support/late_database.ts";
import { assertRefused, openWorld, type Person, test } from "../support/world.ts";

const world = await openWorld();
const bus = memoryBus();
const server = await world.instance({}, { bus });
const second = await world.instance({}, { bus });

async function two(): Promise<[ana: Person, bo: Person]> {
  return await crowd(server, 2) as [Person, Person];
}

/** Two sign-ins on this instance and one on the other. */
async function devicesOf(person: Person): Promise<Client[]> {
  const tablet = await person.again();
  return [await person.connect(), await tablet.connect(), await tablet.connect(second)];
}

function ask(from: Person, to: Person, more: Record<string, unknown> = {}) {
  return from.do<FriendRequest>("POST", "/v1/friend-requests", { userId: to.id, ...more });
}

function answer(person: Person, { id }: FriendRequest, verb: string, body: unknown = {}) {
  return person.do<FriendRequest>("POST", `/v1/friend-requests/${id}/${verb}`, body);
}

function cancel(person: Person, { id }: FriendRequest): Promise<null> {
  return person.do<null>("DELETE", `/v1/friend-requests/${id}`);
}

/** The one request that this person made. */
async function outgoing(person: Person): Promise<FriendRequest> {
  const path = "/v1/friend-requests?box=outgoing";
  return (await person.do<Page<FriendRequest>>("GET", path)).items[0]!;
}

/** The one friend that this person has. */
async function friendOf(person: Person): Promise<Friend> {
  return (await person.do<Page<Friend>>("GET", "/v1/friends")).items[0]!;
}

/** What a connection was told after `session.ready`, once all that was sent to it has come. */
async function toldOf(live: Client): Promise<{ method: string; params: unknown }[]> {
  await live.call("ping");
  return live.told.slice(1).map(({ method, params }) => ({ method: method!, params }));
}

async function assertTold(lives: Client[], ...expected: [string, unknown][]): Promise<void> {
  const notices = expected.map(([method, params]) => ({ method, params }));
  for (const live of lives) assert.deepEqual(await toldOf(live), notices);
}

test("a request, and its being taken back, reach all devices: the first the addressee's alone", async () => {
  const [ana, bo] = await two();
  const [mine, theirs] = [await devicesOf(ana), await devicesOf(bo)];
  const request = await ask(ana, bo, { message: "Hi", source: "search" });
  await assertTold(mine);
  await assertTold(theirs, ["friend.requested", request]);
  await cancel(ana, request);
  const handled = await outgoing(ana);
  assert.equal(handled.status, "cancelled");
  await assertTold(mine, ["friend.handled", handled]);
  await assertTold(theirs, ["friend.requested", request], ["friend.handled", handled]);
});

test("a refusal reaches all devices of both, with its message, and nothing else does", async () => {
  const [ana, bo] = await two();
  const request = await ask(ana, bo);
  const lives = [...await devicesOf(ana), ...await devicesOf(bo)];
  const handled = await answer(bo, request, "refuse", { message: "Not now" });
  assert.deepEqual([handled.status, handled.handleMessage], ["refused", "Not now"]);
  await assertTold(lives, ["friend.handled", handled]);
});

test("an acceptance reaches all devices of both, then the friend as each one has it", async () => {
  const [ana, bo] = await two();
  const request = await ask(ana, bo, { source: "qr" });
  const [mine, theirs] = [await devicesOf(ana), await devicesOf(bo)];
  const handled = await answer(bo, request, "accept", { remark: "Ana from work" });
  const [bos, anas] = [await friendOf(ana), await friendOf(bo)];
  assert.deepEqual([bos.user.id, bos.remark, bos.source, bos.online], [bo.id, null, "qr", true]);
  assert.deepEqual([anas.user.id, anas.remark, anas.source], [ana.id, "Ana from work", "qr"]);
  await assertTold(mine, ["friend.handled", handled], ["friend.added", bos]);
  await assertTold(theirs, ["friend.handled", handled], ["friend.added", anas]);
  assert.ok(!JSON.stringify(mine.map(({ received }) => received)).includes("from work"));
});

test("requests that meet reach all devices of both as one that was accepted", async () => {
  const [ana, bo] = await two();
  await ask(ana, bo, { source: "qr" });
  const [mine, theirs] = [await devicesOf(ana), await devicesOf(bo)];
  const handled = await ask(bo, ana, { source: "search" });
  assert.equal(handled.status, "accepted");
  await assertTold(mine, ["friend.handled", handled], ["friend.added", await friendOf(ana)]);
  await assertTold(theirs, ["friend.handled", handled], ["friend.added", await friendOf(bo)]);
});

test("a remark reaches all my devices, given, changed and cleared, and none of theirs", async () => {
  const [ana, bo] = await two();
  await server.befriend(ana, bo);
  const [mine, theirs] = [await devicesOf(ana), await devicesOf(bo)];
  const changes: [string, unknown][] = [];
  for (const remark of ["One", "Other", null]) {
    const friend = await ana.do<Friend>("PATCH", `/v1/friends/${bo.id}`, { remark });
    assert.equal(friend.remark, remark);
    changes.push(["friend.changed", friend]);
  }
  await assertTold(mine, ...changes);
  await assertTold(theirs);
});

test("what was refused or repeated is told to nobody", async () => {
  const [ana, bo] = await two();
  const request = await ask(ana, bo);
  const lives = [...await devicesOf(ana), ...await devicesOf(bo)];
  await ask(ana, bo);
  const path = `/v1/friend-requests/${request.id}`;
  assertRefused(await bo.ask("DELETE", path), 404, "notFound");
  assertRefused(await ana.ask("POST", `${path}/accept`, {}), 404, "notFound");
  assertRefused(await bo.ask("POST", `${path}/accept`, { remark: 7 }), 400, "invalidInput");
  for (const [method, body] of [["PATCH", { remark: "x" }], ["DELETE", undefined]] as const) {
    assertRefused(await ana.ask(method, `/v1/friends/${bo.id}`, body), 404, "notFound");
  }
  await assertTold(lives);
});

test("a request repeated under its idempotency key is told once", async () => {
  const [ana, bo] = await two();
  const theirs = await devicesOf(bo);
  const key = { "idempotency-key": crypto.randomUUID() };
  const asking = () =>
    ana.ask<FriendRequest>("POST", "/v1/friend-requests", { userId: bo.id }, key);
  const [first, again] = [await asking(), await asking()];
  assert.deepEqual([first.status, again.status, again.body], [201, 201, first.body]);
  await assertTold(theirs, ["friend.requested", first.body]);
});

test("each new connection begins with how many requests wait for its user by then", async () => {
  const [ana, ...others] = await crowd(server, 5) as [Person, ...Person[]];
  const [bo, cy, dan, eve] = others as [Person, Person, Person, Person];
  const waiting = async () => (await ana.connecting(second)).ready.pending.friendRequests;
  const counts = [await waiting()];
  const requests = [];
  for (const other of others) requests.push(await ask(other, ana));
  counts.push(await waiting());
  await cancel(bo, requests[0]!);
  counts.push(await waiting());
  await answer(ana, requests[1]!, "refuse");
  counts.push(await waiting());
  await ask(ana, dan);
  counts.push(await waiting());
  await ana.do("PUT", `/v1/blocks/${eve.id}`);
  counts.push(await waiting());
  await ask(cy, ana);
  counts.push(await waiting());
  assert.deepEqual(counts, [0, 4, 3, 2, 1, 0, 1]);
  assert.equal(
    (await cy.connecting()).ready.pending.friendRequests,
    0,
    "my own do not wait for me",
  );
});

test("a request that comes while a connection opens is told to it, if it is not counted", async () => {
  const late = new LateDatabase(world.database);
  const slow = await world.instance({}, { bus, database: late.database });
  const [ana, bo] = await two();
  const welcome = late.hold("what waits for the new connection has been read", asksWelcome);
  const connecting = bo.connecting(slow);
  await welcome.reached;
  const request = await ask(ana, bo);
  welcome.release();
  const { client, ready } = await connecting;
  assert.equal(ready.pending.friendRequests, 0);
  await assertTold([client], ["friend.requested", request]);
});

/** The query that reads a friend to tell of. */
const asksFriend = (sql: string) => sql.includes(`from "friendships" inner join "users"`);

for (const ending of ["DELETE /v1/friends", "PUT /v1/blocks"]) {
  test(`who is told of a friend is not told so after its end: ${ending}`, async () => {
    const late = new LateDatabase(world.database);
    const slow = await world.instance({}, { bus, database: late.database });
    const [ana, bo] = await two();
    const request = await ask(ana, bo);
    const lives = [...await devicesOf(ana), ...await devicesOf(bo)];
    const news = late.hold("the friend to tell of has been read", asksFriend);
    // It need not be read where an answer can be kept back.
    const reached = news.reached.catch(() => {});
    const accepted = slow.ask("POST", `/v1/friend-requests/${request.id}/accept`, {}, {
      authorization: `Bearer ${bo.session.accessToken}`,
    });
    await Promise.race([reached, accepted]);
    const [method, path] = ending.split(" ") as [string, string];
    await bo.do(method, `${path}/${ana.id}`);
    news.release();
    assert.equal((await accepted).status, 200);
    for (const live of lives) {
      const told = (await toldOf(live)).map(({ method }) => method);
      assert.equal(
        told.findLast((name) => /^friend\.(added|removed)$/.test(name)),
        "friend.removed",
      );
    }
  });
}

test("of remarks that follow closely on one another the last is told last", async () => {
  const late = new LateDatabase(world.database);
  const slow = await world.instance({}, { bus, database: late.database });
  const [ana, bo] = await two();
  await server.befriend(ana, bo);
  const lives = await devicesOf(ana);
  const news = late.hold("the friend with its first remark has been read", asksFriend);
  const reached = news.reached.catch(() => {});
  const first = slow.ask("PATCH", `/v1/friends/${bo.id}`, { remark: "First" }, {
    authorization: `Bearer ${ana.session.accessToken}`,
  });
  await Promise.race([reached, first]);
  await ana.do("PATCH", `/v1/friends/${bo.id}`, { remark: "Last" });
  news.release();
  assert.equal((await first).status, 200);
  for (const live of lives) {
    await live.call("ping");
    assert.deepEqual(live.all("friend.changed").at(-1), await friendOf(ana));
  }
});
