/** `Idempotency-Key`: the first answer again, for a day, to the same user, method, path and body. */
import { strict as assert } from "node:assert";
import { eq, like } from "drizzle-orm";
import { createHash } from "node:crypto";
import { idempotencyKeys } from "../../db/schema/mod.ts";
import { claimKey, settleKey, sweepKeys } from "../../domain/idempotency.ts";
import type { Conversation } from "../../schemas/conversations.ts";
import type { Page } from "../../schemas/fields.ts";
import type { FriendRequest } from "../../schemas/friends.ts";
import type { MessagePage, Sent } from "../../schemas/messages.ts";
import { assertRefused, openWorld, type Person, test } from "../support/world.ts";

const world = await openWorld();
const server = await world.instance();
const second = await world.instance();
const { app } = server.patter;
const day = 86_400_000;
const groups = "/v1/groups";

function post<T = Conversation>(person: Person, path: string, body: unknown, key: string) {
  return person.ask<T>("POST", path, body, { "idempotency-key": key });
}

async function groupCount(person: Person): Promise<number> {
  return (await person.do<Page<Conversation>>("GET", groups)).items.length;
}

function scopeOf(person: Person, path: string, key: string): string {
  return `${person.id} POST ${path} ${key}`;
}

function hashOf(body: unknown): string {
  return createHash("sha256").update(JSON.stringify(body)).digest("base64url");
}

test("the same key and body gives the first answer again, and makes nothing twice", async () => {
  const ana = await server.person("ana");
  const first = await post(ana, groups, { name: "One" }, "k1");
  assert.equal(first.status, 201);
  await ana.says("something happens meanwhile", first.body.id);
  const again = await post(ana, groups, { name: "One" }, "k1");
  assert.deepEqual([again.status, again.body], [201, first.body]);
  assert.equal(again.headers.get("content-type"), "application/json");
  assert.notEqual(again.headers.get("x-request-id"), first.headers.get("x-request-id"));
  assert.equal(await groupCount(ana), 1);
});

test("the first answer comes again on another instance, and in another session of the user", async () => {
  const ana = await server.person("ana");
  const first = await post(ana, groups, { name: "One" }, "k1");
  const other = await ana.again();
  const headers = {
    authorization: `Bearer ${other.session.accessToken}`,
    "idempotency-key": "k1",
  };
  const again = await second.ask("POST", groups, { name: "One" }, headers);
  assert.deepEqual([again.status, again.body], [201, first.body]);
});

test("friend requests and messages take keys too", async () => {
  const { ana, bo, id } = await server.pair();
  const cy = await server.person("cy");
  const asking = { userId: cy.id };
  const asked = await post<FriendRequest>(ana, "/v1/friend-requests", asking, "k1");
  await ana.do("DELETE", `/v1/friend-requests/${asked.body.id}`);
  const again = await post<FriendRequest>(ana, "/v1/friend-requests", asking, "k1");
  assert.deepEqual([again.status, again.body], [201, asked.body]);
  const path = `/v1/conversations/${id}/messages`;
  const message = { clientId: "c1", kind: "text", body: { text: "once" } };
  const sent = await post<Sent>(ana, path, message, "k1");
  const resent = await post<Sent>(ana, path, message, "k1");
  assert.equal(sent.status, 201);
  assert.deepEqual([resent.status, resent.body], [sent.status, sent.body]);
  const texts = (await bo.do<MessagePage>("GET", path)).items.filter(({ kind }) => kind === "text");
  assert.equal(texts.length, 1);
});

test("the same key with another body is a conflict, and does nothing", async () => {
  const ana = await server.person("ana");
  const first = await post(ana, groups, { name: "One" }, "k1");
  for (const body of [{ name: "Two" }, { name: "One", joinPolicy: "open" }]) {
    assertRefused(await post(ana, groups, body, "k1"), 409, "idempotencyConflict");
  }
  assert.equal(await groupCount(ana), 1);
  assert.deepEqual((await post(ana, groups, { name: "One" }, "k1")).body, first.body);
});

test("while the first is still running the same is a conflict", async () => {
  const ana = await server.person("ana");
  const body = { name: "One" };
  const scope = scopeOf(ana, groups, "k1");
  assert.equal(await claimKey(app, { scope, bodyHash: hashOf(body) }), null);
  assertRefused(await post(ana, groups, body, "k1"), 409, "idempotencyConflict");
  assertRefused(await post(ana, groups, { name: "Two" }, "k1"), 409, "idempotencyConflict");
  assert.equal(await groupCount(ana), 0);
  await settleKey(app, scope, { status: 201, answer: '{"made":"meanwhile"}' });
  const after = await post(ana, groups, body, "k1");
  assert.deepEqual([after.status, after.body], [201, { made: "meanwhile" }]);
});

test("a key whose instance died before it answered is free again after a minute", async () => {
  const ana = await server.person("ana");
  const body = { name: "One" };
  await claimKey(app, { scope: scopeOf(ana, groups, "k1"), bodyHash: hashOf(body) });
  world.clock.advanceMs(59_000);
  assertRefused(await post(ana, groups, body, "k1"), 409, "idempotencyConflict");
  world.clock.advanceMs(2_000);
  assert.equal((await post(ana, groups, body, "k1")).status, 201);
});

test("of many with one key at once, one is carried out and nobody is told otherwise", async () => {
  const ana = await server.person("ana");
  const answers = await Promise.all(
    Array.from({ length: 10 }, () => post(ana, groups, { name: "One" }, "k1")),
  );
  const made = answers.filter(({ status }) => status === 201);
  assert.equal(new Set(made.map(({ body }) => body.id)).size, 1);
  for (const answer of answers.filter(({ status }) => status !== 201)) {
    assertRefused(answer, 409, "idempotencyConflict");
  }
  assert.equal(await groupCount(ana), 1);
});

test("a refusal is not kept: the key is free for another try, with another body too", async () => {
  const [ana, bo] = [await server.person("ana"), await server.person("bo")];
  const path = "/v1/friend-requests";
  const unknown = { userId: crypto.randomUUID() };
  for (let times = 0; times < 2; times++) {
    assertRefused(await post(ana, path, unknown, "k1"), 404, "notFound");
  }
  assertRefused(await post(ana, path, { userId: "bo" }, "k1"), 400, "invalidInput");
  assertRefused(await post(ana, path, "{", "k1"), 400, "invalidInput");
  assert.equal((await post(ana, path, { userId: bo.id }, "k1")).status, 201);
});

test("a success that is not 201 is kept as well", async () => {
  const [ana, bo] = [await server.person("ana"), await server.person("bo")];
  const path = "/v1/friend-requests";
  await bo.do("POST", path, { userId: ana.id });
  const met = await post<FriendRequest>(ana, path, { userId: bo.id }, "k1");
  const again = await post<FriendRequest>(ana, path, { userId: bo.id }, "k1");
  assert.deepEqual([met.status, again.status], [200, 200]);
  assert.deepEqual(again.body, met.body);
  assert.equal(again.body.status, "accepted");
});

test("a key belongs to a user, and to a path", async () => {
  const [ana, bo] = [await server.person("ana"), await server.person("bo")];
  const ofAna = await post(ana, groups, { name: "One" }, "k1");
  const ofBo = await post(bo, groups, { name: "One" }, "k1");
  assert.equal(ofBo.status, 201);
  assert.notEqual(ofBo.body.id, ofAna.body.id);
  assert.equal((await post(ana, "/v1/friend-requests", { userId: bo.id }, "k1")).status, 201);
  assert.equal((await post(ana, groups, { name: "One" }, "k2")).status, 201);
  assert.equal(await groupCount(ana), 2);
});

test("whoever is not signed in learns nothing from a key", async () => {
  const ana = await server.person("ana");
  await post(ana, groups, { name: "One" }, "k1");
  const headers = { "idempotency-key": "k1" };
  assertRefused(await server.ask("POST", groups, { name: "One" }, headers), 401, "tokenMissing");
});

test("an answer is kept for 24 hours and no longer", async () => {
  const ana = await server.person("ana");
  const first = await post(ana, groups, { name: "One" }, "k1");
  world.clock.advanceMs(day - 60_000);
  const fresh = await ana.again();
  assert.deepEqual((await post(fresh, groups, { name: "One" }, "k1")).body, first.body);
  world.clock.advanceMs(61_000);
  const after = await post(fresh, groups, { name: "Two" }, "k1");
  assert.equal(after.status, 201);
  assert.equal(after.body.name, "Two");
});

test("the sweep forgets old keys and keeps young ones", async () => {
  const ana = await server.person("ana");
  await post(ana, groups, { name: "One" }, "old");
  world.clock.advanceMs(day + 1_000);
  const fresh = await ana.again();
  await post(fresh, groups, { name: "One" }, "young");
  await sweepKeys(app);
  const { orm } = world.database;
  const kept = async (key: string) =>
    (await orm.select().from(idempotencyKeys)
      .where(eq(idempotencyKeys.scope, scopeOf(ana, groups, key)))).length;
  assert.deepEqual([await kept("old"), await kept("young")], [0, 1]);
});

test("a key is 1 to 255 visible ASCII characters", async () => {
  const ana = await server.person("ana");
  for (const key of ["", "x".repeat(256), "a b", "é"]) {
    const answer = await ana.ask("POST", groups, { name: "One" }, { "idempotency-key": key });
    assertRefused(answer, 400, "invalidInput");
    assert.deepEqual(answer.body.errors?.map(({ path }) => path), ["Idempotency-Key"]);
  }
  assert.equal(await groupCount(ana), 0);
  assert.equal((await post(ana, groups, { name: "One" }, "x".repeat(255))).status, 201);
});

test("the sweep forgets however many there are", async () => {
  const { orm } = world.database;
  const createdAt = new Date(world.clock.now().getTime() - day - 1_000);
  const rows = Array.from({ length: 2_500 }, (_, place) => {
    return { scope: `many/${place}`, bodyHash: "hash", createdAt };
  });
  await orm.insert(idempotencyKeys).values(rows);
  await sweepKeys(app);
  assert.equal(await orm.$count(idempotencyKeys, like(idempotencyKeys.scope, "many/%")), 0);
});
