/** The index of messages: it follows what is said, catches up after a restart, and forgets what is gone. */
import { strict as assert } from "node:assert";
import { and, asc, eq, gt, inArray, sql } from "drizzle-orm";
import { conversations, messageIndex, messages, messageTerms } from "../../db/schema/mod.ts";
import { indexConversations } from "../../domain/message_index.ts";
import { sweepMessages } from "../../domain/retention.ts";
import { viewOf } from "../support/chat.ts";
import { acts } from "../support/rich.ts";
import { searches, textsFound } from "../support/searching.ts";
import { until } from "../support/waiting.ts";
import { type Instance, openWorld, type Person, test } from "../support/world.ts";

const world = await openWorld();
const server = await world.instance();
const { orm } = world.database;

/** A group in which texts have been said that no instance was told of. */
async function quietGroup(texts: readonly string[]): Promise<{ id: string; owner: Person }> {
  const owner = await server.person("owner");
  const id = await server.group(owner, []);
  await index(id);
  if (texts.length > 0) await add(id, owner, texts);
  return { id, owner };
}

/** Stores messages as another program would; `step`: how far their numbers lie apart. */
async function add(id: string, sender: Person, texts: readonly string[], step = 1): Promise<void> {
  const { lastSeq, lastRev } = await viewOf(sender, id);
  const rows = texts.map((text, place) => ({
    conversationId: id,
    seq: lastSeq + (place + 1) * step,
    rev: lastRev + (place + 1) * step,
    senderId: sender.id,
    clientId: `quiet-${lastSeq}-${place}`,
    at: world.clock.now(),
    kind: "text" as const,
    body: { text },
  }));
  for (let first = 0; first < rows.length; first += 1_000) {
    await orm.insert(messages).values(rows.slice(first, first + 1_000));
  }
  const { seq, rev, at } = rows.at(-1)!;
  await orm.update(conversations).set({ lastSeq: seq, lastRev: rev, activeAt: at })
    .where(eq(conversations.id, id));
}

/** The numbers of the messages that are in the index. */
async function numbersOf(id: string): Promise<number[]> {
  const rows = await orm.select({ seq: messageTerms.seq }).from(messageTerms)
    .where(eq(messageTerms.conversationId, id)).orderBy(asc(messageTerms.seq));
  return rows.map(({ seq }) => seq);
}

async function isIndexed(id: string): Promise<boolean> {
  const rows = await orm.select({ id: conversations.id }).from(conversations)
    .innerJoin(messageIndex, eq(messageIndex.conversationId, conversations.id))
    .where(and(eq(conversations.id, id), eq(messageIndex.rev, conversations.lastRev)));
  return rows.length === 1;
}

function indexed(id: string): Promise<boolean> {
  return until("the conversation is indexed", () => isIndexed(id));
}

function index(id: string, at: Instance = server, size = { messages: 100, units: 100_000 }) {
  return indexConversations(at.patter.app, [id], { size });
}

test("what is said here is indexed by itself, and what is recalled leaves the index", async () => {
  const { ana, bo, id } = await server.pair();
  for (const text of ["one", "!?", "three"]) await ana.says(text, id);
  await indexed(id);
  assert.deepEqual(await numbersOf(id), [1, 3]);
  await acts(ana, id).recall(3);
  await acts(ana, id).edit(2, "two");
  await indexed(id);
  assert.deepEqual(await numbersOf(id), [1, 2]);
  assert.deepEqual(await textsFound(bo, "three"), []);
});

test("what was said while nobody listened is indexed by the next start", async () => {
  const { id } = await quietGroup(["said", "and missed"]);
  assert.equal(await isIndexed(id), false);
  await world.instance();
  await indexed(id);
  assert.deepEqual(await numbersOf(id), [2, 3]);
});

test("a batch ends where its room does, and the next goes on there", async () => {
  const { id } = await quietGroup(["a", "b", "c".repeat(500), "d", "e"]);
  const size = { messages: 2, units: 100_000 };
  assert.deepEqual(await index(id, server, size), [id]);
  assert.deepEqual(await numbersOf(id), [2, 3]);
  assert.deepEqual(await index(id, server, { messages: 9, units: 100 }), [id]);
  assert.deepEqual(await numbersOf(id), [2, 3, 4]);
  assert.deepEqual(await index(id), []);
  assert.deepEqual(await numbersOf(id), [2, 3, 4, 5, 6]);
  assert.ok(await isIndexed(id));
});

test("two instances index the same conversations, and each message is there once", async () => {
  const other = await world.instance();
  const texts = Array.from({ length: 300 }, (_, number) => `text ${number}`);
  const { id, owner } = await quietGroup(texts);
  const size = { messages: 20, units: 100_000 };
  while (!await isIndexed(id)) {
    await Promise.all([index(id, server, size), index(id, other, size)]);
  }
  assert.equal((await numbersOf(id)).length, 300);
  assert.equal((await textsFound(owner, "text", { limit: 100 })).length, 300);
});

test("a search finds what another program has just stored, without waiting to be told", async () => {
  const { owner } = await quietGroup(["unheard of"]);
  assert.deepEqual(await textsFound(owner, "unheard"), ["unheard of"]);
});

test("what is rare is found among thousands and over many blocks of numbers, page by page", async () => {
  const { id, owner } = await quietGroup([]);
  const texts = Array.from(
    { length: 5_000 },
    (_, number) => number % 700 === 0 ? `rare ${number}` : `common ${number}`,
  );
  await add(id, owner, texts);
  await add(id, owner, ["rare far", "common far", "rare further"], 70_000);
  await add(id, owner, Array.from({ length: 10 }, (_, number) => `common at last ${number}`));
  while ((await index(id)).length > 0);
  const rare = texts.filter((text) => text.startsWith("rare")).reverse();
  const expected = ["rare further", "rare far", ...rare];
  for (const limit of [1, 3, 50]) {
    for (const filters of [{ limit }, { limit, conversationId: id }]) {
      assert.deepEqual(await textsFound(owner, "rare", filters), expected);
    }
  }
  assert.deepEqual(await textsFound(owner, "nowhere"), []);
  const common = await textsFound(owner, "common", { limit: 100, conversationId: id });
  assert.equal(common.length, texts.length - rare.length + 11);
  assert.equal(new Set(common).size, common.length);
});

test("a page ends early after much was read in vain, and the next goes on there", async () => {
  const { id, owner } = await quietGroup(["left right"]);
  await add(id, owner, Array.from({ length: 1_500 }, (_, number) => `left ${number} right`));
  while ((await index(id)).length > 0);
  for (const filters of [{}, { conversationId: id }]) {
    const first = await searches(owner, '"left right"', filters);
    assert.deepEqual(first.items, []);
    assert.notEqual(first.nextCursor, null);
    assert.deepEqual(await textsFound(owner, '"left right"', filters), ["left right"]);
  }
});

test("what was too old leaves the index with its message", async () => {
  const { id, owner } = await quietGroup(["old fern", "old moss", "new fern"]);
  await index(id);
  await owner.do("PATCH", `/v1/groups/${id}`, { retentionDays: 1 });
  await orm.update(messages).set({ at: sql`${messages.at} - interval '2 days'` })
    .where(and(eq(messages.conversationId, id), inArray(messages.seq, [1, 2, 3])));
  await sweepMessages(server.patter.app);
  assert.deepEqual(await numbersOf(id), [4]);
  assert.deepEqual(await textsFound(owner, "fern"), ["new fern"]);
  const behind = await orm.select().from(messageTerms)
    .where(and(eq(messageTerms.conversationId, id), gt(messageTerms.seq, 4)));
  assert.deepEqual(behind, []);
});

test("an index that cannot be written is told once, and made when it can be again", async () => {
  const alone = await world.instance();
  await orm.execute(sql`alter table message_terms rename to elsewhere`);
  const { ana, id } = await alone.pair();
  await ana.says("later", id);
  const isTold = () => alone.log.lines.some(({ event }) => event === "message indexing failed");
  await until("the failure is told", isTold);
  await orm.execute(sql`alter table elsewhere rename to message_terms`);
  await indexed(id);
  assert.deepEqual(await numbersOf(id), [1]);
});

test("nobody's lexemes begin as those of another conversation", async () => {
  const [one, other] = [await quietGroup(["same words"]), await quietGroup(["same words"])];
  for (const { id } of [one, other]) await index(id);
  const shared = await orm.execute(sql`
    select 1 from (select unnest(tsvector_to_array(terms)) l from message_terms
      where conversation_id = ${one.id}) a
    join (select unnest(tsvector_to_array(terms)) l from message_terms
      where conversation_id = ${other.id}) b using (l)`) as unknown as { rows?: unknown[] };
  assert.equal((shared.rows ?? shared as unknown as unknown[]).length, 0);
});
