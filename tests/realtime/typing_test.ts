/** Typing: the others see it begin and end, nobody else does, and nobody types for ever. */
import { strict as assert } from "node:assert";
import { Typing } from "../../realtime/typing.ts";
import type { Client } from "../support/client.ts";
import { until } from "../support/waiting.ts";
import { openWorld, type Person, test } from "../support/world.ts";

const world = await openWorld();
const server = await world.instance();

async function types(client: Client, conversationId: string, typing = true): Promise<void> {
  assert.deepEqual(await client.call("conversation.typing", { conversationId, typing }), {});
}

async function refusalOf(client: Client, conversationId: string): Promise<string | undefined> {
  const params = { conversationId, typing: true };
  const error = await client.call("conversation.typing", params).catch((error) => error);
  return error.problem?.code;
}

function lapse(ms: number): void {
  world.clock.advanceMs(ms);
  server.patter.hub.heartbeat.tick();
}

/** What a client has been told of typing, once all that was sent to it has come. */
async function toldOf(client: Client): Promise<boolean[]> {
  await client.call("ping");
  return client.all("conversation.typing").map(({ typing }) => typing);
}

async function trio() {
  const people = [await server.person("ana"), await server.person("bo"), await server.person("cy")];
  const [ana, bo, cy] = people as [Person, Person, Person];
  return { ana, bo, cy, id: await server.group(ana, [bo, cy]) };
}

test("the others are told who types and when it ends, the typist's own devices are not", async () => {
  const { ana, bo, cy, id } = await trio();
  const [typist, tablet] = [await ana.connect(), await ana.connect()];
  const others = [await bo.connect(), await bo.connect(), await cy.connect()];
  await types(typist, id);
  for (const other of others) {
    const notice = await other.next("conversation.typing");
    assert.deepEqual(notice, { conversationId: id, userId: ana.id, typing: true });
  }
  await types(typist, id, false);
  for (const other of others) {
    assert.equal((await other.next("conversation.typing")).typing, false);
  }
  assert.deepEqual([await toldOf(typist), await toldOf(tablet)], [[], []]);
});

test("after six seconds without renewal the server ends it", async () => {
  const { ana, bo, id } = await trio();
  const [typist, other] = [await ana.connect(), await bo.connect()];
  await types(typist, id);
  lapse(5_000);
  assert.deepEqual(await toldOf(other), [true]);
  await types(typist, id);
  lapse(5_000);
  assert.deepEqual(await toldOf(other), [true], "renewed, and not told anew");
  lapse(1_500);
  await until("it has ended", async () => (await toldOf(other)).length === 2);
  assert.deepEqual(await toldOf(other), [true, false]);
  assert.equal(server.patter.hub.sizes.typing, 0);
});

test("who disconnects while typing is said to have stopped", async () => {
  const { ana, bo, id } = await trio();
  const [typist, other] = [await ana.connect(), await bo.connect()];
  await types(typist, id);
  await other.next("conversation.typing");
  await typist.close();
  lapse(6_500);
  assert.equal((await other.next("conversation.typing")).typing, false);
});

test("to stop without having begun tells nobody anything", async () => {
  const { ana, bo, id } = await trio();
  const [typist, other] = [await ana.connect(), await bo.connect()];
  await types(typist, id, false);
  await types(typist, id, true);
  await types(typist, id, true);
  await types(typist, id, false);
  await types(typist, id, false);
  assert.deepEqual(await toldOf(other), [true, false]);
});

test("however fast one begins and stops, the others are told once a second", async () => {
  const { ana, bo, id } = await trio();
  const [typist, other] = [await ana.connect(), await bo.connect()];
  for (let turn = 0; turn < 10; turn++) {
    for (const typing of [true, false]) await types(typist, id, typing);
  }
  assert.deepEqual(await toldOf(other), [true, false]);
  await types(typist, id);
  assert.deepEqual(await toldOf(other), [true, false], "not yet");
  lapse(1_000);
  assert.deepEqual(await toldOf(other), [true, false, true], "still typing when the rest is over");
  await types(typist, id, false);
  await types(typist, id);
  await types(typist, id, false);
  lapse(1_000);
  assert.deepEqual(await toldOf(other), [true, false, true, false], "not typing any more");
  assert.equal(server.patter.hub.sizes.typing, 0);
});

test("strangers may not type, and learn nothing of the conversation", async () => {
  const { ana, id } = await trio();
  const member = await ana.connect();
  const stranger = await (await server.person("stranger")).connect();
  assert.equal(await refusalOf(stranger, id), "notFound");
  assert.equal(await refusalOf(stranger, crypto.randomUUID()), "notFound");
  assert.deepEqual(await toldOf(member), []);
});

test("a former member may not type, from the moment of leaving", async () => {
  const { ana, bo, id } = await trio();
  const [stays, goes] = [await ana.connect(), await bo.connect()];
  await types(goes, id);
  await types(goes, id, false);
  await ana.do("DELETE", `/v1/groups/${id}/members/${bo.id}`);
  assert.equal(await refusalOf(goes, id), "notMember");
  assert.deepEqual(await toldOf(stays), [true, false]);
});

test("former friends may not type at each other, friends again may", async () => {
  const { ana, bo, id } = await server.pair();
  const [one, other] = [await ana.connect(), await bo.connect()];
  await types(one, id);
  await types(other, id);
  await bo.do("DELETE", `/v1/friends/${ana.id}`);
  assert.equal(await refusalOf(one, id), "notFriends");
  assert.equal(await refusalOf(other, id), "notFriends");
  await server.befriend(ana, bo);
  await types(one, id);
});

test("who types in many conversations ends in each by itself", () => {
  const told: [string, string, boolean][] = [];
  const typing = new Typing((...who) => void told.push(who));
  for (let i = 0; i < 100; i++) {
    typing.set(i, { conversationId: `c${i}`, userId: "u", typing: true });
  }
  assert.equal(typing.size, 100);
  typing.set(100, { conversationId: "c0", userId: "u", typing: true });
  assert.equal(told.length, 100);
  typing.expire(6_050);
  assert.equal(typing.size, 50, "those of the first 51 moments but the renewed one");
  typing.expire(6_100);
  assert.equal(typing.size, 0);
  assert.equal(told.filter(([, , isTyping]) => !isTyping).length, 100);
});
