import { strict as assert } from "node:assert";
import { until } from "../support/waiting.ts";
import { other } from "./conversation.ts";
import { FakeServer } from "./fake_server.ts";
import { Stage, test } from "./stage.ts";

const presence = { userId: other, online: true, lastSeenAt: null, platforms: ["web"] };

function serve(server: FakeServer): FakeServer {
  server.replies["presence.watch"] = () => ({ presences: [presence] });
  server.replies["presence.unwatch"] = () => ({ presences: [] });
  server.replies["presence.set"] = () => ({});
  return server;
}

test("who is watched is asked for once a turn, told, and watched again on a new connection", async () => {
  await using server = serve(new FakeServer());
  await using stage = await new Stage(server).open();
  const heard: string[] = [];
  stage.client.on(
    "presence",
    ({ presences }) => heard.push(...presences.map(({ userId }) => userId)),
  );
  const third = "00000000-0000-7000-8000-000000000003";
  stage.client.watch([other]);
  const stop = stage.client.watch([other, third]);
  const { params } = await server.lines[0]!.request("presence.watch");
  assert.deepEqual(params, { userIds: [other, third] });
  await until("it is known", () => stage.client.presenceOf(other)?.online);
  assert.deepEqual(heard, [other]);
  stop();
  stop();
  assert.deepEqual((await server.lines[0]!.request("presence.unwatch")).params, {
    userIds: [third],
  });
  server.lines[0]!.socket.close(1011);
  await stage.is("waiting");
  stage.clock.advanceMs(500);
  const again = await (await server.line(1)).request("presence.watch");
  assert.deepEqual(again.params, { userIds: [other] });
});

test("what I show myself as is said again on a new connection", async () => {
  await using server = serve(new FakeServer());
  await using stage = await new Stage(server).open();
  await stage.client.setPresence("away");
  server.lines[0]!.socket.close(1011);
  await stage.is("waiting");
  stage.clock.advanceMs(500);
  const { params } = await (await server.line(1)).request("presence.set");
  assert.deepEqual(params, { status: "away" });
});
