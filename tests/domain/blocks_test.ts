/** Blocks: set, listed, ended; what they end, and who is refused what between the two. */
import { strict as assert } from "node:assert";
import { memoryBus } from "../../realtime/bus_memory.ts";
import type { Conversation } from "../../schemas/conversations.ts";
import type { Page } from "../../schemas/fields.ts";
import type { Block, Friend } from "../../schemas/friends.ts";
import { historyOf, listOf, refusalOf, viewOf } from "../support/chat.ts";
import { say } from "../support/chatter.ts";
import type { Client } from "../support/client.ts";
import { crowd } from "../support/groups.ts";
import { numbersOf } from "../support/numbering.ts";
import { assertRefused, type Instance, openWorld, type Person, test } from "../support/world.ts";

const world = await openWorld();

/** Two instances that hear each other, and one that hears nothing: what it remembers goes stale. */
async function cluster(policy: "friends" | "anyone"): Promise<[Instance, Instance, Instance]> {
  const bus = memoryBus();
  const settings = { DIRECT_POLICY: policy };
  return [
    await world.instance(settings, { bus }),
    await world.instance(settings, { bus }),
    await world.instance(settings),
  ];
}

const clusters = { friends: await cluster("friends"), anyone: await cluster("anyone") };
const policies = ["friends", "anyone"] as const;
const [server, second] = clusters.friends;

function block(person: Person, other: Person): Promise<Block> {
  return person.do<Block>("PUT", `/v1/blocks/${other.id}`);
}

function unblock(person: Person, other: Person): Promise<null> {
  return person.do<null>("DELETE", `/v1/blocks/${other.id}`);
}

async function blocksOf(person: Person, query = ""): Promise<Block[]> {
  return (await person.do<Page<Block>>("GET", `/v1/blocks${query}`)).items;
}

async function friendsOf(person: Person): Promise<string[]> {
  const { items } = await person.do<Page<Friend>>("GET", "/v1/friends");
  return items.map(({ user }) => user.id);
}

/** Two who may write to each other: friends where they must be, strangers where anyone may. */
async function talkers(
  policy: "friends" | "anyone",
): Promise<{ ana: Person; bo: Person; id: string }> {
  const [at] = clusters[policy];
  if (policy === "friends") return await at.pair();
  const [ana, bo] = await crowd(at, 2) as [Person, Person];
  const opening = { userId: bo.id };
  const { id } = await ana.do<Conversation>("POST", "/v1/conversations/direct", opening);
  return { ana, bo, id };
}

/** Sends by REST, on an instance of one's choice, and gives "ok" or the code. */
async function sends(at: Instance, person: Person, id: string): Promise<string> {
  const message = { clientId: crypto.randomUUID(), kind: "text", body: { text: "by REST" } };
  const { status, body } = await at.ask("POST", `/v1/conversations/${id}/messages`, message, {
    authorization: `Bearer ${person.session.accessToken}`,
  });
  return status === 201 ? "ok" : body.code;
}

/** Connections on each instance; all have sent, so that the instances remember that they may. */
async function warmed(person: Person, id: string, at: readonly Instance[]): Promise<Client[]> {
  const lives: Client[] = [];
  for (const instance of at) {
    const live = await person.connect(instance);
    await say(live, id, "warm");
    lives.push(live);
  }
  return lives;
}

test("a block is the user and since when, and is listed to the one who blocks alone", async () => {
  const [ana, bo] = await crowd(server, 2) as [Person, Person];
  const { status, body } = await ana.ask<Block>("PUT", `/v1/blocks/${bo.id}`);
  assert.equal(status, 200);
  assert.deepEqual(Object.keys(body).sort(), ["since", "user"]);
  assert.deepEqual(body.user, await ana.do("GET", `/v1/users/${bo.id}`));
  assert.equal(new Date(body.since).toISOString(), body.since);
  assert.deepEqual(await ana.do("GET", "/v1/blocks"), { items: [body], nextCursor: null });
  assert.deepEqual(await blocksOf(bo), []);
});

test("blocking once more changes nothing, not even since when, and tells nobody", async () => {
  const [ana, bo] = await crowd(server, 2) as [Person, Person];
  const first = await block(ana, bo);
  const live = await ana.connect();
  world.clock.advanceMs(60_000);
  assert.deepEqual(await block(ana, bo), first);
  assert.deepEqual(await blocksOf(ana), [first]);
  await live.call("ping");
  assert.deepEqual(live.all("block.added"), []);
});

test("of several blocks of one person at once there is one, since one moment", async () => {
  for (let round = 0; round < 3; round++) {
    const [ana, bo] = await crowd(server, 2) as [Person, Person];
    const blocks = await Promise.all(Array.from({ length: 10 }, () => block(ana, bo)));
    assert.equal(new Set(blocks.map(({ since }) => since)).size, 1);
    assert.deepEqual(await blocksOf(ana), [blocks[0]]);
  }
});

test("blocks are listed in pages that follow one another by cursor", async () => {
  const [ana, ...others] = await crowd(server, 6) as [Person, ...Person[]];
  for (const other of others) await block(ana, other);
  const first = await ana.do<Page<Block>>("GET", "/v1/blocks?limit=3");
  const next = await ana.do<Page<Block>>("GET", `/v1/blocks?limit=3&cursor=${first.nextCursor}`);
  assert.deepEqual([first.items.length, next.items.length, next.nextCursor], [3, 2, null]);
  const ids = [...first.items, ...next.items].map(({ user }) => user.id);
  assert.deepEqual(ids.sort(), others.map(({ id }) => id).sort());
  for (const query of ["limit=0", "limit=101", "cursor=x"]) {
    assertRefused(await ana.ask("GET", `/v1/blocks?${query}`), 400, "invalidInput");
  }
});

test("oneself and nobody cannot be blocked; what is no block cannot be ended", async () => {
  const [ana, bo] = await crowd(server, 2) as [Person, Person];
  const self = await ana.ask("PUT", `/v1/blocks/${ana.id}`);
  assertRefused(self, 400, "invalidInput");
  assert.deepEqual(self.body.errors?.map(({ path }) => path), ["userId"]);
  assertRefused(await ana.ask("PUT", `/v1/blocks/${crypto.randomUUID()}`), 404, "notFound");
  await block(ana, bo);
  for (const [person, id] of [[bo, ana.id], [ana, ana.id], [ana, crypto.randomUUID()]] as const) {
    assertRefused(await person.ask("DELETE", `/v1/blocks/${id}`), 404, "notFound");
  }
  const gone = await ana.ask("DELETE", `/v1/blocks/${bo.id}`);
  assert.deepEqual([gone.status, gone.body], [204, null]);
  assertRefused(await ana.ask("DELETE", `/v1/blocks/${bo.id}`), 404, "notFound");
  for (const method of ["PUT", "DELETE"]) {
    assertRefused(await ana.ask(method, "/v1/blocks/bo"), 400, "invalidInput");
  }
  assert.deepEqual(await blocksOf(ana), []);
});

test("a block ends the friendship for both, and no other; its end does not bring it back", async () => {
  const [ana, bo, cy] = await crowd(server, 3) as [Person, Person, Person];
  await server.befriend(ana, bo);
  await server.befriend(cy, ana);
  await server.befriend(cy, bo);
  await block(ana, bo);
  assert.deepEqual([await friendsOf(ana), await friendsOf(bo)], [[cy.id], [cy.id]]);
  for (const [person, other] of [[ana, bo], [bo, ana]] as const) {
    assertRefused(await person.ask("DELETE", `/v1/friends/${other.id}`), 404, "notFound");
  }
  await unblock(ana, bo);
  assert.deepEqual([await friendsOf(ana), await friendsOf(bo)], [[cy.id], [cy.id]]);
});

test("the end of the friendship is told to all devices of both, the block to the blocker's", async () => {
  const [ana, bo] = await crowd(server, 2) as [Person, Person];
  await server.befriend(ana, bo);
  const mine = [
    await ana.connect(),
    await ana.connect(second),
    await (await ana.again()).connect(),
  ];
  const theirs = [await bo.connect(), await bo.connect(second)];
  const added = await block(ana, bo);
  await unblock(ana, bo);
  for (const live of mine) {
    assert.deepEqual(await live.next("block.added"), added);
    assert.deepEqual(await live.next("friend.removed"), { userId: bo.id });
    assert.deepEqual(await live.next("block.removed"), { userId: bo.id });
  }
  for (const live of theirs) {
    assert.deepEqual(await live.next("friend.removed"), { userId: ana.id });
    await live.call("ping");
    const names = live.told.map(({ method }) => method);
    assert.deepEqual(names, ["session.ready", "friend.removed"]);
  }
});

test("who was no friend is told nothing of a block", async () => {
  const [ana, bo] = await crowd(server, 2) as [Person, Person];
  const [mine, theirs] = [await ana.connect(), await bo.connect()];
  await block(ana, bo);
  await mine.next("block.added");
  await unblock(ana, bo);
  await mine.next("block.removed");
  assertRefused(await ana.ask("DELETE", `/v1/blocks/${bo.id}`), 404, "notFound");
  for (const live of [mine, theirs]) await live.call("ping");
  assert.deepEqual(mine.told.map(({ method }) => method), [
    "session.ready",
    "block.added",
    "block.removed",
  ]);
  assert.deepEqual(theirs.told.map(({ method }) => method), ["session.ready"]);
});

test("both still read the conversation of two, and find it in their lists", async () => {
  const { ana, bo, id } = await server.pair();
  const [first, last] = [await ana.says("first", id), await bo.says("last", id)];
  await block(ana, bo);
  for (const person of [ana, bo]) {
    const { items } = await historyOf(person, id);
    assert.deepEqual(items.map(({ seq }) => seq), [first.seq, last.seq]);
    assert.equal((await viewOf(person, id)).lastMessage?.seq, last.seq);
    assert.deepEqual((await listOf(person)).items.map((item) => item.id), [id]);
  }
});

for (const policy of policies) {
  const at = clusters[policy];
  const after = policy === "anyone" ? "ok" : "notFriends";

  test(`with ${policy}, the blocker's sends answer blocked, theirs notFriends, wherever they are made`, async () => {
    const { ana, bo, id } = await talkers(policy);
    const [anaLives, boLives] = [await warmed(ana, id, at), await warmed(bo, id, at)];
    const { lastSeq } = await viewOf(ana, id);
    await block(ana, bo);
    // Twice: the first finds what is remembered to be old, the second is decided on what is new.
    for (const text of ["after", "again"]) {
      for (const live of anaLives) assert.equal(await refusalOf(say(live, id, text)), "blocked");
      for (const live of boLives) assert.equal(await refusalOf(say(live, id, text)), "notFriends");
    }
    for (const instance of at) {
      assert.equal(await sends(instance, ana, id), "blocked");
      assert.equal(await sends(instance, bo, id), "notFriends");
    }
    assert.equal((await numbersOf(world, id)).lastSeq, lastSeq);
  });

  test(`with ${policy}, sends after the block has ended answer ${after}`, async () => {
    const { ana, bo, id } = await talkers(policy);
    const lives = [...await warmed(ana, id, at), ...await warmed(bo, id, at)];
    await block(ana, bo);
    for (const live of lives) await refusalOf(say(live, id, "during"));
    await unblock(ana, bo);
    for (const live of lives) {
      const sent = say(live, id, "after");
      assert.equal(await sent.then(() => "ok", () => refusalOf(sent)), after);
    }
    for (const person of [ana, bo]) {
      for (const instance of at) assert.equal(await sends(instance, person, id), after);
    }
  });

  test(`with ${policy}, of two who block each other both are told blocked, until one ends it`, async () => {
    const { ana, bo, id } = await talkers(policy);
    await block(ana, bo);
    await block(bo, ana);
    assert.deepEqual(
      [await sends(at[0], ana, id), await sends(at[1], bo, id)],
      Array(2).fill("blocked"),
    );
    await unblock(ana, bo);
    assert.deepEqual([await sends(at[0], ana, id), await sends(at[1], bo, id)], [
      "notFriends",
      "blocked",
    ]);
  });

  test(`with ${policy}, neither is seen typing by the other, and each is refused like a send`, async () => {
    const { ana, bo, id } = await talkers(policy);
    const [mine, theirs] = [await ana.connect(), await bo.connect()];
    const type = (live: Client) =>
      live.call("conversation.typing", { conversationId: id, typing: true });
    await block(ana, bo);
    assert.equal(await refusalOf(type(mine)), "blocked");
    assert.equal(await refusalOf(type(theirs)), "notFriends");
    for (const live of [mine, theirs]) {
      await live.call("ping");
      assert.deepEqual(live.all("conversation.typing"), []);
    }
  });
}

test("a message stored before the block is still answered with what it became", async () => {
  const { ana, bo, id } = await server.pair();
  const sent = await bo.says("before", id, "same");
  await block(ana, bo);
  const again = await bo.says("before", id, "same");
  assert.deepEqual(again, { ...sent, duplicate: true });
});
