/** The batched append: order, doubles, neighbours, limits, and time that never runs backwards. */
import { strict as assert } from "node:assert";
import { type LogEntry, type LogResult, MessageLog } from "../../db/message_log.ts";
import { loadSeat } from "../../domain/seats.ts";
import { historyOf, textOf } from "../support/chat.ts";
import { assertRevUnbroken, assertSeqUnbroken, numbersOf } from "../support/numbering.ts";
import { StillClock } from "../support/still_clock.ts";
import { assertFails, openWorld, type Person, test } from "../support/world.ts";

const world = await openWorld();
const server = await world.instance();
const newLog = () => new MessageLog(world.database.query, { queueMax: 1_000 });

async function entryOf(
  person: Person,
  conversationId: string,
  clientId: string,
  more: Partial<LogEntry> = {},
): Promise<LogEntry> {
  const who = { conversationId, userId: person.id };
  const seat = await loadSeat(server.patter.app, world.database.orm, who);
  return {
    conversationId,
    senderId: person.id,
    clientId,
    kind: "text",
    body: { text: clientId },
    guard: seat!.guard,
    memberRev: seat!.memberRev,
    at: new Date(),
    ...more,
  };
}

/** Outcomes with their numbers, as `sent 3`. */
function told(results: readonly LogResult[]): string[] {
  return results.map((result) =>
    "seq" in result ? `${result.outcome} ${result.seq}` : result.outcome
  );
}

test("one turn's appends are stored in the order they were asked for", async () => {
  const { ana, bo, id } = await server.pair();
  const at = new Date();
  const [anas, bos] = [await entryOf(ana, id, "a", { at }), await entryOf(bo, id, "b", { at })];
  const log = newLog();
  const entries = Array.from({ length: 1_000 }, (_, place) => {
    const from = place % 3 === 0 ? bos : anas;
    return { ...from, clientId: `c-${place}` };
  });
  const results = await Promise.all(entries.map((entry) => log.append(entry)));
  assert.deepEqual(told(results), entries.map((_, place) => `sent ${place + 1}`));
  const numbers = await numbersOf(world, id);
  assertSeqUnbroken(numbers);
  assertRevUnbroken(numbers);
  assert.deepEqual(
    numbers.messages.map(({ clientId }) => clientId),
    entries.map((e) => e.clientId),
  );
});

test("doubles in one turn, in the next batch, in another log and later give one message", async () => {
  const { ana, id } = await server.pair();
  const entry = await entryOf(ana, id, "c-1");
  const [log, other] = [newLog(), newLog()];
  const results = await Promise.all([
    log.append(entry),
    log.append({ ...entry, body: { text: "changed" } }),
    other.append(entry),
    log.append({ ...entry, clientId: "c-2" }),
    other.append({ ...entry, clientId: "c-2" }),
  ]);
  results.push(await log.append(entry), await newLog().append(entry));
  const outcomes = told(results);
  assert.equal(outcomes.filter((outcome) => outcome === "sent 1").length, 1, outcomes.join());
  assert.equal(outcomes.filter((outcome) => outcome === "sent 2").length, 1, outcomes.join());
  assert.equal(outcomes.filter((outcome) => outcome.startsWith("duplicate")).length, 5);
  const numbers = await numbersOf(world, id);
  assert.equal(numbers.lastSeq, 2);
  assertSeqUnbroken(numbers);
  assertRevUnbroken(numbers);
});

test("a double within one call to the database would be seen by its unique key", async () => {
  const { ana, id } = await server.pair();
  const entry = await entryOf(ana, id, "c-1");
  const row = { c: id, s: ana.id, k: "c-1", kind: "text", body: {}, at: entry.at };
  const guarded = { ...row, guard: entry.guard, member_rev: entry.memberRev };
  const call = world.database.query("select outcome from append_messages($1::text::jsonb)", [
    JSON.stringify([guarded, guarded]),
  ]);
  await assert.rejects(call, /messages_client/);
  assert.equal((await numbersOf(world, id)).lastSeq, 0);
});

test("an entry that the database refuses fails alone; its neighbours are stored in order", async () => {
  const { ana, bo, id } = await server.pair();
  const good = await entryOf(ana, id, "good");
  const poisons: Partial<LogEntry>[] = [
    { body: { text: "a\u0000b" } },
    { conversationId: "not a uuid" },
    { senderId: "not a uuid" },
    { kind: null as unknown as string },
    { memberRev: "x" as unknown as number },
  ];
  const log = newLog();
  const entries = poisons.flatMap((poison, place) => [
    { ...good, clientId: `before-${place}` },
    { ...good, clientId: `poison-${place}`, ...poison },
  ]);
  const results = await Promise.allSettled(entries.map((entry) => log.append(entry)));
  const stored = results.flatMap((result) => result.status === "fulfilled" ? [result.value] : []);
  assert.deepEqual(told(stored), ["sent 1", "sent 2", "sent 3", "sent 4", "sent 5"]);
  assert.deepEqual(
    results.map(({ status }) => status),
    poisons.flatMap(() => ["fulfilled", "rejected"]),
  );
  assert.deepEqual((await historyOf(bo, id)).items.map(textOf), Array(5).fill("good"));
  const numbers = await numbersOf(world, id);
  assertSeqUnbroken(numbers);
  assertRevUnbroken(numbers);
  assert.deepEqual(told([await log.append({ ...good, clientId: "after" })]), ["sent 6"]);
});

test("a conversation or a member that does not exist is stale, not stored", async () => {
  const { ana, id } = await server.pair();
  const eve = await server.person("eve");
  const entry = await entryOf(ana, id, "c-1");
  const log = newLog();
  const results = await Promise.all([
    log.append({ ...entry, conversationId: crypto.randomUUID() }),
    log.append({ ...entry, senderId: eve.id }),
    log.append({ ...entry, guard: entry.guard + 1 }),
    log.append({ ...entry, memberRev: entry.memberRev - 1, clientId: "c-2" }),
    log.append({ ...entry, clientId: "c-3" }),
  ]);
  assert.deepEqual(told(results), ["stale", "stale", "stale", "stale", "sent 1"]);
});

test("what was stored is told as a duplicate even when the permission has moved on", async () => {
  const { ana, id } = await server.pair();
  const entry = await entryOf(ana, id, "c-1");
  const log = newLog();
  await log.append(entry);
  const old = { ...entry, guard: entry.guard - 1, memberRev: 0, replyTo: 99 };
  assert.deepEqual(told([await log.append(old)]), ["duplicate 1"]);
});

test("a reply to what does not exist is told so and takes no number", async () => {
  const { ana, id } = await server.pair();
  const entry = await entryOf(ana, id, "c-1");
  const log = newLog();
  const results = await Promise.all([
    log.append({ ...entry, replyTo: 1 }),
    log.append({ ...entry, clientId: "c-2" }),
  ]);
  assert.deepEqual(told(results), ["noReply", "sent 1"]);
  assert.deepEqual(told([await log.append({ ...entry, replyTo: 1 })]), ["sent 2"]);
});

test("a seat that has gone stale in memory is looked at again, and the send goes through", async () => {
  const { ana, bo, id } = await server.pair();
  const live = await ana.connect();
  const say = (clientId: string) =>
    live.call("message.send", { conversationId: id, clientId, kind: "text", body: { text: "x" } });
  await say("c-1");
  // Another instance, without a bus between: this one keeps what it knew.
  const other = await world.instance();
  for (
    const [method, path, body] of [
      ["DELETE", `/v1/friends/${bo.id}`, undefined],
      ["POST", "/v1/friend-requests", { userId: bo.id }],
    ] as const
  ) {
    const headers = { authorization: `Bearer ${ana.session.accessToken}` };
    assert.ok((await other.ask(method, path, body, headers)).status < 300);
  }
  await bo.do("POST", "/v1/friend-requests", { userId: ana.id });
  assert.equal((await say("c-2")).seq, 2);
});

test("more than may wait are refused with overloaded, the others are stored", async () => {
  const { ana, id } = await server.pair();
  const entry = await entryOf(ana, id, "c");
  const log = new MessageLog(world.database.query, { queueMax: 3 });
  const asked = [1, 2, 3, 4, 5].map((place) => log.append({ ...entry, clientId: `c-${place}` }));
  for (const refused of asked.slice(3)) {
    const failure = await assertFails("overloaded", () => refused);
    assert.ok((failure.options.retryAfterMs ?? 0) > 0);
  }
  assert.deepEqual(told(await Promise.all(asked.slice(0, 3))), ["sent 1", "sent 2", "sent 3"]);
  // A refused one is forgotten: its retry is a send like any other.
  assert.deepEqual(told([await log.append({ ...entry, clientId: "c-4" })]), ["sent 4"]);
});

test("drain() waits for all that was asked", async () => {
  const { ana, id } = await server.pair();
  const entry = await entryOf(ana, id, "c");
  const log = newLog();
  let stored = 0;
  const asked = Array.from(
    { length: 700 },
    (_, place) => log.append({ ...entry, clientId: `c-${place}` }).then(() => stored++),
  );
  await log.drain();
  await Promise.all(asked);
  assert.equal(stored, 700);
  assert.equal((await numbersOf(world, id)).lastSeq, 700);
  await log.drain();
});

test("time never runs backwards in a conversation when a clock is set back", async () => {
  const clock = new StillClock();
  const still = await world.instance({}, { clock });
  const { ana, bo, id } = await still.pair();
  const group = await still.group(ana, []);
  for (const conversationId of [id, group]) {
    clock.moveMs(60_000);
    await ana.says("now", conversationId);
    clock.moveMs(-60_000);
    await ana.says("a minute ago", conversationId);
    if (conversationId === group) {
      await ana.do("POST", `/v1/groups/${group}/members`, { userIds: [bo.id] });
    }
    clock.moveMs(60_001);
    await ana.says("later", conversationId);
    clock.moveMs(-60_001);
    assertSeqUnbroken(await numbersOf(world, conversationId));
    const { items } = await historyOf(ana, conversationId);
    assert.ok(items.at(-1)!.at > items.at(-2)!.at, "and it goes on when the clock has caught up");
  }
});

test("time never runs backwards within one batch either", async () => {
  const { ana, bo, id } = await server.pair();
  const now = Date.now();
  const log = newLog();
  const entries = await Promise.all([
    entryOf(ana, id, "ahead", { at: new Date(now + 60_000) }),
    entryOf(bo, id, "behind", { at: new Date(now) }),
    entryOf(ana, id, "between", { at: new Date(now + 30_000) }),
  ]);
  const results = await Promise.all(entries.map((entry) => log.append(entry)));
  const times = results.map((result) => "at" in result ? result.at.getTime() : 0);
  assert.deepEqual(times, [now + 60_000, now + 60_000, now + 60_000]);
});
