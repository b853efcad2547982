/** Friends: listed, given a name of one's own, removed, and told live to both sides. */
import { strict as assert } from "node:assert";
import { tellFriends } from "../../domain/friends.ts";
import { memoryBus } from "../../realtime/bus_memory.ts";
import type { Page } from "../../schemas/fields.ts";
import type { Friend } from "../../schemas/friends.ts";
import { historyOf, textOf } from "../support/chat.ts";
import { say } from "../support/chatter.ts";
import { assertRefused, openWorld, type Person, test } from "../support/world.ts";

const world = await openWorld();
const bus = memoryBus();
const server = await world.instance({}, { bus });
const second = await world.instance({}, { bus });

async function friendsOf(person: Person): Promise<Friend[]> {
  return (await person.do<Page<Friend>>("GET", "/v1/friends")).items;
}

async function pair(): Promise<[Person, Person]> {
  const [ana, bo] = [await server.person("ana"), await server.person("bo")];
  await server.befriend(ana, bo);
  return [ana, bo];
}

test("a friend has user, remark, source, since and online", async () => {
  const [ana, bo] = [await server.person("ana"), await server.person("bo")];
  const asking = { userId: bo.id, source: "search" };
  const { id } = await ana.do<{ id: string }>("POST", "/v1/friend-requests", asking);
  const request = await bo.do<{ handledAt: string }>("POST", `/v1/friend-requests/${id}/accept`);
  const user = await bo.do("GET", `/v1/users/${ana.id}`);
  assert.deepEqual(await friendsOf(bo), [
    { user, remark: null, source: "search", since: request.handledAt, online: false },
  ]);
});

test("a friend with a connection is online", async () => {
  const [ana, bo] = await pair();
  const live = await bo.connect();
  assert.equal((await friendsOf(ana))[0]!.online, true);
  assert.equal((await friendsOf(bo))[0]!.online, false);
  await live.close();
});

test("friends are listed in pages that follow one another by cursor", async () => {
  const ana = await server.person("ana");
  const others = await Promise.all(Array.from({ length: 5 }, () => server.person("friend")));
  for (const other of others) await server.befriend(ana, other);
  const first = await ana.do<Page<Friend>>("GET", "/v1/friends?limit=3");
  const path = `/v1/friends?limit=3&cursor=${first.nextCursor}`;
  const next = await ana.do<Page<Friend>>("GET", path);
  assert.deepEqual([first.items.length, next.items.length, next.nextCursor], [3, 2, null]);
  const ids = [...first.items, ...next.items].map(({ user }) => user.id);
  assert.deepEqual(ids.sort(), others.map(({ id }) => id).sort());
  for (const query of ["limit=0", "limit=101", "cursor=x"]) {
    assertRefused(await ana.ask("GET", `/v1/friends?${query}`), 400, "invalidInput");
  }
});

test("a remark is mine alone, set and cleared", async () => {
  const [ana, bo] = await pair();
  const path = `/v1/friends/${bo.id}`;
  const named = await ana.do<Friend>("PATCH", path, { remark: "Bo\u0301" });
  assert.deepEqual([named.user.id, named.remark], [bo.id, "Bó"]);
  assert.deepEqual(await friendsOf(ana), [named]);
  assert.equal((await friendsOf(bo))[0]!.remark, null);
  assert.equal((await ana.do<Friend>("PATCH", path, { remark: null })).remark, null);
  assert.equal((await friendsOf(ana))[0]!.remark, null);
});

test("a remark has at most 64 characters, and is all there is to change", async () => {
  const [ana, bo] = await pair();
  const path = `/v1/friends/${bo.id}`;
  assert.equal((await ana.ask("PATCH", path, { remark: "😀".repeat(64) })).status, 200);
  const bad = [
    { remark: "😀".repeat(65) },
    { remark: 7 },
    { remark: "a\u0000" },
    { remark: "\ud800" },
    {},
    { remark: "x", since: "2026-01-01T00:00:00.000Z" },
  ];
  for (const patch of bad) assertRefused(await ana.ask("PATCH", path, patch), 400, "invalidInput");
});

test("who is no friend cannot be named or removed, and is told apart from nothing", async () => {
  const [ana, bo] = [await server.person("ana"), await server.person("bo")];
  await ana.do("POST", "/v1/friend-requests", { userId: bo.id });
  for (const id of [bo.id, ana.id, crypto.randomUUID()]) {
    assertRefused(await ana.ask("PATCH", `/v1/friends/${id}`, { remark: "x" }), 404, "notFound");
    assertRefused(await ana.ask("DELETE", `/v1/friends/${id}`), 404, "notFound");
  }
  assertRefused(await ana.ask("DELETE", "/v1/friends/bo"), 400, "invalidInput");
});

test("removing answers 204, ends it for both, and stops them from writing", async () => {
  const { ana, bo, id } = await server.pair();
  await ana.says("before", id);
  const { status, body } = await ana.ask("DELETE", `/v1/friends/${bo.id}`);
  assert.deepEqual([status, body], [204, null]);
  assert.deepEqual([await friendsOf(ana), await friendsOf(bo)], [[], []]);
  assertRefused(await ana.ask("DELETE", `/v1/friends/${bo.id}`), 404, "notFound");
  assertRefused(await bo.ask("DELETE", `/v1/friends/${ana.id}`), 404, "notFound");
  for (const person of [ana, bo]) {
    const message = { clientId: crypto.randomUUID(), kind: "text", body: { text: "after" } };
    const path = `/v1/conversations/${id}/messages`;
    assertRefused(await person.ask("POST", path, message), 403, "notFriends");
    assert.equal((await person.ask("GET", path)).status, 200);
  }
});

test("where anyone may write, who were friends go on writing", async () => {
  const anyone = await world.instance({ DIRECT_POLICY: "anyone" });
  const { ana, bo, id } = await anyone.pair();
  const lives = [await ana.connect(), await bo.connect()];
  for (const live of lives) await say(live, id, "before");
  await ana.do("DELETE", `/v1/friends/${bo.id}`);
  for (const live of lives) await say(live, id, "after");
  assert.deepEqual((await historyOf(bo, id)).items.map(textOf), [
    "before",
    "before",
    "after",
    "after",
  ]);
});

test("a remark is gone with the friendship, and a new one begins without it", async () => {
  const [ana, bo] = await pair();
  await ana.do("PATCH", `/v1/friends/${bo.id}`, { remark: "Old" });
  await bo.do("DELETE", `/v1/friends/${ana.id}`);
  await server.befriend(bo, ana);
  assert.equal((await friendsOf(ana))[0]!.remark, null);
});

test("of two who remove each other at once, one has ended it and the other finds it ended", async () => {
  for (let round = 0; round < 5; round++) {
    const [ana, bo] = await pair();
    const answers = await Promise.all([
      ana.ask("DELETE", `/v1/friends/${bo.id}`),
      bo.ask("DELETE", `/v1/friends/${ana.id}`),
    ]);
    assert.deepEqual(answers.map(({ status }) => status).sort(), [204, 404]);
    assert.deepEqual([await friendsOf(ana), await friendsOf(bo)], [[], []]);
  }
});

test("a new friendship is told to all devices of both, each of the other", async () => {
  const [ana, bo] = [await server.person("ana"), await server.person("bo")];
  const lives = [
    [await ana.connect(), bo],
    [await ana.connect(second), bo],
    [await bo.connect(), ana],
    [await bo.connect(second), ana],
  ] as const;
  await ana.do("POST", "/v1/friend-requests", { userId: bo.id });
  const [{ id }] = (await bo.do<Page<{ id: string }>>("GET", "/v1/friend-requests")).items as [
    { id: string },
  ];
  await bo.do("POST", `/v1/friend-requests/${id}/accept`, { remark: "Only mine" });
  for (const [live, friend] of lives) {
    const told = await live.next("friend.added");
    assert.equal(told.user.id, friend.id);
    assert.equal(told.remark, friend === ana ? "Only mine" : null);
    assert.equal(told.online, true);
  }
});

test("the end of a friendship is told to all devices of both, and to no one else", async () => {
  const [ana, bo] = await pair();
  const cy = await server.person("cy");
  await server.befriend(cy, ana);
  const lives = [
    [await ana.connect(), bo],
    [await ana.connect(second), bo],
    [await bo.connect(), ana],
    [await bo.connect(second), ana],
  ] as const;
  const stranger = await cy.connect();
  await bo.do("DELETE", `/v1/friends/${ana.id}`);
  for (const [live, friend] of lives) {
    assert.deepEqual(await live.next("friend.removed"), { userId: friend.id });
  }
  await stranger.call("ping");
  assert.deepEqual(stranger.all("friend.removed"), []);
  for (const [live] of lives) assert.equal(live.all("friend.removed").length, 1);
});

test("news of a friendship that has ended again is not told, and fails nothing", async () => {
  const [ana, bo] = [await server.person("ana"), await server.person("bo")];
  const live = await ana.connect();
  // What is left of an acceptance whose friendship was ended between its commit and the telling.
  await tellFriends(server.patter.app, ana.id, bo.id);
  await live.call("ping");
  assert.deepEqual(live.all("friend.added"), []);
});
