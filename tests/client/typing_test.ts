import { strict as assert } from "node:assert";
import { until } from "../support/waiting.ts";
import { FakeConversation, other } from "./conversation.ts";
import { FakeServer } from "./fake_server.ts";
import { Stage, test } from "./stage.ts";

const id = "00000000-0000-7000-8000-0000000000c1";

async function told(server: FakeServer, stage: Stage): Promise<unknown[]> {
  await stage.client.request("ping", {});
  return server.lines[0]!.requests("conversation.typing").map(({ params }) => params["typing"]);
}

test("typing is told at the first key, every three seconds while it lasts, and when it ends", async () => {
  await using server = new FakeServer();
  await using stage = await new Stage(server).open();
  for (let key = 0; key < 7; key++) {
    stage.client.typing(id);
    stage.clock.advanceMs(1_000);
  }
  assert.deepEqual(await told(server, stage), [true, true, true]);
  stage.clock.advanceMs(4_000);
  assert.deepEqual(await told(server, stage), [true, true, true, false]);
  stage.client.typing(id, false);
  assert.equal((await told(server, stage)).length, 4, "there was nothing to end");
});

test("sending ends typing", async () => {
  await using server = new FakeServer();
  new FakeConversation(id).serve(server);
  await using stage = await new Stage(server).open();
  stage.client.typing(id);
  stage.client.send(id, { kind: "text", body: { text: "hi" } });
  assert.deepEqual(await told(server, stage), [true, false]);
});

test("others type until they stop, are silent, or have said it", async () => {
  await using server = new FakeServer();
  const conversation = new FakeConversation(id).serve(server);
  await using stage = await new Stage(server).open();
  const line = server.lines[0]!;
  const types = async (typing: boolean) => {
    const params = { conversationId: id, userId: other, typing };
    line.send({ method: "conversation.typing", params });
    await until("it shows", () => stage.client.typists(id).includes(other) === typing);
  };
  await types(true);
  await types(false);
  await types(true);
  stage.clock.advanceMs(6_999);
  assert.deepEqual(stage.client.typists(id), [other]);
  stage.clock.advanceMs(1);
  assert.deepEqual(stage.client.typists(id), []);
  await types(true);
  conversation.says();
  conversation.tell(line);
  await until("it has been said", () => stage.client.typists(id).length === 0);
});
