import { strict as assert } from "node:assert";
import type { Channel, Locks } from "../../client/platform.ts";
import { memoryOutbox } from "../../client/outbox_item.ts";
import { until } from "../support/waiting.ts";
import { FakeConversation, other } from "./conversation.ts";
import { FakeServer, problem, Refuse, sessionOf } from "./fake_server.ts";
import { Stage, test } from "./stage.ts";

const id = "00000000-0000-7000-8000-0000000000c1";
const text = (text: string) => ({ kind: "text", body: { text } }) as const;

// The runtime's own: those of two tests never meet, as the server's address is part of their names.
const shared = {
  locks: navigator.locks as unknown as Locks,
  openChannel: (name: string) => new BroadcastChannel(name) as never,
};

function tab(server: FakeServer, outboxStore = memoryOutbox()): Stage {
  return new Stage(server, { outboxStore, platform: shared });
}

test("several tabs have one connection, and all of them all there is", async () => {
  await using server = new FakeServer();
  const conversation = new FakeConversation(id, 2).serve(server);
  await using first = await tab(server).open();
  await using second = await tab(server).open();
  await using third = await tab(server).open();
  assert.equal(server.lines.length, 1);
  conversation.says();
  conversation.tell(server.lines[0]!);
  for (const { client } of [first, second, third]) {
    await until("the message is there", () => client.conversation(id)!.lastSeq === 3);
    assert.equal(client.state.state, "open");
  }
});

test("a tab that does not lead asks through the one that does, and hears refusals as they are", async () => {
  await using server = new FakeServer();
  await using _first = await tab(server).open();
  await using second = await tab(server).open();
  const { client } = second;
  assert.ok((await client.request("ping", {})).serverTime);
  server.replies["conversation.read"] = () => {
    throw new Refuse(problem("notFound", 404));
  };
  const read = client.request("conversation.read", { conversationId: id, seq: 1 });
  await assert.rejects(read, { code: "notFound", problem: problem("notFound", 404) });
});

test("when the leading tab closes another one connects, and nothing is missed meanwhile", async () => {
  await using server = new FakeServer();
  const conversation = new FakeConversation(id, 2).serve(server);
  const first = await tab(server).open();
  await using second = await tab(server).open();
  await using third = await tab(server).open();
  server.replies["conversation.read"] = () => undefined;
  const lost = second.client.request("conversation.read", { conversationId: id, seq: 1 });
  await server.lines[0]!.request("conversation.read");
  const failed = assert.rejects(lost, { code: "connectionLost" });
  first.client.stop();
  conversation.says();
  await failed;
  for (const { client } of [second, third]) {
    await until("the message is there", () => client.conversation(id)!.lastSeq === 3);
  }
  assert.equal(server.lines.length, 2);
  assert.equal(first.client.state.state, "idle");
});

test("what one tab sends shows in all, and is sent once, by the tab that leads", async () => {
  await using server = new FakeServer();
  const conversation = new FakeConversation(id).serve(server);
  const store = memoryOutbox();
  await using first = await tab(server, store).open();
  await using second = await tab(server, store).open();
  const clientId = second.client.send(id, text("hello"));
  await second.client.delivered(clientId);
  assert.equal(server.lines[0]!.requests("message.send").length, 1);
  conversation.tell(server.lines[0]!);
  for (const { client } of [first, second]) {
    await until("it is a message", () => client.conversation(id)!.lastSeq === 1);
    await until("it is out of the outbox", () => client.outbox(id).length === 0);
  }
});

test("what the leading tab could not send any more, the next one sends", async () => {
  await using server = new FakeServer();
  const conversation = new FakeConversation(id).serve(server);
  const store = memoryOutbox();
  const first = await tab(server, store).open();
  await using second = await tab(server, store).open();
  const send = server.replies["message.send"]!;
  server.replies["message.send"] = () => undefined;
  first.client.send(id, text("a"));
  first.client.send(id, text("b"));
  await server.lines[0]!.request("message.send");
  await until("it is known", () => second.client.outbox(id).length === 2);
  server.replies["message.send"] = send;
  first.client.stop();
  await until("all is sent", () => conversation.messages.length === 2);
  const texts = conversation.messages.map(({ body }) => (body as { text: string }).text);
  assert.deepEqual(texts, ["a", "b"]);
});

test("a leading tab that answers no more is deposed, and follows once it does", async () => {
  await using server = new FakeServer();
  const conversation = new FakeConversation(id, 2).serve(server);
  let isFrozen = false;
  const heard: (() => void)[] = [];
  // What comes to a frozen tab waits for it.
  const openChannel = (name: string) => {
    const channel = new BroadcastChannel(name);
    const opened: Channel = {
      onmessage: null,
      postMessage: (message) => channel.postMessage(message),
      close: () => channel.close(),
    };
    channel.onmessage = ({ data }) => {
      if (isFrozen) heard.push(() => opened.onmessage?.({ data }));
      else opened.onmessage?.({ data });
    };
    return opened;
  };
  await using first = await new Stage(server, { platform: { ...shared, openChannel } }).open();
  await using second = await tab(server).open();
  isFrozen = true;
  const asked = async () => {
    second.clock.advanceMs(4_000);
    await new Promise((resolve) => setTimeout(resolve));
    return server.lines.length === 2;
  };
  await until("another connection is there", asked);
  await until("it is synced", () => second.client.isSynced);
  isFrozen = false;
  for (const hear of heard) hear();
  await until("the first follows", () => first.client.isSynced);
  assert.equal(server.lines[0]!.socket.readyState, WebSocket.CLOSED);
  conversation.says();
  conversation.tell(server.lines[1]!);
  for (const { client } of [first, second]) {
    await until("the message is there", () => client.conversation(id)!.lastSeq === 3);
    assert.equal(client.state.state, "open");
  }
  assert.equal(server.lines.length, 2);
});

test("tabs that sleep all together go on with the one that led", async () => {
  await using server = new FakeServer();
  new FakeConversation(id, 2).serve(server);
  await using first = await tab(server).open();
  await using second = await tab(server).open();
  for (const _hour of [1, 2, 3]) {
    second.clock.advanceMs(1);
    await second.client.request("ping", {});
    first.clock.advanceMs(3_999);
    second.clock.advanceMs(3_999);
  }
  await second.client.request("ping", {});
  assert.equal(server.lines.length, 1);
  assert.equal(second.client.state.state, "open");
});

test("one tab refreshes the session, and the others have it", async () => {
  await using server = new FakeServer();
  await using first = await tab(server).open();
  await using second = await tab(server).open();
  server.lines[0]!.socket.close(4004, "tokenExpired");
  await first.is("waiting");
  first.clock.advanceMs(0);
  await server.line(1);
  await until("both have it", () => second.client.session!.accessToken === "fresh1");
  assert.equal(first.client.session!.accessToken, "fresh1");
  assert.equal(server.count("POST /v1/auth/refresh"), 1);
});

test("an ended session signs out every tab", async () => {
  await using server = new FakeServer();
  await using first = await tab(server).open();
  await using second = await tab(server).open();
  const ends: string[] = [];
  for (const { client } of [first, second]) {
    client.on("signedOut", ({ reason }) => ends.push(reason));
  }
  server.lines[0]!.socket.close(4501, "sessionRevoked");
  await until("both are", () => ends.length === 2);
  assert.deepEqual(ends, ["sessionRevoked", "sessionRevoked"]);
});

test("a tab of another session has a connection of its own", async () => {
  await using server = new FakeServer();
  await using _first = await tab(server).open();
  const session = { ...sessionOf(), sessionId: "00000000-0000-7000-8000-00000000000b" };
  await using _second = await new Stage(server, { session, platform: shared }).open();
  assert.equal(server.lines.length, 2);
});

test("who is watched in any tab is watched once, until no tab does", async () => {
  await using server = new FakeServer();
  const presence = { userId: other, online: true, lastSeenAt: null, platforms: ["web"] };
  server.replies["presence.watch"] = () => ({ presences: [presence] });
  server.replies["presence.unwatch"] = () => ({ presences: [] });
  await using first = await tab(server).open();
  await using second = await tab(server).open();
  const line = server.lines[0]!;
  const stops = [first, second].map(({ client }) => client.watch([other]));
  for (const { client } of [first, second]) {
    await until("it is known", () => client.presenceOf(other)?.online);
  }
  line.send({ method: "presence", params: { presences: [{ ...presence, online: false }] } });
  for (const { client } of [first, second]) {
    await until("it follows", () => client.presenceOf(other)?.online === false);
  }
  stops[0]!();
  await first.client.request("ping", {});
  assert.equal(line.requests("presence.unwatch").length, 0);
  stops[1]!();
  await line.request("presence.unwatch");
  assert.equal(line.requests("presence.watch").length, 1);
});

test("where locks are forbidden, as in a sandboxed frame, a tab is alone and works", async () => {
  await using server = new FakeServer();
  const locks: Locks = {
    request: () => Promise.reject(new DOMException("Sandboxed", "SecurityError")),
  };
  // Refreshing must not depend on them either.
  const session = sessionOf("old", -1);
  await using _stage = await new Stage(server, { session, platform: { ...shared, locks } }).open();
  assert.equal(server.lines[0]!.token, "fresh1");
});
