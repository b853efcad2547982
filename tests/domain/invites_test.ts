/** Invite links: made, seen, used, used up, taken back, and only as good as their maker. */
import { strict as assert } from "node:assert";
import type { Page } from "../../schemas/fields.ts";
import type { Accepted, GroupFace, GroupRequest, Invite } from "../../schemas/groups.ts";
import { viewOf } from "../support/chat.ts";
import { assertRefused, openWorld, type Person, test } from "../support/world.ts";

const world = await openWorld();
const server = await world.instance();
const [ana, bo, cy] = [
  await server.person("ana"),
  await server.person("bo"),
  await server.person("cy"),
] as [Person, Person, Person];

/** Ana owns it, Bo is a manager, Cy a plain member. */
async function group(joinPolicy: string): Promise<string> {
  const id = await server.group(ana, [bo, cy], { joinPolicy });
  await setRole(id, bo, "manager");
  return id;
}

const setRole = (id: string, who: Person, role: "manager" | "member") =>
  ana.do("PATCH", `/v1/groups/${id}/members/${who.id}`, { role });
const setPolicy = (id: string, joinPolicy: string) =>
  ana.do("PATCH", `/v1/groups/${id}`, { joinPolicy });
const removes = (by: Person, id: string, who: Person) =>
  by.do("DELETE", `/v1/groups/${id}/members/${who.id}`);
const makes = (by: Person, id: string, input: object = {}) =>
  by.do<Invite>("POST", `/v1/groups/${id}/invites`, input);
const listed = (by: Person, id: string, query = "") =>
  by.do<Page<Invite>>("GET", `/v1/groups/${id}/invites${query}`);
const reads = (by: Person, code: string) => by.ask<GroupFace>("GET", `/v1/invites/${code}`);
const accepts = (by: Person, code: string) =>
  by.ask<Accepted>("POST", `/v1/invites/${code}/accept`);
const revokes = (by: Person, id: string, code: string) =>
  by.ask("DELETE", `/v1/groups/${id}/invites/${code}`);
const inMs = (ms: number) => new Date(world.clock.now().getTime() + ms).toISOString();

/** Lets nobody in any more, neither shown nor taken. */
async function assertGone(code: string): Promise<void> {
  const stranger = await server.person("late");
  assertRefused(await reads(stranger, code), 410, "gone");
  assertRefused(await accepts(stranger, code), 410, "gone");
}

/** Lets somebody new in at once. */
async function assertLetsIn(code: string, id: string): Promise<Person> {
  const stranger = await server.person("new");
  const { status, body } = await accepts(stranger, code);
  assert.deepEqual([status, body], [200, { status: "joined", groupId: id }]);
  assert.equal((await viewOf(stranger, id)).my.role, "member");
  return stranger;
}

test("a link holds what it was made with, a code beyond guessing and where to find it", async () => {
  const id = await group("approval");
  const expiresAt = inMs(600_000);
  const answer = await bo.ask<Invite>("POST", `/v1/groups/${id}/invites`, {
    expiresAt,
    maxUses: 5,
  });
  const { code, createdAt, url, ...rest } = answer.body;
  assert.equal(answer.status, 201);
  assert.match(code, /^[A-Za-z0-9_-]{22}$/, "128 random bits");
  assert.equal(url, `${server.url}/#/join/${code}`);
  assert.equal(createdAt, new Date(createdAt).toISOString());
  assert.deepEqual(rest, { groupId: id, creatorId: bo.id, expiresAt, maxUses: 5, uses: 0 });
  const plain = await bo.do<Invite>("POST", `/v1/groups/${id}/invites`);
  assert.deepEqual([plain.expiresAt, plain.maxUses, plain.uses], [null, null, 0]);
  assert.notEqual(plain.code, code);
  const offset = "2099-01-01T02:00:00.000+02:00";
  assert.equal((await makes(ana, id, { expiresAt: offset })).expiresAt, "2099-01-01T00:00:00.000Z");
});

test("the address of a link is the one that people reach the server under", async () => {
  const id = await group("open");
  const authorization = `Bearer ${ana.session.accessToken}`;
  for (const given of ["https://chat.example.org", "https://example.org/chat/"]) {
    const instance = await world.instance({ PUBLIC_URL: given });
    const path = `/v1/groups/${id}/invites`;
    const { body } = await instance.ask<Invite>("POST", path, {}, { authorization });
    assert.equal(body.url, `${given.replace(/\/$/, "")}/#/join/${body.code}`);
    const { body: page } = await instance.ask<Page<Invite>>("GET", path, undefined, {
      authorization,
    });
    assert.equal(page.items[0]!.url, body.url);
  }
});

test("leaders make links, in an open group any member; nobody outside", async () => {
  const [former, stranger] = [await server.person("former"), await server.person("stranger")];
  for (const policy of ["open", "approval", "invite"]) {
    const id = await group(policy);
    const path = `/v1/groups/${id}/invites`;
    await ana.do("POST", `/v1/groups/${id}/members`, { userIds: [former.id] });
    await removes(ana, id, former);
    for (const leader of [ana, bo]) await assertLetsIn((await makes(leader, id)).code, id);
    if (policy === "open") await assertLetsIn((await makes(cy, id)).code, id);
    else assertRefused(await cy.ask("POST", path, {}), 403, "notAllowed");
    for (const method of ["POST", "GET"]) {
      const body = method === "POST" ? {} : undefined;
      assertRefused(await former.ask(method, path, body), 403, "notMember");
      assertRefused(await stranger.ask(method, path, body), 404, "notFound");
    }
  }
});

test("a link that is malformed is refused by its path", async () => {
  const id = await group("open");
  const refused: [unknown, string][] = [
    [{ expiresAt: new Date(Date.now() - 1_000).toISOString() }, "expiresAt"],
    [{ expiresAt: "tomorrow" }, "expiresAt"],
    [{ expiresAt: "2099-01-01" }, "expiresAt"],
    [{ maxUses: 0 }, "maxUses"],
    [{ maxUses: 1.5 }, "maxUses"],
    [{ maxUses: "1" }, "maxUses"],
    [{ maxUses: 1_000_001 }, "maxUses"],
    [{ code: "mine" }, "code"],
    [{ uses: 0 }, "uses"],
  ];
  for (const [input, path] of refused) {
    const answer = await ana.ask("POST", `/v1/groups/${id}/invites`, input);
    assertRefused(answer, 400, "invalidInput");
    const paths = new Set(answer.body.errors?.map((error) => error.path));
    assert.deepEqual([...paths], [path], JSON.stringify(input));
  }
  assert.deepEqual((await listed(ana, id)).items, []);
});

test("the same idempotency key makes one link, with another body none", async () => {
  const id = await group("open");
  const post = (key: string, body?: unknown) =>
    ana.ask<Invite>("POST", `/v1/groups/${id}/invites`, body, { "idempotency-key": key });
  for (const [key, body] of [["k1", { maxUses: 3 }], ["k2", undefined]] as const) {
    const [first, again] = [await post(key, body), await post(key, body)];
    assert.deepEqual([again.status, again.body], [201, first.body]);
    assertRefused(await post(key, { maxUses: 4 }), 409, "idempotencyConflict");
  }
  assert.equal((await listed(ana, id)).items.length, 2);
});

test("a link shows the group's face, of whatever policy, to anyone signed in", async () => {
  const stranger = await server.person("stranger");
  for (const joinPolicy of ["open", "approval", "invite"]) {
    const id = await group(joinPolicy);
    const { code } = await makes(ana, id, { maxUses: 1 });
    const face = { id, kind: "group", name: "Group", avatarUrl: null, memberCount: 3, joinPolicy };
    for (const person of [stranger, stranger, cy]) {
      assert.deepEqual((await reads(person, code)).body, face);
    }
    assertRefused(await server.ask("GET", `/v1/invites/${code}`), 401, "tokenMissing");
    assertRefused(await server.ask("POST", `/v1/invites/${code}/accept`), 401, "tokenMissing");
    await assertLetsIn(code, id);
  }
  for (const ask of [reads, accepts]) {
    assertRefused(await ask(stranger, "A".repeat(22)), 404, "notFound");
    for (const code of ["A".repeat(65), "%00", "a%20b"]) {
      assertRefused(await ask(stranger, code), 400, "invalidInput");
    }
  }
});

test("who comes by a link has joined, is told to all, and takes one use, once", async () => {
  const id = await group("invite");
  const { code } = await makes(bo, id, { maxUses: 2 });
  const live = await cy.connect();
  const dan = await assertLetsIn(code, id);
  const told = await live.next("changes", ({ members }) => members[0]?.userId === dan.id);
  const news = { event: "joined", actorId: dan.id, userIds: [dan.id] };
  assert.deepEqual(told.messages.map(({ body }) => body), [news]);
  const { lastRev } = await viewOf(cy, id);
  for (const person of [dan, dan, ana, bo, cy]) {
    assert.deepEqual((await accepts(person, code)).body, { status: "joined", groupId: id });
  }
  assert.equal((await viewOf(cy, id)).lastRev, lastRev);
  assert.equal((await listed(ana, id)).items[0]!.uses, 1);
  await removes(ana, id, dan);
  assert.equal((await accepts(dan, code)).body.status, "joined", "out once more, in once more");
  await assertGone(code);
});

test("a link ends at its time by the clock, for all but members", async () => {
  const id = await group("open");
  const { code } = await makes(ana, id, { expiresAt: inMs(40_000) });
  const dan = await assertLetsIn(code, id);
  assert.equal((await listed(ana, id)).items.length, 1);
  world.clock.advanceMs(40_001);
  await assertGone(code);
  assert.equal((await accepts(dan, code)).body.status, "joined");
  assert.deepEqual((await listed(ana, id)).items, [], "what lets nobody in is not listed");
});

test("the last use is one person's, whoever comes at the same moment, and stays that one's", async () => {
  const id = await group("invite");
  for (let round = 0; round < 15; round++) {
    const { code } = await makes(ana, id, { maxUses: 1 });
    const two = [await server.person("one"), await server.person("two")];
    const answers = await Promise.all(two.map((person) => accepts(person, code)));
    const winner = answers.findIndex(({ status }) => status === 200);
    assertRefused(answers[1 - winner]!, 410, "gone");
    for (const [place, person] of two.entries()) {
      const { status } = await person.ask("GET", `/v1/conversations/${id}`);
      assert.equal(status, place === winner ? 200 : 404);
      const again = await accepts(person, code);
      assert.equal(again.status, place === winner ? 200 : 410);
    }
    await assertGone(code);
  }
  const { code } = await makes(ana, id, { maxUses: 3 });
  const many = await Promise.all(Array.from({ length: 8 }, () => server.person("many")));
  const answers = await Promise.all(
    many.flatMap((one) => [accepts(one, code), accepts(one, code)]),
  );
  assert.equal(answers.filter(({ status }) => status === 200).length, 6, "three, twice each");
  assert.equal((await viewOf(ana, id)).memberCount, 3 + 15 + 3);
});

test("links are taken back by leaders, or by who made them, and are gone from then on", async () => {
  const id = await group("open");
  const elsewhere = await group("open");
  const [mine, theirs, third] = [await makes(cy, id), await makes(bo, id), await makes(ana, id)];
  const stranger = await server.person("stranger");
  assertRefused(await revokes(cy, id, theirs.code), 403, "notAllowed");
  assertRefused(await revokes(cy, id, "A".repeat(22)), 403, "notAllowed");
  assertRefused(await revokes(stranger, id, theirs.code), 404, "notFound");
  assertRefused(await revokes(ana, elsewhere, theirs.code), 404, "notFound");
  assertRefused(await revokes(ana, id, "A".repeat(22)), 404, "notFound");
  assert.equal((await listed(ana, id)).items.length, 3);
  for (const [by, invite] of [[cy, mine], [ana, theirs], [bo, third]] as const) {
    const { status, body } = await revokes(by, id, invite.code);
    assert.deepEqual([status, body], [204, null]);
    await assertGone(invite.code);
    assertRefused(await revokes(ana, id, invite.code), 404, "notFound");
  }
  assert.deepEqual((await listed(ana, id)).items, []);
});

test("leaders see all links, others their own, newest first and page by page", async () => {
  const id = await group("open");
  const made: Invite[] = [];
  for (const by of [ana, cy, bo, cy, ana]) made.unshift(await makes(by, id));
  for (const leader of [ana, bo]) assert.deepEqual((await listed(leader, id)).items, made);
  assert.deepEqual((await listed(cy, id)).items, [made[1], made[3]]);
  const first = await listed(ana, id, "?limit=3");
  const rest = await listed(ana, id, `?limit=3&cursor=${first.nextCursor}`);
  assert.deepEqual([...first.items, ...rest.items], made);
  assert.deepEqual([first.items.length, rest.nextCursor], [3, null]);
  assertRefused(await ana.ask("GET", `/v1/groups/${id}/invites?cursor=x`), 400, "invalidInput");
});

test("in a dismissed group no link lets anybody in, and none is listed", async () => {
  const id = await group("open");
  await makes(ana, id);
  await ana.do("DELETE", `/v1/groups/${id}`);
  assert.deepEqual((await listed(ana, id)).items, []);
});

test("a link is gone while its maker may not bring people in: demoted, out, removed", async () => {
  const id = await group("invite");
  const { code } = await makes(bo, id);
  await assertLetsIn(code, id);
  await setRole(id, bo, "member");
  await assertGone(code);
  await setRole(id, bo, "manager");
  await assertLetsIn(code, id);
  for (const remover of [bo, ana]) {
    await removes(remover, id, bo);
    await assertGone(code);
    await ana.do("POST", `/v1/groups/${id}/members`, { userIds: [bo.id] });
    await assertGone(code);
    await setRole(id, bo, "manager");
    await assertLetsIn(code, id);
  }
});

test("a plain maker's link proposes in a group that has become one of approval, and is gone in one of invite", async () => {
  const id = await group("open");
  const { code } = await makes(cy, id, { maxUses: 3 });
  await assertLetsIn(code, id);
  await setPolicy(id, "approval");
  const dan = await server.person("dan");
  for (const { body } of [await accepts(dan, code), await accepts(dan, code)]) {
    assert.deepEqual(body, { status: "pending", groupId: id });
  }
  assert.equal((await listed(cy, id)).items[0]!.uses, 2, "asked once, used once");
  const path = `/v1/groups/${id}/requests`;
  const { items } = await bo.do<Page<GroupRequest>>("GET", path);
  assert.deepEqual(items.map((of) => [of.requester.id, of.inviter?.id, of.source, of.status]), [
    [dan.id, cy.id, "invite", "pending"],
  ]);
  await setPolicy(id, "invite");
  await assertGone(code);
  await bo.do("POST", `${path}/${items[0]!.id}/accept`);
  assert.equal((await viewOf(dan, id)).my.role, "member");
  await setPolicy(id, "open");
  await assertLetsIn(code, id);
  await assertGone(code);
});
