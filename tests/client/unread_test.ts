import { strict as assert } from "node:assert";
import { until } from "../support/waiting.ts";
import { FakeConversation, me } from "./conversation.ts";
import { FakeServer } from "./fake_server.ts";
import { Stage, test } from "./stage.ts";

const id = "00000000-0000-7000-8000-0000000000c1";

test("unread is what the server counted and what came since, exact where it is held", async () => {
  await using server = new FakeServer();
  const conversation = new FakeConversation(id, 200).serve(server);
  await using stage = await new Stage(server).open();
  const { client } = stage;
  const line = server.lines[0]!;
  const unread = () => client.conversation(id)!.unread;
  assert.equal(unread(), 200);
  conversation.says();
  conversation.says({ from: me });
  conversation.says({ mentions: [me] });
  conversation.tell(line, 200);
  await until("all is there", () => client.conversation(id)!.lastSeq === 203);
  assert.equal(unread(), 202);
  assert.equal(client.conversation(id)!.mentioned, true);
  // One that is not held, and was counted, is recalled: only the server knows.
  conversation.changes(5, { recalledAt: "2026-01-01T00:00:00.000Z", body: null });
  conversation.tell(line);
  await until("it is counted again", () => unread() === 201);
  client.read(id, 201);
  assert.equal(unread(), 1, "all from there on is held");
});

test("reading moves the watermark here at once, at the server when it can, and never back", async () => {
  await using server = new FakeServer();
  const conversation = new FakeConversation(id, 5).serve(server);
  await using stage = await new Stage(server).open();
  const { client } = stage;
  const line = server.lines[0]!;
  const read = server.replies["conversation.read"]!;
  server.replies["conversation.read"] = (_, line) => void line.socket.close(1011);
  for (const seq of [5, 2, 99]) client.read(id, seq);
  assert.deepEqual([client.conversation(id)!.my.readSeq, client.conversation(id)!.unread], [5, 0]);
  await line.request("conversation.read");
  await stage.is("waiting");
  server.replies["conversation.read"] = read;
  stage.clock.advanceMs(500);
  await until("the server knows", () => conversation.my.readSeq === 5);
  await client.request("ping", {});
  assert.equal(client.conversation(id)!.my.readSeq, 5);
});

test("what I hide comes back with the next message", async () => {
  await using server = new FakeServer();
  const conversation = new FakeConversation(id, 2).serve(server);
  await using stage = await new Stage(server).open();
  const line = server.lines[0]!;
  conversation.my = { hidden: true };
  line.send({
    method: "conversation.my",
    params: { conversationId: id, my: conversation.view.my },
  });
  await until("it is hidden", () => stage.client.conversation(id)!.my.hidden);
  conversation.says();
  conversation.tell(line);
  await until("it is back", () => !stage.client.conversation(id)!.my.hidden);
});

test("when the last that is held is deleted, the one before it is asked for", async () => {
  await using server = new FakeServer();
  const conversation = new FakeConversation(id, 5).serve(server);
  await using stage = await new Stage(server).open();
  conversation.my = { deletedRanges: [[5, 5]] };
  const my = conversation.view.my;
  const view = { ...conversation.view, lastMessage: conversation.messages[3] };
  server.routes[`GET /v1/conversations/${id}`] = () => Response.json(view);
  server.lines[0]!.send({ method: "conversation.my", params: { conversationId: id, my } });
  await until("the one before", () => stage.client.conversation(id)!.lastMessage?.seq === 4);
});
