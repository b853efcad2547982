import { strict as assert } from "node:assert";
import { until } from "../support/waiting.ts";
import { FakeConversation } from "./conversation.ts";
import { FakeServer } from "./fake_server.ts";
import { Stage, test } from "./stage.ts";

const id = "00000000-0000-7000-8000-0000000000c1";
const seqs = (messages: readonly { seq: number }[]) => messages.map(({ seq }) => seq);
const upTo = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, at) => from + at);

async function opened(server: FakeServer, conversation: FakeConversation) {
  conversation.serve(server);
  const stage = await new Stage(server).open();
  return { stage, thread: stage.client.open(id) };
}

test("a thread begins with the last message and grows to the first", async () => {
  await using server = new FakeServer();
  const { stage, thread } = await opened(server, new FakeConversation(id, 7));
  await using _ = stage;
  assert.deepEqual([seqs(thread.messages), thread.hasOlder, thread.hasNewer], [[7], true, false]);
  await thread.loadOlder(4);
  assert.deepEqual([seqs(thread.messages), thread.hasOlder], [upTo(3, 7), true]);
  await thread.loadOlder(4);
  assert.deepEqual([seqs(thread.messages), thread.hasOlder], [upTo(1, 7), false]);
  const asked = server.lines[0]!.requests("message.list").length;
  await thread.loadOlder(4);
  assert.equal(
    server.lines[0]!.requests("message.list").length,
    asked,
    "there is nothing to ask for",
  );
});

test("a page that is asked for twice at once is read once", async () => {
  await using server = new FakeServer();
  const { stage, thread } = await opened(server, new FakeConversation(id, 9));
  await using _ = stage;
  await Promise.all([thread.loadOlder(2), thread.loadOlder(2)]);
  assert.deepEqual(seqs(thread.messages), upTo(7, 9));
  assert.equal(thread.isLoading, false);
});

test("a jump opens a second window, which grows both ways until it meets the first", async () => {
  await using server = new FakeServer();
  const conversation = new FakeConversation(id, 40);
  const { stage, thread } = await opened(server, conversation);
  await using _ = stage;
  await thread.goTo(20, 4);
  assert.deepEqual([seqs(thread.messages), thread.hasOlder, thread.hasNewer], [
    [19, 20, 21, 22],
    true,
    true,
  ]);
  // Not among these: they come behind a gap.
  conversation.says();
  conversation.tell(server.lines[0]!);
  await until("it has come", () => stage.client.conversation(id)!.lastSeq === 41);
  assert.deepEqual(seqs(thread.messages), [19, 20, 21, 22]);
  stage.client.send(id, { kind: "text", body: { text: "hi" } });
  assert.deepEqual(thread.pending, []);
  while (thread.hasNewer) await thread.loadNewer(10);
  assert.deepEqual(seqs(thread.messages), upTo(19, 41));
  thread.goToNewest();
  assert.deepEqual(seqs(thread.messages), upTo(19, 41), "they are one window now");
  assert.equal(thread.pending.length, 1);
});

test("an edit that overtakes a page on its way is not undone by the page", async () => {
  await using server = new FakeServer();
  const conversation = new FakeConversation(id, 9);
  const { stage, thread } = await opened(server, conversation);
  await using _ = stage;
  const line = server.lines[0]!;
  const list = server.replies["message.list"]!;
  server.replies["message.list"] = (params, line) => {
    const page = structuredClone(list(params, line)) as object;
    conversation.changes(8, { body: { text: "edited" } });
    conversation.tell(line);
    return page;
  };
  await thread.loadOlder(3);
  assert.deepEqual(thread.messages.find(({ seq }) => seq === 8)!.body, { text: "edited" });
  assert.equal(line.requests("conversation.changes").length, 0);
});

test("what I deleted or cleared is not in the window", async () => {
  await using server = new FakeServer();
  const conversation = new FakeConversation(id, 9);
  conversation.my = { clearedSeq: 4, deletedRanges: [[6, 7]] };
  const { stage, thread } = await opened(server, conversation);
  await using _ = stage;
  await thread.loadOlder(50);
  assert.deepEqual([seqs(thread.messages), thread.hasOlder], [[5, 8, 9], false]);
});

test("a page waits until what came before it is there", async () => {
  await using server = new FakeServer();
  const { stage, thread } = await opened(server, new FakeConversation(id, 9));
  await using _ = stage;
  server.lines[0]!.socket.close(1011);
  await stage.is("waiting");
  const loaded = thread.loadOlder(3);
  assert.equal(thread.isLoading, true);
  stage.clock.advanceMs(500);
  await loaded;
  assert.deepEqual(seqs(thread.messages), upTo(6, 9));
});

test("a conversation that nobody looks at holds the newest only, and counts right all the same", async () => {
  await using server = new FakeServer();
  const conversation = new FakeConversation(id, 1);
  conversation.my = { readSeq: 1 };
  const { stage, thread } = await opened(server, conversation);
  await using _ = stage;
  const line = server.lines[0]!;
  const say = async (count: number) => {
    const { rev } = conversation;
    for (let said = 0; said < count; said++) conversation.says();
    conversation.tell(line, rev);
    // The fake tells a hundred at most.
    await until("all is there", () => stage.client.conversation(id)!.lastSeq === conversation.rev);
  };
  for (let page = 0; page < 11; page++) await say(100);
  assert.equal(thread.messages.length, 1_101, "somebody looks");
  thread.close();
  await say(1);
  assert.equal(thread.messages.length, 500);
  await until("it is counted", () => stage.client.conversation(id)!.unread === 1_101);
  for (let page = 0; page < 3; page++) await say(100);
  assert.equal(stage.client.conversation(id)!.unread, 1_401);
});
