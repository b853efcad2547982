/** Forwarding: from where I may read to where I may send, once, whatever is retried. */
import { strict as assert } from "node:assert";
import type { Forwarded } from "../../schemas/messages.ts";
import { historyOf, textOf, viewOf } from "../support/chat.ts";
import { acts } from "../support/rich.ts";
import { assertRefused, openWorld, type Person, test } from "../support/world.ts";

const world = await openWorld();
const server = await world.instance();

interface Scene {
  readonly ana: Person;
  readonly bo: Person;
  readonly from: string;
  readonly to: string;
  readonly seqs: number[];
}

async function scene(): Promise<Scene> {
  const { ana, bo, id } = await server.pair();
  const to = await server.group(ana, [bo], { name: "Target" });
  const seqs: number[] = [];
  for (const text of ["one", "two", "three"]) seqs.push((await bo.says(text, id)).seq);
  return { ana, bo, from: id, to, seqs };
}

function forward(person: Person, to: string, input: Record<string, unknown>) {
  return person.ask<Forwarded>("POST", `/v1/conversations/${to}/messages/forward`, input);
}

test("one by one they come in their order, from whoever forwards, with client ids of their own", async () => {
  const { ana, bo, from, to, seqs } = await scene();
  const input = { clientId: "fw", from: { conversationId: from, seqs: seqs.toReversed() } };
  const { status, body } = await forward(ana, to, input);
  assert.deepEqual([status, body.duplicate, body.items.length], [201, false, 3]);
  const items = (await historyOf(bo, to)).items.slice(-3);
  assert.deepEqual(items.map(textOf), ["one", "two", "three"]);
  assert.deepEqual(items.map(({ clientId }) => clientId), ["fw-0", "fw-1", "fw-2"]);
  assert.deepEqual(items.map(({ seq, rev, at }) => ({ seq, rev, at })), body.items);
  assert.ok(items.every((item) => item.from === ana.id && item.replyTo === undefined));
});

test("merged they are one message that holds them, with the names of their senders", async () => {
  const { ana, bo, from, to, seqs } = await scene();
  const input = { clientId: "m", from: { conversationId: from, seqs }, merged: true };
  const { status, body } = await forward(ana, to, input);
  assert.deepEqual([status, body.items.length], [201, 1]);
  const message = (await historyOf(bo, to)).items.at(-1)!;
  assert.deepEqual([message.kind, message.clientId], ["merged", "m"]);
  const { title, items } = message.body as { title: string; items: Record<string, unknown>[] };
  assert.equal(title, "bo");
  assert.deepEqual(items.map(({ from, name, kind, body }) => [from, name, kind, body]), [
    [bo.id, "bo", "text", { text: "one" }],
    [bo.id, "bo", "text", { text: "two" }],
    [bo.id, "bo", "text", { text: "three" }],
  ]);
});

test("again with the same clientId it is what it became, also once the sources are recalled", async () => {
  const { ana, bo, from, to, seqs } = await scene();
  for (const merged of [false, true]) {
    const input = { clientId: `again-${merged}`, from: { conversationId: from, seqs }, merged };
    const first = await forward(ana, to, input);
    const { lastSeq } = await viewOf(ana, to);
    const again = await forward(ana, to, input);
    assert.deepEqual([again.status, again.body], [200, { ...first.body, duplicate: true }]);
    if (merged) { for (const seq of seqs) await acts(bo, from).recall(seq); }
    const last = await forward(ana, to, input);
    assert.deepEqual([last.status, last.body], [200, { ...first.body, duplicate: true }]);
    assert.equal((await viewOf(ana, to)).lastSeq, lastSeq);
  }
});

test("what is recalled, foreign, unknown, deleted for me or the server's own is not forwarded", async () => {
  const { ana, bo, from, to, seqs } = await scene();
  const take = (conversationId: string, some: number[], by = ana) =>
    forward(by, to, { clientId: "x", from: { conversationId, seqs: some } });
  await acts(bo, from).recall(seqs[0]!);
  assertRefused(await take(from, seqs), 409, "messageRecalled");
  assertRefused(await take(from, [99]), 404, "notFound");
  assertRefused(await take(to, [1]), 403, "notAllowed");
  const foreign = await server.pair();
  const secret = await foreign.ana.says("secret", foreign.id);
  assertRefused(await take(foreign.id, [secret.seq]), 404, "notFound");
  await acts(ana, from).forget(seqs[1]!);
  assertRefused(await take(from, [seqs[1]!]), 404, "notFound");
  assert.equal((await take(from, [seqs[1]!], bo)).status, 201);
  assert.equal((await take(from, [seqs[2]!])).status, 201);
});

test("a group's history before my coming is not mine to forward, nor where I may not send", async () => {
  const { ana, bo, from, seqs } = await scene();
  const cy = await server.person("cy");
  const id = await server.group(ana, [bo]);
  const old = await ana.says("before", id);
  await ana.do("POST", `/v1/groups/${id}/members`, { userIds: [cy.id] });
  const own = await server.group(cy, []);
  const early = { clientId: "e", from: { conversationId: id, seqs: [old.seq] } };
  assertRefused(await forward(cy, own, early), 404, "notFound");
  await ana.do("PATCH", `/v1/groups/${id}`, { mutedAll: true });
  const input = { clientId: "f", from: { conversationId: from, seqs } };
  assertRefused(await forward(bo, id, input), 403, "muted");
  assertRefused(await forward(bo, own, input), 404, "notFound");
});

test("101 messages, none, doubled ones and bad fields are refused", async () => {
  const { ana, from, to } = await scene();
  const many = Array.from({ length: 101 }, (_, place) => place + 1);
  for (const seqs of [many, [], [1, 1], [0], ["1"]]) {
    const input = { clientId: "x", from: { conversationId: from, seqs } };
    assertRefused(await forward(ana, to, input), 400, "invalidInput");
  }
  const unknown = { clientId: "x", from: { conversationId: from, seqs: [1] }, as: "me" };
  assertRefused(await forward(ana, to, unknown), 400, "invalidInput");
});

test("a merged message that would be too large is refused whole", async () => {
  const { ana, bo, from, to } = await scene();
  const seqs: number[] = [];
  for (let number = 0; number < 8; number++) {
    seqs.push((await bo.says("x".repeat(9_000), from)).seq);
  }
  const { lastSeq } = await viewOf(ana, to);
  const input = { clientId: "big", from: { conversationId: from, seqs }, merged: true };
  assertRefused(await forward(ana, to, input), 413, "tooLarge");
  assert.equal((await viewOf(ana, to)).lastSeq, lastSeq);
});
