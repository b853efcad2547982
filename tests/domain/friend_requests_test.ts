/** Friend requests: asked, met, accepted, refused, taken back, and by whom that may be done. */
import { strict as assert } from "node:assert";
import { eq } from "drizzle-orm";
import { users } from "../../db/schema/mod.ts";
import type { Page } from "../../schemas/fields.ts";
import type { Friend, FriendRequest } from "../../schemas/friends.ts";
import { assertRefused, openWorld, type Person, test } from "../support/world.ts";

const world = await openWorld();
const server = await world.instance();

async function people<const Names extends string[]>(
  ...names: Names
): Promise<{ [Place in keyof Names]: Person }> {
  const all: Person[] = [];
  for (const name of names) all.push(await server.person(name));
  return all as { [Place in keyof Names]: Person };
}

function ask(from: Person, to: Person, more: Record<string, unknown> = {}) {
  return from.ask<FriendRequest>("POST", "/v1/friend-requests", { userId: to.id, ...more });
}

async function asked(from: Person, to: Person, more: Record<string, unknown> = {}) {
  const { status, body } = await ask(from, to, more);
  assert.equal(status, 201, JSON.stringify(body));
  return body;
}

function verb(person: Person, request: FriendRequest, name: string, body?: unknown) {
  return person.ask<FriendRequest>("POST", `/v1/friend-requests/${request.id}/${name}`, body);
}

function cancel(person: Person, request: FriendRequest) {
  return person.ask("DELETE", `/v1/friend-requests/${request.id}`);
}

async function friendIds(person: Person): Promise<string[]> {
  const { items } = await person.do<Page<Friend>>("GET", "/v1/friends");
  return items.map(({ user }) => user.id);
}

async function reread(person: Person, request: FriendRequest): Promise<FriendRequest | undefined> {
  const { items } = await person.do<Page<FriendRequest>>("GET", "/v1/friend-requests");
  return items.find(({ id }) => id === request.id);
}

test("asking answers 201 with the whole request", async () => {
  const [ana, bo] = await people("ana", "bo");
  const { id, createdAt, ...rest } = await asked(ana, bo, { message: "Hi", source: "search" });
  assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7/);
  assert.equal(new Date(createdAt).toISOString(), createdAt);
  assert.deepEqual(rest, {
    requester: await bo.do("GET", `/v1/users/${ana.id}`),
    addressee: await ana.do("GET", `/v1/users/${bo.id}`),
    message: "Hi",
    source: "search",
    status: "pending",
    handleMessage: null,
    handledAt: null,
  });
  assert.deepEqual(await friendIds(ana), []);
});

test("asking again while it is pending answers 200 with the same request", async () => {
  const [ana, bo] = await people("ana", "bo");
  const first = await asked(ana, bo, { message: "First" });
  const again = await ask(ana, bo, { message: "Second" });
  assert.equal(again.status, 200);
  assert.deepEqual(again.body, first);
});

test("asking somebody who has asked me makes us friends: 200 with theirs, accepted", async () => {
  const [ana, bo] = await people("ana", "bo");
  const theirs = await asked(ana, bo, { message: "Hi", source: "qr" });
  const { status, body } = await ask(bo, ana, { message: "Me too" });
  assert.equal(status, 200);
  assert.deepEqual({ ...body, handledAt: null }, { ...theirs, status: "accepted" });
  assert.equal(new Date(body.handledAt!).toISOString(), body.handledAt);
  assert.deepEqual([await friendIds(ana), await friendIds(bo)], [[bo.id], [ana.id]]);
});

test("friends cannot ask each other again", async () => {
  const [ana, bo] = await people("ana", "bo");
  await server.befriend(ana, bo);
  assertRefused(await ask(ana, bo), 409, "alreadyFriends");
  assertRefused(await ask(bo, ana), 409, "alreadyFriends");
});

test("oneself, nobody and nonsense cannot be asked", async () => {
  const [ana, bo] = await people("ana", "bo");
  const self = await ana.ask("POST", "/v1/friend-requests", { userId: ana.id });
  assertRefused(self, 400, "invalidInput");
  assert.deepEqual(self.body.errors?.map(({ path }) => path), ["userId"]);
  const bad: [unknown, number][] = [
    [{ userId: crypto.randomUUID() }, 404],
    [{ userId: "bo" }, 400],
    [{ userId: null }, 400],
    [{}, 400],
    [{ userId: bo.id, status: "accepted" }, 400],
    [{ userId: bo.id, requesterId: bo.id }, 400],
    [{ userId: bo.id, message: "x".repeat(201) }, 400],
    [{ userId: bo.id, message: "a\u0000" }, 400],
    [{ userId: bo.id, message: "a\ud800" }, 400],
    [{ userId: bo.id, source: 7 }, 400],
  ];
  for (const [input, status] of bad) {
    const answer = await ana.ask("POST", "/v1/friend-requests", input);
    assertRefused(answer, status, status === 404 ? "notFound" : "invalidInput");
  }
  assert.equal((await ask(ana, bo, { message: "e\u0301".repeat(200) })).body.message?.length, 200);
});

test("the addressee accepts: 200, handled now, friends on both sides", async () => {
  const [ana, bo] = await people("ana", "bo");
  const request = await asked(ana, bo);
  const { status, body } = await verb(bo, request, "accept", { remark: "Ana from work" });
  assert.equal(status, 200);
  assert.deepEqual({ ...body, handledAt: null }, { ...request, status: "accepted" });
  assert.ok(body.handledAt! >= request.createdAt);
  const [mine] = (await bo.do<Page<Friend>>("GET", "/v1/friends")).items;
  const [theirs] = (await ana.do<Page<Friend>>("GET", "/v1/friends")).items;
  assert.deepEqual([mine!.user.id, mine!.remark], [ana.id, "Ana from work"]);
  assert.deepEqual([theirs!.user.id, theirs!.remark], [bo.id, null]);
});

test("accepting and refusing need no body, and refuse what does not belong there", async () => {
  const [ana, bo, cy] = await people("ana", "bo", "cy");
  const [fromBo, fromCy] = [await asked(bo, ana), await asked(cy, ana)];
  const bad = [{ remark: "x".repeat(65) }, { remark: 7 }, { message: "x" }, "[]", "null"];
  for (const body of bad) {
    assertRefused(await verb(ana, fromBo, "accept", body), 400, "invalidInput");
  }
  for (const body of [{ message: "x".repeat(201) }, { message: null }, { remark: "x" }]) {
    assertRefused(await verb(ana, fromBo, "refuse", body), 400, "invalidInput");
  }
  assert.equal((await reread(ana, fromBo))?.status, "pending");
  assert.equal((await verb(ana, fromBo, "accept")).status, 200);
  assert.equal((await verb(ana, fromCy, "refuse")).status, 200);
});

test("the addressee refuses with a message: 200, and nobody becomes a friend", async () => {
  const [ana, bo] = await people("ana", "bo");
  const request = await asked(ana, bo);
  const { status, body } = await verb(bo, request, "refuse", { message: "Sorry" });
  assert.equal(status, 200);
  assert.deepEqual([body.status, body.handleMessage], ["refused", "Sorry"]);
  assert.notEqual(body.handledAt, null);
  assert.deepEqual([await friendIds(ana), await friendIds(bo)], [[], []]);
  const again = await asked(ana, bo);
  assert.notEqual(again.id, request.id);
});

test("nobody but the addressee accepts or refuses: others do not learn that it exists", async () => {
  const [ana, bo, cy] = await people("ana", "bo", "cy");
  const request = await asked(ana, bo);
  const unknown = { ...request, id: crypto.randomUUID() };
  for (const name of ["accept", "refuse"]) {
    const toStranger = await verb(cy, request, name, {});
    assertRefused(toStranger, 404, "notFound");
    assertRefused(await verb(ana, request, name, {}), 404, "notFound");
    assert.deepEqual(toStranger.body, (await verb(cy, unknown, name, {})).body);
    assertRefused(await verb(bo, { ...request, id: "x" }, name, {}), 400, "invalidInput");
  }
  assert.equal((await reread(bo, request))?.status, "pending");
  assert.deepEqual(await friendIds(ana), []);
});

test("the requester takes it back: 204 without a body, and it stays as cancelled", async () => {
  const [ana, bo] = await people("ana", "bo");
  const request = await asked(ana, bo);
  const { status, body } = await cancel(ana, request);
  assert.deepEqual([status, body], [204, null]);
  const after = await reread(bo, request);
  assert.equal(after?.status, "cancelled");
  assert.notEqual(after?.handledAt, null);
  assert.notEqual((await asked(ana, bo)).id, request.id);
});

test("nobody but the requester takes it back", async () => {
  const [ana, bo, cy] = await people("ana", "bo", "cy");
  const request = await asked(ana, bo);
  for (const other of [bo, cy]) assertRefused(await cancel(other, request), 404, "notFound");
  assertRefused(await cancel(ana, { ...request, id: crypto.randomUUID() }), 404, "notFound");
  assert.equal((await reread(bo, request))?.status, "pending");
});

test("what was accepted, refused or cancelled is handled once and for all", async () => {
  const [ana, bo, cy, di] = await people("ana", "bo", "cy", "di");
  const [accepted, refused, cancelled] = [
    await asked(ana, bo),
    await asked(ana, cy),
    await asked(ana, di),
  ];
  await verb(bo, accepted, "accept", {});
  await verb(cy, refused, "refuse", {});
  await cancel(ana, cancelled);
  for (const [who, request] of [[bo, accepted], [cy, refused], [di, cancelled]] as const) {
    const before = await reread(who, request);
    for (const name of ["accept", "refuse"]) {
      assertRefused(await verb(who, request, name, {}), 409, "alreadyHandled");
    }
    assertRefused(await cancel(ana, request), 409, "alreadyHandled");
    assert.deepEqual(await reread(who, request), before);
  }
  assert.deepEqual(await friendIds(ana), [bo.id]);
});

test("an accepted request makes no friends again after the friendship has ended", async () => {
  const [ana, bo] = await people("ana", "bo");
  const request = await asked(ana, bo);
  await verb(bo, request, "accept", {});
  await ana.do("DELETE", `/v1/friends/${bo.id}`);
  assertRefused(await verb(bo, request, "accept", {}), 409, "alreadyHandled");
  assert.deepEqual([await friendIds(ana), await friendIds(bo)], [[], []]);
  assert.equal((await ask(bo, ana)).status, 201);
});

test("guests ask nobody, and nobody asks them", async () => {
  const [ana, signedUp] = await people("ana", "guest");
  await world.database.orm.update(users).set({ role: "guest" }).where(eq(users.id, signedUp.id));
  const guest = await signedUp.again();
  assertRefused(await ask(guest, ana), 403, "notAllowed");
  assertRefused(await ask(ana, guest), 403, "notAllowed");
  assert.deepEqual(await friendIds(ana), []);
});

test("the same message, source and remark come back as they were given, in any script", async () => {
  const [ana, bo] = await people("ana", "bo");
  const said = { message: "😀 שלום", source: "二维码" };
  const request = await asked(ana, bo, said);
  assert.deepEqual([request.message, request.source], [said.message, said.source]);
  await verb(bo, request, "accept", { remark: "שלום 😀" });
  const [friend] = (await bo.do<Page<Friend>>("GET", "/v1/friends")).items;
  assert.deepEqual([friend!.remark, friend!.source], ["שלום 😀", said.source]);
});
