/** Dismissing a group: everybody gets the changes that say so, the word, and nothing after. */
import { strict as assert } from "node:assert";
import { chainOf } from "../support/chain.ts";
import { changesOf, refusalOf, viewOf } from "../support/chat.ts";
import { Chatter, say } from "../support/chatter.ts";
import type { Client } from "../support/client.ts";
import { LossyBus } from "../support/lossy_bus.ts";
import { connectionsOf, namesOf, spyOn } from "../support/sockets.ts";
import { until } from "../support/waiting.ts";
import { openWorld, type Person, test } from "../support/world.ts";

const world = await openWorld();
const bus = new LossyBus();
const server = await world.instance({}, { bus: bus.connect });
const other = await world.instance({}, { bus: bus.connect });

async function three(): Promise<[Person, Person, Person]> {
  bus.heal();
  return [await server.person("owner"), await server.person("bo"), await server.person("cy")];
}

function dismiss(owner: Person, id: string): Promise<void> {
  return owner.do("DELETE", `/v1/groups/${id}`);
}

/** It was told in this order: the changes with the message and the state, then the word. */
async function assertEnded(client: Client, id: string): Promise<void> {
  const { reason } = await client.next(
    "conversation.left",
    ({ conversationId }) => conversationId === id,
  );
  assert.equal(reason, "dismissed");
  const { changes, hasLeft } = chainOf(client, id);
  const { messages, conversation } = changes.at(-1)!;
  assert.equal((messages.at(-1)?.body as { event: string }).event, "dismissed");
  assert.notEqual(conversation?.dismissedAt ?? null, null);
  assert.equal(hasLeft, true);
}

test("every device on every instance is told, the owner's too, and the rooms are gone", async () => {
  const [owner, bo, cy] = await three();
  const id = await server.group(owner, [bo, cy]);
  const clients = [
    await owner.connect(),
    await bo.connect(),
    await bo.connect(),
    await bo.connect(other),
    await cy.connect(other),
  ];
  await owner.says("before", id);
  await dismiss(owner, id);
  for (const client of clients) await assertEnded(client, id);
  assert.equal(server.patter.hub.rooms.has(id), false);
  await until("the other room is gone", () => !other.patter.hub.rooms.has(id));
});

test("connections here have the word before the owner has the answer", async () => {
  const [owner, bo] = await three();
  const id = await server.group(owner, [bo]);
  await bo.connect();
  const handed = spyOn(connectionsOf(server, bo)[0]!);
  await dismiss(owner, id);
  assert.equal(namesOf(handed).at(-1), "conversation.left");
});

test("they have it before the answer also where changes from before are still to come", async () => {
  const [owner, bo] = await three();
  const id = await server.group(owner, [bo]);
  const client = await bo.connect(other);
  const handed = spyOn(connectionsOf(other, bo)[0]!);
  bus.drop(({ type }) => type === "changes");
  await owner.says("unheard", id);
  const authorization = `Bearer ${owner.session.accessToken}`;
  const answer = await other.ask("DELETE", `/v1/groups/${id}`, undefined, { authorization });
  assert.equal(answer.status, 204);
  assert.equal(namesOf(handed).at(-1), "conversation.left");
  await assertEnded(client, id);
  assert.deepEqual(client.texts(id), ["unheard"]);
});

test("an instance that hears nothing of it finds out by itself", async () => {
  const [owner, bo] = await three();
  const id = await server.group(owner, [bo]);
  const client = await bo.connect(other);
  bus.drop(() => true);
  await dismiss(owner, id);
  await assertEnded(client, id);
  await until("the room is gone", () => !other.patter.hub.rooms.has(id));
});

test("who connects afterwards does not follow it, and reads it as it is", async () => {
  const [owner, bo] = await three();
  const id = await server.group(owner, [bo]);
  await owner.says("before", id);
  await dismiss(owner, id);
  const client = await bo.connect();
  assert.equal(server.patter.hub.rooms.has(id), false);
  assert.equal(await refusalOf(say(client, id, "after")), "conversationDismissed");
  const { my, dismissedAt, lastSeq, lastRev } = await viewOf(bo, id);
  assert.deepEqual([my.leftAt, dismissedAt === null, lastSeq], [null, false, 3]);
  const page = await changesOf(bo, id);
  assert.deepEqual([page.rev, page.conversation?.dismissedAt], [lastRev, dismissedAt]);
  assert.equal((await client.call("message.list", { conversationId: id })).items.length, 3);
});

test("a send whose permission is remembered is refused once the group is dismissed", async () => {
  const [owner, bo] = await three();
  const id = await server.group(owner, [bo]);
  const near = await bo.connect();
  const far = await bo.connect(other);
  for (const client of [near, far]) await say(client, id, "warm");
  bus.drop(() => true);
  await dismiss(owner, id);
  for (const client of [near, far]) {
    assert.equal(await refusalOf(say(client, id, "too late")), "conversationDismissed");
  }
  assert.equal((await viewOf(bo, id)).lastSeq, 4);
});

test("dismissed in the middle of talk: what was answered is there, and the dismissal is last", async () => {
  const [owner, bo, cy] = await three();
  for (let round = 0; round < 5; round++) {
    const id = await server.group(owner, [bo, cy]);
    const clients = [await bo.connect(), await cy.connect(other)];
    const chatters = clients.map((client) => new Chatter(client, id));
    await until("they talk", () => chatters.every(({ sent }) => sent.length > 3));
    await dismiss(owner, id);
    const answered: number[] = [];
    for (const chatter of chatters) {
      assert.equal(await refusalOf(chatter.stop()), "conversationDismissed");
      answered.push(...chatter.sent.map(({ seq }) => seq));
    }
    for (const client of clients) await assertEnded(client, id);
    const { lastSeq } = await viewOf(bo, id);
    for (const seq of answered) assert.ok(seq < lastSeq);
    for (const client of clients) {
      const seqs = chainOf(client, id).changes.flatMap(({ messages }) =>
        messages.map(({ seq }) => seq)
      );
      assert.equal(seqs.at(-1), lastSeq);
      assert.equal(new Set(seqs).size, seqs.length);
      await client.close();
    }
  }
});

test("a connection that is being set up while the group is dismissed does not stay in it", async () => {
  const [owner, bo] = await three();
  const ids: string[] = [];
  for (let number = 0; number < 5; number++) ids.push(await server.group(owner, [bo]));
  const opening = Promise.all([bo.connect(), bo.connect(), bo.connect(other)]);
  await Promise.all(ids.map((id) => dismiss(owner, id)));
  const clients = await opening;
  await until(
    "no room of them is left",
    () => [server, other].every(({ patter: { hub } }) => ids.every((id) => !hub.rooms.has(id))),
  );
  for (const client of clients) {
    await client.call("ping");
    for (const id of ids) {
      const seen = client.all("changes").some(({ conversationId }) => conversationId === id);
      if (seen) await assertEnded(client, id);
    }
  }
});
