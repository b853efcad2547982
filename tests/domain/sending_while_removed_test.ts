/** Being removed in the middle of sending: what was acknowledged stands before the removal, nothing after. */
import { strict as assert } from "node:assert";
import { joinGroup } from "../../domain/joining.ts";
import { addMembers, removeMember } from "../../domain/members.ts";
import { sendMessage } from "../../domain/messages.ts";
import { Failure } from "../../errors.ts";
import { memoryBus } from "../../realtime/bus_memory.ts";
import type { Sent } from "../../schemas/messages.ts";
import { changesOf, historyOf, viewOf } from "../support/chat.ts";
import { assertSeqUnbroken, numbersOf } from "../support/numbering.ts";
import { within } from "../support/waiting.ts";
import { type Instance, openWorld, type Person, test } from "../support/world.ts";

const world = await openWorld();
const bus = memoryBus();
const server = await world.instance({}, { bus });
const other = await world.instance({}, { bus });
/** Hears nothing of the others: what it keeps in memory goes stale. */
const deaf = await world.instance();

interface Outcome {
  readonly sent: Sent[];
  readonly refusals: string[];
}

/** Sends one after the other, two at a time, until refused. */
async function sendsUntilRefused(at: Instance, person: Person, id: string, name: string) {
  const outcome: Outcome = { sent: [], refusals: [] };
  const run = async (lane: number) => {
    for (let place = 0; place < 2_000; place++) {
      const clientId = `${name}-${lane}-${place}`;
      const input = { conversationId: id, clientId, kind: "text", body: { text: "x" } } as const;
      try {
        outcome.sent.push(await sendMessage(at.patter.app, person.actor, input));
      } catch (error) {
        assert.ok(error instanceof Failure, String(error));
        return void outcome.refusals.push(error.code);
      }
    }
  };
  await Promise.all([0, 1].map(run));
  return outcome;
}

/** Resolves once the conversation has so many messages. */
async function grown(owner: Person, id: string, to: number): Promise<void> {
  while ((await viewOf(owner, id)).lastSeq < to) continue;
}

async function removalRevOf(person: Person, id: string): Promise<number> {
  const { members } = await changesOf(person, id, "?afterRev=0&limit=100");
  const mine = members.find(({ userId }) => userId === person.id) ??
    (await changesOf(person, id, `?afterRev=${(await viewOf(person, id)).lastRev - 1}`)).members[0];
  assert.ok(mine?.leftAt, "the former member sees its own leaving");
  return mine.rev;
}

async function assertNothingAfter(person: Person, id: string, sent: Sent[]): Promise<void> {
  const removedAt = await removalRevOf(person, id);
  const numbers = await numbersOf(world, id);
  assertSeqUnbroken(numbers);
  const stored = numbers.messages.filter(({ senderId }) => senderId === person.id);
  assert.deepEqual(
    sent.map(({ seq }) => seq).sort((a, b) => a - b),
    stored.map(({ seq }) => seq),
    "acknowledged and stored are the same messages",
  );
  for (const { rev } of stored) assert.ok(rev < removedAt, `rev ${rev} is after ${removedAt}`);
}

test("every acknowledged message lies before the removal, nothing is stored after", async () => {
  const [ana, bo] = [await server.person("ana"), await server.person("bo")];
  const id = await server.group(ana, [bo]);
  const live = await bo.connect();
  await bo.connect(other);
  const senders = Promise.all(
    [server, other, deaf].map((at, place) => sendsUntilRefused(at, bo, id, `s${place}`)),
  );
  await grown(ana, id, 10);
  await removeMember(server.patter.app, ana.actor, { groupId: id, userId: bo.id });
  const outcomes = await within("all are refused", senders);
  const refusals = outcomes.flatMap((outcome) => outcome.refusals);
  assert.deepEqual(new Set(refusals), new Set(["notMember"]));
  assert.equal(refusals.length, 6);
  await assertNothingAfter(bo, id, outcomes.flatMap(({ sent }) => sent));
  await live.next("conversation.left", ({ conversationId }) => conversationId === id);
  const removedAt = await removalRevOf(bo, id);
  assert.equal(live.all("changes").at(-1)?.rev, removedAt);
  assert.equal((await historyOf(bo, id, "?limit=1")).items[0]?.kind, "system");
});

test("leaving oneself while another device sends ends it the same way", async () => {
  const [ana, bo] = [await server.person("ana"), await server.person("bo")];
  const id = await server.group(ana, [bo]);
  const sender = sendsUntilRefused(deaf, bo, id, "s");
  await grown(ana, id, 10);
  await bo.do("DELETE", `/v1/groups/${id}/members/${bo.id}`);
  const { sent, refusals } = await within("all are refused", sender);
  assert.deepEqual(refusals, Array(2).fill("notMember"));
  await assertNothingAfter(bo, id, sent);
});

test("who is removed and brought back over and over sends only while a member", async () => {
  const [ana, bo] = [await server.person("ana"), await server.person("bo")];
  const id = await server.group(ana, [bo]);
  await bo.connect(deaf);
  const rounds: Outcome[] = [];
  for (let round = 0; round < 4; round++) {
    const at = [server, other, deaf][round % 3]!;
    const sender = sendsUntilRefused(at, bo, id, `r${round}`);
    await grown(ana, id, (await viewOf(ana, id)).lastSeq + 5);
    await removeMember(server.patter.app, ana.actor, { groupId: id, userId: bo.id });
    rounds.push(await within("all are refused", sender));
    if (round < 3) {
      if (round % 2 === 0) await joinGroup(deaf.patter.app, bo.actor, { groupId: id });
      else await addMembers(other.patter.app, ana.actor, { groupId: id, userIds: [bo.id] });
    }
  }
  await assertNothingAfter(bo, id, rounds.flatMap(({ sent }) => sent));
  // Each stay's messages lie between the system messages of its coming and going.
  const { messages } = await numbersOf(world, id);
  let isIn = true;
  for (const { senderId, seq } of messages.slice(1)) {
    if (senderId === null) isIn = !isIn;
    else assert.ok(isIn, `seq ${seq} was sent by a former member`);
  }
});

test("unfriending in the middle of sends ends them for both at one point of the order", async () => {
  const { ana, bo, id } = await server.pair();
  await ana.connect(other);
  const senders = Promise.all([
    sendsUntilRefused(other, ana, id, "a"),
    sendsUntilRefused(deaf, bo, id, "b"),
  ]);
  await grown(ana, id, 10);
  await bo.do("DELETE", `/v1/friends/${ana.id}`);
  const { lastSeq } = await viewOf(ana, id);
  const outcomes = await within("all are refused", senders);
  assert.deepEqual(outcomes.flatMap(({ refusals }) => refusals), Array(4).fill("notFriends"));
  const numbers = await numbersOf(world, id);
  assert.equal(numbers.lastSeq, lastSeq, "nothing came after the answer");
  assertSeqUnbroken(numbers);
  assert.equal(outcomes.flatMap(({ sent }) => sent).length, lastSeq);
});
