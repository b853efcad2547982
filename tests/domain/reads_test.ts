/** Read watermarks and readers: never back, never beyond, and told to those whom it concerns. */
import { strict as assert } from "node:assert";
import { readersOf, reads, refusalOf, viewOf } from "../support/chat.ts";
import { assertRefused, openWorld, type Person, test } from "../support/world.ts";

const world = await openWorld();
const server = await world.instance();

async function saysFour(ana: Person, id: string): Promise<void> {
  for (const word of ["one", "two", "three", "four"]) await ana.says(word, id);
}

test("reading moves the watermark on, never back, and no further than the last message", async () => {
  const { ana, bo, id } = await server.pair();
  assert.deepEqual(await reads(bo, id, 5), { readSeq: 0, unreadCount: 0 });
  await saysFour(ana, id);
  assert.deepEqual(await reads(bo, id, 0), { readSeq: 0, unreadCount: 4 });
  assert.deepEqual(await reads(bo, id, 3), { readSeq: 3, unreadCount: 1 });
  assert.deepEqual(await reads(bo, id, 1), { readSeq: 3, unreadCount: 1 });
  assert.deepEqual(await reads(bo, id, 3), { readSeq: 3, unreadCount: 1 });
  assert.deepEqual(await reads(bo, id, Number.MAX_SAFE_INTEGER), { readSeq: 4, unreadCount: 0 });
  await ana.says("five", id);
  const { my } = await viewOf(bo, id);
  assert.deepEqual([my.readSeq, my.unreadCount], [4, 1]);
});

test("the highest of many watermarks at once stands, from whichever device", async () => {
  const { ana, bo, id } = await server.pair();
  await saysFour(ana, id);
  const phone = await (await bo.again()).connect();
  const answers = await Promise.all(
    [3, 1, 4, 2, 4, 1, 3].map((seq, place) =>
      place % 2 ? reads(bo, id, seq) : phone.call("conversation.read", { conversationId: id, seq })
    ),
  );
  for (const [place, seq] of [3, 1, 4, 2, 4, 1, 3].entries()) {
    const { readSeq, unreadCount } = answers[place]!;
    assert.ok(readSeq >= seq, "what I have marked read is read in the answer");
    assert.equal(unreadCount, 4 - readSeq);
  }
  assert.equal((await viewOf(bo, id)).my.readSeq, 4);
});

test("own and system messages are never unread", async () => {
  const { ana, bo } = await server.pair();
  const [cy, group] = [await server.person("cy"), await server.group(ana, [bo])];
  await ana.says("one", group);
  await ana.do("POST", `/v1/groups/${group}/members`, { userIds: [cy.id] });
  await bo.says("two", group);
  const counts = [];
  for (const person of [ana, bo, cy]) counts.push((await viewOf(person, group)).my.unreadCount);
  assert.deepEqual(counts, [1, 1, 1]);
  assert.deepEqual(await reads(bo, group, 2), { readSeq: 2, unreadCount: 0 });
  assert.deepEqual(await reads(cy, group, 3), { readSeq: 3, unreadCount: 1 });
});

test("mentioned says whether an unread message calls me, by name or with all", async () => {
  const { ana, bo, id } = await server.pair();
  const mentions = async (person: Person) => (await viewOf(person, id)).my.mentioned;
  const calls = (who: string[]) =>
    ana.do("POST", `/v1/conversations/${id}/messages`, {
      clientId: crypto.randomUUID(),
      kind: "text",
      body: { text: "look" },
      mentions: who,
    });
  await ana.says("hello", id);
  assert.equal(await mentions(bo), false);
  await calls([ana.id]);
  assert.equal(await mentions(bo), false);
  await calls([bo.id]);
  assert.equal(await mentions(bo), true);
  assert.equal(await mentions(ana), false, "calling oneself is no call");
  await reads(bo, id, 3);
  assert.equal(await mentions(bo), false);
  await calls(["all"]);
  assert.deepEqual([await mentions(bo), await mentions(ana)], [true, false]);
});

test("readers are those whose watermark has come so far, the sender in neither list", async () => {
  const people = [await server.person("ana"), await server.person("bo"), await server.person("cy")];
  const [ana, bo, cy] = people as [Person, Person, Person];
  const id = await server.group(ana, [bo, cy]);
  await ana.says("one", id);
  await bo.says("two", id);
  assert.deepEqual(await readersOf(ana, id, 2), { readBy: [], unreadBy: [bo.id, cy.id].sort() });
  await reads(cy, id, 2);
  await reads(ana, id, 3);
  await reads(bo, id, 3);
  assert.deepEqual(await readersOf(ana, id, 2), { readBy: [bo.id, cy.id].sort(), unreadBy: [] });
  for (const reader of people) {
    assert.deepEqual(await readersOf(reader, id, 3), { readBy: [ana.id], unreadBy: [cy.id] });
  }
  const ofSystem = await readersOf(bo, id, 1);
  assert.deepEqual(ofSystem, { readBy: people.map((one) => one.id).sort(), unreadBy: [] });
});

test("who joined later or has left is not among a message's readers", async () => {
  const people = [await server.person("ana"), await server.person("bo"), await server.person("cy")];
  const [ana, bo, cy] = people as [Person, Person, Person];
  const id = await server.group(ana, [bo]);
  await ana.says("one", id);
  await ana.do("POST", `/v1/groups/${id}/members`, { userIds: [cy.id] });
  await reads(cy, id, 3);
  assert.deepEqual(await readersOf(ana, id, 2), { readBy: [], unreadBy: [bo.id] });
  await ana.says("two", id);
  assert.deepEqual(await readersOf(ana, id, 4), { readBy: [], unreadBy: [bo.id, cy.id].sort() });
  await bo.do("DELETE", `/v1/groups/${id}/members/${bo.id}`);
  assert.deepEqual(await readersOf(ana, id, 2), { readBy: [], unreadBy: [] });
});

test("the readers of a message that does not exist, or lies before or after my time, are notFound", async () => {
  const people = [await server.person("ana"), await server.person("bo"), await server.person("cy")];
  const [ana, bo, cy] = people as [Person, Person, Person];
  const id = await server.group(ana, [bo]);
  await ana.says("one", id);
  await bo.do("DELETE", `/v1/groups/${id}/members/${bo.id}`);
  await ana.do("POST", `/v1/groups/${id}/members`, { userIds: [cy.id] });
  await ana.says("two", id);
  const asks = (person: Person, seq: unknown) =>
    person.ask("GET", `/v1/conversations/${id}/messages/${seq}/readers`);
  assertRefused(await asks(ana, 6), 404, "notFound");
  assertRefused(await asks(cy, 2), 404, "notFound");
  assertRefused(await asks(bo, 4), 404, "notFound");
  assert.equal((await asks(bo, 3)).status, 200);
  assert.equal((await asks(cy, 4)).status, 200);
  for (const seq of ["0", "-1", "x", "1.5"]) {
    assertRefused(await asks(ana, seq), 400, "invalidInput");
  }
});

test("what is no seq is refused, over REST and the socket", async () => {
  const { ana, id } = await server.pair();
  const live = await ana.connect();
  for (const seq of [-1, 1.5, "1", null, undefined, 2 ** 53]) {
    const answer = await ana.ask("PUT", `/v1/conversations/${id}/read`, { seq });
    assertRefused(answer, 400, "invalidInput");
    const call = live.call("conversation.read", { conversationId: id, seq });
    assert.equal(await refusalOf(call), "invalidInput");
  }
});

test("reading is told to the others by conversation.read and to all my devices by conversation.my", async () => {
  const { ana, bo, id } = await server.pair();
  const [theirs, desk, phone] = [await ana.connect(), await bo.connect(), await bo.connect()];
  await ana.says("one", id);
  await desk.call("conversation.read", { conversationId: id, seq: 9 });
  assert.deepEqual(await theirs.next("conversation.read"), {
    conversationId: id,
    userId: bo.id,
    readSeq: 1,
  });
  const { my } = await viewOf(bo, id);
  for (const live of [desk, phone]) {
    assert.deepEqual(await live.next("conversation.my"), { conversationId: id, my });
  }
  // What moves nothing is told to nobody; the next thing that comes shows that nothing came before.
  await reads(bo, id, 1);
  await reads(bo, id, 0);
  await ana.says("two", id);
  await Promise.all([theirs, desk, phone].map((live) => live.sees("two")));
  assert.equal(theirs.all("conversation.read").length, 1);
  assert.equal(theirs.all("conversation.my").length, 0);
  for (const live of [desk, phone]) {
    assert.equal(live.all("conversation.read").length, 0);
    assert.equal(live.all("conversation.my").length, 1);
  }
});

test("a former member's watermark stops where it left, and its reading is told to nobody else", async () => {
  const people = [await server.person("ana"), await server.person("bo")];
  const [ana, bo] = people as [Person, Person];
  const id = await server.group(ana, [bo]);
  await saysFour(ana, id);
  await bo.do("DELETE", `/v1/groups/${id}/members/${bo.id}`);
  await ana.says("after", id);
  const [theirs, mine] = [await ana.connect(), await bo.connect()];
  assert.equal((await viewOf(bo, id)).my.unreadCount, 4);
  assert.deepEqual(await reads(bo, id, 99), { readSeq: 6, unreadCount: 0 });
  assert.equal((await mine.next("conversation.my")).my.readSeq, 6);
  await ana.says("next", id);
  await theirs.sees("next");
  assert.equal(theirs.all("conversation.read").length, 0);
});
