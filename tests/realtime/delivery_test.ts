/** Delivery on one instance: to every connection of every member, in order, whoever else comes and goes. */
import { strict as assert } from "node:assert";
import { setImmediate } from "node:timers";
import type { Client } from "../support/client.ts";
import { chainOf, chainsOf, messagesOf, reaches } from "../support/chain.ts";
import { Chatter, say } from "../support/chatter.ts";
import { assertSeqUnbroken, numbersOf } from "../support/numbering.ts";
import { oneOf, seeded } from "../support/random.ts";
import { breakSocket, connectionsOf, spyOn } from "../support/sockets.ts";
import { until } from "../support/waiting.ts";
import { openWorld, type Person, test } from "../support/world.ts";

const world = await openWorld();
const server = await world.instance();

/** For each send that was answered: the answer stands before the message. */
function assertAnswersFirst(client: Client, clientIds: ReadonlySet<string | null>): void {
  const answered = new Map<number, number>();
  client.received.forEach(({ result }, place) => {
    const { seq } = (result ?? {}) as { seq?: number };
    if (seq !== undefined) answered.set(seq, place);
  });
  let checked = 0;
  client.received.forEach(({ method, params }, place) => {
    if (method !== "changes") return;
    for (
      const { seq, clientId } of (params as { messages: { seq: number; clientId: string }[] })
        .messages
    ) {
      if (!clientIds.has(clientId)) continue;
      checked++;
      assert.ok(answered.get(seq)! < place, `message ${seq} came before its answer`);
    }
  });
  assert.equal(checked, clientIds.size);
}

test("a sender's other connections get the message, the sending one gets its answer first", async () => {
  const { ana, bo, id } = await server.pair();
  const [sending, other, boLive] = [await ana.connect(), await ana.connect(), await bo.connect()];
  for (let round = 0; round < 20; round++) {
    const { seq, rev } = await say(sending, id, `hello ${round}`, `c${round}`);
    for (const client of [sending, other, boLive]) {
      const message = messagesOf(await reaches(client, id, rev)).at(-1)!;
      assert.deepEqual([message.seq, message.clientId], [seq, `c${round}`]);
    }
  }
  assertAnswersFirst(sending, new Set(Array.from({ length: 20 }, (_, round) => `c${round}`)));
});

test("answers come first in every burst, also while others join and leave", async () => {
  const owner = await server.person("owner");
  const people = [await server.person("p1"), await server.person("p2"), await server.person("p3")];
  const id = await server.group(owner, people);
  const clients: Client[] = [];
  for (const person of people) clients.push(await person.connect());
  const guest = await server.person("guest");
  await guest.connect();
  const sends = clients.map((client, place) =>
    Array.from({ length: 150 }, (_, number) => say(client, id, "burst", `s${place}-${number}`))
  );
  for (let round = 0; round < 4; round++) {
    await owner.do("POST", `/v1/groups/${id}/members`, { userIds: [guest.id] });
    await owner.do("DELETE", `/v1/groups/${id}/members/${guest.id}`);
  }
  await Promise.all(sends.flat());
  const { lastRev } = await numbersOf(world, id);
  for (const [place, client] of clients.entries()) {
    await reaches(client, id, lastRev);
    const mine = Array.from({ length: 150 }, (_, number) => `s${place}-${number}`);
    assertAnswersFirst(client, new Set(mine));
  }
});

test("every prevRev is the rev that the connection was sent before, over a long random run", async () => {
  const random = seeded(7);
  const owner = await server.person("owner");
  const people: Person[] = [owner];
  for (let number = 1; number <= 5; number++) people.push(await server.person(`r${number}`));
  const ids = [
    await server.group(owner, people.slice(1, 3)),
    await server.group(owner, people.slice(2)),
  ];
  const clients: Client[] = [];
  for (const person of people) clients.push(await person.connect(), await person.connect());
  const running: Promise<unknown>[] = [];
  for (let step = 0; step < 400; step++) {
    const [id, person, client] = [
      oneOf(random, ids),
      oneOf(random, people.slice(1)),
      oneOf(random, clients),
    ];
    const dice = random();
    const path = `/v1/groups/${id}/members`;
    if (dice < 0.7) running.push(say(client, id, `${step}`).catch(() => {}));
    else if (dice < 0.8) running.push(owner.ask("POST", path, { userIds: [person.id] }));
    else if (dice < 0.88) running.push(owner.ask("DELETE", `${path}/${person.id}`));
    else if (dice < 0.94) {
      running.push(
        client.call("conversation.read", { conversationId: id, seq: step }).catch(() => {}),
      );
    } else if (dice < 0.97) clients.push(await person.connect());
    else await new Promise((resolve) => setImmediate(resolve));
    if (running.length > 12) await running.shift();
  }
  await Promise.all(running);
  for (const id of ids) {
    await owner.do("POST", `/v1/groups/${id}/members`, {
      userIds: people.slice(1).map((p) => p.id),
    });
    const { rev } = await owner.says("the end", id);
    for (const client of clients) await reaches(client, id, rev);
    const numbers = await numbersOf(world, id);
    assertSeqUnbroken(numbers);
    for (const client of clients) {
      const chain = chainOf(client, id);
      const seen = messagesOf(chain);
      const since = numbers.messages.filter(({ rev }) => rev > chain.changes[0]!.prevRev);
      assert.deepEqual(seen.map(({ seq }) => seq), since.map(({ seq }) => seq));
    }
  }
});

test("members get the very same text", async () => {
  const owner = await server.person("owner");
  const people: Person[] = [];
  for (let number = 1; number <= 4; number++) people.push(await server.person(`m${number}`));
  const id = await server.group(owner, people);
  const clients: Client[] = [];
  for (const person of people) clients.push(await person.connect());
  const { rev } = await owner.says("the same for all", id);
  const texts = new Set<string>();
  for (const client of clients) {
    await reaches(client, id, rev);
    texts.add(client.frames.find((frame) => frame.includes("the same for all"))!);
  }
  assert.equal(texts.size, 1);
});

test("one dead connection does not stop delivery to those after it", async () => {
  const owner = await server.person("owner");
  const people: Person[] = [];
  for (let number = 1; number <= 5; number++) people.push(await server.person(`d${number}`));
  const id = await server.group(owner, people);
  const clients: Client[] = [];
  for (const person of people) clients.push(await person.connect());
  const room = server.patter.hub.rooms.get(id)!;
  const [first, , middle] = [...room.connections];
  breakSocket(first!);
  breakSocket(middle!);
  const { rev } = await owner.says("still here", id);
  const living = clients.filter((_, place) => place !== 0 && place !== 2);
  for (const client of living) await reaches(client, id, rev);
  assert.equal(room.connections.size, 3);
  assert.equal((await clients[0]!.closed).code, 4006);
  const next = await owner.says("and again", id);
  for (const client of living) await reaches(client, id, next.rev);
});

test("a dead connection does not keep its user's other connections from a notice", async () => {
  const [ana, bo] = [await server.person("ana"), await server.person("bo")];
  const clients = [await ana.connect(), await ana.connect(), await ana.connect()];
  breakSocket(connectionsOf(server, ana)[0]!);
  await bo.do("POST", "/v1/friend-requests", { userId: ana.id });
  for (const client of clients.slice(1)) await client.next("friend.requested");
  assert.equal(connectionsOf(server, ana).length, 2);
});

for (const closes of ["older", "newer"] as const) {
  test(`the ${closes} of a user's two connections closes, and the other one keeps its place`, async () => {
    const { ana, bo, id } = await server.pair();
    const [older, newer] = [await ana.connect(), await ana.connect()];
    const [gone, stays] = closes === "older" ? [older, newer] : [newer, older];
    await say(stays, id, "I have a seat");
    await gone.close();
    await until("the closed one is out", () => connectionsOf(server, ana).length === 1);
    const { rev } = await bo.says("are you there?", id);
    await reaches(stays, id, rev);
    await say(stays, id, "I am");
    assert.equal(server.patter.hub.seat(id, ana.id)?.leftAt, null);
    await stays.close();
    await until("both are out", () => connectionsOf(server, ana).length === 0);
    assert.equal(server.patter.hub.seat(id, ana.id), undefined);
    assert.equal(server.patter.hub.rooms.has(id), false);
  });
}

test("a connection that is replaced again and again always leaves its successor in the room", async () => {
  const { ana, bo, id } = await server.pair();
  let current = await ana.connect();
  for (let round = 0; round < 15; round++) {
    const successor = await ana.connect();
    const closing = current.close();
    const { rev } = await bo.says(`round ${round}`, id);
    await reaches(successor, id, rev);
    await closing;
    current = successor;
  }
  await until("only the last one is left", () => connectionsOf(server, ana).length === 1);
});

test("session.ready is the first frame, also when its user is told something meanwhile", async () => {
  const ana = await server.person("ana");
  const others: Person[] = [];
  for (let number = 1; number <= 8; number++) others.push(await server.person(`f${number}`));
  const connecting = [ana.connect(), ana.connect(), ana.connect()];
  const asking = others.map((other) => other.do("POST", "/v1/friend-requests", { userId: ana.id }));
  const clients = await Promise.all(connecting);
  await Promise.all(asking);
  for (const client of clients) chainsOf(client);
});

test("what is told before a connection is ready comes right after session.ready", async () => {
  const ana = await server.person("ana");
  const { hub } = server.patter;
  // Told in the very moment in which the hub has taken the connection, before anything was read.
  const open = hub.open.bind(hub);
  hub.open = (connection) => {
    const opening = open(connection);
    hub.tell(ana.id, { method: "friend.removed", params: { userId: ana.id } });
    return opening;
  };
  const client = await ana.connect();
  hub.open = open;
  await client.next("friend.removed");
  assert.deepEqual(client.received.map(({ method }) => method), [
    "session.ready",
    "friend.removed",
  ]);
});

test("a message is handed to a member's socket once", async () => {
  const { ana, bo, id } = await server.pair();
  const boLive = await bo.connect();
  const handed = spyOn(connectionsOf(server, bo)[0]!);
  const { rev } = await ana.says("quick", id);
  await reaches(boLive, id, rev);
  assert.equal(handed.filter(({ method }) => method === "changes").length, 1);
});

test("everybody gets everything of a room in which all talk at full speed", async () => {
  const owner = await server.person("owner");
  const people: Person[] = [];
  for (let number = 1; number <= 4; number++) people.push(await server.person(`t${number}`));
  const id = await server.group(owner, people);
  const clients: Client[] = [];
  for (const person of people) clients.push(await person.connect());
  const chatters = clients.map((client) => new Chatter(client, id));
  await until("a few hundred messages", () => chatters.every(({ sent }) => sent.length > 100));
  const sent = (await Promise.all(chatters.map((chatter) => chatter.stop()))).flat();
  const numbers = await numbersOf(world, id);
  assertSeqUnbroken(numbers);
  for (const client of clients) {
    const seen = messagesOf(await reaches(client, id, numbers.lastRev)).map(({ seq }) => seq);
    assert.deepEqual(seen, sent.map(({ seq }) => seq).sort((a, b) => a - b));
  }
});
