/** Changing what all share of a group, handing it on, ending it: who may, what is told, what it leaves. */
import { strict as assert } from "node:assert";
import type { Changes, Conversation, Member } from "../../schemas/conversations.ts";
import type { Page } from "../../schemas/fields.ts";
import type { GroupRequest, Invite } from "../../schemas/groups.ts";
import type { SystemBody } from "../../schemas/messages.ts";
import { changesOf, historyOf, listOf, refusalOf, viewOf } from "../support/chat.ts";
import { assertRefused, openWorld, type Person, test } from "../support/world.ts";

const world = await openWorld();
const server = await world.instance();
const [ana, bo, cy, eve] = [
  await server.person("ana"),
  await server.person("bo"),
  await server.person("cy"),
  await server.person("eve"),
] as [Person, Person, Person, Person];
const avatarUrl = "https://example.org/a.png";

const pathOf = (id: string) => `/v1/groups/${id}`;
const patches = (by: Person, id: string, patch: unknown) =>
  by.ask<Conversation>("PATCH", pathOf(id), patch);
const handsOn = (by: Person, id: string, userId: string) =>
  by.ask<Conversation>("POST", `${pathOf(id)}/owner`, { userId });
const promotes = (id: string, who: Person) =>
  ana.do<Member>("PATCH", `${pathOf(id)}/members/${who.id}`, { role: "manager" });
const byId = (one: { userId: string }, other: { userId: string }) =>
  one.userId < other.userId ? -1 : 1;

/** Ana owns it, Bo is a manager, Cy a member, Eve was one. */
async function group(more: Record<string, unknown> = {}): Promise<string> {
  const id = await server.group(ana, [bo, cy, eve], more);
  await promotes(id, bo);
  await ana.do("DELETE", `${pathOf(id)}/members/${eve.id}`);
  return id;
}

/** What a member is told of an act: its messages, members and state, each with a `rev` of its own. */
async function toldOf(reader: Person, id: string, act: () => Promise<unknown>) {
  const { lastRev } = await viewOf(reader, id);
  await act();
  const { hasMore, ...page } = await changesOf(reader, id, `?afterRev=${lastRev}`);
  assert.equal(hasMore, false);
  const { messages, members, conversation } = page;
  const revs = [...messages, ...members, ...conversation === null ? [] : [conversation]]
    .map(({ rev }) => rev).sort((a, b) => a - b);
  assert.deepEqual(revs, Array.from({ length: page.rev - lastRev }, (_, i) => lastRev + 1 + i));
  return { page, news: messages.map(({ body }) => body as SystemBody), members, conversation };
}

test("each change is told as one state with the messages that people expect, live and afterwards", async () => {
  const id = await group();
  const live = await cy.connect();
  const about = { actorId: bo.id, userIds: [] };
  const steps: [Record<string, unknown>, SystemBody[]][] = [
    [{ name: "New" }, [{ event: "renamed", ...about, name: "New" }]],
    [{ announcement: "Hi" }, [{ event: "announcement", ...about, announcement: "Hi" }]],
    [{ announcement: null }, [{ event: "announcement", ...about, announcement: null }]],
    [{ avatarUrl }, []],
    [{ joinPolicy: "invite" }, []],
    [{ historyVisible: "all" }, []],
    [{ retentionDays: 30 }, []],
    [{ mutedAll: true }, [{ event: "muted", ...about }]],
    [{ mutedAll: false }, [{ event: "unmuted", ...about }]],
    [{ mutedAll: true, name: "All", announcement: "Now", avatarUrl: null }, [
      { event: "renamed", ...about, name: "All" },
      { event: "announcement", ...about, announcement: "Now" },
      { event: "muted", ...about },
    ]],
  ];
  for (const [patch, news] of steps) {
    let answer: Conversation;
    const told = await toldOf(cy, id, async () => answer = (await patches(bo, id, patch)).body);
    assert.deepEqual([told.news, told.members], [news, []]);
    const { my: _, firstSeq: _1, lastSeq: _2, lastRev: _3, lastMessage: _4, ...state } = answer!;
    assert.deepEqual(told.conversation, state, "the answer is the state that is told");
    assert.deepEqual({ ...state, ...patch }, state, "the patch is what it has become");
    const heard: Changes = await live.next("changes", ({ rev }) => rev === told.page.rev);
    assert.deepEqual(heard, told.page);
  }
});

test("what is so already is no change and takes no rev", async () => {
  const id = await group();
  await patches(ana, id, { name: "Café", announcement: "Hi", avatarUrl, retentionDays: 7 });
  const before = await viewOf(cy, id);
  const same = { name: "Cafe\u0301", announcement: "Hi", avatarUrl, retentionDays: 7 };
  const defaults = { joinPolicy: "open", historyVisible: "joined", mutedAll: false };
  for (const patch of [{}, same, defaults, { ...same, ...defaults }]) {
    assert.equal((await patches(ana, id, patch)).status, 200);
  }
  assert.deepEqual(await viewOf(cy, id), before);
  const { news } = await toldOf(cy, id, () => patches(ana, id, { ...same, mutedAll: true }));
  assert.deepEqual(news.map(({ event }) => event), ["muted"], "only what differs is told");
});

test("null and nothing clear what may be empty, once", async () => {
  const id = await group();
  for (const empty of [null, ""]) {
    await patches(ana, id, { announcement: "Hi", avatarUrl, retentionDays: 1 });
    const cleared = { announcement: empty, avatarUrl: null, retentionDays: null };
    const { body } = await patches(ana, id, cleared);
    const { announcement, retentionDays } = body;
    assert.deepEqual([announcement, body.avatarUrl, retentionDays], [null, null, null]);
    const { lastRev } = await viewOf(cy, id);
    await patches(ana, id, cleared);
    assert.equal((await viewOf(cy, id)).lastRev, lastRev);
  }
});

test("a patch that is malformed is refused by its path and changes nothing", async () => {
  const id = await group();
  const before = await viewOf(cy, id);
  const refused: [unknown, string][] = [
    [{ name: "" }, "name"],
    [{ name: " \t " }, "name"],
    [{ name: null }, "name"],
    [{ name: "😀".repeat(101) }, "name"],
    [{ name: "x".repeat(256), mutedAll: true }, "name"],
    [{ avatarUrl: "javascript:alert(1)" }, "avatarUrl"],
    [{ announcement: "x".repeat(2_001) }, "announcement"],
    [{ announcement: "\ud800" }, "announcement"],
    [{ joinPolicy: null }, "joinPolicy"],
    [{ historyVisible: "some" }, "historyVisible"],
    [{ mutedAll: "yes" }, "mutedAll"],
    [{ retentionDays: 0 }, "retentionDays"],
    [{ ownerId: cy.id }, "ownerId"],
    [{ dismissedAt: null }, "dismissedAt"],
  ];
  for (const [patch, path] of refused) {
    const answer = await ana.ask("PATCH", pathOf(id), patch);
    assertRefused(answer, 400, "invalidInput");
    const paths = new Set(answer.body.errors?.map((error) => error.path));
    assert.deepEqual([...paths], [path]);
  }
  assert.deepEqual(await viewOf(cy, id), before);
});

test("names and announcements hold emoji and right-to-left text as sent", async () => {
  const id = await group();
  for (const name of ["👩‍👩‍👧".repeat(20), "مجموعة \u2067العائلة\u2069", "קבוצה"]) {
    assert.equal((await patches(bo, id, { name })).body.name, name);
    assert.equal((await viewOf(cy, id)).name, name);
  }
  const announcement = "😀".repeat(2_000);
  assert.equal((await patches(bo, id, { announcement })).body.announcement, announcement);
});

test("leaders change a group, members do not, former ones and strangers even less", async () => {
  const id = await group();
  const stranger = await server.person("stranger");
  for (const patch of [{ name: "Mine" }, {}, { mutedAll: false }]) {
    assertRefused(await patches(cy, id, patch), 403, "notAllowed");
    assertRefused(await patches(eve, id, patch), 403, "notMember");
    assertRefused(await patches(stranger, id, patch), 404, "notFound");
    assertRefused(await patches(ana, crypto.randomUUID(), patch), 404, "notFound");
  }
  assert.equal((await viewOf(ana, id)).name, "Group");
});

test("changes by two at the same moment both count, each with revs of its own", async () => {
  const id = await group();
  const { lastRev, lastSeq } = await viewOf(cy, id);
  const names = Array.from({ length: 10 }, (_, i) => `Name ${i}`);
  await Promise.all(names.map((name, i) => patches(i % 2 === 0 ? ana : bo, id, { name })));
  const after = await viewOf(cy, id);
  assert.deepEqual([after.lastRev, after.lastSeq], [lastRev + 20, lastSeq + 10]);
  const { name } = after.lastMessage!.body as SystemBody;
  assert.equal(after.name, name, "the last to be told is what it is called");
});

test("handing on makes the member owner and the former one a manager, and tells both what they are", async () => {
  const id = await group();
  const mutedUntil = new Date(world.clock.now().getTime() + 600_000).toISOString();
  await ana.do("PATCH", `${pathOf(id)}/members/${cy.id}`, { mutedUntil });
  const devices = [await ana.connect(), await ana.connect(), await cy.connect()];
  const others = await bo.connect();
  const told = await toldOf(bo, id, async () => {
    const { body } = await handsOn(ana, id, cy.id);
    assert.deepEqual([body.ownerId, body.my.role], [cy.id, "manager"]);
  });
  assert.deepEqual(told.news, [{ event: "ownerChanged", actorId: ana.id, userIds: [cy.id] }]);
  assert.deepEqual(
    told.members.sort(byId).map(({ userId, role, mutedUntil }) => ({ userId, role, mutedUntil })),
    [
      { userId: ana.id, role: "manager", mutedUntil: null },
      { userId: cy.id, role: "owner", mutedUntil: null },
    ].sort(byId),
  );
  assert.equal(told.conversation?.ownerId, cy.id);
  for (const [place, role] of ["manager", "manager", "owner"].entries()) {
    const { my } = await devices[place]!.next("conversation.my", (of) => of.conversationId === id);
    assert.equal(my.role, role);
  }
  await others.next("changes", ({ rev }) => rev === told.page.rev);
  await others.call("ping");
  assert.deepEqual(others.all("conversation.my"), [], "what is another's alone is not told");
  assert.equal((await cy.says("Mine now", id)).duplicate, false);
  assertRefused(await ana.ask("DELETE", pathOf(id)), 403, "notAllowed");
  assertRefused(await cy.ask("DELETE", `${pathOf(id)}/members/${cy.id}`), 409, "ownerMustTransfer");
  assert.equal((await ana.ask("DELETE", `${pathOf(id)}/members/${ana.id}`)).status, 204);
});

test("a group is handed on by its owner, to a member other than oneself", async () => {
  const id = await group();
  const stranger = await server.person("stranger");
  const before = await viewOf(bo, id);
  assertRefused(await handsOn(ana, id, ana.id), 400, "invalidInput");
  for (const [by, to] of [[ana, stranger], [ana, eve], [stranger, ana]] as const) {
    assertRefused(await handsOn(by, id, to.id), 404, "notFound");
  }
  assertRefused(await handsOn(ana, id, crypto.randomUUID()), 404, "notFound");
  assertRefused(await handsOn(bo, id, cy.id), 403, "notAllowed");
  assertRefused(await handsOn(cy, id, bo.id), 403, "notAllowed");
  assertRefused(await handsOn(eve, id, bo.id), 403, "notMember");
  for (const body of [{}, { userId: "bo" }, { userId: bo.id, role: "owner" }, { userId: null }]) {
    assertRefused(await ana.ask("POST", `${pathOf(id)}/owner`, body), 400, "invalidInput");
  }
  assert.deepEqual(await viewOf(bo, id), before);
});

/** Everything that would change a group, as its owner, a manager, a member and outsiders try it. */
async function changesRefused(id: string, parts: { requestId: string; code: string }) {
  const path = pathOf(id);
  const request = `${path}/requests/${parts.requestId}`;
  const userIds = [(await server.person("new")).id];
  const message = { clientId: crypto.randomUUID(), kind: "text", body: { text: "x" } };
  const acts: [Person[], string, string, unknown][] = [
    [[ana], "DELETE", path, undefined],
    [[ana, bo], "PATCH", path, {}],
    [[ana], "POST", `${path}/owner`, { userId: bo.id }],
    [[ana, bo, cy], "POST", `${path}/members`, { userIds }],
    [[ana], "PATCH", `${path}/members/${cy.id}`, { role: "manager" }],
    [[cy], "PATCH", `${path}/members/${cy.id}`, { alias: "C" }],
    [[bo], "PATCH", `${path}/members/${cy.id}`, { mutedUntil: null }],
    [[bo], "DELETE", `${path}/members/${cy.id}`, undefined],
    [[ana, cy], "DELETE", `${path}/members/${cy.id}`, undefined],
    [[ana, bo], "POST", `${request}/accept`, undefined],
    [[ana, bo], "POST", `${request}/refuse`, undefined],
    [[ana, bo, cy], "POST", `${path}/invites`, {}],
    [[ana], "DELETE", `${path}/invites/${parts.code}`, undefined],
    [[cy, eve, await server.person("new")], "POST", `/v1/invites/${parts.code}/accept`, undefined],
    [[ana, bo, cy], "POST", `/v1/conversations/${id}/messages`, message],
    [[eve], "POST", `${path}/join`, {}],
  ];
  for (const [people, method, where, body] of acts) {
    for (const person of people) {
      assertRefused(await person.ask(method, where, body), 409, "conversationDismissed");
    }
  }
}

test("a dismissed group is refused every change, stays readable as it is, and is no group of mine", async () => {
  const id = await group({ joinPolicy: "approval" });
  const asker = await server.person("asker");
  await asker.do("POST", `${pathOf(id)}/join`, {});
  const waiting = await ana.do<Page<GroupRequest>>("GET", `${pathOf(id)}/requests`);
  const requestId = waiting.items[0]!.id;
  const { code } = await ana.do<Invite>("POST", `${pathOf(id)}/invites`);
  const [live, told] = [await cy.connect(), await asker.connect()];
  // Hears nothing of the others: what it keeps in memory goes stale.
  const deaf = await cy.connect(await world.instance());
  const says = (clientId: string) => {
    const message = { clientId, kind: "text", body: { text: "words" } };
    return deaf.call("message.send", { conversationId: id, ...message });
  };
  await says("last");
  for (
    const [person, failure] of [[bo, "notAllowed"], [cy, "notAllowed"], [eve, "notMember"]] as const
  ) {
    assertRefused(await person.ask("DELETE", pathOf(id)), 403, failure);
  }
  assertRefused(await asker.ask("DELETE", pathOf(id)), 404, "notFound");
  const seen = await toldOf(cy, id, () => ana.do("DELETE", pathOf(id)));
  assert.deepEqual(seen.news, [{ event: "dismissed", actorId: ana.id, userIds: [] }]);
  assert.deepEqual(seen.members, [], "nobody has left");
  assert.equal(typeof seen.conversation?.dismissedAt, "string");
  const handled = await told.next("group.handled");
  assert.deepEqual([handled.id, handled.status], [requestId, "refused"]);
  assert.equal(handled.handledBy, ana.id);
  await changesRefused(id, { requestId, code });
  const typing = { conversationId: id, typing: true };
  assert.equal(await refusalOf(live.call("conversation.typing", typing)), "conversationDismissed");
  assert.equal(await refusalOf(says("after")), "conversationDismissed");
  const view = await viewOf(cy, id);
  assert.deepEqual([view.lastRev, view.my.leftAt, view.memberCount], [seen.page.rev, null, 3]);
  assert.equal(view.dismissedAt, seen.conversation?.dismissedAt);
  assert.ok((await historyOf(cy, id)).items.some(({ kind }) => kind === "text"));
  const listed = await listOf(cy, "?limit=100");
  assert.ok(listed.items.some((item) => item.id === id), "it stays among the conversations");
  for (const person of [ana, bo, cy, eve]) {
    const { items } = await person.do<Page<Conversation>>("GET", "/v1/groups?limit=100");
    assert.ok(!items.some((item) => item.id === id));
  }
  assert.equal((await cy.do<Page<Member>>("GET", `${pathOf(id)}/members`)).items.length, 3);
  assert.deepEqual(await cy.do("GET", pathOf(id)), view);
  assertRefused(await asker.ask("GET", pathOf(id)), 404, "notFound");
  assertRefused(await asker.ask("POST", `${pathOf(id)}/join`, {}), 404, "notFound");
  assertRefused(await cy.ask("GET", `/v1/invites/${code}`), 410, "gone");
});
