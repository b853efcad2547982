/** Groups: making one, seeing one from outside and inside, and each way of coming in. */
import { strict as assert } from "node:assert";
import type { Conversation } from "../../schemas/conversations.ts";
import type { SystemBody } from "../../schemas/messages.ts";
import { changesOf, historyOf, listOf, viewOf } from "../support/chat.ts";
import { assertRefused, openWorld, type Person, test } from "../support/world.ts";

const world = await openWorld();
const server = await world.instance();
const [ana, bo, eve] = [
  await server.person("ana"),
  await server.person("bo"),
  await server.person("eve"),
] as [Person, Person, Person];

function creates(by: Person, input: object) {
  return by.ask<Conversation>("POST", "/v1/groups", { name: "Group", ...input });
}

function joins(by: Person, id: string, body: object | undefined = {}) {
  return by.ask<{ status: string }>("POST", `/v1/groups/${id}/join`, body);
}

async function systemOf(person: Person, id: string): Promise<SystemBody[]> {
  const { items } = await historyOf(person, id, "?limit=100");
  for (const { kind, from, clientId } of items) {
    if (kind === "system") assert.deepEqual([from, clientId], [null, null]);
  }
  return items.filter(({ kind }) => kind === "system").map(({ body }) => body as SystemBody);
}

test("a new group is its maker's, with the defaults of the contract", async () => {
  const { status, body } = await creates(ana, {});
  assert.equal(status, 201);
  const { id, rev, updatedAt, lastMessage, my, ...rest } = body;
  assert.deepEqual(rest, {
    kind: "group",
    name: "Group",
    avatarUrl: null,
    ownerId: ana.id,
    joinPolicy: "open",
    historyVisible: "joined",
    announcement: null,
    mutedAll: false,
    retentionDays: null,
    memberCount: 1,
    dismissedAt: null,
    firstSeq: 1,
    lastSeq: 1,
    lastRev: rev,
  });
  assert.deepEqual([lastMessage?.kind, lastMessage?.from], ["system", null]);
  assert.deepEqual([my.role, my.peer, my.unreadCount, my.leftAt], ["owner", null, 0, null]);
  assert.equal(my.joinedAt, updatedAt);
  assert.deepEqual(body, await viewOf(ana, id));
  assert.deepEqual(body, await ana.do("GET", `/v1/groups/${id}`));
  assert.deepEqual(await systemOf(ana, id), [{ event: "created", actorId: ana.id, userIds: [] }]);
});

test("a group keeps what it was made with, its name in NFC", async () => {
  const avatarUrl = "https://example.org/a.png";
  const input = { name: "Cafe\u0301", avatarUrl, joinPolicy: "invite", historyVisible: "all" };
  const { body } = await creates(ana, { ...input, memberIds: [bo.id] });
  const { name, joinPolicy, historyVisible, memberCount } = await viewOf(bo, body.id);
  assert.deepEqual([name, joinPolicy, historyVisible], ["Café", "invite", "all"]);
  assert.deepEqual([body.avatarUrl, memberCount], [avatarUrl, 2]);
  assert.equal((await viewOf(bo, body.id)).my.role, "member");
  const told = await systemOf(bo, body.id);
  assert.deepEqual(told, [{ event: "created", actorId: ana.id, userIds: [bo.id] }]);
});

test("a new group's changes are its members, a message and its state, numbered from 1", async () => {
  const { body } = await creates(ana, { memberIds: [bo.id, eve.id] });
  for (const reader of [ana, bo, eve]) {
    const { members, messages, conversation, ...page } = await changesOf(reader, body.id);
    const bounds = { conversationId: body.id, prevRev: 0, rev: 5, hasMore: false };
    assert.deepEqual(page, bounds);
    assert.deepEqual(members.map(({ userId }) => userId), [ana.id, bo.id, eve.id]);
    const revs = [...members, ...messages, conversation!].map(({ rev }) => rev);
    assert.deepEqual(revs, [1, 2, 3, 4, 5]);
  }
});

test("naming oneself among the members makes no second place", async () => {
  const { body } = await creates(ana, { memberIds: [bo.id, ana.id] });
  assert.deepEqual([body.memberCount, body.my.role], [2, "owner"]);
});

test("a group that cannot be made as asked is not made at all", async () => {
  const before = (await listOf(ana, "?limit=100")).items.length;
  assertRefused(await creates(ana, { memberIds: [bo.id, crypto.randomUUID()] }), 404, "notFound");
  const refused: [object, string][] = [
    [{ memberIds: [bo.id, bo.id] }, "memberIds"],
    [{ memberIds: Array.from({ length: 101 }, () => crypto.randomUUID()) }, "memberIds"],
    [{ memberIds: ["me"] }, "memberIds.0"],
    [{ memberIds: null }, "memberIds"],
    [{ name: "" }, "name"],
    [{ name: "   " }, "name"],
    [{ name: "\u2003\t" }, "name"],
    [{ name: "x".repeat(101) }, "name"],
    [{ name: "😀".repeat(101) }, "name"],
    [{ name: "x".repeat(256) }, "name"],
    [{ name: "a\u0000b" }, "name"],
    [{ name: undefined }, "name"],
    [{ avatarUrl: "http://example.org/a.png" }, "avatarUrl"],
    [{ joinPolicy: "secret" }, "joinPolicy"],
    [{ historyVisible: "none" }, "historyVisible"],
    [{ ownerId: bo.id }, "ownerId"],
    [{ announcement: "x" }, "announcement"],
  ];
  for (const [input, path] of refused) {
    const answer = await ana.ask("POST", "/v1/groups", { name: "Group", ...input });
    assertRefused(answer, 400, "invalidInput");
    const paths = new Set(answer.body.errors?.map((error) => error.path));
    assert.deepEqual([...paths], [path]);
  }
  assert.equal((await listOf(ana, "?limit=100")).items.length, before);
});

test("a name of 100 code points is kept as it was sent: emoji, joined ones, right to left", async () => {
  const families = "👩‍👩‍👧".repeat(20);
  assert.equal([...families].length, 100);
  const arabic = "مجموعة \u2067العائلة\u2069 ١٢٣";
  for (const name of ["😀".repeat(100), families, arabic, "קבוצה", "群组", " a b "]) {
    const { status, body } = await creates(ana, { name, memberIds: [bo.id] });
    assert.deepEqual([status, body.name], [201, name]);
    assert.equal((await viewOf(bo, body.id)).name, name);
  }
  // 101 code points, 100 after NFC: it is those that count.
  const composed = await creates(ana, { name: "x".repeat(99) + "e\u0301" });
  assert.deepEqual([composed.status, composed.body.name], [201, "x".repeat(99) + "é"]);
});

test("who blocks me is left out of my new group without a word", async () => {
  const fay = await server.person("fay");
  await fay.do("PUT", `/v1/blocks/${ana.id}`);
  const { status, body } = await creates(ana, { memberIds: [fay.id, bo.id] });
  assert.deepEqual([status, body.memberCount], [201, 2]);
  assertRefused(await fay.ask("GET", `/v1/conversations/${body.id}`), 404, "notFound");
  const told = await systemOf(bo, body.id);
  assert.deepEqual(told, [{ event: "created", actorId: ana.id, userIds: [bo.id] }]);
  const alone = await creates(ana, { memberIds: [fay.id] });
  assert.deepEqual([alone.status, alone.body.memberCount], [201, 1]);
  const theirs = await creates(fay, { memberIds: [ana.id] });
  assert.equal(theirs.body.memberCount, 2, "a block binds the blocked, not the blocker");
});

test("an open or approval group shows strangers its face and no more, an invite group nothing", async () => {
  for (const joinPolicy of ["open", "approval"]) {
    const { id } = (await creates(ana, { joinPolicy, memberIds: [bo.id] })).body;
    assert.deepEqual(await eve.do("GET", `/v1/groups/${id}`), {
      id,
      kind: "group",
      name: "Group",
      avatarUrl: null,
      memberCount: 2,
      joinPolicy,
    });
    assertRefused(await eve.ask("GET", `/v1/conversations/${id}`), 404, "notFound");
    assertRefused(await server.ask("GET", `/v1/groups/${id}`), 401, "tokenMissing");
  }
  const { id } = (await creates(ana, { joinPolicy: "invite" })).body;
  assertRefused(await eve.ask("GET", `/v1/groups/${id}`), 404, "notFound");
  assertRefused(await eve.ask("GET", `/v1/groups/${crypto.randomUUID()}`), 404, "notFound");
  assertRefused(await eve.ask("GET", "/v1/groups/all"), 400, "invalidInput");
});

test("each way into a group answers by its policy and by who brings whom", async () => {
  const outcomes: Record<string, string[]> = {};
  for (const joinPolicy of ["open", "approval", "invite"]) {
    const group = (await creates(ana, { joinPolicy, memberIds: [bo.id, eve.id] })).body;
    const path = `/v1/groups/${group.id}`;
    await ana.do("PATCH", `${path}/members/${bo.id}`, { role: "manager" });
    const said = async (by: Person, way: string, body?: object) => {
      const { status, body: got } = await by.ask<
        { status?: string; code?: string; items?: { status: string }[] }
      >("POST", way, body);
      return status < 300 ? got.status ?? got.items?.[0]?.status ?? "made" : got.code!;
    };
    const stranger = async () => await server.person("new");
    const former = await stranger();
    await bo.do("POST", `${path}/members`, { userIds: [former.id] });
    await bo.do("DELETE", `${path}/members/${former.id}`);
    const { code } = await bo.do<{ code: string }>("POST", `${path}/invites`, {});
    outcomes[joinPolicy] = [
      await said(await stranger(), `${path}/join`, {}),
      await said(former, `${path}/join`, {}),
      await said(eve, `${path}/join`, {}),
      await said(ana, `${path}/members`, { userIds: [(await stranger()).id] }),
      await said(bo, `${path}/members`, { userIds: [(await stranger()).id] }),
      await said(eve, `${path}/members`, { userIds: [(await stranger()).id] }),
      await said(await stranger(), `/v1/invites/${code}/accept`),
      await said(eve, `${path}/invites`, {}),
    ];
  }
  assert.deepEqual(outcomes, {
    open: ["joined", "joined", "joined", "joined", "joined", "joined", "joined", "made"],
    approval: [
      ...["pending", "pending", "joined", "joined", "joined", "pending", "joined", "notAllowed"],
    ],
    invite: [
      ...["inviteOnly", "inviteOnly", "joined", "joined", "joined", "notAllowed", "joined"],
      "notAllowed",
    ],
  });
});

test("joining an open group makes a member of anyone, once", async () => {
  const { id } = (await creates(ana, {})).body;
  await ana.says("before", id);
  for (const body of [{ message: "Hello" }, {}, undefined]) {
    const answer = await joins(eve, id, body);
    assert.deepEqual([answer.status, answer.body], [200, { status: "joined" }]);
  }
  const { memberCount, my, lastSeq, firstSeq } = await viewOf(eve, id);
  assert.deepEqual([memberCount, my.role, my.unreadCount], [2, "member", 0]);
  assert.deepEqual([firstSeq, lastSeq], [3, 3]);
  const told = (await systemOf(ana, id)).slice(1);
  assert.deepEqual(told, [{ event: "joined", actorId: eve.id, userIds: [eve.id] }]);
  assert.deepEqual((await historyOf(eve, id)).items.map(({ seq }) => seq), [3]);
  assert.equal((await eve.says("Hello", id)).seq, 4);
});

test("joining an invite group is refused with inviteOnly, but a member is told it is in", async () => {
  const { id } = (await creates(ana, { joinPolicy: "invite", memberIds: [bo.id] })).body;
  assertRefused(await joins(eve, id), 403, "inviteOnly");
  assert.deepEqual((await joins(bo, id)).body, { status: "joined" });
  assertRefused(await joins(eve, crypto.randomUUID()), 404, "notFound");
  assert.equal((await viewOf(ana, id)).memberCount, 2);
});

test("joining together with others makes each a member once", async () => {
  const { id } = (await creates(ana, {})).body;
  await Promise.all([eve, bo, eve, bo, eve, bo].map((person) => joins(person, id)));
  const { memberCount, lastSeq } = await viewOf(ana, id);
  assert.deepEqual([memberCount, lastSeq], [3, 3]);
});

test("what was removed may join again, reads from there on, and is told apart by nothing", async () => {
  const { id } = (await creates(ana, { memberIds: [bo.id] })).body;
  await bo.do("DELETE", `/v1/groups/${id}/members/${bo.id}`);
  await ana.says("meanwhile", id);
  await joins(bo, id);
  const { firstSeq, lastSeq, my, memberCount } = await viewOf(bo, id);
  assert.deepEqual([firstSeq, lastSeq, memberCount], [4, 4, 2]);
  assert.deepEqual([my.leftAt, my.unreadCount, my.readSeq], [null, 0, 3]);
  assert.equal((await bo.says("back", id)).seq, 5);
});

test("a direct conversation is no group, by whichever route", async () => {
  const pair = await server.pair();
  for (
    const [method, path, body] of [
      ["GET", "", undefined],
      ["POST", "/join", {}],
      ["GET", "/members", undefined],
      ["POST", "/members", { userIds: [eve.id] }],
      ["DELETE", `/members/${pair.bo.id}`, undefined],
      ["DELETE", `/members/${pair.ana.id}`, undefined],
      ["PATCH", `/members/${pair.ana.id}`, { alias: "x" }],
      ["PATCH", "", { name: "x" }],
      ["DELETE", "", undefined],
      ["POST", "/owner", { userId: pair.bo.id }],
      ["GET", "/requests", undefined],
      ["GET", "/invites", undefined],
      ["POST", "/invites", {}],
    ] as const
  ) {
    const answer = await pair.ana.ask(method, `/v1/groups/${pair.id}${path}`, body);
    assertRefused(answer, 404, "notFound");
  }
});

test("my groups are listed without direct ones and those I left", async () => {
  const cy = await server.person("cy");
  await server.befriend(cy, bo);
  await cy.do("POST", "/v1/conversations/direct", { userId: bo.id });
  const ids: string[] = [];
  for (let place = 0; place < 3; place++) ids.push((await creates(cy, {})).body.id);
  const left = (await creates(bo, { memberIds: [cy.id] })).body.id;
  await cy.do("DELETE", `/v1/groups/${left}/members/${cy.id}`);
  type List = { items: Conversation[]; nextCursor: string | null };
  const all = await cy.do<List>("GET", "/v1/groups");
  assert.deepEqual(all.items.map(({ id }) => id), ids.toReversed());
  assert.deepEqual(Object.keys(all).sort(), ["items", "nextCursor"]);
  const first = await cy.do<List>("GET", "/v1/groups?limit=2");
  const next = await cy.do<List>("GET", `/v1/groups?limit=2&cursor=${first.nextCursor}`);
  assert.deepEqual([...first.items, ...next.items], all.items);
  assert.equal(next.nextCursor, null);
  assertRefused(await cy.ask("GET", "/v1/groups?changedSince=x"), 400, "invalidInput");
});
