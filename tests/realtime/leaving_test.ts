/** Going out of a group, or being put out: the changes that say so, the word, and nothing after. */
import { strict as assert } from "node:assert";
import { chainOf, chainsOf, messagesOf, reaches } from "../support/chain.ts";
import { changesOf } from "../support/chat.ts";
import { Chatter, say } from "../support/chatter.ts";
import type { Client } from "../support/client.ts";
import { add } from "../support/groups.ts";
import { LossyBus } from "../support/lossy_bus.ts";
import { numbersOf } from "../support/numbering.ts";
import { connectionsOf, namesOf, spyOn, sweepsNoUsers } from "../support/sockets.ts";
import { until } from "../support/waiting.ts";
import { openWorld, type Person, type Site, test } from "../support/world.ts";

const world = await openWorld();
const bus = new LossyBus();
const server = await world.instance({}, { bus: bus.connect });
const other = await world.instance({}, { bus: bus.connect });

async function three(): Promise<[Person, Person, Person]> {
  bus.heal();
  return [await server.person("owner"), await server.person("bo"), await server.person("cy")];
}

function remove(actor: Person, id: string, person: Person, at: Site = actor.at) {
  const authorization = `Bearer ${actor.session.accessToken}`;
  return at.ask("DELETE", `/v1/groups/${id}/members/${person.id}`, undefined, { authorization });
}

/** It was told of its leaving last, and what is said now does not reach it. */
async function assertIsOut(client: Client, owner: Person, id: string, control: Client) {
  await client.next("conversation.left", ({ conversationId }) => conversationId === id);
  const { rev } = await owner.says("after all that", id);
  await reaches(control, id, rev);
  await client.call("ping");
  const chain = chainOf(client, id);
  assert.equal(chain.hasLeft, true);
  assert.ok(chain.rev < rev);
}

for (const reason of ["removed", "left"] as const) {
  test(`who is out (${reason}) gets the changes that say so, the word, and nothing after, on each device`, async () => {
    const [owner, bo, cy] = await three();
    const id = await server.group(owner, [bo, cy]);
    const devices = [await bo.connect(), await bo.connect(), await bo.connect(other)];
    const control = await cy.connect();
    await owner.says("before", id);
    assert.equal((await remove(reason === "left" ? bo : owner, id, bo)).status, 204);
    for (const client of devices) {
      await assertIsOut(client, owner, id, control);
      assert.equal(client.all("conversation.left")[0]!.reason, reason);
      const { members, messages, conversation } = chainOf(client, id).changes.at(-1)!;
      assert.notEqual(members.find(({ userId }) => userId === bo.id)?.leftAt ?? null, null);
      assert.equal((messages.at(-1)!.body as { event: string }).event, reason);
      assert.equal(conversation?.memberCount, 2);
    }
    const { rev, hasMore } = await changesOf(bo, id);
    assert.deepEqual([rev, hasMore], [chainOf(devices[0]!, id).rev, false]);
  });
}

test("who is removed is out before the remover has the answer", async () => {
  const [owner, bo, cy] = await three();
  const id = await server.group(owner, [bo, cy]);
  await bo.connect();
  const control = await cy.connect();
  const handed = spyOn(connectionsOf(server, bo)[0]!);
  await remove(owner, id, bo);
  assert.equal(namesOf(handed).at(-1), "conversation.left");
  assert.equal(server.patter.hub.seat(id, bo.id), undefined);
  await assertIsOut(bo.clients[0]!, owner, id, control);
});

test("who is removed is out before the answer also where changes from before are still to come", async () => {
  const [owner, bo, cy] = await three();
  const id = await server.group(owner, [bo, cy]);
  const client = await bo.connect(other);
  const control = await cy.connect(other);
  const handed = spyOn(connectionsOf(other, bo)[0]!);
  bus.drop(({ type }) => type === "changes");
  for (let number = 1; number <= 3; number++) await owner.says(`unheard ${number}`, id);
  assert.equal((await remove(owner, id, bo, other)).status, 204);
  assert.equal(namesOf(handed).at(-1), "conversation.left");
  bus.heal();
  await assertIsOut(client, owner, id, control);
  const texts = messagesOf(chainOf(client, id)).map(({ body }) => (body as { text?: string }).text);
  assert.deepEqual(texts.slice(0, 3), ["unheard 1", "unheard 2", "unheard 3"]);
});

test("a removal on another instance takes effect when the bus brings it", async () => {
  const [owner, bo, cy] = await three();
  const id = await server.group(owner, [bo, cy]);
  const [client, control] = [await bo.connect(other), await cy.connect(other)];
  await remove(owner, id, bo);
  await assertIsOut(client, owner, id, control);
  assert.equal(other.patter.hub.seat(id, bo.id), undefined);
});

test("sends in flight at a removal are stored before it or refused, never after", async () => {
  const [owner, bo, cy] = await three();
  const id = await server.group(owner, [bo, cy]);
  const [client, elsewhere] = [await bo.connect(), await bo.connect(other)];
  const control = await cy.connect();
  const sends = [client, elsewhere].flatMap((from) =>
    Array.from(
      { length: 100 },
      (_, number) => say(from, id, `${number}`).then(({ rev }) => rev, (error) => String(error)),
    )
  );
  const removal = remove(owner, id, bo);
  const outcomes = await Promise.all(sends);
  assert.equal((await removal).status, 204);
  for (const from of [client, elsewhere]) await assertIsOut(from, owner, id, control);
  const end = chainOf(client, id).rev;
  for (const outcome of outcomes) {
    if (typeof outcome === "number") {
      assert.ok(outcome < end, `stored at ${outcome}, left at ${end}`);
    } else assert.match(outcome, /notMember/);
  }
  const { messages } = await numbersOf(world, id);
  const stored = messages.filter(({ senderId }) => senderId === bo.id);
  assert.equal(stored.length, outcomes.filter((outcome) => typeof outcome === "number").length);
  assert.equal(chainOf(elsewhere, id).rev, end);
});

test("while others talk at full speed who leaves has all up to the end and nothing after it", async () => {
  const [owner, bo, cy] = await three();
  const id = await server.group(owner, [bo, cy]);
  const devices = [await bo.connect(), await bo.connect(other)];
  const chatters = [
    new Chatter(await cy.connect(), id),
    new Chatter(await owner.connect(other), id),
  ];
  await until("they talk", () => chatters.every(({ sent }) => sent.length > 20));
  await remove(bo, id, bo);
  await until("they talk on", () => chatters.every(({ sent }) => sent.length > 60));
  await Promise.all(chatters.map((chatter) => chatter.stop()));
  const { messages } = await numbersOf(world, id);
  for (const client of devices) {
    const chain = chainOf(client, id);
    assert.equal(chain.hasLeft, true);
    const from = chain.changes[0]!.prevRev;
    const due = messages.filter(({ rev }) => rev > from && rev <= chain.rev);
    assert.deepEqual(messagesOf(chain).map(({ seq }) => seq), due.map(({ seq }) => seq));
    assert.ok(messages.at(-1)!.rev > chain.rev);
  }
});

test("who leaves and comes back again and again follows from each return on, and no word of between", async () => {
  const [owner, bo] = await three();
  const id = await server.group(owner, [bo]);
  const devices = [await bo.connect(), await bo.connect(other)];
  for (let round = 1; round <= 5; round++) {
    await remove(owner, id, bo);
    await owner.says(`secret ${round}`, id);
    await add(owner, id, bo);
    const { rev } = await owner.says(`open ${round}`, id);
    for (const client of devices) await reaches(client, id, rev);
  }
  for (const client of devices) {
    assert.equal(chainOf(client, id).joins, 5);
    assert.deepEqual(client.texts(id), [1, 2, 3, 4, 5].map((round) => `open ${round}`));
  }
});

test("who comes back before the word of leaving has come follows all the same", async () => {
  const [owner, bo, cy] = await three();
  const id = await server.group(owner, [bo, cy]);
  const client = await bo.connect(other);
  // Somebody else keeps the room: where nobody does, it is the sweep that finds who came back.
  await cy.connect(other);
  using _ = sweepsNoUsers(other);
  bus.hold(({ type }) => type === "changes");
  await remove(owner, id, bo);
  await owner.says("secret", id);
  await add(owner, id, bo);
  // The word of the return is there first; what it stands on comes now.
  bus.release();
  await client.next("conversation.joined", ({ conversation }) => conversation.id === id);
  const { rev } = await owner.says("open", id);
  const chain = await reaches(client, id, rev);
  assert.equal(chain.hasLeft, false);
  assert.deepEqual(client.texts(id), ["open"]);
});

test("changes in any order around leaving and coming back end the same", async () => {
  const [owner, bo, cy] = await three();
  const id = await server.group(owner, [bo, cy]);
  const [client, control] = [await bo.connect(other), await cy.connect(other)];
  bus.hold(() => true);
  await remove(owner, id, bo);
  await owner.says("secret", id);
  await add(owner, id, bo);
  await owner.says("open", id);
  bus.release("reversed");
  const { rev } = await owner.says("last", id);
  await reaches(control, id, rev);
  await reaches(client, id, rev);
  assert.ok(client.frames.every((frame) => !frame.includes("secret")));
});

test("the word of a removal that comes a second time, after the return, changes nothing", async () => {
  const [owner, bo, cy] = await three();
  const id = await server.group(owner, [bo, cy]);
  const client = await bo.connect(other);
  bus.faults = { ...bus.faults, duplicate: 1, delay: 0.5, delayMs: 40 };
  await remove(owner, id, bo);
  await add(owner, id, bo);
  bus.faults = { ...bus.faults, duplicate: 0, delay: 0 };
  await until("it is back", () => chainsOf(client).get(id)?.hasLeft === false);
  const { rev } = await owner.says("here", id);
  assert.equal((await reaches(client, id, rev)).hasLeft, false);
  await until("nothing is late", () => other.patter.hub.rooms.get(id)!.hasGap === false);
  const next = await owner.says("still here", id);
  assert.equal((await reaches(client, id, next.rev)).hasLeft, false);
});

test("when the last one here has left, no room is left here", async () => {
  const [owner, bo] = await three();
  const id = await server.group(owner, [bo]);
  const client = await bo.connect(other);
  assert.ok(other.patter.hub.rooms.has(id));
  await remove(owner, id, bo);
  await client.next("conversation.left");
  assert.equal(other.patter.hub.rooms.has(id), false);
  assert.equal(connectionsOf(other, bo)[0]!.rooms.size, 0);
});
