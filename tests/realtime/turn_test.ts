/** One turn of the event loop: what happens within it goes out together. */
import { strict as assert } from "node:assert";
import { setImmediate } from "node:timers";
import { type Flushable, Turn } from "../../realtime/turn.ts";
import { says, Stage, storyOf, turnEnds } from "../support/stage.ts";
import { chainOf } from "../support/chain.ts";
import { say } from "../support/chatter.ts";
import { within } from "../support/waiting.ts";
import { openWorld, test } from "../support/world.ts";

const world = await openWorld();
const server = await world.instance();

function flushable(name: string, log: string[], act: () => void = () => {}): Flushable {
  return {
    flush: () => (log.push(name), act()),
    failed: (error) => void log.push(`${name} failed: ${(error as Error).message}`),
  };
}

test("rooms are flushed first, then connections, each once however often it was added", async () => {
  const [turn, log] = [new Turn(), [] as string[]];
  const [room, outbox] = [flushable("room", log), flushable("outbox", log)];
  turn.addOutbox(outbox);
  turn.addRoom(room);
  turn.addRoom(room);
  turn.addOutbox(outbox);
  assert.deepEqual(log, []);
  await turnEnds();
  assert.deepEqual(log, ["room", "outbox"]);
});

test("one that throws is told so and does not keep the others from being written", async () => {
  const [turn, log] = [new Turn(), [] as string[]];
  turn.addRoom(flushable("bad", log, () => {
    throw new Error("broken");
  }));
  turn.addRoom(flushable("good", log));
  turn.addOutbox(flushable("outbox", log));
  await turnEnds();
  assert.deepEqual(log, ["bad", "bad failed: broken", "good", "outbox"]);
});

test("what a room adds while it is flushed goes out with the same turn, what it leaves with the next", async () => {
  const [turn, log] = [new Turn(), [] as string[]];
  const room = flushable("room", log, () => {
    turn.addOutbox(flushable("outbox", log));
    if (log.length < 3) turn.addRoom(room);
  });
  turn.addRoom(room);
  await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(log, ["room", "outbox"]);
  await turnEnds();
  assert.deepEqual(log, ["room", "outbox", "room", "outbox"]);
});

test("a turn ends after it, and the next begins with what comes then", async () => {
  const [turn, log] = [new Turn(), [] as string[]];
  turn.addRoom(flushable("first", log));
  await turnEnds();
  turn.addRoom(flushable("second", log));
  assert.deepEqual(log, ["first"]);
  await turnEnds();
  assert.deepEqual(log, ["first", "second"]);
});

test("all changes of one turn are one frame to each member, those of the next another", async () => {
  const stage = new Stage();
  const [ana, bo] = [stage.follower("ana", 0), stage.follower("bo", 0)];
  await turnEnds();
  for (let rev = 1; rev <= 50; rev++) stage.room.accept(says(rev));
  await turnEnds();
  for (const actor of [ana, bo]) {
    assert.deepEqual(storyOf(actor), [[0, 50]]);
    assert.equal(actor.socket.frames.length, 2, "session.ready, and the changes");
  }
  stage.room.accept(says(51));
  await turnEnds();
  assert.deepEqual(storyOf(ana), [[0, 50], [50, 51]]);
});

test("an answer and the changes of the same turn are one frame, the answer first", async () => {
  const stage = new Stage();
  const ana = stage.follower("ana", 0);
  await turnEnds();
  stage.room.accept(says(1));
  ana.connection.push(JSON.stringify({ jsonrpc: "2.0", id: 7, result: {} }));
  await turnEnds();
  const frame = JSON.parse(ana.socket.frames[1]!) as { id?: number; method?: string }[];
  assert.deepEqual(frame.map(({ id, method }) => id ?? method), [7, "changes"]);
  assert.equal(ana.socket.frames.length, 2);
});

test("a client without the subprotocol gets one message a frame", async () => {
  const stage = new Stage();
  const ana = stage.actor("ana", { batches: false });
  stage.room.attach(ana.connection, 0);
  await turnEnds();
  ana.connection.push('{"id":1}');
  ana.connection.push('{"id":2}');
  stage.room.accept(says(1));
  await turnEnds();
  assert.equal(ana.socket.frames.length, 4);
  assert.ok(ana.socket.frames.every((frame) => frame.startsWith("{")));
});

test("sends that are stored together reach the other members in one frame", async () => {
  const { ana, bo, id } = await server.pair();
  const [anaLive, boLive] = [await ana.connect(), await bo.connect()];
  await say(anaLive, id, "first");
  const before = boLive.frames.length;
  const batch = Array.from({ length: 40 }, (_, place) => ({
    jsonrpc: "2.0",
    id: `batch-${place}`,
    method: "message.send",
    params: { conversationId: id, clientId: `b${place}`, kind: "text", body: { text: `${place}` } },
  }));
  anaLive.send(JSON.stringify(batch));
  await within("all answers", Promise.all(batch.map(({ id }) => anaLive.answer(id))));
  await boLive.sees("39");
  assert.equal(boLive.frames.length - before, 1);
  assert.deepEqual(boLive.texts(id).slice(1), batch.map((_, place) => `${place}`));
  assert.equal(chainOf(boLive, id).changes.at(-1)!.messages.length, 40);
});
