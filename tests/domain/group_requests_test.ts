/** Requests to join a group: filing, telling, answering once, and what answers them by itself. */
import { strict as assert } from "node:assert";
import type { Page } from "../../schemas/fields.ts";
import type { GroupRequest, Invite } from "../../schemas/groups.ts";
import type { SystemBody } from "../../schemas/messages.ts";
import { viewOf } from "../support/chat.ts";
import type { Client } from "../support/client.ts";
import { add } from "../support/groups.ts";
import { assertRefused, openWorld, type Person, test } from "../support/world.ts";

const world = await openWorld();
const server = await world.instance();
const [ana, bo, cy, dan] = [
  await server.person("ana"),
  await server.person("bo"),
  await server.person("cy"),
  await server.person("dan"),
] as [Person, Person, Person, Person];

/** Ana owns it, Bo and Dan are managers, Cy a plain member. */
async function group(more: Record<string, unknown> = {}): Promise<string> {
  const id = await server.group(ana, [bo, cy, dan], { joinPolicy: "approval", ...more });
  for (const { id: userId } of [bo, dan]) {
    await ana.do("PATCH", `/v1/groups/${id}/members/${userId}`, { role: "manager" });
  }
  return id;
}

const asks = (by: Person, id: string, input: unknown = {}) =>
  by.ask<{ status: string }>("POST", `/v1/groups/${id}/join`, input);
const proposes = (by: Person, id: string, who: Person, message?: string) =>
  by.do("POST", `/v1/groups/${id}/members`, { userIds: [who.id], message });
const listed = (by: Person, id: string, query = "") =>
  by.do<Page<GroupRequest>>("GET", `/v1/groups/${id}/requests${query}`);
const answers = (by: Person, id: string, requestId: string, verb: "accept" | "refuse") =>
  by.ask<GroupRequest>("POST", `/v1/groups/${id}/requests/${requestId}/${verb}`);

/** The only request that waits for this group. */
async function waiting(id: string): Promise<GroupRequest> {
  const { items } = await listed(ana, id, "?status=pending");
  assert.equal(items.length, 1, JSON.stringify(items));
  return items[0]!;
}

/** What each has been told under a name; whatever was said before has come by then. */
async function toldTo(clients: readonly Client[], name: "group.requested" | "group.handled") {
  await Promise.all(clients.map((client) => client.call("ping")));
  return clients.map((client) => client.all(name));
}

test("a request holds who asks and how, and every device of each leader is told, nobody else's", async () => {
  const [id, eve] = [await group(), await server.person("eve")];
  const leaders = [ana, ana, bo, dan].map((person) => person.connect());
  const others = [cy, eve, await server.person("stranger")].map((person) => person.connect());
  const [led, rest] = [await Promise.all(leaders), await Promise.all(others)];
  const { status, body } = await asks(eve, id, { message: "Please" });
  assert.deepEqual([status, body], [200, { status: "pending" }]);
  const request = await waiting(id);
  const { id: requestId, createdAt } = request;
  assert.match(requestId, /^[0-9a-f]{8}-[0-9a-f]{4}-7/);
  assert.equal(createdAt, new Date(createdAt).toISOString());
  const requester = await ana.do("GET", `/v1/users/${eve.id}`);
  const made = { id: requestId, groupId: id, requester, inviter: null, createdAt };
  const open = { status: "pending", handledBy: null, handledAt: null };
  assert.deepEqual(request, { ...made, ...open, message: "Please", source: "apply" });
  assert.deepEqual(await toldTo(led, "group.requested"), Array(4).fill([request]));
  assert.deepEqual(await toldTo(rest, "group.requested"), [[], [], []]);
  assertRefused(await eve.ask("GET", `/v1/conversations/${id}`), 404, "notFound");
});

test("a message has 200 code points: emoji, right to left, none at all, and no more than that", async () => {
  const [id, eve] = [await group(), await server.person("eve")];
  const families = "👩‍👩‍👧".repeat(40);
  for (const message of [families, "ש".repeat(200), "\u2067من فضلك\u2069", undefined]) {
    assert.equal((await asks(eve, id, { message })).status, 200);
    const request = await waiting(id);
    assert.equal(request.message, message ?? null);
    await answers(bo, id, request.id, "refuse");
  }
  const refused: [unknown, string][] = [
    [{ message: "x".repeat(201) }, "message"],
    [{ message: "😀".repeat(201) }, "message"],
    [{ message: 1 }, "message"],
    [{ reason: "x" }, "reason"],
  ];
  for (const [input, path] of refused) {
    const answer = await eve.ask("POST", `/v1/groups/${id}/join`, input);
    assertRefused(answer, 400, "invalidInput");
    assert.deepEqual(answer.body.errors?.map((error) => error.path), [path]);
  }
  assert.equal((await listed(ana, id, "?status=pending")).items.length, 0);
});

for (const way of ["apply", "invite"] as const) {
  test(`an accepted request (${way}) makes a member, and all concerned are told by whom and when`, async () => {
    const [id, eve] = [await group(), await server.person("eve")];
    const concerned = await Promise.all([eve, eve, ana, bo, dan].map((one) => one.connect()));
    const inviter = await cy.connect();
    const outside = await (await server.person("stranger")).connect();
    if (way === "apply") await asks(eve, id, { message: "Hi" });
    else await proposes(cy, id, eve, "Hi");
    const request = await waiting(id);
    assert.deepEqual([request.source, request.message], [way, "Hi"]);
    assert.equal(request.inviter?.id ?? null, way === "apply" ? null : cy.id);
    const { status, body } = await answers(bo, id, request.id, "accept");
    const { handledAt } = body;
    assert.equal(status, 200);
    assert.deepEqual(body, { ...request, status: "accepted", handledBy: bo.id, handledAt });
    assert.ok(handledAt !== null && handledAt >= request.createdAt);
    assert.deepEqual(await toldTo(concerned, "group.handled"), Array(5).fill([body]));
    const theirs = way === "apply" ? [] : [body];
    assert.deepEqual(await toldTo([inviter, outside], "group.handled"), [theirs, []]);
    const { lastMessage, my, memberCount } = await viewOf(eve, id);
    assert.deepEqual([my.role, memberCount], ["member", 5]);
    const news = way === "apply"
      ? { event: "joined", actorId: eve.id, userIds: [eve.id] }
      : { event: "invited", actorId: cy.id, userIds: [eve.id] };
    assert.deepEqual(lastMessage?.body as SystemBody, news);
    await concerned[0]!.next("conversation.joined", ({ conversation }) => conversation.id === id);
    for (const verb of ["accept", "refuse"] as const) {
      assertRefused(await answers(ana, id, request.id, verb), 409, "alreadyHandled");
    }
    assert.deepEqual((await listed(dan, id)).items, [body]);
  });
}

test("who is refused stays out, is told, and may ask again", async () => {
  const [id, eve] = [await group(), await server.person("eve")];
  const [theirs, plain] = [await eve.connect(), await cy.connect()];
  for (const message of ["first", "second", "third"]) {
    await asks(eve, id, { message });
    const request = await waiting(id);
    const { body } = await answers(dan, id, request.id, "refuse");
    assert.deepEqual([body.status, body.handledBy, body.message], ["refused", dan.id, message]);
    assert.deepEqual(await theirs.next("group.handled"), body);
    assertRefused(await answers(bo, id, request.id, "accept"), 409, "alreadyHandled");
  }
  assertRefused(await eve.ask("GET", `/v1/conversations/${id}`), 404, "notFound");
  assert.deepEqual(await toldTo([plain], "group.handled"), [[]]);
  const messages = (await listed(ana, id)).items.map(({ message }) => message);
  assert.deepEqual(messages, ["third", "second", "first"]);
});

test("who asks or is proposed once more while it waits keeps the first request, also all at once", async () => {
  const [id, eve] = [await group(), await server.person("eve")];
  const leader = await ana.connect();
  await asks(eve, id, { message: "first" });
  const first = await waiting(id);
  const many = Array.from({ length: 8 }, (_, i) => asks(eve, id, { message: `more ${i}` }));
  await Promise.all([...many, proposes(cy, id, eve, "Take her")]);
  assert.deepEqual(await waiting(id), first);
  assert.deepEqual(await toldTo([leader], "group.requested"), [[first]]);
  for (let round = 0; round < 10; round++) {
    const one = await server.person("one");
    await Promise.all([asks(one, id), asks(one, id), proposes(cy, id, one), asks(one, id)]);
    const mine = (await listed(ana, id)).items.filter(({ requester }) => requester.id === one.id);
    assert.equal(mine.length, 1);
  }
  const told = (await toldTo([leader], "group.requested"))[0]!;
  assert.equal(told.length, 11, "each was told once");
});

test("one person asks several groups at once, and each answers for itself", async () => {
  const eve = await server.person("eve");
  const ids = await Promise.all([group(), group(), group()]);
  await Promise.all(ids.flatMap((id) => [asks(eve, id), asks(eve, id)]));
  const requests = await Promise.all(ids.map(waiting));
  assert.deepEqual(requests.map(({ groupId }) => groupId), ids);
  await Promise.all([
    answers(bo, ids[0]!, requests[0]!.id, "accept"),
    answers(bo, ids[1]!, requests[1]!.id, "refuse"),
  ]);
  const seen = ids.map((id) => eve.ask("GET", `/v1/conversations/${id}`));
  assert.deepEqual((await Promise.all(seen)).map(({ status }) => status), [200, 404, 404]);
  assert.equal((await waiting(ids[2]!)).id, requests[2]!.id);
});

const meanwhile: Record<string, (id: string, eve: Person) => Promise<string | null>> = {
  "a manager brings them in": async (id, eve) => {
    await add(dan, id, eve);
    return dan.id;
  },
  "they come by a link": async (id, eve) => {
    const { code } = await bo.do<Invite>("POST", `/v1/groups/${id}/invites`);
    await eve.do("POST", `/v1/invites/${code}/accept`);
    return bo.id;
  },
  "the group is open by now and they join": async (id, eve) => {
    await ana.do("PATCH", `/v1/groups/${id}`, { joinPolicy: "open" });
    assert.deepEqual((await asks(eve, id)).body, { status: "joined" });
    return null;
  },
  "the group is open by now and a member brings them in": async (id, eve) => {
    await ana.do("PATCH", `/v1/groups/${id}`, { joinPolicy: "open" });
    await add(cy, id, eve);
    return cy.id;
  },
};

for (const [name, comesIn] of Object.entries(meanwhile)) {
  test(`a request is accepted by itself when ${name}`, async () => {
    const [id, eve] = [await group(), await server.person("eve")];
    await proposes(cy, id, eve);
    const request = await waiting(id);
    const told = await Promise.all([eve, cy, ana, bo, dan].map((one) => one.connect()));
    const handledBy = await comesIn(id, eve);
    const { items } = await listed(ana, id);
    const { handledAt } = items[0]!;
    assert.deepEqual(items, [{ ...request, status: "accepted", handledBy, handledAt }]);
    assert.ok(handledAt !== null);
    assert.deepEqual(await toldTo(told, "group.handled"), Array(5).fill(items));
    for (const verb of ["accept", "refuse"] as const) {
      assertRefused(await answers(bo, id, request.id, verb), 409, "alreadyHandled");
    }
    const { memberCount, lastMessage } = await viewOf(eve, id);
    assert.equal(memberCount, 5);
    assert.equal((lastMessage!.body as SystemBody).userIds.length, 1, "came once");
  });
}

test("of two leaders who answer at the same moment one wins, and the other is told so", async () => {
  const id = await group();
  const leader = await ana.connect();
  let members = 4;
  for (let round = 0; round < 30; round++) {
    const eve = await server.person("eve");
    await asks(eve, id);
    const request = await waiting(id);
    const verbs = (["accept", "refuse"] as const).toSorted(() => round % 2 - 0.5);
    if (round % 3 === 0) verbs.fill("accept");
    const both = await Promise.all([
      answers(bo, id, request.id, verbs[0]!),
      answers(dan, id, request.id, verbs[1]!),
    ]);
    const winner = both.findIndex(({ status }) => status === 200);
    assertRefused(both[1 - winner]!, 409, "alreadyHandled");
    const { status, handledBy } = both[winner]!.body;
    assert.equal(status, verbs[winner] === "accept" ? "accepted" : "refused");
    assert.equal(handledBy, [bo.id, dan.id][winner]);
    if (status === "accepted") members++;
    const isIn = (await eve.ask("GET", `/v1/conversations/${id}`)).status === 200;
    assert.equal(isIn, status === "accepted");
    assert.equal((await viewOf(ana, id)).memberCount, members);
    assert.deepEqual(await leader.next("group.handled"), both[winner]!.body);
  }
  assert.equal((await toldTo([leader], "group.handled"))[0]!.length, 30);
});

test("leaders list requests by status, newest first and page by page, and answer those of their group", async () => {
  const [id, elsewhere, eve] = [await group(), await group(), await server.person("eve")];
  await asks(eve, id);
  for (const way of ["accept", "refuse", "refuse", "wait"] as const) {
    const one = await server.person("one");
    await asks(one, id);
    const [newest] = (await listed(ana, id, "?limit=1")).items;
    if (way !== "wait") await answers(bo, id, newest!.id, way);
  }
  const all = (await listed(dan, id)).items;
  const words = all.map(({ status }) => status);
  assert.deepEqual(words, ["pending", "refused", "refused", "accepted", "pending"]);
  for (const status of new Set(words)) {
    const { items } = await listed(ana, id, `?status=${status}`);
    assert.deepEqual(items, all.filter((request) => request.status === status));
  }
  for (const limit of [1, 2, 3, 5]) {
    const seen: GroupRequest[] = [];
    for (let cursor: string | null = ""; cursor !== null;) {
      const page = await listed(ana, id, `?limit=${limit}${cursor && `&cursor=${cursor}`}`);
      seen.push(...page.items);
      cursor = page.nextCursor;
    }
    assert.deepEqual(seen, all);
  }
  for (const query of ["?status=cancelled", "?status=", "?limit=0", "?limit=101", "?cursor=x"]) {
    assertRefused(await ana.ask("GET", `/v1/groups/${id}/requests${query}`), 400, "invalidInput");
  }
  const former = await server.person("former");
  await add(ana, id, former);
  await ana.do("DELETE", `/v1/groups/${id}/members/${former.id}`);
  const pending = all[0]!.id;
  for (
    const [by, status, code] of [
      [cy, 403, "notAllowed"],
      [former, 403, "notMember"],
      [eve, 404, "notFound"],
    ] as const
  ) {
    assertRefused(await by.ask("GET", `/v1/groups/${id}/requests`), status, code);
    for (const verb of ["accept", "refuse"] as const) {
      assertRefused(await answers(by, id, pending, verb), status, code);
    }
  }
  for (const wrong of [crypto.randomUUID(), eve.id]) {
    assertRefused(await answers(ana, id, wrong, "accept"), 404, "notFound");
  }
  assertRefused(await answers(ana, elsewhere, pending, "accept"), 404, "notFound");
  assertRefused(await answers(ana, id, "1", "accept"), 400, "invalidInput");
  assert.deepEqual((await listed(ana, id)).items, all, "nothing of it was answered");
});
