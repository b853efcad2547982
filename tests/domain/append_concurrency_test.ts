/** Many senders, two instances, one database: no hole in `seq` or `rev`, no double, no deadlock. */
import { strict as assert } from "node:assert";
import { joinGroup } from "../../domain/joining.ts";
import { removeMember } from "../../domain/members.ts";
import { sendMessage } from "../../domain/messages.ts";
import { memoryBus } from "../../realtime/bus_memory.ts";
import type { Sent } from "../../schemas/messages.ts";
import type { Client } from "../support/client.ts";
import { viewOf } from "../support/chat.ts";
import { assertRevUnbroken, assertSeqUnbroken, numbersOf } from "../support/numbering.ts";
import { until } from "../support/waiting.ts";
import { type Instance, openWorld, type Person, test } from "../support/world.ts";

const world = await openWorld();
const bus = memoryBus();
const instances = [await world.instance({}, { bus }), await world.instance({}, { bus })] as const;
const [server] = instances;

function send(at: Instance, person: Person, conversationId: string, clientId: string) {
  const input = { conversationId, clientId, kind: "text", body: { text: clientId } } as const;
  return sendMessage(at.patter.app, person.actor, input);
}

async function people(count: number): Promise<Person[]> {
  const made: Person[] = [];
  for (let place = 0; place < count; place++) made.push(await server.person(`p${place}`));
  return made;
}

/** Sends of everyone, on both instances by turns, all at once. */
function flood(
  persons: Person[],
  ids: string[],
  rounds: number,
): Promise<[string, string, Sent][]> {
  const sends = Array.from({ length: rounds }).flatMap((_, round) =>
    persons.flatMap((person, place) =>
      ids.map(async (id, turn): Promise<[string, string, Sent]> => {
        const clientId = `${place}-${round}`;
        const at = instances[(place + round + turn) % 2]!;
        return [id, `${person.id}/${clientId}`, await send(at, person, id, clientId)];
      })
    )
  );
  return Promise.all(sends);
}

async function assertStored(id: string, sent: [string, string, Sent][]): Promise<void> {
  const numbers = await numbersOf(world, id);
  assertSeqUnbroken(numbers);
  const stored = new Map(numbers.messages.map((one) => [`${one.senderId}/${one.clientId}`, one]));
  for (const [, key, { seq, rev, at }] of sent.filter(([where]) => where === id)) {
    const one = stored.get(key);
    assert.deepEqual([one?.seq, one?.rev, one?.atMs], [seq, rev, Date.parse(at)], key);
  }
}

/** Waits until an observer has come to `rev`; every step must begin where the last one ended. */
async function assertUnbrokenLive(live: Client, id: string, from: number, to: number) {
  const steps = () => live.all("changes").filter(({ conversationId }) => conversationId === id);
  await until(`rev ${to} is seen`, () => (steps().at(-1)?.rev ?? from) >= to);
  let last = from;
  for (const { prevRev, rev } of steps()) {
    assert.equal(prevRev, last);
    last = rev;
  }
  assert.equal(last, to);
  return steps().flatMap(({ messages }) => messages.map(({ seq }) => seq));
}

test("two instances' senders in one conversation make no hole, and all see one order", async () => {
  const [owner, ...others] = await people(6);
  const id = await server.group(owner!, others);
  const { lastRev: from } = await viewOf(owner!, id);
  const lives = [await owner!.connect(), await others[0]!.connect(instances[1])];
  const sent = await flood([owner!, ...others], [id], 40);
  assert.equal(sent.filter(([, , { duplicate }]) => duplicate).length, 0);
  await assertStored(id, sent);
  const numbers = await numbersOf(world, id);
  assert.equal(numbers.lastSeq, 1 + 240);
  assertRevUnbroken(numbers, 2);
  const orders = await Promise.all(
    lives.map((live) => assertUnbrokenLive(live, id, from, numbers.lastRev)),
  );
  const expected = numbers.messages.slice(1).map(({ seq }) => seq);
  assert.deepEqual(orders, [expected, expected]);
});

test("batches across conversations from both sides neither block nor mix each other", async () => {
  const [owner, ...others] = await people(4);
  const ids: string[] = [];
  for (let place = 0; place < 6; place++) ids.push(await server.group(owner!, others));
  const everyone = [owner!, ...others];
  const sent = (await Promise.all([
    flood(everyone.slice(0, 2), ids, 15),
    flood(everyone.slice(2).reverse(), ids.toReversed(), 15),
  ])).flat();
  for (const id of ids) {
    await assertStored(id, sent);
    const numbers = await numbersOf(world, id);
    assert.equal(numbers.lastSeq, 1 + 60);
    assertRevUnbroken(numbers, 2);
  }
});

async function comeAndGo(at: Instance, person: Person, ids: string[], rounds: number) {
  for (let round = 0; round < rounds; round++) {
    for (const id of ids) await joinGroup(at.patter.app, person.actor, { groupId: id });
    for (const groupId of ids.toReversed()) {
      await removeMember(at.patter.app, person.actor, { groupId, userId: person.id });
    }
  }
}

test("members who come and go meanwhile cost no send, no number and no order", async () => {
  const [owner, ...others] = await people(3);
  const restless = await people(3);
  const ids = [await server.group(owner!, others), await server.group(owner!, others)];
  const begun = await Promise.all(ids.map((id) => viewOf(owner!, id)));
  const lives = [await owner!.connect(), await others[0]!.connect(instances[1])];
  const [sent] = await Promise.all([
    flood([owner!, ...others], ids, 30),
    ...restless.map((person, place) => comeAndGo(instances[place % 2]!, person, ids, 5)),
  ]);
  for (const [place, id] of ids.entries()) {
    await assertStored(id, sent);
    const { lastSeq, lastRev } = await numbersOf(world, id);
    // One message a coming and a going; a `rev` each for the member, the message and the state.
    const comings = restless.length * 5 * 2;
    assert.equal(lastSeq, 1 + 90 + comings);
    assert.equal(lastRev, begun[place]!.lastRev + 90 + comings * 3);
    const orders = await Promise.all(
      lives.map((live) => assertUnbrokenLive(live, id, begun[place]!.lastRev, lastRev)),
    );
    assert.deepEqual(orders[0], Array.from({ length: lastSeq - 1 }, (_, seq) => seq + 2));
    assert.deepEqual(orders[1], orders[0]);
    assert.equal((await viewOf(owner!, id)).memberCount, 3);
  }
});

test("the same clientIds from two instances at once, in shuffled batches, are stored once", async () => {
  const [owner, ...others] = await people(3);
  const ids = [await server.group(owner!, others), await server.group(owner!, others)];
  const everyone = [owner!, ...others];
  const answers = await Promise.all(
    instances.flatMap((at, side) =>
      ids.flatMap((id) =>
        everyone.flatMap((person) =>
          Array.from({ length: 30 }, async (_, place) => {
            const clientId = `c-${side === 0 ? place : 29 - place}`;
            return { id, ...await send(at, person, id, clientId) };
          })
        )
      )
    ),
  );
  for (const id of ids) {
    const mine = answers.filter((answer) => answer.id === id);
    assert.equal(mine.filter(({ duplicate }) => !duplicate).length, 90);
    assert.equal(mine.filter(({ duplicate }) => duplicate).length, 90);
    const numbers = await numbersOf(world, id);
    assert.equal(numbers.lastSeq, 91);
    assertSeqUnbroken(numbers);
    assertRevUnbroken(numbers, 2);
  }
});
