/** How large a group grows and how many one is in, by every way of coming in; and what makes no sense. */
import { strict as assert } from "node:assert";
import { loadConfig } from "../../config.ts";
import { groupInvites } from "../../db/schema/mod.ts";
import type { Conversation } from "../../schemas/conversations.ts";
import type { Page } from "../../schemas/fields.ts";
import type { Additions, GroupRequest, Invite } from "../../schemas/groups.ts";
import { viewOf } from "../support/chat.ts";
import { crowd, remove } from "../support/groups.ts";
import { type Answer, assertRefused, openWorld, type Person, test } from "../support/world.ts";

const world = await openWorld();
/** Its groups hold four. */
const small = await world.instance({ GROUP_MEMBERS_MAX: "4" });
/** Its users are in two groups. */
const few = await world.instance({ GROUPS_PER_USER_MAX: "2" });
const wide = await world.instance();

const creates = (by: Person, others: Person[], more: object = {}) => {
  const memberIds = others.map(({ id }) => id);
  return by.ask<Conversation>("POST", "/v1/groups", { name: "Group", memberIds, ...more });
};
const joins = (by: Person, id: string) => by.ask("POST", `/v1/groups/${id}/join`, {});
const adds = (by: Person, id: string, ...who: Person[]) => {
  const userIds = who.map((one) => one.id);
  return by.ask<Additions>("POST", `/v1/groups/${id}/members`, { userIds });
};
const setPolicy = (by: Person, id: string, joinPolicy: string) =>
  by.do("PATCH", `/v1/groups/${id}`, { joinPolicy });
const accepts = (by: Person, code: string) => by.ask("POST", `/v1/invites/${code}/accept`);
const linkOf = async (by: Person, id: string) =>
  (await by.do<Page<Invite>>("GET", `/v1/groups/${id}/invites`)).items[0]!;
const groupsOf = async (who: Person) =>
  (await who.do<Page<Conversation>>("GET", "/v1/groups")).items;
const codesOf = (answers: Answer<unknown>[]) =>
  answers.map(({ status, body }) => status < 300 ? "in" : (body as { code: string }).code).sort();

/** Somebody applies while the group takes applications; gives how a leader would let them in. */
async function applies(owner: Person, id: string, who: Person) {
  await setPolicy(owner, id, "approval");
  await joins(who, id);
  await setPolicy(owner, id, "open");
  const path = `/v1/groups/${id}/requests`;
  const { items: [request] } = await owner.do<Page<GroupRequest>>("GET", `${path}?limit=1`);
  assert.equal(request!.requester.id, who.id);
  return () => owner.ask<GroupRequest>("POST", `${path}/${request!.id}/accept`);
}

test("a group holds 5,000 and a user is in as many when nobody says otherwise", () => {
  const { groupMembersMax, groupsPerUserMax } = loadConfig({});
  assert.deepEqual([groupMembersMax, groupsPerUserMax], [5_000, 5_000]);
  for (const name of ["GROUP_MEMBERS_MAX", "GROUPS_PER_USER_MAX"]) {
    for (const wrong of ["0", "-1", "many", "1.5"]) {
      assert.throws(() => loadConfig({ [name]: wrong }), new RegExp(name));
    }
  }
});

test("a group that would be too large from the start is not made", async () => {
  const [owner, ...others] = await crowd(small, 5) as [Person, ...Person[]];
  assertRefused(await creates(owner, others), 403, "notAllowed");
  for (const person of [owner, ...others]) assert.deepEqual(await groupsOf(person), []);
  await others[0]!.do("PUT", `/v1/blocks/${owner.id}`);
  const { status, body } = await creates(owner, others);
  assert.deepEqual([status, body.memberCount], [201, 4], "who is left out takes no place");
});

test("nobody comes into a full group, by whichever way, and nothing changes by the try", async () => {
  const [owner, bo, cy, dan, eve] = await crowd(small, 5) as [
    Person,
    Person,
    Person,
    Person,
    Person,
  ];
  const id = await small.group(owner, [bo, cy]);
  const { code } = await owner.do<Invite>("POST", `/v1/groups/${id}/invites`, { maxUses: 1 });
  const accept = await applies(owner, id, eve);
  assertRefused(await adds(owner, id, dan, eve), 403, "notAllowed");
  assert.equal((await viewOf(owner, id)).memberCount, 3, "all or nobody");
  assert.equal((await adds(owner, id, bo, cy, dan)).body.items[2]!.status, "joined");
  const before = await viewOf(owner, id);
  const ways = [
    () => adds(owner, id, eve),
    () => adds(bo, id, eve),
    () => joins(eve, id),
    () => accepts(eve, code),
    accept,
  ];
  for (const way of ways) assertRefused(await way(), 403, "notAllowed");
  assert.deepEqual(await viewOf(owner, id), before);
  assert.equal((await linkOf(owner, id)).uses, 0);
  assert.equal((await adds(bo, id, cy, dan)).status, 200, "members are no more members");
  assert.equal((await joins(dan, id)).status, 200);
  await remove(owner, id, dan);
  assert.equal((await accept()).status, 200, "the request waited for a place");
  assert.equal((await viewOf(eve, id)).memberCount, 4);
});

test("of many who come at the same moment by all ways only so many come in as there are places", async () => {
  for (let round = 0; round < 6; round++) {
    const [owner, bo, cy, dan, eve, fay] = await crowd(small, 6) as [
      ...[Person, Person, Person, Person, Person, Person],
    ];
    const id = await small.group(owner, [bo]);
    const { code } = await bo.do<Invite>("POST", `/v1/groups/${id}/invites`);
    const accept = await applies(owner, id, fay);
    const answers = [adds(bo, id, cy), joins(dan, id), accepts(eve, code), accept()];
    assert.deepEqual(codesOf(await Promise.all(answers)), ["in", "in", "notAllowed", "notAllowed"]);
    const { memberCount } = await viewOf(owner, id);
    const { items } = await owner.do<Page<unknown>>("GET", `/v1/groups/${id}/members`);
    assert.deepEqual([memberCount, items.length], [4, 4]);
  }
});

test("as many requests wait as a group has places; who waits already may ask again all the same", async () => {
  const [owner, ...others] = await crowd(small, 6) as [Person, ...Person[]];
  const id = await small.group(owner, [], { joinPolicy: "approval" });
  for (const person of others.slice(0, 4)) assert.equal((await joins(person, id)).status, 200);
  assertRefused(await joins(others[4]!, id), 403, "notAllowed");
  const again = await joins(others[0]!, id);
  assert.deepEqual([again.status, again.body], [200, { status: "pending" }]);
  const path = `/v1/groups/${id}/requests?status=pending`;
  const { items } = await owner.do<Page<GroupRequest>>("GET", path);
  assert.equal(items.length, 4);
  await owner.do("POST", `/v1/groups/${id}/requests/${items[0]!.id}/refuse`);
  assert.equal((await joins(others[4]!, id)).status, 200);
});

test("a group has 1,000 links that let somebody in; those that do not any more count for nothing", async () => {
  const owner = await wide.person("owner");
  const id = await wide.group(owner, []);
  const path = `/v1/groups/${id}/invites`;
  const codes = await Promise.all(
    [1, 2, 3].map(async (maxUses) => (await owner.do<Invite>("POST", path, { maxUses })).code),
  );
  const createdAt = world.clock.now();
  const made = { groupId: id, creatorId: owner.id, createdAt };
  await world.database.orm.insert(groupInvites).values(
    Array.from({ length: 997 }, () => {
      const code = crypto.randomUUID();
      return { ...made, id: code, code, expiresAt: new Date(createdAt.getTime() + 60_000) };
    }),
  );
  const makes = () => owner.ask("POST", path, {});
  assertRefused(await makes(), 403, "notAllowed");
  await owner.do("DELETE", `${path}/${codes[1]}`);
  assert.equal((await makes()).status, 201, "one was taken back");
  assertRefused(await makes(), 403, "notAllowed");
  await accepts(await wide.person("one"), codes[0]!);
  assert.equal((await makes()).status, 201, "one is used up");
  assertRefused(await makes(), 403, "notAllowed");
  world.clock.advanceMs(60_001);
  assert.equal((await makes()).status, 201, "the others have expired");
});

test("who is in as many groups as one may be comes into no other, by whichever way", async () => {
  const [owner, full] = await crowd(few, 2) as [Person, Person];
  // The owner's own groups are made where there is no such limit.
  const host = await wide.person("host");
  const ids = [await few.group(full, []), await few.group(full, [])];
  const id = await wide.group(host, []);
  await few.befriend(full, owner);
  await full.do("POST", "/v1/conversations/direct", { userId: owner.id });
  const { code } = await host.do<Invite>("POST", `/v1/groups/${id}/invites`, { maxUses: 1 });
  const here = (path: string, body?: unknown) => {
    const authorization = `Bearer ${host.session.accessToken}`;
    return few.ask("POST", path, body, { authorization });
  };
  await setPolicy(host, id, "approval");
  assert.deepEqual((await joins(full, id)).body, { status: "pending" }, "asking takes no place");
  await setPolicy(host, id, "open");
  const requests = `/v1/groups/${id}/requests`;
  const { items: [request] } = await host.do<Page<GroupRequest>>("GET", requests);
  const other = await few.person("other");
  const ways = [
    () => creates(full, []),
    () => here("/v1/groups", { name: "Group", memberIds: [other.id, full.id] }),
    () => here(`/v1/groups/${id}/members`, { userIds: [other.id, full.id] }),
    () => here(`${requests}/${request!.id}/accept`),
    () => joins(full, id),
    () => accepts(full, code),
  ];
  const before = await viewOf(host, id);
  for (const way of ways) assertRefused(await way(), 403, "notAllowed");
  assert.deepEqual(await viewOf(host, id), before);
  assert.deepEqual(await groupsOf(other), [], "all or nobody");
  assert.equal((await linkOf(host, id)).uses, 0);
  await full.do("DELETE", `/v1/groups/${ids[0]}`);
  assert.equal((await here(`${requests}/${request!.id}/accept`)).status, 200, "it made room");
  assertRefused(await creates(full, []), 403, "notAllowed");
  await full.do("DELETE", `/v1/groups/${id}/members/${full.id}`);
  assert.equal((await creates(full, [])).status, 201, "so does leaving");
  assert.equal((await groupsOf(full)).length, 2);
});

test("two groups do not take the last place of the same user, whatever happens at the same moment", async () => {
  for (let round = 0; round < 8; round++) {
    const [one, two, both] = await crowd(few, 3) as [Person, Person, Person];
    const [first, second] = [await few.group(one, []), await few.group(two, [])];
    await few.group(both, []);
    const { code } = await two.do<Invite>("POST", `/v1/groups/${second}/invites`);
    const answers = await Promise.all([
      adds(one, first, both),
      accepts(both, code),
      creates(both, []),
      creates(one, [both]),
    ]);
    assert.deepEqual(codesOf(answers), ["in", "notAllowed", "notAllowed", "notAllowed"]);
    assert.equal((await groupsOf(both)).length, 2);
  }
  const eager = await few.person("eager");
  const made = await Promise.all(Array.from({ length: 6 }, () => creates(eager, [])));
  assert.deepEqual(codesOf(made), ["in", "in", ...Array(4).fill("notAllowed")]);
});

test("acting on oneself, on nobody, and on too many at once has a clear answer each", async () => {
  const [owner, bo] = await crowd(wide, 2) as [Person, Person];
  const id = await wide.group(owner, [bo]);
  const path = `/v1/groups/${id}`;
  const unknown = () => crypto.randomUUID();
  const ids = (count: number) => Array.from({ length: count }, unknown);
  const acts: [string, string, unknown, number, string][] = [
    ["POST", "/owner", { userId: owner.id }, 400, "invalidInput"],
    ["PATCH", `/members/${owner.id}`, { role: "member" }, 409, "ownerMustTransfer"],
    ["PATCH", `/members/${owner.id}`, { mutedUntil: "2099-01-01T00:00:00Z" }, 403, "notAllowed"],
    ["DELETE", `/members/${owner.id}`, undefined, 409, "ownerMustTransfer"],
    ["POST", "/owner", { userId: unknown() }, 404, "notFound"],
    ["PATCH", `/members/${unknown()}`, { role: "manager" }, 404, "notFound"],
    ["DELETE", `/members/${unknown()}`, undefined, 404, "notFound"],
    ["POST", "/members", { userIds: [bo.id, unknown()] }, 404, "notFound"],
    ["POST", "/members", { userIds: ids(100) }, 404, "notFound"],
    ["POST", "/members", { userIds: ids(101) }, 400, "invalidInput"],
    ["POST", "/members", { userIds: [] }, 400, "invalidInput"],
    ["POST", "/members", { userIds: [bo.id, bo.id] }, 400, "invalidInput"],
    ["POST", `/requests/${unknown()}/accept`, undefined, 404, "notFound"],
  ];
  const before = await viewOf(owner, id);
  for (const [method, where, body, status, code] of acts) {
    const answer = await owner.ask(method, path + where, body);
    assert.deepEqual([answer.status, answer.body.code], [status, code], `${method} ${where}`);
  }
  for (const memberIds of [[bo.id, bo.id], ids(101)]) {
    const answer = await owner.ask("POST", "/v1/groups", { name: "Group", memberIds });
    assertRefused(answer, 400, "invalidInput");
    assert.deepEqual(answer.body.errors?.map((error) => error.path), ["memberIds"]);
  }
  assertRefused(
    await owner.ask("POST", "/v1/groups", { name: "Group", memberIds: ids(100) }),
    404,
    "notFound",
  );
  assert.deepEqual((await adds(owner, id, owner)).body.items[0]!.status, "alreadyMember");
  assert.deepEqual(await viewOf(owner, id), before);
});
