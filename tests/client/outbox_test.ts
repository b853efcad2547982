import { strict as assert } from "node:assert";
import { IDBFactory } from "fake-indexeddb";
import { indexedDbOutbox } from "../../client/outbox_indexeddb.ts";
import { memoryOutbox, type OutboxItem, type OutboxStore } from "../../client/outbox_item.ts";
import { until } from "../support/waiting.ts";
import { FakeConversation } from "./conversation.ts";
import { FakeServer, problem, Refuse, refuse } from "./fake_server.ts";
import { Stage, test } from "./stage.ts";

const id = "00000000-0000-7000-8000-0000000000c1";
const text = (text: string) => ({ kind: "text", body: { text } }) as const;
const textsOf = (conversation: FakeConversation) =>
  conversation.messages.map(({ body }) => (body as { text: string }).text);

test("a send is shown at once, then sent, then one of the messages", async () => {
  await using server = new FakeServer();
  const conversation = new FakeConversation(id, 1).serve(server);
  await using stage = await new Stage(server).open();
  const { client } = stage;
  const thread = client.open(id);
  const shown = () => [thread.messages.length, thread.pending.map(({ state }) => state)];
  const states: string[] = [];
  client.on("outbox", ({ state }) => states.push(state));
  const clientId = client.send(id, text("hello"));
  assert.deepEqual(shown(), [1, ["sending"]]);
  await client.delivered(clientId);
  assert.deepEqual(shown(), [1, ["sent"]]);
  conversation.tell(server.lines[0]!);
  await until("it is a message", () => thread.messages.length === 2);
  assert.deepEqual(shown(), [2, []]);
  assert.deepEqual(states, ["sending", "sent"]);
});

test("what is sent without a connection goes when there is one, in order, under its first clientId", async () => {
  await using server = new FakeServer();
  const conversation = new FakeConversation(id).serve(server);
  await using stage = new Stage(server);
  const { client } = stage;
  const clientIds = ["a", "b", "c"].map((word) => client.send(id, text(word)));
  assert.deepEqual(client.outbox(id).map(({ state }) => state), ["sending", "sending", "sending"]);
  await stage.open();
  await Promise.all(clientIds.map((clientId) => client.delivered(clientId)));
  assert.deepEqual(textsOf(conversation), ["a", "b", "c"]);
  assert.deepEqual(conversation.messages.map(({ clientId }) => clientId), clientIds);
});

test("an answer that is lost doubles nothing, and nothing overtakes what it was for", async () => {
  await using server = new FakeServer();
  const conversation = new FakeConversation(id).serve(server);
  await using stage = await new Stage(server).open();
  const send = server.replies["message.send"]!;
  let lost = 0;
  server.replies["message.send"] = (params, line) => {
    const answer = send(params, line);
    if (lost++ > 0) return answer;
    line.socket.close(1011);
    return undefined;
  };
  stage.client.send(id, text("a"));
  const last = stage.client.send(id, text("b"));
  await stage.is("waiting");
  stage.clock.advanceMs(1);
  stage.clock.advanceMs(500);
  await stage.client.delivered(last);
  assert.deepEqual(textsOf(conversation), ["a", "b"]);
  assert.equal(stage.client.outbox(id).filter(({ state }) => state === "sending").length, 0);
});

test("a refusal is final and says why; what comes behind it goes on", async () => {
  await using server = new FakeServer();
  const conversation = new FakeConversation(id).serve(server);
  await using stage = await new Stage(server).open();
  const { client } = stage;
  const send = server.replies["message.send"]!;
  let isMuted = true;
  server.replies["message.send"] = (params, line) => {
    const { text } = params["body"] as { text: string };
    if (isMuted && text !== "b") throw new Refuse(problem("muted", 403));
    return send(params, line);
  };
  const [first, second, third] = ["a", "b", "c"].map((word) => client.send(id, text(word)));
  await client.delivered(second!);
  await assert.rejects(client.delivered(first!), { code: "muted" });
  await assert.rejects(client.delivered(third!), { code: "muted" });
  assert.deepEqual(client.outbox(id).map(({ state, reason }) => [state, reason]).slice(-1), [[
    "failed",
    "muted",
  ]]);
  isMuted = false;
  client.retry(first!);
  client.discard(third!);
  await client.delivered(first!);
  assert.deepEqual(textsOf(conversation), ["b", "a"]);
  assert.equal(client.outbox(id).some(({ clientId }) => clientId === third), false);
});

test("what the server cannot take now is tried again, not before it wants", async () => {
  await using server = new FakeServer();
  const conversation = new FakeConversation(id).serve(server);
  await using stage = await new Stage(server).open();
  const send = server.replies["message.send"]!;
  const refusals = [
    problem("rateLimited", 429, { retryAfterMs: 4_000 }),
    problem("unavailable", 503),
  ];
  server.replies["message.send"] = (params, line) => {
    const refusal = refusals.shift();
    if (refusal !== undefined) throw new Refuse(refusal);
    return send(params, line);
  };
  const clientId = stage.client.send(id, text("a"));
  const asked = () => server.lines[0]!.requests("message.send").length;
  await until("it waits", () => stage.clock.due.includes(4_000));
  stage.clock.advanceMs(3_999);
  assert.equal(asked(), 1);
  stage.clock.advanceMs(1);
  await until("it waits again", () => stage.clock.due.includes(1_000));
  assert.equal(asked(), 2);
  stage.clock.advanceMs(1_000);
  await stage.client.delivered(clientId);
  assert.equal(conversation.messages.length, 1);
});

test("a message that comes with the changes before its answer is delivered all the same", async () => {
  await using server = new FakeServer();
  const conversation = new FakeConversation(id, 1).serve(server);
  await using stage = await new Stage(server).open();
  const send = server.replies["message.send"]!;
  server.replies["message.send"] = (params, line) => {
    send(params, line);
    conversation.tell(line);
    return undefined;
  };
  const clientId = stage.client.send(id, text("a"));
  await stage.client.delivered(clientId);
  assert.deepEqual(stage.client.outbox(id), []);
});

test("the outbox survives a reload, in its order and with its failures", async () => {
  await using server = new FakeServer();
  const conversation = new FakeConversation(id).serve(server);
  const outboxStore = memoryOutbox();
  {
    await using stage = new Stage(server, { outboxStore });
    for (const word of ["a", "b"]) stage.client.send(id, text(word));
  }
  await using _stage = await new Stage(server, { outboxStore }).open();
  await until("all is sent", () => textsOf(conversation).length === 2);
  assert.deepEqual(textsOf(conversation), ["a", "b"]);
  await until("nothing is kept", async () => (await outboxStore.load()).length === 0);
});

test("an outbox is not endless", async () => {
  await using server = new FakeServer();
  await using stage = new Stage(server);
  for (let count = 0; count < 1_000; count++) stage.client.send(id, text("a"));
  assert.throws(() => stage.client.send(id, text("a")), { code: "outboxFull" });
});

test("signing out ends the session and wipes the outbox", async () => {
  await using server = new FakeServer();
  server.routes["POST /v1/auth/logout"] = () => new Response(null, { status: 204 });
  const outboxStore = memoryOutbox();
  await using stage = new Stage(server, { outboxStore });
  stage.client.send(id, text("a"));
  const ended = new Promise<string>((resolve) => {
    stage.client.on("signedOut", ({ reason }) => resolve(reason));
  });
  await stage.client.signOut();
  assert.equal(await ended, "signedOut");
  assert.deepEqual([stage.client.outbox(), await outboxStore.load()], [[], []]);
  server.routes["POST /v1/auth/logout"] = () => refuse(problem("unavailable", 503));
  await assert.rejects(stage.client.signOut(), { code: "unavailable" });
  server.routes["POST /v1/auth/logout"] = () => refuse(problem("sessionRevoked", 401));
  await stage.client.signOut();
});

const stores: Record<string, () => OutboxStore> = {
  memory: memoryOutbox,
  IndexedDB: () => indexedDbOutbox(new IDBFactory() as never, "outbox"),
};

for (const [name, open] of Object.entries(stores)) {
  test(`an outbox in ${name} keeps, changes, removes and forgets items`, async () => {
    const store = open();
    const item = (clientId: string, state: OutboxItem["state"] = "sending"): OutboxItem => ({
      clientId,
      conversationId: id,
      message: text(clientId),
      at: new Date().toISOString(),
      order: 1,
      state,
    });
    const held = async () =>
      (await store.load()).map(({ clientId, state }) => `${clientId} ${state}`).sort();
    await store.put(item("a"));
    await store.put(item("b"));
    await store.put(item("a", "failed"));
    assert.deepEqual(await held(), ["a failed", "b sending"]);
    await store.remove("a");
    await store.remove("never there");
    assert.deepEqual(await held(), ["b sending"]);
    await store.clear();
    assert.deepEqual(await held(), []);
  });
}
