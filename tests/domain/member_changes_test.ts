/** What all see of a member and what binds it: roles, names in the group, mutes, and who may change them. */
import { strict as assert } from "node:assert";
import type { Member } from "../../schemas/conversations.ts";
import type { Page } from "../../schemas/fields.ts";
import type { GroupRequest } from "../../schemas/groups.ts";
import type { SystemBody } from "../../schemas/messages.ts";
import { changesOf, historyOf, reads, refusalOf, viewOf } from "../support/chat.ts";
import type { Client } from "../support/client.ts";
import { assertRefused, openWorld, type Person, test } from "../support/world.ts";

const world = await openWorld();
const server = await world.instance();
const [ana, bo, cy, dan, eve] = [
  await server.person("ana"),
  await server.person("bo"),
  await server.person("cy"),
  await server.person("dan"),
  await server.person("eve"),
] as [Person, Person, Person, Person, Person];

const patches = (by: Person, id: string, who: Person | string, patch: unknown) => {
  const userId = typeof who === "string" ? who : who.id;
  return by.ask<Member>("PATCH", `/v1/groups/${id}/members/${userId}`, patch);
};
const mutesAll = (by: Person, id: string, mutedAll: boolean) =>
  by.do("PATCH", `/v1/groups/${id}`, { mutedAll });
const message = () => ({ clientId: crypto.randomUUID(), kind: "text", body: { text: "x" } });
const sends = (by: Person, id: string) =>
  by.ask("POST", `/v1/conversations/${id}/messages`, message());
const sendsLive = (by: Client, conversationId: string) =>
  by.call("message.send", { conversationId, ...message() });
const inMs = (ms: number) => new Date(world.clock.now().getTime() + ms).toISOString();

/** Ana owns it, Bo is a manager, Cy and Dan are members, Eve was one. */
async function group(more: Record<string, unknown> = {}): Promise<string> {
  const id = await server.group(ana, [bo, cy, dan, eve], more);
  await patches(ana, id, bo, { role: "manager" });
  await ana.do("DELETE", `/v1/groups/${id}/members/${eve.id}`);
  return id;
}

/** What Dan is told of an act; each item has the `rev` that follows the one before. */
async function toldOf(id: string, act: () => Promise<unknown>) {
  const { lastRev } = await viewOf(dan, id);
  await act();
  const { messages, members, conversation, rev } = await changesOf(dan, id, `?afterRev=${lastRev}`);
  const items = [...messages, ...members, ...conversation === null ? [] : [conversation]];
  assert.deepEqual(
    items.map((item) => item.rev).sort((a, b) => a - b),
    items.map((_, place) => lastRev + 1 + place),
  );
  assert.equal(rev, lastRev + items.length);
  return { news: messages.map(({ body }) => body as SystemBody), members, conversation, rev };
}

test("who comes and who goes is told as a message, a member and the new count, whichever the way", async () => {
  const id = await group();
  const fay = await server.person("fay");
  const live = await dan.connect();
  const path = `/v1/groups/${id}`;
  const people = { actorId: fay.id, userIds: [fay.id] };
  const steps: [() => Promise<unknown>, SystemBody, number][] = [
    [() => fay.do("POST", `${path}/join`, {}), { event: "joined", ...people }, 5],
    [() => fay.do("DELETE", `${path}/members/${fay.id}`), { event: "left", ...people }, 4],
    [
      () => cy.do("POST", `${path}/members`, { userIds: [fay.id] }),
      { event: "invited", ...people, actorId: cy.id },
      5,
    ],
    [
      () => bo.do("DELETE", `${path}/members/${fay.id}`),
      { event: "removed", ...people, actorId: bo.id },
      4,
    ],
  ];
  for (const [act, news, memberCount] of steps) {
    const told = await toldOf(id, act);
    assert.deepEqual(told.news, [news]);
    assert.deepEqual(told.members.map(({ userId, leftAt }) => [userId, leftAt === null]), [
      [fay.id, memberCount === 5],
    ]);
    assert.equal(told.conversation?.memberCount, memberCount);
    const heard = await live.next("changes", ({ rev }) => rev === told.rev);
    assert.deepEqual(heard.members, told.members);
  }
});

test("the owner makes managers and takes it back: told as a member, and on all devices of the one", async () => {
  const id = await group();
  const devices = [await cy.connect(), await cy.connect()];
  const others = await dan.connect();
  for (const role of ["manager", "member"] as const) {
    const told = await toldOf(id, async () => {
      const { status, body } = await patches(ana, id, cy, { role });
      assert.deepEqual([status, body.userId, body.role], [200, cy.id, role]);
    });
    assert.deepEqual([told.news, told.conversation], [[], null]);
    assert.deepEqual(told.members.map((member) => [member.userId, member.role]), [[cy.id, role]]);
    for (const device of devices) {
      const { my } = await device.next(
        "conversation.my",
        ({ conversationId }) => conversationId === id,
      );
      assert.equal(my.role, role);
    }
    const mayLead = await cy.ask("PATCH", `/v1/groups/${id}`, { name: role });
    assert.equal(mayLead.status, role === "manager" ? 200 : 403);
  }
  await others.call("ping");
  assert.deepEqual(others.all("conversation.my"), []);
});

test("everyone names oneself in the group, nobody another", async () => {
  const id = await group();
  for (const who of [ana, bo, cy]) {
    const told = await toldOf(id, () => patches(who, id, who, { alias: "Zoe\u0308" }));
    assert.deepEqual([told.news, told.members.length], [[], 1]);
    assert.deepEqual([told.members[0]!.userId, told.members[0]!.alias], [who.id, "Zoë"]);
  }
  for (const alias of ["👩‍👩‍👧".repeat(12), "اسم \u2067مستعار\u2069", "x".repeat(64)]) {
    assert.equal((await patches(cy, id, cy, { alias })).body.alias, alias);
  }
  for (const cleared of [null, ""]) {
    await patches(cy, id, cy, { alias: "C" });
    assert.equal((await patches(cy, id, cy, { alias: cleared })).body.alias, null);
  }
  for (const [by, who] of [[ana, bo], [ana, cy], [bo, cy], [cy, dan], [cy, ana]] as const) {
    assertRefused(await patches(by, id, who, { alias: "Fool" }), 403, "notAllowed");
  }
});

test("who may give which role: the owner alone, never itself, never ownership", async () => {
  const id = await group();
  for (const [by, who] of [[bo, cy], [bo, bo], [cy, cy], [cy, dan], [bo, ana]] as const) {
    for (const role of ["manager", "member"]) {
      assertRefused(await patches(by, id, who, { role }), 403, "notAllowed");
    }
  }
  assertRefused(await patches(ana, id, ana, { role: "manager" }), 409, "ownerMustTransfer");
  assertRefused(await patches(ana, id, ana, { role: "member" }), 409, "ownerMustTransfer");
  assertRefused(await patches(ana, id, cy, { role: "owner" }), 400, "invalidInput");
  const roles = (await ana.do<Page<Member>>("GET", `/v1/groups/${id}/members`)).items;
  assert.deepEqual(roles.map(({ role }) => role), ["owner", "manager", "member", "member"]);
});

test("a patch is carried out whole or not at all, and what is so already takes no rev", async () => {
  const id = await group();
  const before = await viewOf(dan, id);
  const mutedUntil = inMs(600_000);
  assertRefused(await patches(bo, id, cy, { mutedUntil, role: "manager" }), 403, "notAllowed");
  assertRefused(await patches(ana, id, cy, { role: "manager", alias: "C" }), 403, "notAllowed");
  assertRefused(await patches(cy, id, cy, { alias: "C", mutedUntil: null }), 403, "notAllowed");
  for (const patch of [{}, { role: "member" }, { mutedUntil: null }]) {
    assert.equal((await patches(ana, id, cy, patch)).status, 200);
  }
  assert.equal((await patches(cy, id, cy, { alias: null })).status, 200);
  assert.deepEqual(await viewOf(dan, id), before);
  const told = await toldOf(id, () => patches(ana, id, cy, { role: "manager", mutedUntil }));
  assert.deepEqual(told.news.map(({ event }) => event), ["muted"]);
  assert.deepEqual(told.members.map((of) => [of.role, of.mutedUntil]), [["manager", mutedUntil]]);
  const again = await toldOf(id, () => patches(ana, id, cy, { role: "manager", mutedUntil }));
  assert.deepEqual([again.news, again.members], [[], []]);
});

test("acts on nobody, on former members, by outsiders, and malformed ones are told apart", async () => {
  const id = await group();
  const stranger = await server.person("stranger");
  for (const who of [eve, stranger, crypto.randomUUID()]) {
    assertRefused(await patches(ana, id, who, { role: "manager" }), 404, "notFound");
    assertRefused(await patches(bo, id, who, { mutedUntil: inMs(600_000) }), 404, "notFound");
    assertRefused(await patches(ana, id, who, {}), 404, "notFound");
  }
  assertRefused(await patches(eve, id, eve, { alias: "E" }), 403, "notMember");
  assertRefused(await patches(stranger, id, stranger, { alias: "S" }), 404, "notFound");
  assertRefused(await patches(ana, crypto.randomUUID(), cy, { role: "manager" }), 404, "notFound");
  assertRefused(await patches(ana, id, "cy", {}), 400, "invalidInput");
  const refused: [unknown, string][] = [
    [{ role: null }, "role"],
    [{ role: "admin" }, "role"],
    [{ alias: "x".repeat(65) }, "alias"],
    [{ alias: "👩‍👩‍👧".repeat(13) }, "alias"],
    [{ mutedUntil: new Date(Date.now() - 1_000).toISOString() }, "mutedUntil"],
    [{ mutedUntil: "+010000-01-01T00:00:00.000Z" }, "mutedUntil"],
    ...["", "tomorrow", "2099-01-01", "2099-02-30T00:00:00Z", "2099-01-01T00:00:00", 4e12, true]
      .map((mutedUntil): [unknown, string] => [{ mutedUntil }, "mutedUntil"]),
    [{ leftAt: null }, "leftAt"],
    [{ userId: cy.id }, "userId"],
  ];
  for (const [patch, path] of refused) {
    const answer = await ana.ask("PATCH", `/v1/groups/${id}/members/${cy.id}`, patch);
    assertRefused(answer, 400, "invalidInput");
    const paths = new Set(answer.body.errors?.map((error) => error.path));
    assert.deepEqual([...paths], [path], JSON.stringify(patch));
  }
});

test("muting goes down the ranks, and only leaders end a mute", async () => {
  const id = await group();
  await patches(ana, id, dan, { role: "manager" });
  for (const mutedUntil of [inMs(600_000), null]) {
    for (
      const [by, who] of [[bo, ana], [bo, dan], [bo, bo], [cy, bo], [cy, cy], [ana, ana]] as const
    ) {
      assertRefused(await patches(by, id, who, { mutedUntil }), 403, "notAllowed");
    }
    for (const [by, who] of [[ana, bo], [bo, cy]] as const) {
      assert.equal((await patches(by, id, who, { mutedUntil })).body.mutedUntil, mutedUntil);
    }
  }
});

test("a mute is told with its end, refuses sending at once, over REST and a warm socket, until it lapses", async () => {
  const id = await group();
  const live = await cy.connect();
  const other = await world.instance();
  const elsewhere = await cy.connect(other);
  for (const client of [live, elsewhere]) await sendsLive(client, id);
  const mutedUntil = inMs(40_000);
  const told = await toldOf(id, () => patches(bo, id, cy, { mutedUntil }));
  const about = { actorId: bo.id, userIds: [cy.id] };
  assert.deepEqual(told.news, [{ event: "muted", ...about, mutedUntil }]);
  assert.deepEqual(told.members.map((of) => [of.userId, of.mutedUntil]), [[cy.id, mutedUntil]]);
  for (const client of [live, elsewhere]) {
    assert.equal(await refusalOf(sendsLive(client, id)), "muted");
    const typing = { conversationId: id, typing: true };
    assert.equal(await refusalOf(client.call("conversation.typing", typing)), "muted");
  }
  assertRefused(await sends(cy, id), 403, "muted");
  assert.equal((await sends(dan, id)).status, 201, "it binds nobody else");
  assert.equal((await reads(cy, id, (await historyOf(cy, id)).items.length)).unreadCount, 0);
  assert.equal((await patches(cy, id, cy, { alias: "quiet" })).status, 200);
  const { rev } = await viewOf(dan, id);
  world.clock.advanceMs(40_001);
  for (const client of [live, elsewhere]) assert.ok((await sendsLive(client, id)).seq > 0);
  assert.equal((await sends(cy, id)).status, 201);
  assert.equal((await viewOf(dan, id)).rev, rev, "a mute that lapses is no change");
});

test("a mute ends early when a leader says so, and a promotion does not end it", async () => {
  const id = await group();
  const live = await cy.connect();
  await sendsLive(live, id);
  await patches(bo, id, cy, { mutedUntil: inMs(600_000) });
  await patches(ana, id, cy, { role: "manager" });
  assert.equal(await refusalOf(sendsLive(live, id)), "muted");
  const told = await toldOf(id, () => patches(ana, id, cy, { mutedUntil: null }));
  assert.deepEqual(told.news, [{ event: "unmuted", actorId: ana.id, userIds: [cy.id] }]);
  assert.deepEqual(told.members.map(({ mutedUntil }) => mutedUntil), [null]);
  assert.equal((await sendsLive(live, id)).duplicate, false);
});

test("in a group muted for all leaders speak, members do not, on whichever warm connection", async () => {
  const id = await group();
  const other = await world.instance();
  const clients = await Promise.all([ana, bo, cy].map((person) => person.connect()));
  clients.push(await cy.connect(other));
  for (const client of clients) await sendsLive(client, id);
  await mutesAll(bo, id, true);
  const outcomes = () =>
    Promise.all(
      clients.map((client) =>
        sendsLive(client, id).then(() => "sent", ({ problem }) => problem.code)
      ),
    );
  assert.deepEqual(await outcomes(), ["sent", "sent", "muted", "muted"]);
  assertRefused(await sends(dan, id), 403, "muted");
  await patches(ana, id, cy, { role: "manager" });
  assert.deepEqual(await outcomes(), ["sent", "sent", "sent", "sent"]);
  await patches(ana, id, cy, { role: "member" });
  assert.deepEqual(await outcomes(), ["sent", "sent", "muted", "muted"]);
  await mutesAll(ana, id, false);
  assert.deepEqual(await outcomes(), ["sent", "sent", "sent", "sent"]);
});

test("session.ready counts what waits in the groups that one leads", async () => {
  const owner = await server.person("owner");
  const [lead, plain] = [await server.person("lead"), await server.person("plain")];
  const ids: string[] = [];
  for (const by of [owner, ana]) {
    ids.push(await server.group(by, [lead, plain], { joinPolicy: "approval" }));
  }
  const setRole = (by: Person, id: string, role: string) =>
    by.do("PATCH", `/v1/groups/${id}/members/${lead.id}`, { role });
  await Promise.all([setRole(owner, ids[0]!, "manager"), setRole(ana, ids[1]!, "manager")]);
  for (const id of [ids[0]!, ids[0]!, ids[1]!]) {
    await (await server.person("one")).do("POST", `/v1/groups/${id}/join`, {});
  }
  const count = async (who: Person) => (await who.connecting()).ready.pending.groupRequests;
  assert.deepEqual([await count(owner), await count(lead), await count(plain)], [2, 3, 0]);
  const requests = `/v1/groups/${ids[0]}/requests`;
  const [newest] = (await owner.do<Page<GroupRequest>>("GET", requests)).items;
  await owner.do("POST", `${requests}/${newest!.id}/refuse`);
  assert.deepEqual([await count(owner), await count(lead)], [1, 2]);
  await setRole(ana, ids[1]!, "member");
  assert.deepEqual([await count(lead), await count(plain)], [1, 0]);
  await owner.do("DELETE", `/v1/groups/${ids[0]!}`);
  assert.deepEqual([await count(owner), await count(lead)], [0, 0]);
});
