/** Searching messages: words of all kinds, filters, pages; over what one may read and nothing else. */
import { strict as assert } from "node:assert";
import type { Message } from "../../schemas/messages.ts";
import { textOf } from "../support/chat.ts";
import { add, remove } from "../support/groups.ts";
import { acts } from "../support/rich.ts";
import { asksFor, findsAll, searches, textsFound } from "../support/searching.ts";
import { assertRefused, openWorld, type Person, test } from "../support/world.ts";

const world = await openWorld();
const server = await world.instance();

async function groupOf(...texts: string[]) {
  const [owner, bo] = [await server.person("owner"), await server.person("bo")];
  const id = await server.group(owner, [bo]);
  for (const text of texts) await owner.says(text, id);
  return { id, owner, bo };
}

function sends(person: Person, id: string, kind: string, body: unknown) {
  const path = `/v1/conversations/${id}/messages`;
  return person.do<Message>("POST", path, { clientId: crypto.randomUUID(), kind, body });
}

test("what has just been sent is found, the newest first, with ranges in code points", async () => {
  const { id, owner, bo } = await groupOf("😀 hello world", "nothing", "Hello again", "你好世界");
  const { items, nextCursor } = await searches(bo, "hel");
  assert.equal(nextCursor, null);
  assert.deepEqual(items.map(({ message }) => textOf(message)), [
    "Hello again",
    "😀 hello world",
  ]);
  assert.deepEqual(items.map(({ ranges }) => ranges), [[[0, 3]], [[2, 5]]]);
  assert.deepEqual(items.map(({ conversationId, message }) => [conversationId, message.from]), [
    [id, owner.id],
    [id, owner.id],
  ]);
  assert.deepEqual(await textsFound(bo, "好世"), ["你好世界"]);
  assert.deepEqual(await textsFound(bo, '"hello world"'), ["😀 hello world"]);
  assert.deepEqual(await textsFound(bo, "hello nothing"), []);
  assert.deepEqual(await textsFound(bo, "!?😀"), []);
});

test("cards are found by title and text, locations by title, merged ones by what they hold", async () => {
  const { id, owner, bo } = await groupOf("plain orchid");
  await sends(owner, id, "card", { title: "Orchid", text: "a rare flower" });
  await sends(owner, id, "location", { latitude: 1, longitude: 2, title: "Orchid house" });
  await sends(owner, id, "custom", { type: "orchid", data: "orchid" });
  await owner.do("POST", `/v1/conversations/${id}/messages/forward`, {
    clientId: "merge",
    from: { conversationId: id, seqs: [2, 3] },
    merged: true,
  });
  const kinds = (q: string, filters = {}) =>
    findsAll(bo, q, filters).then((found) => found.map(({ message }) => message.kind));
  assert.deepEqual(await kinds("orchid"), ["merged", "location", "card", "text"]);
  assert.deepEqual(await kinds("orchid", { kind: "card" }), ["card"]);
  const [card] = await findsAll(bo, "flower", { kind: "card" });
  assert.deepEqual(card!.ranges, [[14, 20]]);
});

test("filters narrow what is found, each and all together", async () => {
  const { id, owner, bo } = await groupOf("apple one");
  const other = await server.group(owner, [bo]);
  await owner.says("apple two", other);
  await bo.says("apple three", id);
  world.clock.advanceMs(60_000);
  const between = world.clock.now().toISOString();
  world.clock.advanceMs(60_000);
  await owner.says("apple four", id);
  await sends(owner, id, "card", { title: "apple five" });
  const found = (filters: Record<string, string>) => textsFound(bo, "apple", filters);
  assert.deepEqual(await found({ conversationId: id, kind: "text" }), [
    "apple four",
    "apple three",
    "apple one",
  ]);
  assert.deepEqual(await found({ conversationId: other }), ["apple two"]);
  assert.deepEqual(await found({ from: bo.id }), ["apple three"]);
  assert.deepEqual(await found({ kind: "text", since: between }), ["apple four"]);
  assert.deepEqual(await found({ until: between }), ["apple three", "apple two", "apple one"]);
  const all = { conversationId: id, from: owner.id, kind: "text" };
  assert.deepEqual(await found({ ...all, since: between }), ["apple four"]);
  assert.deepEqual(await found({ ...all, until: between }), ["apple one"]);
  const { message } = (await findsAll(bo, "four"))[0]!;
  assert.deepEqual(await found({ since: message.at, kind: "text" }), ["apple four"]);
  assert.ok(!(await found({ until: message.at })).includes("apple four"));
});

test("pages hold each message once, in one conversation and across many", async () => {
  const [owner, bo] = [await server.person("owner"), await server.person("bo")];
  const ids = [];
  for (let number = 0; number < 4; number++) ids.push(await server.group(owner, [bo]));
  const said: string[] = [];
  for (let number = 0; number < 40; number++) {
    said.unshift(`word ${number}`);
    await owner.says(said[0]!, ids[(number * 7) % 4]!);
  }
  for (const limit of [1, 3, 40]) assert.deepEqual(await textsFound(bo, "word", { limit }), said);
  const inOne = said.filter((_, place) => ((39 - place) * 7) % 4 === 1);
  const one = { conversationId: ids[1]!, limit: 3 };
  assert.deepEqual(await textsFound(bo, "word", one), inOne);
  const { nextCursor } = await searches(bo, "word", { limit: 5 });
  await owner.says("word new", ids[0]!);
  const next = await searches(bo, "word", { limit: 5, cursor: nextCursor! });
  assert.deepEqual(next.items.map(({ message }) => textOf(message)), said.slice(5, 10));
});

test("an edit, a recall, a clearing and a deletion for oneself change what is found", async () => {
  const { id, owner, bo } = await groupOf("pear one", "pear two", "pear three", "pear four");
  await acts(owner, id).edit(2, "plum one");
  assert.deepEqual(await textsFound(bo, "plum"), ["plum one"]);
  assert.deepEqual(await textsFound(bo, "pear"), ["pear four", "pear three", "pear two"]);
  await acts(owner, id).recall(3);
  await acts(bo, id).forget(5);
  assert.deepEqual(await textsFound(bo, "pear"), ["pear three"]);
  assert.deepEqual(await textsFound(owner, "pear"), ["pear four", "pear three"]);
  await bo.do("PATCH", `/v1/conversations/${id}/settings`, { clearedSeq: 4 });
  assert.deepEqual(await textsFound(bo, "pear"), []);
  assert.deepEqual(await textsFound(owner, "pear"), ["pear four", "pear three"]);
});

test("newcomers find from their coming on, strangers nothing, not even that there is something", async () => {
  const { id, owner } = await groupOf("quince before");
  const newcomer = await server.person("newcomer");
  await add(owner, id, newcomer);
  await owner.says("quince after", id);
  assert.deepEqual(await textsFound(newcomer, "quince"), ["quince after"]);
  const stranger = await server.person("stranger");
  assert.deepEqual(await textsFound(stranger, "quince"), []);
  assertRefused(await asksFor(stranger, "quince", { conversationId: id }), 404, "notFound");
  const nowhere = crypto.randomUUID();
  assertRefused(await asksFor(owner, "quince", { conversationId: nowhere }), 404, "notFound");
});

test("former members find what was said while they were there, as it was said then", async () => {
  const { id, owner, bo } = await groupOf("fig early", "fig later edited", "fig recalled");
  await remove(owner, id, bo);
  await owner.says("fig afterwards", id);
  await acts(owner, id).edit(3, "date instead");
  await acts(owner, id).recall(4);
  for (const filters of [{}, { conversationId: id }]) {
    assert.deepEqual(await textsFound(bo, "fig", filters), ["fig later edited", "fig early"]);
    assert.deepEqual(await textsFound(bo, "date", filters), []);
  }
  assert.deepEqual(await textsFound(owner, "date"), ["date instead"]);
  assert.deepEqual(await textsFound(owner, "fig"), ["fig afterwards", "fig early"]);
});

test("what is no search, or no cursor of one, is refused", async () => {
  const { owner } = await groupOf();
  const cursors = [
    "x",
    ...[["a", owner.id, 1], [1, "b", 1], [1, owner.id, -1], [1e300, owner.id, 1]]
      .map((values) => btoa(JSON.stringify(values))),
  ];
  for (const cursor of cursors) {
    assertRefused(await asksFor(owner, "word", { cursor }), 400, "invalidInput");
  }
  for (const q of ["", "x".repeat(201), "nul\u0000"]) {
    assertRefused(await asksFor(owner, q), 400, "invalidInput");
  }
  for (
    const filters of [{ kind: "system" }, { since: "yesterday" }, { from: "me" }, { sort: "up" }]
  ) {
    assertRefused(await asksFor(owner, "word", filters as never), 400, "invalidInput");
  }
  const old = { since: "0000-01-01T00:00:00Z", until: "9999-12-31T23:59:59Z" };
  assert.deepEqual(await textsFound(owner, "word", old), []);
  assert.deepEqual(await textsFound(owner, "word", { until: "0001-01-01T00:00:00Z" }), []);
});

test("sixty searches a minute are let through, and the next when the minute is over", async () => {
  const strict = await world.instance({ RATE_LIMITS: "on", PASSWORD_COST: "14" });
  const ana = await strict.person("ana");
  for (let count = 0; count < 60; count++) await searches(ana, "word");
  assertRefused(await asksFor(ana, "word"), 429, "rateLimited");
  world.clock.advanceMs(60_001);
  await searches(ana, "word");
});
