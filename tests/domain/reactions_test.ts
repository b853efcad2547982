/** Reactions and pins: who, which, how many, and that what is so already is no change. */
import { strict as assert } from "node:assert";
import type { Message, Reaction } from "../../schemas/messages.ts";
import { historyOf, refusalOf, viewOf } from "../support/chat.ts";
import { numbersOf } from "../support/numbering.ts";
import { acts } from "../support/rich.ts";
import { assertRefused, openWorld, type Person, test } from "../support/world.ts";

const world = await openWorld();
const server = await world.instance();

async function scene(): Promise<{ id: string; owner: Person; bo: Person; seq: number }> {
  const [owner, bo] = [await server.person("owner"), await server.person("bo")];
  const id = await server.group(owner, [bo]);
  return { id, owner, bo, seq: (await bo.says("look", id)).seq };
}

async function reactionsOf(person: Person, id: string, seq: number): Promise<Reaction[]> {
  const { items } = await historyOf(person, id);
  return items.find((message) => message.seq === seq)!.reactions ?? [];
}

test("reactions are told by emoji in the order in which each first came, with who and how many", async () => {
  const { id, owner, bo, seq } = await scene();
  await acts(owner, id).react(seq, "👍");
  await acts(bo, id).react(seq, "🎉");
  const { body } = await acts(bo, id).react(seq, "👍");
  const expected = [
    { emoji: "👍", count: 2, userIds: [owner.id, bo.id] },
    { emoji: "🎉", count: 1, userIds: [bo.id] },
  ];
  assert.deepEqual(body.reactions, expected);
  assert.deepEqual(await reactionsOf(owner, id, seq), expected);
  assert.equal((await acts(owner, id).unreact(seq, "👍")).status, 204);
  assert.deepEqual(
    (await reactionsOf(bo, id, seq)).map(({ emoji, userIds }) => [emoji, userIds]),
    [
      ["🎉", [bo.id]],
      ["👍", [bo.id]],
    ].toSorted(),
  );
  await numbersOf(world, id);
});

test("the same reaction again, and taking away what is not there, change nothing", async () => {
  const { id, owner, seq } = await scene();
  await acts(owner, id).react(seq, "👍");
  const { lastRev } = await viewOf(owner, id);
  assert.equal((await acts(owner, id).react(seq, "👍")).status, 200);
  assert.equal((await acts(owner, id).unreact(seq, "🎉")).status, 204);
  assert.equal((await viewOf(owner, id)).lastRev, lastRev);
});

test("the last reaction taken away leaves none", async () => {
  const { id, owner, seq } = await scene();
  await acts(owner, id).react(seq, "👍");
  await acts(owner, id).unreact(seq, "👍");
  const message = (await historyOf(owner, id)).items.at(-1)!;
  assert.equal("reactions" in message, false);
});

test("one emoji of any make is a reaction; a text character gets its selector; nothing else is", async () => {
  const { id, owner, seq } = await scene();
  for (const emoji of ["👍🏽", "👩‍👩‍👧", "🇩🇪", "1️⃣", "🏴󠁧󠁢󠁳󠁣󠁴󠁿", "❤️"]) {
    const { status, body } = await acts(owner, id).react(seq, emoji);
    assert.equal(status, 200, emoji);
    assert.ok(body.reactions!.some((reaction) => reaction.emoji === emoji));
  }
  const { lastRev } = await viewOf(owner, id);
  await acts(owner, id).react(seq, "❤");
  assert.equal((await viewOf(owner, id)).lastRev, lastRev, "the same heart");
  for (const wrong of ["a", "1", "👍👍", "👍 ", "x".repeat(200), "\u200d", "🇩"]) {
    assertRefused(await acts(owner, id).react(seq, wrong), 400, "invalidInput");
  }
});

test("whoever is muted reacts still; who is out, or a stranger, does not", async () => {
  const { id, owner, bo, seq } = await scene();
  await owner.do("PATCH", `/v1/groups/${id}`, { mutedAll: true });
  assert.equal((await acts(bo, id).react(seq, "👍")).status, 200);
  await owner.do("DELETE", `/v1/groups/${id}/members/${bo.id}`);
  assertRefused(await acts(bo, id).react(seq, "🎉"), 403, "notMember");
  const stranger = await server.person("stranger");
  assertRefused(await acts(stranger, id).react(seq, "🎉"), 404, "notFound");
});

test("between two who are friends no more, or one of whom blocks, nothing is reacted to", async () => {
  const { ana, bo, id } = await server.pair();
  const { seq } = await ana.says("hello", id);
  await ana.do("PUT", `/v1/blocks/${bo.id}`);
  assertRefused(await acts(bo, id).react(seq, "👍"), 403, "notFriends");
  assertRefused(await acts(ana, id).react(seq, "👍"), 403, "blocked");
  assertRefused(await acts(bo, id).pin(seq), 403, "notFriends");
});

test("fifty people are named, and all are counted", async () => {
  const { id, owner, seq } = await scene();
  const crowd: Person[] = [];
  for (let number = 0; number < 55; number++) crowd.push(await server.person("fan"));
  const userIds = crowd.map((person) => person.id);
  await owner.do("POST", `/v1/groups/${id}/members`, { userIds });
  await owner.do("PATCH", `/v1/groups/${id}`, { historyVisible: "all" });
  for (const person of crowd) {
    assertRefused(await acts(person, id).react(seq, "👍"), 404, "notFound");
  }
  const later = await owner.says("and now", id);
  await Promise.all(crowd.map((person) => acts(person, id).react(later.seq, "👍")));
  const [reaction] = await reactionsOf(owner, id, later.seq);
  assert.equal(reaction!.count, 55);
  assert.equal(reaction!.userIds.length, 50);
  await numbersOf(world, id);
});

test("over the socket react and unreact answer with the message", async () => {
  const { id, bo, seq } = await scene();
  const live = await bo.connect();
  const params = { conversationId: id, seq, emoji: "👍" };
  const reacted = await live.call("message.react", params);
  assert.equal(reacted.reactions![0]!.count, 1);
  const gone = await live.call("message.unreact", params);
  assert.equal(gone.reactions, undefined);
  const wrong = live.call("message.react", { ...params, emoji: "no" });
  assert.equal(await refusalOf(wrong), "invalidInput");
});

test("leaders pin and unpin, plain members do not, both of two do", async () => {
  const { id, owner, bo, seq } = await scene();
  assertRefused(await acts(bo, id).pin(seq), 403, "notAllowed");
  const { body } = await acts(owner, id).pin(seq);
  assert.ok(body.pinnedAt !== undefined);
  const { lastRev } = await viewOf(owner, id);
  assert.equal((await acts(owner, id).pin(seq)).body.pinnedAt, body.pinnedAt);
  assert.equal((await viewOf(owner, id)).lastRev, lastRev);
  assertRefused(await acts(bo, id).unpin(seq), 403, "notAllowed");
  assert.equal((await acts(owner, id).unpin(seq)).status, 204);
  assert.equal((await historyOf(bo, id)).items.at(-1)!.pinnedAt, undefined);
  const pair = await server.pair();
  const sent = await pair.ana.says("keep this", pair.id);
  for (const one of [pair.ana, pair.bo]) {
    assert.equal((await acts(one, pair.id).pin(sent.seq)).status, 200);
    assert.equal((await acts(one, pair.id).unpin(sent.seq)).status, 204);
  }
});

test("a conversation has a hundred pins at most", async () => {
  const { id, owner } = await scene();
  for (let number = 0; number < 101; number++) await owner.says(`${number}`, id);
  for (let seq = 2; seq < 102; seq++) assert.equal((await acts(owner, id).pin(seq)).status, 200);
  assertRefused(await acts(owner, id).pin(102), 403, "notAllowed");
});

test("what is pinned is listed, the newest first, to those who may read it", async () => {
  const { id, owner, bo, seq } = await scene();
  const { seq: later } = await owner.says("and this", id);
  for (const one of [seq, later]) await acts(owner, id).pin(one);
  const pins = async (person: Person) =>
    (await person.do<{ items: Message[] }>("GET", `/v1/conversations/${id}/pins`)).items
      .map((message) => message.seq);
  assert.deepEqual(await pins(bo), [later, seq]);
  await bo.do("DELETE", `/v1/conversations/${id}/messages/${later}`);
  await acts(owner, id).unpin(seq);
  assert.deepEqual([await pins(bo), await pins(owner)], [[], [later]]);
});
