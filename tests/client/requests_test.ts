import { strict as assert } from "node:assert";
import { until } from "../support/waiting.ts";
import { FakeServer, problem, Refuse } from "./fake_server.ts";
import { Stage, test } from "./stage.ts";

test("requests are answered by id, whether answers come alone or in arrays", async () => {
  await using server = new FakeServer();
  await using stage = await new Stage(server).open();
  const line = server.lines[0]!;
  server.replies["conversation.read"] = () => undefined;
  const params = { conversationId: crypto.randomUUID(), seq: 1 };
  const both = Promise.all([1, 2].map(() => stage.client.request("conversation.read", params)));
  await until("both have come", () => line.requests("conversation.read").length === 2);
  const [first, second] = line.requests("conversation.read");
  line.send(
    { id: second!.id, result: { readSeq: 2, unreadCount: 0 } },
    { method: "ping", params: { serverTime: "" } },
    { id: first!.id, result: { readSeq: 1, unreadCount: 0 } },
  );
  assert.deepEqual((await both).map(({ readSeq }) => readSeq), [1, 2]);
});

test("a request fails by code: refused, not answered in time, or its connection lost", async () => {
  await using server = new FakeServer();
  await using stage = await new Stage(server).open();
  const { client } = stage;
  const params = { conversationId: crypto.randomUUID(), seq: 1 };
  const code = () =>
    client.request("conversation.read", params).then(() => "", (error) => error.code);
  server.replies["conversation.read"] = () => {
    throw new Refuse(problem("notFound", 404));
  };
  assert.equal(await code(), "notFound");
  server.replies["conversation.read"] = () => undefined;
  const late = code();
  await until("it was asked", () => server.lines[0]!.requests("conversation.read").length === 2);
  stage.clock.advanceMs(15_000);
  assert.equal(await late, "timeout");
  const lost = code();
  server.lines[0]!.socket.close(1011);
  assert.equal(await lost, "connectionLost");
  assert.equal(await code(), "connectionLost");
});

test("a frame that the server would end the connection for is not sent", async () => {
  await using server = new FakeServer();
  await using stage = await new Stage(server).open();
  const token = "é".repeat(33_000);
  await assert.rejects(stage.client.request("session.refresh", { token }), { code: "tooLarge" });
  assert.equal(stage.client.state.state, "open");
});

test("a listener that throws is seen, and stops nobody else", async () => {
  await using server = new FakeServer();
  await using stage = new Stage(server);
  const seen = new Promise<unknown>((resolve) => {
    globalThis.addEventListener("error", (event) => {
      event.preventDefault();
      resolve(event.error.message);
    }, { once: true });
  });
  const stop = stage.client.on("state", () => {
    throw new Error("of the application");
  });
  let told = 0;
  stage.client.on("state", () => told++);
  stage.client.start();
  stop();
  assert.equal(await seen, "of the application");
  await stage.is("open");
  assert.ok(told >= 2);
});
