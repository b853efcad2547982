import { strict as assert } from "node:assert";
import { until } from "../support/waiting.ts";
import { FakeConversation, me, other } from "./conversation.ts";
import type { FailureCode } from "../../errors.ts";
import { FakeServer, problem, Refuse } from "./fake_server.ts";
import { Stage, test } from "./stage.ts";

const id = "00000000-0000-7000-8000-0000000000c1";
const seqs = (messages: readonly { seq: number }[]) => messages.map(({ seq }) => seq);

/** Texts from one seq to another. */
const upTo = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, at) => from + at);

test("live changes are laid over what is held, and each new message is told once", async () => {
  await using server = new FakeServer();
  const conversation = new FakeConversation(id, 3).serve(server);
  await using stage = await new Stage(server).open();
  const told: number[] = [];
  stage.client.on("message", ({ message }) => told.push(message.seq));
  conversation.says();
  conversation.tell(server.lines[0]!);
  conversation.tell(server.lines[0]!);
  conversation.changes(4, { editedAt: "2026-01-01T00:00:00.000Z", body: { text: "other" } });
  conversation.tell(server.lines[0]!);
  await until("the edit is there", () => stage.client.conversation(id)!.lastMessage!.editedAt);
  assert.deepEqual(told, [4]);
});

test("a gap is asked for, once however much comes behind it", async () => {
  await using server = new FakeServer();
  const conversation = new FakeConversation(id, 1).serve(server);
  await using stage = await new Stage(server).open();
  const line = server.lines[0]!;
  const told: number[] = [];
  stage.client.on("message", ({ message }) => told.push(message.seq));
  server.replies["conversation.changes"] = () => undefined;
  conversation.says();
  for (const _ of [1, 2]) {
    conversation.says();
    conversation.tell(line);
  }
  const asked = await line.request("conversation.changes");
  assert.deepEqual(asked.params["afterRev"], 1);
  conversation.serve(server);
  line.answer(asked);
  await until("all is there", () => told.length === 3);
  assert.deepEqual(told, [2, 3, 4]);
  assert.equal(line.requests("conversation.changes").length, 1);
});

test("changes that come while the first list is read are not lost", async () => {
  await using server = new FakeServer();
  const conversation = new FakeConversation(id, 2).serve(server);
  const list = { items: [conversation.view], nextCursor: null, syncCursor: "cursor" };
  server.replies["conversation.list"] = (_, line) => {
    conversation.says();
    conversation.tell(line);
    return list;
  };
  await using stage = await new Stage(server).open();
  assert.equal(stage.client.conversation(id)!.lastSeq, 3);
});

test("coming back asks for what changed since the last cursor, and for what each lacks", async () => {
  await using server = new FakeServer();
  const conversation = new FakeConversation(id, 2).serve(server);
  await using stage = await new Stage(server).open();
  const told: number[] = [];
  stage.client.on("message", ({ message }) => told.push(message.seq));
  server.lines[0]!.socket.close(1011);
  await stage.is("waiting");
  conversation.says();
  conversation.says();
  stage.clock.advanceMs(500);
  const line = await server.line(1);
  assert.equal((await line.request("conversation.list")).params["changedSince"], "cursor");
  assert.equal((await line.request("conversation.changes")).params["afterRev"], 2);
  await until("it is synced", () => stage.client.isSynced);
  assert.deepEqual(told, [3, 4]);
});

test("a cursor counts only when all that it stands for has come", async () => {
  await using server = new FakeServer();
  const conversation = new FakeConversation(id, 2).serve(server);
  await using stage = await new Stage(server).open();
  const list = () => ({ items: [conversation.view], nextCursor: null, syncCursor: "later" });
  server.replies["conversation.list"] = list;
  server.replies["conversation.changes"] = (_, line) => void line.socket.close(1011);
  conversation.says();
  server.lines[0]!.socket.close(1011);
  await stage.is("waiting");
  stage.clock.advanceMs(500);
  await (await server.line(1)).request("conversation.changes");
  await stage.is("waiting");
  conversation.serve(server);
  stage.clock.advanceMs(1_000);
  const asked = await (await server.line(2)).request("conversation.list");
  assert.equal(asked.params["changedSince"], "cursor");
  await until("it is synced", () => stage.client.isSynced);
  assert.equal(stage.client.conversation(id)!.lastSeq, 3);
});

test("after a very long absence the conversation begins anew, with the newest", async () => {
  await using server = new FakeServer();
  const conversation = new FakeConversation(id, 2).serve(server);
  await using stage = await new Stage(server).open();
  const thread = stage.client.open(id);
  server.lines[0]!.socket.close(1011);
  await stage.is("waiting");
  for (let count = 0; count < 1_001; count++) conversation.says();
  stage.clock.advanceMs(500);
  await until("it is synced", () => stage.client.isSynced);
  assert.equal(server.lines[1]!.requests("conversation.changes").length, 0);
  assert.deepEqual(seqs(thread.messages), [1_003]);
  await thread.loadOlder(3);
  assert.deepEqual(seqs(thread.messages), upTo(1_000, 1_003));
});

test("a conversation that appears tells all that is unread in it", async () => {
  await using server = new FakeServer();
  await using stage = await new Stage(server).open();
  const told: number[] = [];
  stage.client.on("message", ({ message }) => told.push(message.seq));
  const conversation = new FakeConversation(id, 2).serve(server);
  const line = server.lines[0]!;
  line.send({ method: "conversation.joined", params: { conversation: conversation.view } });
  conversation.says();
  conversation.tell(line);
  await until("all is told", () => told.length === 3);
  assert.deepEqual(told, [1, 2, 3]);
  assert.equal(stage.client.conversation(id)!.unread, 3);
});

test("changes of an unknown conversation make it known", async () => {
  await using server = new FakeServer();
  await using stage = await new Stage(server).open();
  const conversation = new FakeConversation(id, 2).serve(server);
  conversation.tell(server.lines[0]!);
  await until("it is known", () => stage.client.conversation(id)?.lastSeq === 2);
});

test("one that I left says so, as the server has it", async () => {
  await using server = new FakeServer();
  const conversation = new FakeConversation(id, 2).serve(server);
  await using stage = await new Stage(server).open();
  conversation.my = { leftAt: "2026-01-01T00:00:00.000Z" };
  const params = { conversationId: id, reason: "removed" };
  server.lines[0]!.send({ method: "conversation.left", params });
  await until("it is left", () => stage.client.conversation(id)!.my.leftAt !== null);
});

test("the list has pinned conversations first, then what happened last", async () => {
  await using server = new FakeServer();
  const ids = [1, 2, 3].map((digit) => `${id.slice(0, -1)}${digit}`);
  const items = ids.map((id, place) => {
    const conversation = new FakeConversation(id);
    conversation.says({ at: `2026-01-0${place + 1}T00:00:00.000Z` });
    if (place === 0) conversation.my = { pinned: true };
    return conversation.view;
  });
  const pages = { first: items.slice(0, 1), rest: items.slice(1) };
  server.replies["conversation.list"] = ({ cursor }) =>
    cursor === "more"
      ? { items: pages.rest, nextCursor: null, syncCursor: "second" }
      : { items: pages.first, nextCursor: "more", syncCursor: "first" };
  await using stage = await new Stage(server).open();
  const order = stage.client.conversations().map(({ id }) => id);
  assert.deepEqual(order, [ids[0], ids[2], ids[1]]);
});

test("the members of a group are read once, and follow the changes", async () => {
  await using server = new FakeServer();
  const conversation = new FakeConversation(id, 1).serve(server);
  await using stage = await new Stage(server).open();
  const member = (userId: string, rev: number, leftAt: string | null = null) => ({
    userId,
    role: "member",
    alias: null,
    joinedAt: "",
    mutedUntil: null,
    leftAt,
    rev,
  });
  const page = { items: [member(me, 1), member(other, 1)], nextCursor: null };
  server.routes[`GET /v1/groups/${id}/members`] = () => Response.json(page);
  const ids = async () => (await stage.client.members(id)).map(({ userId }) => userId);
  assert.deepEqual(await ids(), [me, other]);
  conversation.rev++;
  const changes = { ...conversation.changesAfter(1), members: [member(other, 2, "2026")] };
  server.lines[0]!.send({ method: "changes", params: changes });
  await until("one has left", async () => (await ids()).length === 1);
  assert.equal(server.count(`GET /v1/groups/${id}/members`), 1);
});

test("a listener hears the server's notifications by their names", async () => {
  await using server = new FakeServer();
  await using stage = await new Stage(server).open();
  const removed = new Promise<string>((resolve) => {
    const stop = stage.client.on("friend.removed", ({ userId }) => {
      stop();
      resolve(userId);
    });
  });
  server.lines[0]!.send({ method: "friend.removed", params: { userId: other } });
  assert.equal(await removed, other);
});

test("a list that breaks off while gaps are being closed harms nobody", async () => {
  await using server = new FakeServer();
  const conversation = new FakeConversation(id, 2).serve(server);
  await using stage = await new Stage(server).open();
  conversation.says();
  const page = { items: [conversation.view], nextCursor: "more", syncCursor: "later" };
  server.replies["conversation.changes"] = () => undefined;
  server.replies["conversation.list"] = ({ cursor }, line) => {
    if (cursor === undefined) return page;
    line.socket.close(1011);
    return undefined;
  };
  server.lines[0]!.socket.close(1011);
  await stage.is("waiting");
  stage.clock.advanceMs(500);
  await (await server.line(1)).request("conversation.list", ({ params }) => "cursor" in params);
  await stage.is("waiting");
  conversation.serve(server);
  stage.clock.advanceMs(1_000);
  await until("it is synced", () => stage.client.isSynced);
  assert.equal(stage.client.conversation(id)!.lastSeq, 3);
});

test("who left and came back reads from the return on, though nobody said so", async () => {
  await using server = new FakeServer();
  const conversation = new FakeConversation(id, 3).serve(server);
  await using stage = await new Stage(server).open();
  const thread = stage.client.open(id);
  await thread.loadOlder();
  conversation.rev += 2;
  conversation.firstSeq = 4;
  conversation.says();
  const joinedAt = new Date().toISOString();
  const place = { userId: me, role: "member", alias: null, mutedUntil: null, leftAt: null };
  const members = [{ ...place, joinedAt, rev: conversation.rev }];
  const { hasMore: _, ...changes } = { ...conversation.changesAfter(3), members };
  server.lines[0]!.send({ method: "changes", params: changes });
  await until("what was before is gone", () => thread.messages[0]!.seq === 4);
  assert.equal(server.count(`GET /v1/conversations/${id}`), 1);
});

test("a list that is refused is asked for again, a conversation that is refused holds up nobody", async () => {
  await using server = new FakeServer();
  const conversation = new FakeConversation(id, 2).serve(server);
  await using stage = await new Stage(server).open();
  const list = server.replies["conversation.list"]!;
  const refuse = (code: FailureCode) => () => {
    throw new Refuse(problem(code));
  };
  server.replies["conversation.list"] = refuse("internal");
  server.replies["conversation.changes"] = refuse("notMember");
  conversation.says();
  server.lines[0]!.socket.close(1011);
  await stage.is("waiting");
  stage.clock.advanceMs(500);
  await until("it waits", () => stage.clock.due.includes(1_500));
  server.replies["conversation.list"] = list;
  stage.clock.advanceMs(1_500);
  await until("it is synced", () => stage.client.isSynced);
  assert.equal(stage.client.conversation(id)!.my.unreadCount, 3);
});
