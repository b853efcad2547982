/** What a message may hold: kinds with their bounds, replies, mentions; the rest is refused by name. */
import { strict as assert } from "node:assert";
import type { Sent } from "../../schemas/messages.ts";
import { historyOf, refusalOf } from "../support/chat.ts";
import { assertRefused, openWorld, type Person, test } from "../support/world.ts";

const world = await openWorld();
const server = await world.instance();
const { ana, bo, id } = await server.pair();
let sent = 0;

function posts(person: Person, message: object, conversationId = id) {
  const path = `/v1/conversations/${conversationId}/messages`;
  return person.ask<Sent>("POST", path, { clientId: `c-${++sent}`, ...message });
}

async function comesBack(message: object): Promise<void> {
  const answer = await posts(ana, message);
  assert.equal(answer.status, 201, JSON.stringify(answer.body));
  const stored = (await historyOf(bo, id, `?afterSeq=${answer.body.seq - 1}`)).items[0];
  const { seq: _seq, rev: _rev, at: _at, from: _from, clientId: _clientId, ...rest } = stored!;
  assert.deepEqual(rest, message);
}

async function refuses(message: object, ...paths: string[]): Promise<void> {
  const answer = await ana.ask("POST", `/v1/conversations/${id}/messages`, {
    clientId: "refused",
    ...message,
  });
  assertRefused(answer, 400, "invalidInput");
  const found = answer.body.errors?.map(({ path }) => path);
  assert.deepEqual(found, paths, JSON.stringify(message).slice(0, 200));
}

test("every kind that a client may send comes back as it was sent", async () => {
  await comesBack({ kind: "text", body: { text: "Hello 😀 語" } });
  await comesBack({ kind: "text", body: { text: "😀".repeat(10_000) } });
  await comesBack({ kind: "text", body: { text: " \n\t<script>alert(1)</script>\u0001\u2028" } });
  await comesBack({ kind: "location", body: { latitude: -90, longitude: 180 } });
  await comesBack({ kind: "location", body: { latitude: 1.5, longitude: -0.25, title: "Here" } });
  await comesBack({ kind: "card", body: { title: "T" } });
  const url = "https://example.org/a?b=c#d";
  await comesBack({ kind: "card", body: { title: "T", text: "t", url, imageUrl: url } });
  for (const value of [null, false, 0, "", [], {}, [1, [2, { three: [null] }]], { __proto: 1 }]) {
    await comesBack({ kind: "custom", body: { type: "poll", data: value } });
  }
});

test("text is stored in NFC, and its length is counted after that", async () => {
  const decomposed = "e\u0301".repeat(10_000);
  const answer = await posts(ana, { kind: "text", body: { text: decomposed } });
  assert.equal(answer.status, 201);
  const [stored] = (await historyOf(bo, id, "?limit=1")).items;
  assert.deepEqual(stored?.body, { text: "é".repeat(10_000) });
});

test("each bound of each kind is refused with its path when it is passed", async () => {
  const custom = (data: unknown) => ({ kind: "custom", body: { type: "t", data } });
  await refuses({ kind: "text", body: { text: "" } }, "body.text");
  await refuses({ kind: "text", body: { text: "x".repeat(10_001) } }, "body.text");
  await refuses({ kind: "text", body: { text: "a\u0000b" } }, "body.text");
  await refuses({ kind: "text", body: { text: 5 } }, "body.text");
  await refuses({ kind: "text", body: { text: "a", html: "b" } }, "body.html");
  await refuses({ kind: "text", body: {} }, "body.text");
  await refuses({ kind: "text", body: null }, "body");
  await refuses({ kind: "text" }, "body");
  await refuses({ kind: "location", body: { latitude: 90.1, longitude: 0 } }, "body.latitude");
  await refuses({ kind: "location", body: { latitude: 0, longitude: "0" } }, "body.longitude");
  await refuses({ kind: "card", body: { title: "t", url: "http://a.example" } }, "body.url");
  await refuses({ kind: "card", body: { title: "t", url: "javascript:alert(1)" } }, "body.url");
  await refuses({ kind: "card", body: { title: "" } }, "body.title");
  await refuses({ kind: "custom", body: { type: "t" } }, "body.data");
  await refuses(custom("x".repeat(8_191)), "body.data");
  await refuses(custom("語".repeat(2_731)), "body.data");
  await refuses(custom(["a\u0000b"]), "body.data");
  await refuses(custom({ "a\u0000b": 1 }), "body.data");
  await refuses(custom(JSON.parse("[".repeat(40) + "]".repeat(40))), "body.data");
});

test("custom data may be exactly 8 KiB of UTF-8", async () => {
  await comesBack({ kind: "custom", body: { type: "t", data: "x".repeat(8_190) } });
});

test("a lone surrogate is refused wherever it stands", async () => {
  for (const kind of ["text", "custom"]) {
    const inner = kind === "text" ? `{"text":"\\ud800"}` : `{"type":"t","data":["\\udc00"]}`;
    const frame = `{"clientId":"lone","kind":"${kind}","body":${inner}}`;
    const answer = await ana.ask("POST", `/v1/conversations/${id}/messages`, frame);
    assertRefused(answer, 400, "invalidInput");
  }
});

test("kinds that only the server sends, or nobody, are refused", async () => {
  const system = { event: "joined", actorId: ana.id, userIds: [] };
  for (const kind of ["system", "sticker", "", null, 7]) {
    await refuses({ kind, body: system }, "kind");
  }
});

test("the envelope is strict: clientId, unknown fields, counters", async () => {
  const body = { text: "x" };
  for (const clientId of ["", "a b", "x".repeat(65), "é", "a/b", 7, null]) {
    await refuses({ clientId, kind: "text", body }, "clientId");
  }
  await refuses({ kind: "text", body, from: bo.id }, "from");
  await refuses({ kind: "text", body, seq: 1, at: "x" }, "seq", "at");
  for (const replyTo of [0, -1, 1.5, "1", null, 2 ** 53]) {
    await refuses({ kind: "text", body, replyTo }, "replyTo");
  }
  await comesBack({ kind: "text", body });
});

test("a clientId of 64 characters of its whole alphabet is taken", async () => {
  const clientId = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-";
  const answer = await posts(ana, { clientId, kind: "text", body: { text: "x" } });
  assert.equal(answer.status, 201);
});

test("a reply names a message that exists, be it the server's own", async () => {
  const { seq } = await ana.says("question", id);
  await comesBack({ kind: "text", body: { text: "answer" }, replyTo: seq });
  const group = await server.group(ana, [bo]);
  const toSystem = { kind: "text", body: { text: "thanks" }, replyTo: 1 };
  assert.equal((await posts(bo, toSystem, group)).status, 201);
});

test("a reply to what does not exist, yet or for me, is notFound and stores nothing", async () => {
  const group = await server.group(ana, []);
  await ana.says("before", group);
  await ana.do("POST", `/v1/groups/${group}/members`, { userIds: [bo.id] });
  const live = await bo.connect();
  for (const replyTo of [1, 2, 4, 9_007_199_254_740_991]) {
    const message = { clientId: "reply", kind: "text", body: { text: "x" }, replyTo };
    const answer = await bo.ask("POST", `/v1/conversations/${group}/messages`, message);
    assertRefused(answer, 404, "notFound");
    assert.deepEqual(answer.body.errors?.map(({ path }) => path), ["replyTo"]);
    const call = live.call("message.send", { conversationId: group, ...message });
    assert.equal(await refusalOf(call), "notFound");
  }
  const { seq } = (await posts(bo, { kind: "text", body: { text: "x" }, replyTo: 3 }, group)).body;
  assert.equal(seq, 4, "what was refused has taken no number");
});

test("mentions are shown to everyone, and absent when there are none", async () => {
  const body = { text: "look" };
  await comesBack({ kind: "text", body, mentions: [bo.id, ana.id] });
  const { seq } = (await posts(ana, { kind: "text", body, mentions: [] })).body;
  const [stored] = (await historyOf(bo, id, `?afterSeq=${seq - 1}`)).items;
  assert.equal("mentions" in stored!, false);
  await refuses({ kind: "text", body, mentions: [bo.id, "everyone"] }, "mentions.1");
  await refuses({ kind: "text", body, mentions: Array(101).fill(bo.id) }, "mentions");
  await refuses({ kind: "text", body, mentions: "all" }, "mentions");
});

test("all is called by leaders of a group and by either of two, by nobody else", async () => {
  const group = await server.group(ana, [bo]);
  const message = { kind: "text", body: { text: "look" }, mentions: ["all"] };
  assert.equal((await posts(ana, message, group)).status, 201);
  assertRefused(await posts(bo, message, group), 403, "notAllowed");
  const params = { conversationId: group, clientId: "all", ...message };
  assert.equal(await refusalOf((await bo.connect()).call("message.send", params)), "notAllowed");
  assert.equal((await posts(bo, message)).status, 201);
});
