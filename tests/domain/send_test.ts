/** Sending: durable, once, over either transport, from any device, and only where one may. */
import { strict as assert } from "node:assert";
import type { Message, Sent } from "../../schemas/messages.ts";
import { historyOf, refusalOf, textOf, viewOf } from "../support/chat.ts";
import { assertRevUnbroken, assertSeqUnbroken, numbersOf } from "../support/numbering.ts";
import { until } from "../support/waiting.ts";
import { assertRefused, openWorld, type Person, test } from "../support/world.ts";

const world = await openWorld();
const server = await world.instance();
const other = await world.instance();

function text(clientId: string, words = "Hello") {
  return { clientId, kind: "text", body: { text: words } };
}

function posts(person: Person, id: string, message: object) {
  return person.ask<Sent>("POST", `/v1/conversations/${id}/messages`, message);
}

/** The same account, asking another instance. */
function elsewhere(person: Person): Person {
  const { username, session } = person;
  return Object.assign(Object.create(Object.getPrototypeOf(person)), {
    clients: [],
    username,
    session,
    at: other,
  }) as Person;
}

test("a send answers 201 with its numbers, and everyone reads the message under them", async () => {
  const { ana, bo, id } = await server.pair();
  const { status, body } = await posts(ana, id, text("c-1"));
  assert.equal(status, 201);
  assert.deepEqual(Object.keys(body).sort(), ["at", "duplicate", "rev", "seq"]);
  assert.deepEqual([body.seq, body.duplicate], [1, false]);
  assert.match(body.at, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  const { seq, rev, at } = body;
  const expected = { seq, rev, at, from: ana.id, ...text("c-1") };
  for (const reader of [ana, bo]) {
    assert.deepEqual((await historyOf(reader, id)).items, [expected]);
    assert.deepEqual((await viewOf(reader, id)).lastMessage, expected);
  }
});

test("the same clientId again answers 200 with what it became, whatever it says now", async () => {
  const { ana, bo, id } = await server.pair();
  const first = await posts(ana, id, text("c-1"));
  await posts(bo, id, text("c-1", "Not the same sender"));
  const again = await posts(ana, id, text("c-1", "Something else"));
  assert.equal(again.status, 200);
  assert.deepEqual(again.body, { ...first.body, duplicate: true });
  const { items } = await historyOf(bo, id);
  assert.deepEqual(items.map(textOf), ["Hello", "Not the same sender"]);
});

test("a clientId is known over the other transport, from another device, on another instance", async () => {
  const { ana, bo, id } = await server.pair();
  const phone = await (await ana.again()).connect();
  const first = await phone.call("message.send", { conversationId: id, ...text("c-1") });
  assert.equal(first.duplicate, false);
  const expected = { ...first, duplicate: true };
  assert.deepEqual((await posts(ana, id, text("c-1"))).body, expected);
  assert.deepEqual((await posts(elsewhere(ana), id, text("c-1"))).body, expected);
  const desk = await ana.connect(other);
  assert.deepEqual(
    await desk.call("message.send", { conversationId: id, ...text("c-1") }),
    expected,
  );
  assert.equal((await historyOf(bo, id)).items.length, 1);
});

test("the same clientId in another conversation is another message", async () => {
  const { ana, bo, id } = await server.pair();
  const group = await server.group(ana, [bo]);
  assert.equal((await posts(ana, id, text("c-1"))).status, 201);
  assert.equal((await posts(ana, group, text("c-1"))).status, 201);
});

test("40 doubles at once, by REST and socket, two devices, two instances: one row, no hole", async () => {
  const { ana, bo, id } = await server.pair();
  const lives = [
    await ana.connect(),
    await (await ana.again()).connect(),
    await ana.connect(other),
    await ana.connect(other),
  ];
  const elsewhereAna = elsewhere(ana);
  const sends = Array.from({ length: 40 }, async (_, place): Promise<Sent> => {
    const kind = place % 6;
    const live = lives[kind];
    if (live !== undefined) {
      return await live.call("message.send", { conversationId: id, ...text("c-1") });
    }
    const { status, body } = await posts(kind === 4 ? ana : elsewhereAna, id, text("c-1"));
    assert.equal(status, body.duplicate ? 200 : 201);
    return body;
  });
  const answers = await Promise.all(sends);
  assert.equal(answers.filter(({ duplicate }) => !duplicate).length, 1);
  assert.deepEqual(new Set(answers.map(({ seq, rev, at }) => `${seq} ${rev} ${at}`)).size, 1);
  await bo.says("after", id);
  const numbers = await numbersOf(world, id);
  assert.equal(numbers.lastSeq, 2);
  assertSeqUnbroken(numbers);
  assertRevUnbroken(numbers);
});

test("a retry after a lost answer is told what was stored, and nothing is doubled", async () => {
  const { ana, bo, id } = await server.pair();
  const live = await ana.connect();
  const params = { conversationId: id, ...text("c-1") };
  live.send(JSON.stringify({ jsonrpc: "2.0", id: 1, method: "message.send", params }));
  live.socket.close();
  // Whether it was carried out before the end is open; the retry must lead to one message either way.
  const sent = await (await ana.connect()).call("message.send", params);
  const [message, ...more] = (await historyOf(bo, id)).items;
  assert.deepEqual([message?.seq, more], [sent.seq, []]);

  const body = JSON.stringify(text("c-2"));
  using socket = await Deno.connect({
    hostname: "127.0.0.1",
    port: Number(new URL(server.url).port),
  });
  const head = [
    `POST /v1/conversations/${id}/messages HTTP/1.1`,
    "host: 127.0.0.1",
    `authorization: Bearer ${ana.session.accessToken}`,
    "content-type: application/json",
    `content-length: ${body.length}`,
  ];
  await socket.write(new TextEncoder().encode(`${head.join("\r\n")}\r\n\r\n${body}`));
  await until("it is stored", async () => (await historyOf(bo, id)).items.length === 2);
  const retried = await posts(ana, id, text("c-2"));
  assert.deepEqual([retried.status, retried.body.seq, retried.body.duplicate], [200, 2, true]);
});

test("a retry is answered also after its sender was removed, or is no friend any more", async () => {
  const { ana, bo, id } = await server.pair();
  const group = await server.group(ana, [bo]);
  const inGroup = (await posts(bo, group, text("c-1"))).body;
  const inDirect = (await posts(bo, id, text("c-1"))).body;
  const live = await bo.connect();
  await ana.do("DELETE", `/v1/groups/${group}/members/${bo.id}`);
  await ana.do("DELETE", `/v1/friends/${bo.id}`);
  for (const [conversationId, sent] of [[group, inGroup], [id, inDirect]] as const) {
    const again = await posts(bo, conversationId, text("c-1"));
    assert.deepEqual([again.status, again.body], [200, { ...sent, duplicate: true }]);
    const overSocket = await live.call("message.send", { conversationId, ...text("c-1") });
    assert.deepEqual(overSocket, { ...sent, duplicate: true });
  }
  assertRefused(await posts(bo, group, text("c-2")), 403, "notMember");
  assertRefused(await posts(bo, id, text("c-2")), 403, "notFriends");
});

test("a retry is answered also when what it replies to lies before a later joining", async () => {
  const [ana, bo] = [await server.person("ana"), await server.person("bo")];
  const group = await server.group(ana, [bo]);
  await ana.says("question", group);
  const first = (await posts(bo, group, { ...text("c-1"), replyTo: 2 })).body;
  await bo.do("DELETE", `/v1/groups/${group}/members/${bo.id}`);
  await bo.do("POST", `/v1/groups/${group}/join`, {});
  const again = await posts(bo, group, { ...text("c-1"), replyTo: 2 });
  assert.deepEqual([again.status, again.body], [200, { ...first, duplicate: true }]);
  assertRefused(await posts(bo, group, { ...text("c-2"), replyTo: 2 }), 404, "notFound");
});

test("strangers are told notFound, former members notMember", async () => {
  const [ana, bo, eve] = [
    await server.person("ana"),
    await server.person("bo"),
    await server.person("eve"),
  ];
  const group = await server.group(ana, [bo]);
  await bo.do("DELETE", `/v1/groups/${group}/members/${bo.id}`);
  assertRefused(await posts(eve, group, text("c-1")), 404, "notFound");
  assertRefused(await posts(eve, crypto.randomUUID(), text("c-1")), 404, "notFound");
  assertRefused(await posts(bo, group, text("c-1")), 403, "notMember");
  const conversationId = group;
  const say = async (person: Person) =>
    await refusalOf(
      (await person.connect()).call("message.send", { conversationId, ...text("c") }),
    );
  assert.equal(await say(eve), "notFound");
  assert.equal(await say(bo), "notMember");
  assert.equal((await viewOf(ana, group)).lastSeq, 2);
});

test("unfriending ends sending at once for both, befriending again allows it", async () => {
  const { ana, bo, id } = await server.pair();
  const lives = [await ana.connect(), await bo.connect(), await bo.connect(other)];
  const say = (clientId: string) =>
    Promise.all(
      lives.map((live, place) =>
        live.call("message.send", { conversationId: id, ...text(`${clientId}-${place}`) })
      ),
    );
  await say("friends");
  await bo.do("DELETE", `/v1/friends/${ana.id}`);
  for (const [place, live] of lives.entries()) {
    const params = { conversationId: id, ...text(`parted-${place}`) };
    assert.equal(await refusalOf(live.call("message.send", params)), "notFriends");
  }
  assertRefused(await posts(ana, id, text("parted")), 403, "notFriends");
  assert.equal((await historyOf(ana, id)).items.length, 3, "it stays readable");
  await server.befriend(ana, bo);
  assert.deepEqual((await say("again")).map(({ seq }) => seq).sort(), [4, 5, 6]);
});

test("with DIRECT_POLICY=anyone strangers write to each other", async () => {
  const anyone = await world.instance({ DIRECT_POLICY: "anyone" });
  const [ana, bo] = [await anyone.person("ana"), await anyone.person("bo")];
  const { id } = await ana.do<{ id: string }>("POST", "/v1/conversations/direct", {
    userId: bo.id,
  });
  assert.equal((await posts(ana, id, text("c-1"))).status, 201);
  assert.equal((await posts(bo, id, text("c-1"))).status, 201);
});

test("the sender's connections all get the message, the sending one after its answer", async () => {
  const { ana, bo, id } = await server.pair();
  const [desk, phone, theirs] = [await ana.connect(), await ana.connect(), await bo.connect()];
  const sent = await desk.call("message.send", { conversationId: id, ...text("c-1") });
  for (const live of [desk, phone, theirs]) {
    const { prevRev, rev, messages, members, conversation } = await live.next("changes");
    assert.deepEqual([prevRev, rev, members, conversation], [sent.rev - 1, sent.rev, [], null]);
    const { seq, at } = sent;
    const message: Message = {
      seq,
      rev,
      at,
      from: ana.id,
      clientId: "c-1",
      kind: "text",
      body: { text: "Hello" },
    };
    assert.deepEqual(messages, [message]);
  }
  const order = desk.received.filter(({ method }) => method !== "session.ready");
  assert.deepEqual(order.map(({ method }) => method ?? "answer"), ["answer", "changes"]);
  const repeated = await desk.call("message.send", { conversationId: id, ...text("c-1") });
  assert.equal(repeated.duplicate, true);
  await bo.says("next", id);
  await desk.sees("next");
  assert.deepEqual(desk.texts(id), ["Hello", "next"], "a repeated one is not delivered again");
});

test("what one connection sends without waiting is stored in the order it was sent", async () => {
  const ana = await server.person("ana");
  const ids: string[] = [];
  for (let place = 0; place < 12; place++) ids.push(await server.group(ana, []));
  // Nothing is known of the groups yet: the first sends must wait until it is, and keep their order.
  const live = await ana.connect();
  const words = Array.from({ length: 8 }, (_, place) => `${place}`);
  await Promise.all(
    ids.flatMap((conversationId) =>
      words.map((word) => live.call("message.send", { conversationId, ...text(`c-${word}`, word) }))
    ),
  );
  for (const id of ids) {
    assert.deepEqual((await historyOf(ana, id, "?afterSeq=1")).items.map(textOf), words);
  }
});

test("sending moves no watermark, not even the sender's", async () => {
  const { ana, bo, id } = await server.pair();
  await bo.says("one", id);
  await ana.says("two", id);
  const [mine, theirs] = [(await viewOf(ana, id)).my, (await viewOf(bo, id)).my];
  assert.deepEqual([mine.readSeq, mine.unreadCount], [0, 1]);
  assert.deepEqual([theirs.readSeq, theirs.unreadCount], [0, 1]);
});

test("a batch with one bad message carries out its neighbours", async () => {
  const { ana, bo, id } = await server.pair();
  const live = await ana.connect();
  const request = (place: number, more: object) => ({
    jsonrpc: "2.0",
    id: `r${place}`,
    method: "message.send",
    params: { conversationId: id, ...text(`c-${place}`), ...more },
  });
  live.send(JSON.stringify([
    request(1, {}),
    request(2, { body: { text: "\u0000" } }),
    request(3, { replyTo: 99 }),
    request(4, { conversationId: crypto.randomUUID() }),
    request(5, {}),
  ]));
  const answers = await Promise.all([1, 2, 3, 4, 5].map((place) => live.answer(`r${place}`)));
  const outcomes = answers.map(({ error }) => error?.data.code ?? "sent");
  assert.deepEqual(outcomes, ["sent", "invalidInput", "notFound", "notFound", "sent"]);
  assert.deepEqual((await historyOf(bo, id)).items.map(({ seq, clientId }) => [seq, clientId]), [
    [1, "c-1"],
    [2, "c-5"],
  ]);
});
