/** Coming into conversations while everything goes on: nothing missed, nothing doubled, nothing left behind. */
import { strict as assert } from "node:assert";
import { memoryBus } from "../../realtime/bus_memory.ts";
import type { Conversation } from "../../schemas/conversations.ts";
import { chainOf, chainsOf, messagesOf, reaches } from "../support/chain.ts";
import { Chatter } from "../support/chatter.ts";
import type { Client } from "../support/client.ts";
import { asksView, asksWelcome, LateDatabase } from "../support/late_database.ts";
import { numbersOf } from "../support/numbering.ts";
import { until } from "../support/waiting.ts";
import { type Instance, openWorld, type Person, test } from "../support/world.ts";

const world = await openWorld();
const bus = memoryBus();
const server = await world.instance({}, { bus });
const gate = new LateDatabase(world.database);
const gated = await world.instance({}, { bus, database: gate.database });

function add(owner: Person, id: string, ...people: Person[]) {
  const userIds = people.map((person) => person.id);
  return owner.do("POST", `/v1/groups/${id}/members`, { userIds });
}

function remove(owner: Person, id: string, person: Person) {
  return owner.do("DELETE", `/v1/groups/${id}/members/${person.id}`);
}

async function crowd(count: number, at: Instance = server): Promise<Person[]> {
  const people: Person[] = [];
  for (let number = 1; number <= count; number++) people.push(await at.person(`p${number}`));
  return people;
}

/** It follows: what is said now reaches it, in an unbroken chain. */
async function assertFollows(client: Client, owner: Person, id: string): Promise<void> {
  const { rev } = await owner.says("do you hear me?", id);
  await reaches(client, id, rev);
}

/** Whatever it was told, what is said now does not reach it. */
async function assertHearsNothing(client: Client, owner: Person, id: string): Promise<void> {
  const { rev } = await owner.says("secret", id);
  const { rooms } = gated.patter.hub;
  await until("the room has heard of it", () => (rooms.get(id)?.lastRev ?? rev) >= rev);
  // Its answer leaves after whatever was sent before.
  await client.call("ping");
  assert.ok((chainsOf(client).get(id)?.rev ?? 0) < rev);
  assert.ok(client.frames.every((frame) => !frame.includes("secret")));
}

test("nothing is missed and nothing doubled between joining and the first changes, at full speed", async () => {
  const owner = await server.person("owner");
  const talkers = await crowd(2);
  const id = await server.group(owner, talkers);
  const chatters: Chatter[] = [];
  for (const talker of talkers) chatters.push(new Chatter(await talker.connect(), id));
  const newcomers = await crowd(8);
  const clients: Client[] = [];
  for (const newcomer of newcomers) {
    clients.push(await newcomer.connect(), await newcomer.connect(gated));
  }
  for (const [place, newcomer] of newcomers.entries()) {
    if (place % 2 === 0) await add(owner, id, newcomer);
    else await newcomer.do("POST", `/v1/groups/${id}/join`, {});
  }
  await Promise.all(chatters.map((chatter) => chatter.stop()));
  const { messages, lastRev } = await numbersOf(world, id);
  for (const client of clients) {
    const chain = await reaches(client, id, lastRev);
    const { conversation } = client.all("conversation.joined")[0]!;
    assert.equal(chain.joins, 1);
    assert.equal(chain.changes[0]?.prevRev ?? conversation.lastRev, conversation.lastRev);
    assert.deepEqual(
      messagesOf(chain).map(({ seq }) => seq),
      messages.filter(({ rev }) => rev > conversation.lastRev).map(({ seq }) => seq),
    );
    assert.equal(conversation.my.leftAt, null);
  }
});

test("a group made with many connected members tells each connection once", async () => {
  const owner = await server.person("owner");
  const members = await crowd(25);
  const clients = [await owner.connect()];
  for (const member of members) clients.push(await member.connect(), await member.connect(gated));
  const id = await server.group(owner, members);
  const spoken = await owner.says("welcome", id);
  for (const client of clients) {
    const chain = await reaches(client, id, spoken.rev);
    assert.equal(chain.joins, 1);
    assert.deepEqual(messagesOf(chain).map(({ seq }) => seq), [spoken.seq]);
  }
});

test("who makes a group of one is told on all connections", async () => {
  const owner = await server.person("owner");
  const clients = [await owner.connect(), await owner.connect(gated)];
  const id = await server.group(owner, []);
  for (const client of clients) {
    const { conversation } = await client.next("conversation.joined");
    assert.deepEqual([conversation.id, conversation.my.role], [id, "owner"]);
  }
});

test("a direct conversation reaches both sides once, however often and by whom it is opened", async () => {
  const [ana, bo] = await crowd(2) as [Person, Person];
  await server.befriend(ana, bo);
  const clients = [await ana.connect(), await bo.connect(), await bo.connect(gated)];
  const opened = await Promise.all([0, 1, 2, 3].map((number) => {
    const [me, other] = number % 2 === 0 ? [ana, bo] : [bo, ana];
    return me.do<Conversation>("POST", "/v1/conversations/direct", { userId: other.id });
  }));
  const { id } = opened[0]!;
  assert.ok(opened.every((conversation) => conversation.id === id));
  const { rev } = await ana.says("hi", id);
  for (const client of clients) {
    const chain = await reaches(client, id, rev);
    assert.equal(chain.joins, 1);
    const { conversation } = client.all("conversation.joined")[0]!;
    const mine = client === clients[0];
    assert.equal(conversation.my.peer?.id, mine ? bo.id : ana.id);
  }
});

test("a connection that opens while its user is added follows, whichever is first", async () => {
  const owner = await server.person("owner");
  await owner.connect();
  const id = await server.group(owner, []);
  const people = await crowd(16);
  const clients = await Promise.all(people.map(async (person, place) => {
    const at = place % 2 === 0 ? server : gated;
    const [client] = await Promise.all([person.connect(at), add(owner, id, person)]);
    return client;
  }));
  const { rev } = await owner.says("all here", id);
  for (const client of clients) await reaches(client, id, rev);
});

for (const place of ["here", "elsewhere"] as const) {
  test(`a user added ${place} after its new connection read its conversations is let in`, async () => {
    const owner = await (place === "here" ? gated : server).person("owner");
    const bo = await gated.person("bo");
    const id = await owner.at.group(owner, []);
    const held = gate.hold("the welcome", asksWelcome);
    const connecting = bo.connect();
    await held.reached;
    await add(owner, id, bo);
    const { rev } = await owner.says("first", id);
    held.release();
    const client = await connecting;
    await reaches(client, id, rev);
    await assertFollows(client, owner, id);
  });

  test(`a user removed ${place} after its new connection read its conversations hears nothing`, async () => {
    const owner = await (place === "here" ? gated : server).person("owner");
    const bo = await gated.person("bo");
    const id = await owner.at.group(owner, [bo]);
    const held = gate.hold("the welcome", asksWelcome);
    const connecting = bo.connect();
    await held.reached;
    await remove(owner, id, bo);
    held.release();
    await assertHearsNothing(await connecting, owner, id);
    await until("it is out", () => gated.patter.hub.seat(id, bo.id) === undefined);
  });

  test(`a user removed and added again ${place} while connecting hears nothing from between`, async () => {
    const owner = await (place === "here" ? gated : server).person("owner");
    const [bo, cy] = [await gated.person("bo"), await gated.person("cy")];
    const id = await owner.at.group(owner, [bo, cy]);
    const listening = await cy.connect();
    const held = gate.hold("the welcome", asksWelcome);
    const connecting = bo.connect();
    await held.reached;
    await remove(owner, id, bo);
    await owner.says("while bo is away", id);
    await add(owner, id, bo);
    const { rev } = await owner.says("bo is back", id);
    await reaches(listening, id, rev);
    held.release();
    const client = await connecting;
    await assertFollows(client, owner, id);
    assert.ok(client.frames.every((frame) => !frame.includes("while bo is away")));
  });
}

test("a user removed before the room began here, with another who joined, is not let in", async () => {
  const [owner, bo] = [await server.person("owner"), await gated.person("bo")];
  const cy = await gated.person("cy");
  const id = await server.group(owner, [bo]);
  const listening = await cy.connect();
  const held = gate.hold("the welcome", asksWelcome);
  const connecting = bo.connect();
  await held.reached;
  await remove(owner, id, bo);
  // Only now somebody here follows the room: it begins after the removal.
  await add(owner, id, cy);
  await listening.next("conversation.joined");
  held.release();
  await assertHearsNothing(await connecting, owner, id);
  await assertFollows(listening, owner, id);
});

test("who is added and removed while its view is read is told nothing, and leaves no room behind", async () => {
  const [owner, bo] = [await server.person("owner"), await gated.person("bo")];
  const id = await server.group(owner, []);
  const client = await bo.connect();
  const held = gate.hold("the view", asksView);
  await add(owner, id, bo);
  await held.reached;
  await remove(owner, id, bo);
  held.release();
  await until("no room is left", () => !gated.patter.hub.rooms.has(id));
  assert.equal(chainsOf(client).get(id)?.changes.length ?? 0, 0);
  await assertHearsNothing(client, owner, id);
});

test("who is added, removed and added again while its view is read follows from the last time on", async () => {
  const [owner, bo] = [await server.person("owner"), await gated.person("bo")];
  const id = await server.group(owner, []);
  const client = await bo.connect();
  const held = gate.hold("the view", asksView);
  await add(owner, id, bo);
  await held.reached;
  await remove(owner, id, bo);
  await owner.says("while bo is away", id);
  await add(owner, id, bo);
  held.release();
  const { rev } = await owner.says("bo is back", id);
  const chain = await reaches(client, id, rev);
  assert.equal(chain.hasLeft, false);
  assert.ok(client.frames.every((frame) => !frame.includes("while bo is away")));
  await assertFollows(client, owner, id);
});

test("a view that was read between leaving and coming back is read again", async () => {
  const [owner, bo] = [await server.person("owner"), await gated.person("bo")];
  const id = await server.group(owner, [bo]);
  const client = await bo.connect();
  await remove(owner, id, bo);
  await client.next("conversation.left");
  const { hub } = gated.patter;
  const held = gate.hold("the view", asksView);
  // As a stale word of an earlier joining would.
  const stale = hub.following.follow(id, [bo.id]);
  await held.reached;
  await add(owner, id, bo);
  await until("asked again", () => hub.rooms.get(id)?.expected.length === 1);
  held.release();
  await stale;
  await assertFollows(client, owner, id);
});

test("a connection that closes while its view is read leaves nothing behind", async () => {
  const [owner, bo] = [await server.person("owner"), await gated.person("bo")];
  const id = await server.group(owner, []);
  const client = await bo.connect();
  const held = gate.hold("the view", asksView);
  await add(owner, id, bo);
  await held.reached;
  await client.close();
  await until("it is gone", () => !gated.patter.hub.users.has(bo.id));
  assert.equal(gated.patter.hub.rooms.has(id), false);
  held.release();
  await owner.says("anyone?", id);
  assert.equal(gated.patter.hub.rooms.has(id), false);
});

test("a connection that closes before it was set up leaves nothing behind", async () => {
  const [owner, bo] = [await server.person("owner"), await gated.person("bo")];
  const id = await server.group(owner, [bo]);
  const held = gate.hold("the welcome", asksWelcome);
  const connecting = bo.connect().catch(() => {});
  await held.reached;
  await until("the client is open", () => bo.clients.length === 1);
  bo.clients[0]!.socket.close();
  await until("it is gone", () => !gated.patter.hub.users.has(bo.id));
  held.release();
  await owner.says("anyone?", id);
  assert.equal(gated.patter.hub.rooms.has(id), false);
  await Promise.race([connecting, bo.clients[0]!.closed]);
});

test("two people who add the same user at the same time let it in once", async () => {
  const [owner, other, bo] = await crowd(3) as [Person, Person, Person];
  const id = await server.group(owner, [other]);
  const client = await bo.connect(gated);
  await Promise.all([
    add(owner, id, bo),
    add(other, id, bo),
    bo.do("POST", `/v1/groups/${id}/join`, {}),
  ]);
  await assertFollows(client, owner, id);
  assert.equal(chainOf(client, id).joins, 1);
});

test("when a newcomer's view cannot be read it is let in once the database answers", async () => {
  const [owner, bo] = [await server.person("owner"), await gated.person("bo")];
  const id = await server.group(owner, []);
  const client = await bo.connect();
  gate.refuse(asksView);
  await add(owner, id, bo);
  await until("it was tried", () => gated.log.lines.some(({ event }) => event === "follow failed"));
  gate.refuse(() => false);
  await until("it was let in", () => chainsOf(client).has(id));
  await assertFollows(client, owner, id);
});
