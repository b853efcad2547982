/** Editing and recalling: whose, for how long, and what is left of what was said. */
import { strict as assert } from "node:assert";
import { eq } from "drizzle-orm";
import { messageEdits, messages, reactions } from "../../db/schema/mod.ts";
import { changesOf, historyOf, refusalOf, viewOf } from "../support/chat.ts";
import { numbersOf } from "../support/numbering.ts";
import { acts } from "../support/rich.ts";
import { assertRefused, openWorld, type Person, test } from "../support/world.ts";

const world = await openWorld();
const server = await world.instance();
const short = await world.instance({ EDIT_WINDOW_MS: "60000", RECALL_WINDOW_MS: "60000" });

async function group(): Promise<{ id: string; owner: Person; bo: Person; cy: Person }> {
  const [owner, bo, cy] = [
    await server.person("owner"),
    await server.person("bo"),
    await server.person("cy"),
  ];
  return { id: await server.group(owner, [bo, cy]), owner, bo, cy };
}

test("an edit changes the message for all, takes a rev, and keeps its place and time", async () => {
  const { id, bo, cy } = await group();
  const sent = await bo.says("first", id);
  await cy.says("after", id);
  const before = (await historyOf(cy, id)).items.find(({ seq }) => seq === sent.seq)!;
  const { status, body } = await acts(bo, id).edit(sent.seq, "second");
  assert.equal(status, 200);
  const { lastRev } = await viewOf(cy, id);
  const { editedAt, ...rest } = body;
  assert.deepEqual(rest, { ...before, rev: lastRev, body: { text: "second" } });
  assert.ok(editedAt !== undefined && editedAt >= before.at);
  assert.deepEqual((await historyOf(cy, id)).items.find(({ seq }) => seq === sent.seq), body);
  const { messages: changed, rev } = await changesOf(cy, id, `?afterRev=${lastRev - 1}`);
  assert.deepEqual([changed, rev], [[body], lastRev]);
  await numbersOf(world, id);
});

test("the same body again is no edit", async () => {
  const { id, bo } = await group();
  const { seq } = await bo.says("same", id);
  const { lastRev } = await viewOf(bo, id);
  const { body } = await acts(bo, id).edit(seq, "same");
  assert.equal(body.editedAt, undefined);
  assert.equal((await viewOf(bo, id)).lastRev, lastRev);
});

test("only the sender edits, while it may speak and for as long as it is allowed", async () => {
  const { id, owner, bo, cy } = await group();
  const { seq } = await bo.says("mine", id);
  for (const other of [owner, cy]) {
    assertRefused(await acts(other, id).edit(seq, "theirs"), 403, "notAllowed");
  }
  const until = new Date(Date.now() + 3_600_000).toISOString();
  await owner.do("PATCH", `/v1/groups/${id}/members/${bo.id}`, { mutedUntil: until });
  assertRefused(await acts(bo, id).edit(seq, "muted"), 403, "muted");
  await owner.do("PATCH", `/v1/groups/${id}/members/${bo.id}`, { mutedUntil: null });
  assert.equal((await acts(bo, id).edit(seq, "free")).status, 200);
  await owner.do("DELETE", `/v1/groups/${id}/members/${bo.id}`);
  assertRefused(await acts(bo, id).edit(seq, "gone"), 403, "notMember");
  assertRefused(await acts(owner, id).edit(999, "none"), 404, "notFound");
  assertRefused(await acts(owner, id).edit(1, "system"), 403, "notAllowed");
});

test("windows close by the clock: edits and recalls of one's own, not a leader's recall", async () => {
  const { id, owner, bo } = await group();
  const { seq } = await bo.says("old", id);
  const at = (person: Person) => {
    const there = Object.create(person, { at: { value: short } }) as Person;
    return acts(there, id);
  };
  world.clock.advanceMs(60_001);
  assertRefused(await at(bo).edit(seq, "late"), 409, "editWindowClosed");
  assertRefused(await at(bo).recall(seq), 409, "recallWindowClosed");
  assert.equal((await acts(bo, id).edit(seq, "not late there")).status, 200);
  assert.equal((await at(owner).recall(seq)).status, 200);
});

test("an edit must be a body of the message's kind", async () => {
  const { id, bo } = await group();
  const { seq } = await bo.says("text", id);
  const path = `/v1/conversations/${id}/messages/${seq}`;
  const place = { latitude: 1, longitude: 2 };
  const wrong = await bo.ask("PATCH", path, { body: place });
  assertRefused(wrong, 400, "invalidInput");
  assert.ok(wrong.body.errors!.every((error) => error.path.startsWith("body")));
  for (const body of [{}, null, { text: "" }, { text: "x".repeat(10_001) }, { text: 1 }]) {
    assertRefused(await bo.ask("PATCH", path, { body }), 400, "invalidInput");
  }
});

test("what was said before edits is for the sender and the leaders, in order", async () => {
  const { id, owner, bo, cy } = await group();
  const { seq } = await bo.says("one", id);
  await acts(bo, id).edit(seq, "two");
  await acts(bo, id).edit(seq, "three");
  for (const reader of [owner, bo]) {
    const { items } = (await acts(reader, id).edits(seq)).body;
    assert.deepEqual(items.map(({ body }) => body.text), ["one", "two"]);
  }
  assertRefused(await acts(cy, id).edits(seq), 403, "notAllowed");
  await owner.do("DELETE", `/v1/groups/${id}/members/${bo.id}`);
  assertRefused(await acts(bo, id).edits(seq), 403, "notMember");
});

test("a recall leaves nothing of what was said: no body, edits, mentions, reactions or pin", async () => {
  const { id, owner, bo, cy } = await group();
  const message = { clientId: "m", kind: "text", body: { text: "secret" }, mentions: [cy.id] };
  const { seq } = await bo.do<{ seq: number }>(
    "POST",
    `/v1/conversations/${id}/messages`,
    message,
  );
  await acts(bo, id).edit(seq, "another secret");
  await acts(cy, id).react(seq, "👍");
  await acts(owner, id).pin(seq);
  assert.equal((await viewOf(cy, id)).my.mentioned, true);
  const { status, body } = await acts(bo, id).recall(seq);
  assert.equal(status, 200);
  const { recalledAt, editedAt, at, rev, ...rest } = body;
  assert.deepEqual(rest, { seq, from: bo.id, clientId: "m", kind: "text", body: null });
  assert.ok(recalledAt !== undefined && editedAt !== undefined && at !== undefined && rev > 0);
  const { my } = await viewOf(cy, id);
  assert.deepEqual([my.unreadCount, my.mentioned], [0, false]);
  const orm = world.database.orm;
  assert.deepEqual(
    await orm.select().from(messageEdits).where(eq(messageEdits.conversationId, id)),
    [],
  );
  assert.deepEqual(
    await orm.select().from(reactions).where(eq(reactions.conversationId, id)),
    [],
  );
  const rows = await orm.select().from(messages).where(eq(messages.conversationId, id));
  assert.ok(!JSON.stringify(rows).includes("secret"));
  for (const refused of ["edit", "react", "pin"] as const) {
    const act = refused === "edit"
      ? acts(bo, id).edit(seq, "x")
      : refused === "react"
      ? acts(bo, id).react(seq, "👍")
      : acts(owner, id).pin(seq);
    assertRefused(await act, 409, "messageRecalled");
  }
  assertRefused(await acts(bo, id).recall(seq), 409, "messageRecalled");
});

test("a recalled message sent again with its clientId is the same one, still recalled", async () => {
  const { id, bo } = await group();
  const { seq } = await bo.says("oops", id, "same-id");
  const { body } = await acts(bo, id).recall(seq);
  const again = await bo.says("oops", id, "same-id");
  assert.deepEqual([again.seq, again.rev, again.duplicate], [seq, body.rev, true]);
  assert.equal((await historyOf(bo, id)).items.at(-1)!.body, null);
});

test("leaders recall anybody's messages at any time, plain members their own alone", async () => {
  const { id, owner, bo, cy } = await group();
  const mine = await owner.says("the owner's", id);
  const his = await bo.says("bo's", id);
  assertRefused(await acts(cy, id).recall(his.seq), 403, "notAllowed");
  await owner.do("PATCH", `/v1/groups/${id}/members/${cy.id}`, { role: "manager" });
  world.clock.advanceMs(200_000);
  assertRefused(await acts(bo, id).recall(his.seq), 409, "recallWindowClosed");
  for (const { seq } of [mine, his]) assert.equal((await acts(cy, id).recall(seq)).status, 200);
  assertRefused(await acts(cy, id).recall(1), 403, "notAllowed");
});

test("two edits and a recall at once are carried out one after the other", async () => {
  const { id, bo } = await group();
  for (let round = 0; round < 10; round++) {
    const { seq } = await bo.says("start", id);
    const outcomes = await Promise.all([
      acts(bo, id).edit(seq, "one"),
      acts(bo, id).edit(seq, "two"),
      acts(bo, id).recall(seq),
    ]);
    for (const { status } of outcomes) assert.ok(status === 200 || status === 409);
    assert.equal(outcomes[2]!.status, 200);
    assert.equal((await historyOf(bo, id)).items.at(-1)!.body, null);
  }
  await numbersOf(world, id);
});

test("over the socket it is the same verb with the same answers", async () => {
  const { id, bo, cy } = await group();
  const live = await bo.connect();
  const other = await cy.connect();
  const { seq } = await bo.says("first", id);
  const body = { text: "second" };
  const edited = await live.call("message.edit", { conversationId: id, seq, body });
  assert.deepEqual(edited.body, body);
  const told = await other.next("changes", ({ messages }) => messages[0]?.rev === edited.rev);
  assert.deepEqual(told.messages, [edited]);
  const recalled = await live.call("message.recall", { conversationId: id, seq });
  assert.equal(recalled.body, null);
  const again = live.call("message.recall", { conversationId: id, seq });
  assert.equal(await refusalOf(again), "messageRecalled");
});
