/** Two instances on one database and one bus: one order, no holes, and every word reaches the other side. */
import { strict as assert } from "node:assert";
import { setImmediate } from "node:timers";
import type { Packet } from "../../realtime/bus.ts";
import { memoryBus } from "../../realtime/bus_memory.ts";
import type { Changes } from "../../schemas/conversations.ts";
import { chainOf, messagesOf, reaches } from "../support/chain.ts";
import { reads } from "../support/chat.ts";
import { say } from "../support/chatter.ts";
import type { Client } from "../support/client.ts";
import { assertRevUnbroken, assertSeqUnbroken, numbersOf } from "../support/numbering.ts";
import { connectionsOf, spyOn } from "../support/sockets.ts";
import { until } from "../support/waiting.ts";
import { openWorld, type Person, test } from "../support/world.ts";

const world = await openWorld();
const bus = memoryBus();
const one = await world.instance({}, { bus });
const other = await world.instance({}, { bus });

async function pair(): Promise<
  { ana: Person; bo: Person; id: string; here: Client; there: Client }
> {
  const [ana, bo] = [await one.person("ana"), await other.person("bo")];
  await one.befriend(ana, bo);
  const { id } = await ana.do<{ id: string }>("POST", "/v1/conversations/direct", {
    userId: bo.id,
  });
  return { ana, bo, id, here: await ana.connect(), there: await bo.connect() };
}

test("senders on two instances make no holes, and all see one order", async () => {
  const people: Person[] = [];
  for (const at of [one, other, one, other, one, other]) people.push(await at.person("p"));
  const id = await one.group(people[0]!, people.slice(1));
  const clients: Client[] = [];
  for (const person of people) clients.push(await person.connect());
  const sends = clients.flatMap((client, place) =>
    Array.from({ length: 80 }, (_, number) => say(client, id, `${place}-${number}`))
  );
  const rest = people.map(async (person, place) => {
    for (let number = 0; number < 20; number++) await person.says(`rest ${place}-${number}`, id);
  });
  const sent = await Promise.all(sends);
  await Promise.all(rest);
  assert.ok(sent.every(({ duplicate }) => !duplicate));
  const numbers = await numbersOf(world, id);
  assertSeqUnbroken(numbers);
  assertRevUnbroken(numbers, 2);
  assert.equal(numbers.lastSeq, 1 + 6 * 100, "and the message that the group was made");
  for (const client of clients) {
    const seen = messagesOf(await reaches(client, id, numbers.lastRev));
    assert.deepEqual(
      seen.map(({ seq, clientId }) => [seq, clientId]),
      numbers.messages.slice(1).map(({ seq, clientId }) => [seq, clientId]),
    );
  }
});

test("the same message sent at once on both instances is stored and delivered once", async () => {
  const { ana, id, here, there } = await pair();
  const elsewhere = await ana.connect(other);
  for (let round = 0; round < 10; round++) {
    const sent = await Promise.all([
      say(here, id, "twice", `t${round}`),
      say(elsewhere, id, "twice", `t${round}`),
      ana.says("twice", id, `t${round}`),
    ]);
    assert.equal(new Set(sent.map(({ seq }) => seq)).size, 1);
    assert.equal(sent.filter(({ duplicate }) => !duplicate).length, 1);
  }
  const numbers = await numbersOf(world, id);
  assertSeqUnbroken(numbers);
  assert.equal(numbers.lastSeq, 10);
  for (const client of [here, elsewhere, there]) {
    assert.equal(messagesOf(await reaches(client, id, numbers.lastRev)).length, 10);
  }
});

test("requests, friendships and their end reach the other instance's sockets", async () => {
  const [ana, bo] = [await one.person("ana"), await other.person("bo")];
  const [here, there] = [await ana.connect(), await bo.connect()];
  await ana.do("POST", "/v1/friend-requests", { userId: bo.id, message: "hi" });
  const request = await there.next("friend.requested");
  assert.equal(request.requester.id, ana.id);
  await bo.do("POST", `/v1/friend-requests/${request.id}/accept`, {});
  assert.equal((await here.next("friend.handled")).status, "accepted");
  assert.equal((await here.next("friend.added")).user.id, bo.id);
  assert.equal((await there.next("friend.added")).user.id, ana.id);
  await ana.do("DELETE", `/v1/friends/${bo.id}`);
  assert.equal((await there.next("friend.removed")).userId, ana.id);
});

test("a read watermark reaches the others there and the reader's own devices everywhere", async () => {
  const { ana, bo, id, here, there } = await pair();
  const [boHere, anaThere] = [await bo.connect(one), await ana.connect(other)];
  await ana.says("one", id);
  await ana.says("two", id);
  await reads(bo, id, 2);
  for (const client of [here, anaThere]) {
    assert.deepEqual(await client.next("conversation.read"), {
      conversationId: id,
      userId: bo.id,
      readSeq: 2,
    });
  }
  for (const client of [there, boHere]) {
    const { my } = await client.next("conversation.my");
    assert.deepEqual([my.readSeq, my.unreadCount], [2, 0]);
    await client.call("ping");
    assert.deepEqual(client.all("conversation.read"), [], "mine is told by conversation.my");
  }
});

test("typing reaches the others there, and ends by itself", async () => {
  const { ana, id, here, there } = await pair();
  await here.call("conversation.typing", { conversationId: id, typing: true });
  const began = await there.next("conversation.typing");
  assert.deepEqual(began, { conversationId: id, userId: ana.id, typing: true });
  world.clock.advanceMs(6_100);
  assert.equal((await there.next("conversation.typing")).typing, false);
  await here.call("ping");
  assert.deepEqual(here.all("conversation.typing"), [], "not to the one who types");
});

test("an instance does not hear its own echo: each change is handed to a socket once", async () => {
  const { ana, bo, id, here, there } = await pair();
  const handed = [spyOn(connectionsOf(one, ana)[0]!), spyOn(connectionsOf(other, bo)[0]!)];
  for (let number = 0; number < 10; number++) {
    await say(number % 2 === 0 ? here : there, id, "once");
  }
  const { lastRev } = await numbersOf(world, id);
  for (const client of [here, there]) await reaches(client, id, lastRev);
  for (const messages of handed) {
    const seqs = messages.filter(({ method }) => method === "changes")
      .flatMap(({ params }) => (params as Changes).messages.map(({ seq }) => seq));
    assert.deepEqual(seqs, Array.from({ length: 10 }, (_, place) => place + 1));
  }
});

test("who is on both instances follows on both, and keeps following on one when the other ends", async () => {
  const { ana, bo, id, here } = await pair();
  const elsewhere = await ana.connect(other);
  const first = await bo.says("to both", id);
  for (const client of [here, elsewhere]) await reaches(client, id, first.rev);
  await here.close();
  await until("it is gone", () => connectionsOf(one, ana).length === 0);
  const second = await bo.says("to the one", id);
  await reaches(elsewhere, id, second.rev);
  assert.equal(chainOf(elsewhere, id).changes.length > 0, true);
});

test("an instance that has ended leaves the others undisturbed, and no word of it arrives", async () => {
  const third = await world.instance({}, { bus });
  const { ana, bo, id, here, there } = await pair();
  await ana.connect(third);
  for (const connection of [...third.patter.hub.connections()]) connection.close("restarting");
  await third.patter.hub.close();
  const { rev } = await bo.says("still two", id);
  for (const client of [here, there]) await reaches(client, id, rev);
});

test("the memory bus gives packets to the others who have joined, later, and never back", async () => {
  const connect = memoryBus();
  const heard: string[] = [];
  const [a, b, c] = ["a", "b", "c"].map((name) =>
    connect((topic, packet) => heard.push(`${name} ${topic} ${packet.type}`))
  );
  const packet: Packet = { type: "joined", conversationId: "x" };
  for (const end of [a!, b!]) end.join("room/1");
  c!.join("room/2");
  a!.publish("room/1", packet);
  a!.publish("room/3", packet);
  assert.deepEqual(heard, [], "nothing at once");
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(heard.splice(0), ["b room/1 joined"]);
  b!.leave("room/1");
  b!.leave("room/1");
  a!.publish("room/1", packet);
  await c!.close();
  a!.publish("room/2", packet);
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(heard, []);
});
