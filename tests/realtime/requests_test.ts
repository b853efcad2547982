/** Requests over the socket: batches, ids, answers, and what is refused without harm to the rest. */
import { strict as assert } from "node:assert";
import type { Received } from "../support/client.ts";
import { GatedDatabase } from "../support/gated_database.ts";
import { RawSocket } from "../support/raw_socket.ts";
import { until } from "../support/waiting.ts";
import { openWorld, test } from "../support/world.ts";

const world = await openWorld();
const server = await world.instance();
const { ana, bo, id } = await server.pair();

type Id = string | number | null;

function ask(method: string, params: object | undefined, requestId: unknown) {
  return { jsonrpc: "2.0", id: requestId, method, params };
}

function send(clientId: string, requestId: unknown, more: object = {}) {
  const message = { clientId, kind: "text", body: { text: clientId }, ...more };
  return ask("message.send", { conversationId: id, ...message }, requestId);
}

function codeOf(answer: Received): string | undefined {
  return answer.error?.data.code;
}

test("a batch with bad messages fails none of their neighbours", async () => {
  const [live, other] = [await ana.connect(), await bo.connect()];
  const nowhere = crypto.randomUUID();
  live.send(JSON.stringify([
    send("good1", "a"),
    null,
    send("bad kind", "b", { kind: "system" }),
    send("good2", "c"),
    ask("no.such", {}, "d"),
    { ...send("good3", "e"), jsonrpc: "1.0" },
    send("good4", "f", { conversationId: nowhere }),
    send("good5", "g", { replyTo: 1_000_000 }),
    send("good6", "h"),
  ]));
  for (const requestId of ["a", "c", "h"]) {
    const { result } = await live.answer(requestId);
    assert.equal((result as { duplicate: boolean }).duplicate, false, requestId);
  }
  const refused: [Id, string][] = [
    [null, "invalidFrame"],
    ["b", "invalidInput"],
    ["d", "unknownMethod"],
    ["e", "invalidFrame"],
    ["f", "notFound"],
    ["g", "notFound"],
  ];
  for (const [requestId, code] of refused) {
    assert.equal(codeOf(await live.answer(requestId)), code, String(requestId));
  }
  await other.sees("good6");
  assert.deepEqual(other.texts(id), ["good1", "good2", "good6"]);
});

test("a request without an id is refused clearly and not carried out", async () => {
  const [live, other] = [await ana.connect(), await bo.connect()];
  const { id: _, ...withoutId } = send("never", 0);
  live.send(JSON.stringify(withoutId));
  assert.equal(codeOf(await live.answer(null)), "invalidFrame");
  live.send(JSON.stringify([withoutId, { ...withoutId, id: null }, send("after", 1)]));
  assert.equal(codeOf(await live.answer(null)), "invalidFrame");
  assert.equal(codeOf(await live.answer(null)), "invalidFrame");
  await live.answer(1);
  await other.sees("after");
  assert.equal(other.texts(id).includes("never"), false);
});

test("a pong is answered by nothing", async () => {
  const live = await ana.connect();
  const before = live.received.length;
  live.send('{"jsonrpc":"2.0","method":"pong"}');
  live.send('[{"jsonrpc":"2.0","method":"pong"},{"jsonrpc":"2.0","method":"pong","params":{}}]');
  await live.call("ping");
  assert.equal(live.received.length, before + 1);
});

test("each request is answered once, by its own id, whatever the id looks like", async () => {
  const live = await ana.connect();
  const ids = [1, "1", 0, -1, 1.5, "", "null", "😀", 2 ** 53 - 1];
  const before = live.received.length;
  live.send(JSON.stringify(ids.map((one) => ask("ping", {}, one))));
  for (const one of ids) {
    const { result, jsonrpc } = await live.answer(one) as Received & { jsonrpc: string };
    assert.deepEqual([typeof result, jsonrpc], ["object", "2.0"]);
  }
  await live.call("ping");
  assert.equal(live.received.length, before + ids.length + 1);
});

test("an id that is under way may not be used again until it has been answered", async () => {
  const live = await ana.connect();
  live.send(JSON.stringify([send("first", "same"), send("second", "same")]));
  const refused = await live.answer(null);
  assert.equal(codeOf(refused), "invalidFrame");
  assert.match(refused.error!.data.detail!, /"same"/);
  await live.answer("same");
  live.send(JSON.stringify(send("third", "same")));
  await live.answer("same");
  await until("both are there", () => live.texts(id).includes("third"));
  assert.equal(live.texts(id).includes("second"), false);
});

test("an answer that is slow does not hold up those behind it", async () => {
  const database = new GatedDatabase(world.database);
  const slow = await world.instance({}, { database });
  const live = await ana.connect(slow);
  database.shut();
  live.send(JSON.stringify(send("slow", "slow")));
  live.send(JSON.stringify([ask("ping", {}, "quick"), send("slow too", "slower")]));
  await live.answer("quick");
  assert.equal(live.received.some(({ id }) => id === "slow"), false);
  database.open();
  await live.answer("slow");
  await live.answer("slower");
});

test("a connection has at most so many requests under way", async () => {
  const database = new GatedDatabase(world.database);
  const busy = await world.instance({ REQUESTS_IN_FLIGHT_MAX: "5" }, { database });
  const [live, other] = [await ana.connect(busy), await bo.connect(busy)];
  database.shut();
  for (let i = 0; i < 7; i++) live.send(JSON.stringify(send(`busy${i}`, i)));
  for (const refused of [5, 6]) {
    const { error } = await live.answer(refused);
    assert.equal(error?.data.code, "overloaded");
    assert.ok(error.data.retryAfterMs! > 0);
  }
  await other.call("ping");
  database.open();
  for (let i = 0; i < 5; i++) assert.equal((await live.answer(i)).error, undefined);
  live.send(JSON.stringify(send("busy5", 5)));
  assert.equal((await live.answer(5)).error, undefined);
});

test("the sending connection gets its answer before the change", async () => {
  const live = await ana.connect();
  for (let i = 0; i < 20; i++) {
    const clientId = `order${i}`;
    live.send(JSON.stringify(send(clientId, clientId)));
    const answer = await live.answer(clientId);
    await live.sees(clientId);
    const change = live.received.findIndex(({ method, params }) =>
      method === "changes" && JSON.stringify(params).includes(clientId)
    );
    assert.ok(live.received.indexOf(answer) < change);
  }
});

test("without the subprotocol each message comes in a frame of its own", async () => {
  const plain = await RawSocket.open(server.url, ana.session.accessToken);
  const modern = await RawSocket.open(server.url, ana.session.accessToken, {
    protocols: ["patter.v1"],
  });
  const count = 40;
  const batch = Array.from({ length: count }, (_, i) => ask("ping", {}, i));
  for (const socket of [plain, modern]) {
    await socket.text(JSON.stringify(batch));
    for (let i = 0; i < count; i++) await socket.answer(i);
  }
  await bo.says("to both", id);
  const isChange = ({ method }: Received) => method === "changes";
  for (const socket of [plain, modern]) await socket.message("the change", isChange);
  assert.equal(plain.frames.some((frame) => frame.startsWith("[")), false);
  assert.equal(plain.frames.length, plain.received.length);
  assert.ok(modern.frames.length < modern.received.length, "it may get arrays");
  for (const socket of [plain, modern]) socket.cut();
});

test("frames that come before the connection is ready are carried out after session.ready", async () => {
  const early = await RawSocket.begin(server.url, {
    headers: { authorization: `Bearer ${ana.session.accessToken}` },
    rest: [JSON.stringify(ask("ping", {}, "early")), JSON.stringify(send("early", "early2"))],
  });
  await early.answered();
  await early.answer("early");
  await early.answer("early2");
  assert.equal(early.received[0]?.method, "session.ready");
  early.cut();
});

test("what the database cannot be asked is refused, not failed", async () => {
  const live = await ana.connect();
  const huge = 2 ** 53 - 1;
  const { items } = await live.call("message.list", { conversationId: id, beforeSeq: huge });
  assert.ok(items.length > 0);
  const none = await live.call("message.list", { conversationId: id, afterSeq: huge });
  assert.deepEqual(none.items, []);
  const { rev } = await live.call("conversation.changes", { conversationId: id, afterRev: huge });
  assert.equal(rev, huge);
  await live.call("conversation.read", { conversationId: id, seq: huge });
  for (const cursor of ["nonsense", "\u0000", "😀", "WzFd", "e30", "W10", "bnVsbA", "IiI"]) {
    for (const params of [{ cursor }, { changedSince: cursor }]) {
      const error = await live.call("conversation.list", params).catch((error) => error);
      assert.equal(error.problem?.code, "invalidInput", JSON.stringify(params));
    }
  }
  await live.call("ping");
});

test("conversations that do not exist or are not mine are not found, by any method", async () => {
  const stranger = await (await server.person("stranger")).connect();
  const params = { clientId: "x", kind: "text", body: { text: "x" } };
  const calls: [Parameters<typeof stranger.call>[0], object][] = [
    ["message.send", params],
    ["message.list", {}],
    ["conversation.changes", {}],
    ["conversation.read", { seq: 1 }],
    ["conversation.typing", { typing: true }],
  ];
  for (const conversationId of [id, crypto.randomUUID()]) {
    for (const [method, more] of calls) {
      const error = await stranger.call(method, { conversationId, ...more }).catch((error) =>
        error
      );
      assert.deepEqual([error.code, error.problem?.code], [-32_000, "notFound"], method);
    }
  }
});

test("a reply needs a message that its sender may read", async () => {
  const [cy, dan] = [await server.person("cy"), await server.person("dan")];
  const group = await server.group(cy, []);
  const before = await cy.says("before dan", group);
  await cy.do("POST", `/v1/groups/${group}/members`, { userIds: [dan.id] });
  const live = await dan.connect();
  const reply = (replyTo: number, clientId: string) =>
    live.call("message.send", {
      conversationId: group,
      clientId,
      kind: "text",
      body: { text: "reply" },
      replyTo,
    });
  for (const replyTo of [before.seq, 1_000_000]) {
    const error = await reply(replyTo, `to${replyTo}`).catch((error) => error);
    assert.equal(error.problem?.code, "notFound");
    assert.equal(error.problem.errors[0].path, "replyTo");
  }
  const after = await cy.says("after dan", group);
  const sent = await reply(after.seq, "good");
  const { items } = await live.call("message.list", { conversationId: group });
  assert.equal(items.find(({ seq }) => seq === sent.seq)?.replyTo, after.seq);
});
