/** Coming into a room and going out of it, alone: every order of view, changes, leaving and coming back. */
import { strict as assert } from "node:assert";
import {
  type Actor,
  joins,
  leaves,
  says,
  seqsOf,
  Stage,
  storyOf,
  turnEnds,
} from "../support/stage.ts";
import { until } from "../support/waiting.ts";

const joined = JSON.stringify({ jsonrpc: "2.0", method: "conversation.joined" });

function expected(stage: Stage, userId: string): Actor {
  const actor = stage.actor(userId);
  stage.room.expect(actor.connection);
  return actor;
}

Deno.test("what happens while a newcomer's view is read follows it, and nothing from before", async () => {
  const stage = new Stage();
  stage.follower("ana", 10);
  const bo = expected(stage, "bo");
  for (const rev of [11, 12, 13]) stage.room.accept(says(rev));
  await turnEnds();
  assert.deepEqual(storyOf(bo), []);
  stage.room.welcome(bo.connection, { from: 12, firstSeq: 1, notice: joined });
  stage.room.accept(says(14));
  await turnEnds();
  assert.deepEqual(storyOf(bo), ["joined", [12, 13], [13, 14]]);
});

Deno.test("a view from the middle of changes is followed by the rest of them", async () => {
  const stage = new Stage();
  stage.follower("ana", 10);
  const bo = expected(stage, "bo");
  stage.room.accept(says(15, 10));
  stage.room.welcome(bo.connection, { from: 12, firstSeq: 1, notice: joined });
  await turnEnds();
  assert.deepEqual(storyOf(bo), ["joined", [12, 15]]);
  assert.deepEqual(seqsOf(bo), [13, 14, 15]);
});

Deno.test("a view ahead of the room is followed when the room has come as far", async () => {
  const stage = new Stage();
  stage.follower("ana", 10);
  const bo = expected(stage, "bo");
  stage.room.welcome(bo.connection, { from: 12, firstSeq: 1, notice: joined });
  for (const rev of [11, 12, 13]) stage.room.accept(says(rev));
  await turnEnds();
  assert.deepEqual(storyOf(bo), ["joined", [12, 13]]);
});

Deno.test("a newcomer is asked for once: asking again loses nothing that was kept", async () => {
  const stage = new Stage();
  stage.follower("ana", 10);
  const bo = expected(stage, "bo");
  stage.room.accept(says(11));
  stage.room.expect(bo.connection);
  stage.room.welcome(bo.connection, { from: 10, firstSeq: 1, notice: joined });
  stage.room.welcome(bo.connection, { from: 11, firstSeq: 1, notice: joined });
  stage.room.expect(bo.connection);
  await turnEnds();
  assert.deepEqual(storyOf(bo), ["joined", [10, 11]]);
  assert.deepEqual(stage.room.expected, []);
});

Deno.test("asking again for one who waits for the room to come as far changes nothing", async () => {
  const stage = new Stage();
  stage.follower("ana", 10);
  const bo = expected(stage, "bo");
  stage.room.welcome(bo.connection, { from: 12, firstSeq: 1, notice: joined });
  stage.room.expect(bo.connection);
  assert.deepEqual(stage.room.expected, []);
  stage.room.accept(says(13, 10));
  await turnEnds();
  assert.deepEqual(storyOf(bo), ["joined", [12, 13]]);
});

Deno.test("a view from before the room began is void, and is read again", async () => {
  const stage = new Stage();
  const bo = expected(stage, "bo");
  // Changes 11 and 12 went by before the room was heard of; ana's view has them.
  const ana = stage.follower("ana", 12);
  stage.room.welcome(bo.connection, { from: 10, firstSeq: 1, notice: joined });
  assert.deepEqual(stage.room.expected, [bo.connection]);
  stage.room.accept(says(13));
  stage.room.welcome(bo.connection, { from: 12, firstSeq: 1, notice: joined });
  await turnEnds();
  assert.deepEqual(storyOf(ana), [[12, 13]]);
  assert.deepEqual(storyOf(bo), ["joined", [12, 13]]);
});

Deno.test("a newcomer for whom too much happens has its view read again instead of a hole", async () => {
  const stage = new Stage();
  stage.follower("ana", 0);
  const bo = expected(stage, "bo");
  for (let rev = 1; rev <= 1_500; rev++) stage.room.accept(says(rev));
  stage.room.welcome(bo.connection, { from: 0, firstSeq: 1, notice: joined });
  assert.deepEqual(stage.room.expected, [bo.connection]);
  stage.room.welcome(bo.connection, { from: 1_490, firstSeq: 1, notice: joined });
  await turnEnds();
  assert.deepEqual(storyOf(bo), ["joined", [1_490, 1_500]]);
});

Deno.test("who leaves gets the changes that say so, then the word, and nothing after, on each device", async () => {
  const stage = new Stage();
  const ana = stage.follower("ana", 10);
  const devices = [stage.follower("bo", 10), stage.follower("bo", 10)];
  stage.room.accept(says(11));
  stage.room.accept(leaves("bo", 12));
  stage.room.accept(says(13));
  for (const bo of devices) {
    assert.deepEqual(storyOf(bo), [[10, 12], "left"], "at once, before it is answered");
  }
  await turnEnds();
  stage.room.accept(says(14));
  await turnEnds();
  for (const bo of devices) assert.deepEqual(storyOf(bo), [[10, 12], "left"]);
  assert.deepEqual(seqsOf(ana), [11, 13, 14]);
  assert.deepEqual(stage.left, ["bo"]);
});

Deno.test("a leave that was held takes effect when its predecessors have come", async () => {
  const stage = new Stage();
  stage.follower("ana", 10);
  const bo = stage.follower("bo", 10);
  stage.room.accept(says(13));
  stage.room.accept(leaves("bo", 12));
  stage.room.accept(says(11));
  await turnEnds();
  assert.deepEqual(storyOf(bo), [[10, 12], "left"]);
});

Deno.test("who leaves a large room does not wait until all others have been written to", () => {
  const stage = new Stage();
  for (let place = 0; place < 1_000; place++) stage.follower(`user-${place}`, 10);
  const bo = stage.follower("bo", 10);
  stage.room.accept(says(11));
  stage.room.accept(leaves("bo", 12));
  assert.deepEqual(storyOf(bo), [[10, 12], "left"]);
});

Deno.test("in a large room every chain stays whole while some leave in the middle of the writing", async () => {
  const stage = new Stage();
  const all = Array.from({ length: 600 }, (_, place) => stage.follower(`user-${place}`, 10));
  stage.room.accept(says(11));
  await turnEnds();
  stage.room.accept(says(12));
  stage.room.accept(leaves("user-3", 13));
  stage.room.accept(leaves("user-555", 14));
  stage.room.accept(says(15));
  // A large room is written in slices, one a turn.
  await until("the last member has all", () => seqsOf(all[599]!).includes(15));
  const ends = new Map([["user-3", 13], ["user-555", 14]]);
  for (const actor of all) {
    const end = ends.get(actor.connection.userId);
    const story = storyOf(actor);
    assert.equal(story.at(-1) === "left", end !== undefined);
    const revs = story.filter((one) => one !== "left") as [number, number][];
    assert.equal(revs[0]![0], 10);
    revs.slice(1).forEach(([prevRev], place) => assert.equal(prevRev, revs[place]![1]));
    assert.equal(revs.at(-1)![1], end ?? 15);
  }
});

Deno.test("who is removed while its view is read is told nothing", async () => {
  const stage = new Stage();
  stage.follower("ana", 10);
  const bo = expected(stage, "bo");
  stage.room.accept(says(11));
  stage.room.accept(leaves("bo", 12));
  stage.room.welcome(bo.connection, { from: 11, firstSeq: 1, notice: joined });
  stage.room.accept(says(13));
  await turnEnds();
  assert.deepEqual(storyOf(bo), []);
  assert.deepEqual(stage.room.expected, [bo.connection], "its view is read again");
});

Deno.test("who is removed while its view is read in a room that has not begun is told nothing", async () => {
  const stage = new Stage();
  const bo = expected(stage, "bo");
  stage.room.accept(leaves("bo", 12));
  stage.room.accept(says(13));
  stage.room.welcome(bo.connection, { from: 11, firstSeq: 1, notice: joined });
  await turnEnds();
  assert.deepEqual(storyOf(bo), []);
  assert.equal(stage.room.connections.size, 0);
  stage.room.remove(bo.connection);
  assert.equal(stage.room.isEmpty, true);
  assert.equal(bo.connection.rooms.size, 0);
});

Deno.test("who was removed and came back while its view was read gets nothing from between", async () => {
  const stage = new Stage();
  stage.follower("ana", 10);
  const bo = expected(stage, "bo");
  stage.room.accept(leaves("bo", 11));
  stage.room.accept(says(12));
  stage.room.accept(joins("bo", 13));
  stage.room.accept(says(14));
  stage.room.welcome(bo.connection, { from: 10, firstSeq: 1, notice: joined });
  assert.deepEqual(storyOf(bo), []);
  stage.room.welcome(bo.connection, { from: 13, firstSeq: 1, notice: joined });
  await turnEnds();
  assert.deepEqual(storyOf(bo), ["joined", [13, 14]]);
});

Deno.test("a leave from before its view does not take out who came back", async () => {
  const stage = new Stage();
  stage.follower("ana", 10);
  const bo = expected(stage, "bo");
  // The view is from after the return; the room has yet to hear of the leave.
  stage.room.welcome(bo.connection, { from: 13, firstSeq: 1, notice: joined });
  stage.room.accept(leaves("bo", 11));
  stage.room.accept(says(12));
  stage.room.accept(joins("bo", 13));
  stage.room.accept(says(14));
  await turnEnds();
  assert.deepEqual(storyOf(bo), ["joined", [13, 14]]);
});

Deno.test("a member that is seen in changes is called in, whoever forgot to say so", () => {
  const stage = new Stage();
  stage.follower("ana", 10);
  stage.room.accept(leaves("bo", 11));
  assert.deepEqual(stage.arrivals, []);
  stage.room.accept(joins("bo", 12));
  assert.deepEqual(stage.arrivals, ["bo"]);
});

Deno.test("who connects while its removal waits for a predecessor is let go all the same", async () => {
  const stage = new Stage();
  const newcomer = expected(stage, "cy");
  stage.room.accept(says(11));
  stage.room.accept(leaves("bo", 12));
  stage.room.accept(says(13));
  const bo = stage.follower("bo", 10);
  await turnEnds();
  assert.deepEqual(storyOf(bo), [[10, 11], [11, 12], "left"]);
  assert.equal(stage.room.connections.has(bo.connection), false);
  assert.deepEqual(stage.room.expected, [newcomer.connection]);
});

Deno.test("who has a view from before the room began is not let in on it", () => {
  const stage = new Stage();
  stage.follower("ana", 20);
  const bo = stage.actor("bo");
  assert.equal(stage.room.attach(bo.connection, 15), false);
  assert.equal(bo.connection.rooms.size, 0);
  assert.equal(stage.room.attach(bo.connection, 20), true);
});

Deno.test("who is expelled for having been away gets what was on its way, and nothing of the gap", async () => {
  const stage = new Stage();
  stage.follower("ana", 10);
  const bo = stage.follower("bo", 10);
  stage.room.accept(says(11));
  assert.deepEqual(stage.room.expel("bo", 14), [bo.connection]);
  stage.room.accept(says(15, 11));
  await turnEnds();
  assert.deepEqual(storyOf(bo), [[10, 11]]);
  assert.equal(bo.connection.rooms.size, 0);
});

Deno.test("expelling spares who was told a view from after the return", async () => {
  const stage = new Stage();
  stage.follower("ana", 10);
  const [early, late] = [stage.actor("bo"), stage.actor("bo")];
  stage.room.attach(early.connection, 12);
  stage.room.attach(late.connection, 14);
  assert.deepEqual(stage.room.expel("bo", 14), [early.connection]);
  stage.room.accept(says(15, 10));
  await turnEnds();
  assert.deepEqual(storyOf(early), []);
  assert.deepEqual(storyOf(late), [[14, 15]]);
});

Deno.test("a connection that has closed is not let in, by whichever door", async () => {
  const stage = new Stage();
  stage.follower("ana", 10);
  const [attached, waiting, never] = [stage.actor("bo"), expected(stage, "cy"), stage.actor("dee")];
  stage.room.attach(attached.connection, 12);
  for (const { connection } of [attached, waiting, never]) connection.closed(1006);
  stage.room.attach(never.connection, 10);
  stage.room.expect(never.connection);
  stage.room.welcome(waiting.connection, { from: 10, firstSeq: 1, notice: joined });
  stage.room.accept(says(13, 10));
  await turnEnds();
  for (const actor of [attached, waiting, never]) {
    assert.deepEqual(storyOf(actor), []);
    assert.equal(actor.connection.rooms.size, 0);
  }
  assert.equal(stage.room.connections.size, 1);
  assert.deepEqual(stage.room.expected, []);
});
