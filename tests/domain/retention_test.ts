/** Retention: what is too old goes, numbers and newer messages stay, and lists say where history begins. */
import { strict as assert } from "node:assert";
import { and, eq } from "drizzle-orm";
import { messageEdits, messages, reactions } from "../../db/schema/mod.ts";
import { sweepMessages } from "../../domain/retention.ts";
import { changesOf, historyOf, textOf, viewOf } from "../support/chat.ts";
import { Chatter } from "../support/chatter.ts";
import { acts } from "../support/rich.ts";
import { assertRefused, type Instance, openWorld, type Person, test } from "../support/world.ts";

const world = await openWorld();
const server = await world.instance();
const dayMs = 86_400_000;

/** A group in which somebody has spoken on several days. */
async function daysOfTalk(texts: readonly string[], settings: Record<string, unknown> = {}) {
  const [owner, bo] = [await server.person("owner"), await server.person("bo")];
  const id = await server.group(owner, [bo], settings);
  for (const text of texts) await owner.says(text, id);
  return { id, owner, bo };
}

/** As if all that was said up to `seq` had been said so many days earlier. */
async function age(id: string, seq: number, days: number): Promise<void> {
  const rows = await world.database.orm.select().from(messages)
    .where(eq(messages.conversationId, id));
  for (const row of rows.filter((message) => message.seq <= seq)) {
    await world.database.orm.update(messages).set({ at: new Date(row.at.getTime() - days * dayMs) })
      .where(and(eq(messages.conversationId, id), eq(messages.seq, row.seq)));
  }
}

function sweep(at: Instance = server): Promise<void> {
  return sweepMessages(at.patter.app);
}

function textsOf(person: Person, id: string): Promise<string[]> {
  return historyOf(person, id).then(({ items }) => items.map(textOf).filter((text) => text !== ""));
}

test("nothing is deleted unless somebody says for how long it is kept", async () => {
  const { id, owner } = await daysOfTalk(["one", "two"]);
  await age(id, 3, 1_000);
  await sweep();
  assert.deepEqual(await textsOf(owner, id), ["one", "two"]);
});

test("what is older than a group keeps it goes with its edits and reactions; the rest stays", async () => {
  const { id, owner, bo } = await daysOfTalk(["old", "old too", "new"]);
  await acts(owner, id).edit(2, "old, edited");
  await acts(bo, id).react(2, "👍");
  await owner.do("PATCH", `/v1/groups/${id}`, { retentionDays: 7 });
  await age(id, 3, 8);
  await sweep();
  assert.deepEqual(await textsOf(bo, id), ["new"]);
  const { firstSeq, lastSeq, lastRev, my } = await viewOf(bo, id);
  assert.deepEqual([firstSeq, lastSeq, my.unreadCount], [4, 4, 1]);
  const orm = world.database.orm;
  for (const table of [messageEdits, reactions]) {
    assert.deepEqual(await orm.select().from(table).where(eq(table.conversationId, id)), []);
  }
  const { messages: changed, rev } = await changesOf(bo, id);
  assert.deepEqual([changed.map(({ seq }) => seq), rev], [[4], lastRev]);
  for (const act of [acts(bo, id).react(2, "👍"), acts(owner, id).recall(3)]) {
    assertRefused(await act, 404, "notFound");
  }
  assert.equal((await owner.says("newest", id)).seq, 5);
});

test("a conversation that is emptied goes on with the next number", async () => {
  const { id, owner, bo } = await daysOfTalk(["one", "two"]);
  await owner.do("PATCH", `/v1/groups/${id}`, { retentionDays: 1 });
  await age(id, 3, 2);
  await sweep();
  const { firstSeq, lastSeq, lastMessage, my } = await viewOf(bo, id);
  assert.deepEqual([firstSeq, lastSeq, lastMessage, my.unreadCount], [4, 3, null, 0]);
  assert.deepEqual((await historyOf(bo, id)).items, []);
  assert.equal((await owner.says("again", id)).seq, 4);
  assert.deepEqual(await textsOf(bo, id), ["again"]);
});

test("the shorter of the group's time and the server's counts", async () => {
  const strict = await world.instance({ MESSAGE_RETENTION_DAYS: "5" });
  const [longer, none] = [await daysOfTalk(["a", "b"]), await daysOfTalk(["a", "b"])];
  await longer.owner.do("PATCH", `/v1/groups/${longer.id}`, { retentionDays: 30 });
  for (const { id } of [longer, none]) await age(id, 2, 6);
  await sweep();
  assert.deepEqual(await textsOf(longer.bo, longer.id), ["a", "b"]);
  await sweep(strict);
  for (const { id, bo } of [longer, none]) assert.deepEqual(await textsOf(bo, id), ["b"]);
});

test("more than one batch goes in one sweep, while people go on talking", async () => {
  const { id, owner, bo } = await daysOfTalk([]);
  const chatter = new Chatter(await owner.connect(), id, 50);
  await owner.do("PATCH", `/v1/groups/${id}`, { retentionDays: 1 });
  const client = await bo.connect();
  await client.next("changes", ({ messages }) => messages.some(({ seq }) => seq > 1_300));
  await chatter.stop();
  await age(id, 1_200, 2);
  const talking = new Chatter(await owner.connect(), id);
  await sweep();
  const sent = await talking.stop();
  const { firstSeq, lastSeq } = await viewOf(bo, id);
  assert.equal(firstSeq, 1_201);
  assert.equal(sent.at(-1)?.seq ?? lastSeq, lastSeq);
  assert.equal((await historyOf(bo, id, "?afterSeq=0&limit=1")).items[0]!.seq, 1_201);
});

test("what an interrupted sweep left behind the beginning is deleted by the next", async () => {
  const { id, owner } = await daysOfTalk(["one", "two", "three"]);
  await owner.do("PATCH", `/v1/groups/${id}`, { retentionDays: 1 });
  await age(id, 3, 2);
  const before = await world.database.orm.select().from(messages)
    .where(eq(messages.conversationId, id));
  await sweep();
  await world.database.orm.insert(messages).values(before.filter(({ seq }) => seq === 2));
  assert.deepEqual(await textsOf(owner, id), ["three"]);
  await sweep();
  const left = await world.database.orm.select({ seq: messages.seq }).from(messages)
    .where(eq(messages.conversationId, id));
  assert.deepEqual(left.map(({ seq }) => seq), [4]);
});
