/** Members of a group: bringing in, taking out, leaving, and the list of them. */
import { strict as assert } from "node:assert";
import type { Member } from "../../schemas/conversations.ts";
import type { Additions } from "../../schemas/groups.ts";
import type { SystemBody } from "../../schemas/messages.ts";
import { changesOf, historyOf, viewOf } from "../support/chat.ts";
import { assertRefused, openWorld, type Person, test } from "../support/world.ts";

const world = await openWorld();
const server = await world.instance();
const [ana, bo, cy, eve] = [
  await server.person("ana"),
  await server.person("bo"),
  await server.person("cy"),
  await server.person("eve"),
] as [Person, Person, Person, Person];

type Page = { items: Member[]; nextCursor: string | null };

const adds = (by: Person, id: string, ...who: string[]) =>
  by.ask<Additions>("POST", `/v1/groups/${id}/members`, { userIds: who });
const removes = (by: Person, id: string, who: Person) =>
  by.ask("DELETE", `/v1/groups/${id}/members/${who.id}`);
const listed = (by: Person, id: string, query = "") =>
  by.do<Page>("GET", `/v1/groups/${id}/members${query}`);

/** Ana, who owns every group here, makes a manager. */
function promote(id: string, who: Person): Promise<Member> {
  return ana.do("PATCH", `/v1/groups/${id}/members/${who.id}`, { role: "manager" });
}

async function lastSystem(person: Person, id: string): Promise<SystemBody> {
  const { items } = await historyOf(person, id, "?limit=1");
  assert.equal(items[0]?.kind, "system");
  return items[0]!.body as SystemBody;
}

test("each of those added is told joined or alreadyMember, in the order asked", async () => {
  const id = await server.group(ana, [bo]);
  const { status, body } = await adds(ana, id, eve.id, bo.id, cy.id, ana.id);
  assert.equal(status, 200);
  assert.deepEqual(body.items, [
    { userId: eve.id, status: "joined" },
    { userId: bo.id, status: "alreadyMember" },
    { userId: cy.id, status: "joined" },
    { userId: ana.id, status: "alreadyMember" },
  ]);
  const invited = { event: "invited", actorId: ana.id, userIds: [eve.id, cy.id] };
  assert.deepEqual(await lastSystem(ana, id), invited);
  const { memberCount, lastSeq } = await viewOf(eve, id);
  assert.deepEqual([memberCount, lastSeq], [4, 2]);
  await adds(ana, id, eve.id, cy.id);
  assert.equal((await viewOf(ana, id)).lastSeq, 2, "adding members again changes nothing");
});

test("adding all or nobody: an unknown id, a doubled one, too many, none", async () => {
  const id = await server.group(ana, []);
  assertRefused(await adds(ana, id, bo.id, crypto.randomUUID()), 404, "notFound");
  for (const who of [[bo.id, bo.id], [], Array.from({ length: 101 }, () => crypto.randomUUID())]) {
    assertRefused(await adds(ana, id, ...who), 400, "invalidInput");
  }
  assertRefused(await adds(ana, crypto.randomUUID(), bo.id), 404, "notFound");
  assert.equal((await viewOf(ana, id)).memberCount, 1);
});

test("who may add: leaders always, plain members by the policy, former members and strangers never", async () => {
  for (const joinPolicy of ["open", "approval", "invite"]) {
    const id = await server.group(ana, [bo, cy], { joinPolicy });
    const plain = await adds(bo, id, eve.id);
    if (joinPolicy === "invite") assertRefused(plain, 403, "notAllowed");
    else {
      const status = joinPolicy === "open" ? "joined" : "pending";
      assert.deepEqual(plain.body.items, [{ userId: eve.id, status }], joinPolicy);
    }
    await promote(id, bo);
    const managers = await adds(bo, id, eve.id);
    assert.deepEqual(managers.body.items, [
      { userId: eve.id, status: joinPolicy === "open" ? "alreadyMember" : "joined" },
    ]);
    await removes(ana, id, cy);
    assertRefused(await adds(cy, id, eve.id), 403, "notMember");
    const dora = await server.person("dora");
    assertRefused(await adds(dora, id, eve.id), 404, "notFound");
    assertRefused(await adds(dora, id, dora.id), 404, "notFound");
    assertRefused(await adds(cy, id, cy.id), 403, "notMember");
  }
});

test("who blocks me is told as such and stays out, the others come in", async () => {
  const id = await server.group(ana, [bo], { joinPolicy: "approval" });
  const [fay, gil] = [await server.person("fay"), await server.person("gil")];
  for (const blocked of [ana, bo]) await fay.do("PUT", `/v1/blocks/${blocked.id}`);
  const proposed = await adds(bo, id, fay.id, gil.id, ana.id);
  assert.deepEqual(proposed.body.items.map(({ status }) => status), [
    "blocked",
    "pending",
    "alreadyMember",
  ]);
  const added = await adds(ana, id, fay.id, gil.id);
  assert.deepEqual(added.body.items.map(({ status }) => status), ["blocked", "joined"]);
  assertRefused(await fay.ask("GET", `/v1/conversations/${id}`), 404, "notFound");
  const { lastRev } = await viewOf(ana, id);
  assert.deepEqual((await adds(ana, id, fay.id)).body.items[0]!.status, "blocked");
  assert.equal((await viewOf(ana, id)).lastRev, lastRev, "nobody came, nothing changed");
  // The other way round: whom I block I may bring in.
  await ana.do("PUT", `/v1/blocks/${eve.id}`);
  assert.equal((await adds(ana, id, eve.id)).body.items[0]!.status, "joined");
  await ana.do("DELETE", `/v1/blocks/${eve.id}`);
});

test("adding refuses what is malformed by its path", async () => {
  const id = await server.group(ana, [bo]);
  const refused: [object, string][] = [
    [{}, "userIds"],
    [{ userIds: "all" }, "userIds"],
    [{ userIds: [eve.id.toUpperCase()] }, "userIds.0"],
    [{ userIds: [eve.id, "x"] }, "userIds.1"],
    [{ userIds: [eve.id], message: "x".repeat(201) }, "message"],
    [{ userIds: [eve.id], role: "manager" }, "role"],
  ];
  for (const [input, path] of refused) {
    const answer = await ana.ask("POST", `/v1/groups/${id}/members`, input);
    assertRefused(answer, 400, "invalidInput");
    assert.deepEqual(answer.body.errors?.map((error) => error.path), [path]);
  }
  assert.equal((await viewOf(ana, id)).memberCount, 2);
});

test("adding the same people from two sides at once brings each in once", async () => {
  const id = await server.group(ana, [bo]);
  const answers = await Promise.all([
    adds(ana, id, cy.id, eve.id),
    adds(bo, id, eve.id, cy.id),
    cy.ask("POST", `/v1/groups/${id}/join`, {}),
  ]);
  assert.deepEqual(answers.map(({ status }) => status), [200, 200, 200]);
  const { memberCount } = await viewOf(ana, id);
  assert.equal(memberCount, 4);
  assert.equal((await listed(ana, id)).items.length, 4);
  const statuses = answers.slice(0, 2).flatMap(({ body }) => (body as Additions).items);
  const joined = statuses.filter(({ status }) => status === "joined").map(({ userId }) => userId);
  assert.equal(new Set(joined).size, joined.length, "nobody is told twice that it joined");
});

test("removing goes down the ranks only: owner, manager, member", async () => {
  const dora = await server.person("dora");
  const id = await server.group(ana, [bo, cy, eve]);
  await promote(id, bo);
  await promote(id, cy);
  for (const [by, who] of [[bo, ana], [bo, cy], [eve, ana], [eve, bo], [eve, dora]] as const) {
    assertRefused(await removes(by, id, who), 403, "notAllowed");
  }
  assertRefused(await removes(dora, id, eve), 404, "notFound");
  assertRefused(await removes(dora, id, dora), 404, "notFound");
  assertRefused(await removes(bo, id, dora), 404, "notFound");
  const gone = await removes(bo, id, eve);
  assert.deepEqual([gone.status, gone.body], [204, null]);
  assertRefused(await removes(bo, id, eve), 404, "notFound");
  assertRefused(await removes(eve, id, bo), 403, "notMember");
  assert.equal((await removes(ana, id, bo)).status, 204);
  assert.equal((await removes(ana, id, cy)).status, 204);
  assert.equal((await viewOf(ana, id)).memberCount, 1);
});

test("leaving and being removed are told as such, the last thing the leaver sees", async () => {
  const id = await server.group(ana, [bo, cy]);
  await removes(bo, id, bo);
  assert.deepEqual(await lastSystem(ana, id), {
    event: "left",
    actorId: bo.id,
    userIds: [bo.id],
  });
  await removes(ana, id, cy);
  const told = { event: "removed", actorId: ana.id, userIds: [cy.id] };
  assert.deepEqual(await lastSystem(ana, id), told);
  assert.deepEqual(await lastSystem(cy, id), told);
  await ana.says("after", id);
  const { lastMessage, lastSeq, lastRev, my } = await viewOf(bo, id);
  assert.deepEqual([lastMessage?.seq, lastSeq], [2, 2]);
  assert.deepEqual(lastMessage?.body, { event: "left", actorId: bo.id, userIds: [bo.id] });
  const { members: parts, rev } = await changesOf(bo, id);
  assert.equal(rev, lastRev);
  const mine = parts.find(({ userId }) => userId === bo.id);
  assert.deepEqual([mine?.rev, mine?.leftAt], [lastRev, my.leftAt]);
  assertRefused(await removes(bo, id, bo), 403, "notMember");
});

test("the owner cannot leave, be there one member or more", async () => {
  for (const others of [[], [bo]]) {
    const id = await server.group(ana, others);
    assertRefused(await removes(ana, id, ana), 409, "ownerMustTransfer");
    assert.equal((await viewOf(ana, id)).memberCount, 1 + others.length);
  }
});

test("who comes back is a plain member, whatever it had been", async () => {
  const id = await server.group(ana, [bo]);
  await promote(id, bo);
  await removes(ana, id, bo);
  await adds(ana, id, bo.id);
  const mine = (await listed(bo, id)).items.find(({ userId }) => userId === bo.id);
  assert.deepEqual([mine?.role, mine?.leftAt], ["member", null]);
  assertRefused(await removes(bo, id, ana), 403, "notAllowed");
});

test("a mute outlasts leaving and coming back", async () => {
  const id = await server.group(ana, [bo]);
  const mutedUntil = new Date(world.clock.now().getTime() + 600_000).toISOString();
  await ana.do("PATCH", `/v1/groups/${id}/members/${bo.id}`, { mutedUntil });
  await removes(bo, id, bo);
  await bo.do("POST", `/v1/groups/${id}/join`, {});
  const message = { clientId: "c-1", kind: "text", body: { text: "x" } };
  assertRefused(await bo.ask("POST", `/v1/conversations/${id}/messages`, message), 403, "muted");
});

test("members are listed in the order they came, page by page, without those who left", async () => {
  const people = [bo, cy, eve];
  for (let place = 0; place < 3; place++) people.push(await server.person("more"));
  const id = await server.group(ana, people.slice(0, 4));
  await adds(ana, id, people[4]!.id, people[5]!.id);
  await removes(ana, id, people[1]!);
  await removes(people[0]!, id, people[0]!);
  await adds(ana, id, people[0]!.id);
  const expected = [ana, people[2]!, people[3]!, people[4]!, people[5]!, people[0]!];
  const all = await listed(bo, id);
  assert.deepEqual(all.items.map(({ userId }) => userId), expected.map((one) => one.id));
  assert.equal(all.nextCursor, null);
  assert.deepEqual(Object.keys(all.items[0]!).sort(), [
    "alias",
    "joinedAt",
    "leftAt",
    "mutedUntil",
    "rev",
    "role",
    "userId",
  ]);
  for (const limit of [1, 2, 3, 5, 6]) {
    const seen: Member[] = [];
    for (let query = `?limit=${limit}`;;) {
      const { items, nextCursor } = await listed(bo, id, query);
      assert.ok(items.length > 0 && items.length <= limit);
      seen.push(...items);
      if (nextCursor === null) break;
      query = `?limit=${limit}&cursor=${nextCursor}`;
    }
    assert.deepEqual(seen, all.items);
  }
});

test("the list of members is for members", async () => {
  const id = await server.group(ana, [bo]);
  await removes(ana, id, bo);
  assertRefused(await bo.ask("GET", `/v1/groups/${id}/members`), 403, "notMember");
  assertRefused(await eve.ask("GET", `/v1/groups/${id}/members`), 404, "notFound");
});

test("cursors that are none of this list are refused, never an error of ours", async () => {
  const id = await server.group(ana, [bo]);
  const encoded = (value: unknown) => btoa(JSON.stringify(value)).replace(/=+$/, "");
  const values = [{}, [], ["x"], [""], [1, 2], [1e300], [1.5], [null], [[]], [[1]], "1", 1];
  for (const cursor of ["", "x", "!!!", "x".repeat(600), ...values.map(encoded)]) {
    const answer = await ana.ask("GET", `/v1/groups/${id}/members?cursor=${cursor}`);
    assertRefused(answer, 400, "invalidInput");
    assert.deepEqual(answer.body.errors?.map(({ path }) => path), ["cursor"], cursor);
  }
});
