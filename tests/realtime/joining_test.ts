/** Coming into conversations while everything goes on: nothing missed, nothing doubled. */
import { strict as assert } from "node:assert";
import { memoryBus } from "../../realtime/bus_memory.ts";
import type { Conversation } from "../../schemas/conversations.ts";
import { chainOf, messagesOf, reaches } from "../support/chain.ts";
import { Chatter } from "../support/chatter.ts";
import type { Client } from "../support/client.ts";
import { add, crowd } from "../support/groups.ts";
import { numbersOf } from "../support/numbering.ts";
import { openWorld, type Person, test } from "../support/world.ts";

const world = await openWorld();
const bus = memoryBus();
const server = await world.instance({}, { bus });
const elsewhere = await world.instance({}, { bus });

test("nothing is missed and nothing doubled between joining and the first changes, at full speed", async () => {
  const owner = await server.person("owner");
  const talkers = await crowd(server, 2);
  const id = await server.group(owner, talkers);
  const chatters: Chatter[] = [];
  for (const talker of talkers) chatters.push(new Chatter(await talker.connect(), id));
  const newcomers = await crowd(server, 8);
  const clients: Client[] = [];
  for (const newcomer of newcomers) {
    clients.push(await newcomer.connect(), await newcomer.connect(elsewhere));
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
  const members = await crowd(server, 25);
  const clients = [await owner.connect()];
  for (const member of members) {
    clients.push(await member.connect(), await member.connect(elsewhere));
  }
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
  const clients = [await owner.connect(), await owner.connect(elsewhere)];
  const id = await server.group(owner, []);
  for (const client of clients) {
    const { conversation } = await client.next("conversation.joined");
    assert.deepEqual([conversation.id, conversation.my.role], [id, "owner"]);
  }
});

test("a direct conversation reaches both sides once, however often and by whom it is opened", async () => {
  const [ana, bo] = await crowd(server, 2) as [Person, Person];
  await server.befriend(ana, bo);
  const clients = [await ana.connect(), await bo.connect(), await bo.connect(elsewhere)];
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
  const people = await crowd(server, 16);
  const clients = await Promise.all(people.map(async (person, place) => {
    const at = place % 2 === 0 ? server : elsewhere;
    const [client] = await Promise.all([person.connect(at), add(owner, id, person)]);
    return client;
  }));
  const { rev } = await owner.says("all here", id);
  for (const client of clients) await reaches(client, id, rev);
});

test("two people who add the same user at the same time let it in once", async () => {
  const [owner, other, bo] = await crowd(server, 3) as [Person, Person, Person];
  const id = await server.group(owner, [other]);
  const client = await bo.connect(elsewhere);
  await Promise.all([
    add(owner, id, bo),
    add(other, id, bo),
    bo.do("POST", `/v1/groups/${id}/join`, {}),
  ]);
  await reaches(client, id, (await owner.says("hello", id)).rev);
  assert.equal(chainOf(client, id).joins, 1);
});
