/** A room alone: what comes in any order goes out in one, once, to those who may have it. */
import { strict as assert } from "node:assert";
import { until } from "../support/waiting.ts";
import type { Changes } from "../../schemas/conversations.ts";
import { oneOf, seeded } from "../support/random.ts";
import {
  changes,
  leaves,
  member,
  message,
  says,
  seqsOf,
  Stage,
  storyOf,
  turnEnds,
} from "../support/stage.ts";

Deno.test("changes that come out of order are delivered in order", async () => {
  const stage = new Stage();
  const ana = stage.follower("ana", 10);
  for (const rev of [13, 12, 14, 11]) stage.room.accept(says(rev));
  await turnEnds();
  assert.deepEqual(storyOf(ana), [[10, 14]]);
  assert.deepEqual(seqsOf(ana), [11, 12, 13, 14]);
  assert.equal(stage.room.hasGap, false);
});

Deno.test("what comes twice is delivered once", async () => {
  const stage = new Stage();
  const ana = stage.follower("ana", 0);
  for (const rev of [1, 1, 2, 1, 3, 3, 2, 5, 5, 4, 4, 5]) stage.room.accept(says(rev));
  await turnEnds();
  stage.room.accept(says(5));
  stage.room.accept(says(2));
  await turnEnds();
  assert.deepEqual(storyOf(ana), [[0, 5]]);
});

Deno.test("of changes that overlap what was delivered only the rest is", async () => {
  const stage = new Stage();
  const ana = stage.follower("ana", 10);
  stage.room.accept(says(12, 10));
  await turnEnds();
  stage.room.accept(says(15, 11));
  await turnEnds();
  assert.deepEqual(storyOf(ana), [[10, 12], [12, 15]]);
  assert.deepEqual(seqsOf(ana), [11, 12, 13, 14, 15]);
});

Deno.test("held changes that a longer one has passed do not stay for ever", async () => {
  const stage = new Stage();
  const ana = stage.follower("ana", 0);
  stage.room.accept(says(3));
  stage.room.accept(says(5));
  assert.equal(stage.room.hasGap, true);
  stage.room.accept(says(5, 0));
  await turnEnds();
  assert.equal(stage.room.hasGap, false);
  assert.deepEqual(seqsOf(ana), [1, 2, 3, 4, 5]);
});

Deno.test("held changes that straddle what was delivered ask for repair instead of being lost", async () => {
  const stage = new Stage();
  const ana = stage.follower("ana", 0);
  stage.room.accept(says(6, 3));
  stage.room.accept(says(4, 0));
  assert.equal(stage.room.hasGap, true);
  assert.ok(stage.gaps > 0);
  stage.room.accept(says(6, 4));
  await turnEnds();
  assert.deepEqual(seqsOf(ana), [1, 2, 3, 4, 5, 6]);
  assert.equal(stage.room.hasGap, false);
});

Deno.test("a gap is reported as soon as something waits for its predecessor", () => {
  const stage = new Stage();
  stage.follower("ana", 10);
  stage.room.accept(says(11));
  assert.equal(stage.gaps, 0);
  stage.room.accept(says(13));
  assert.equal(stage.gaps, 1);
  assert.equal(stage.room.lastRev, 11);
});

Deno.test("more than can be held is left to repair, and nothing of it is delivered out of order", async () => {
  const stage = new Stage();
  const ana = stage.follower("ana", 0);
  for (let rev = 2; rev <= 1_502; rev++) stage.room.accept(says(rev));
  stage.room.accept(says(1));
  await turnEnds();
  assert.equal(stage.room.lastRev, 1_001);
  assert.deepEqual(storyOf(ana), [[0, 1_001]]);
  stage.room.accept(says(1_502, 1_001));
  await turnEnds();
  assert.deepEqual(storyOf(ana), [[0, 1_001], [1_001, 1_502]]);
});

Deno.test("any shuffle of doubled and overlapping changes gives each connection one unbroken chain", async () => {
  for (let seed = 1; seed <= 200; seed++) {
    const random = seeded(seed);
    const stage = new Stage();
    const early = stage.follower("early", 0);
    const events = Array.from({ length: 30 }, (_, place) => says(place + 1));
    for (let more = 0; more < 15; more++) {
      const from = Math.floor(random() * 30);
      events.push(says(from + 1 + Math.floor(random() * (30 - from)), from));
    }
    const late = stage.actor("late");
    while (events.length > 0) {
      const [event] = events.splice(Math.floor(random() * events.length), 1);
      stage.room.accept(event!);
      if (random() < 0.2) await turnEnds();
      if (random() < 0.1) stage.room.attach(late.connection, oneOf(random, [0, 5, 12, 30]));
    }
    stage.room.accept(says(30, 0));
    await turnEnds();
    for (const actor of [early, late]) {
      const story = storyOf(actor) as [number, number][];
      story.forEach(([prevRev], place) => {
        if (place > 0) assert.equal(prevRev, story[place - 1]![1], `seed ${seed}`);
      });
      const seqs = seqsOf(actor);
      assert.deepEqual(seqs, seqs.map((_, place) => seqs[0]! + place), `seed ${seed}`);
    }
    assert.deepEqual(seqsOf(early).length, 30, `seed ${seed}`);
  }
});

Deno.test("who comes after changes have been taken, in the same turn, does not get them", async () => {
  const stage = new Stage();
  const ana = stage.follower("ana", 10);
  stage.room.accept(says(11));
  const bo = stage.follower("bo", 11);
  stage.room.accept(says(12));
  await turnEnds();
  assert.deepEqual(seqsOf(ana), [11, 12]);
  assert.deepEqual(storyOf(bo), [[11, 12]]);
});

Deno.test("who knows more than the room is let in when the room has come as far", async () => {
  const stage = new Stage();
  const ana = stage.follower("ana", 10);
  const bo = stage.follower("bo", 13);
  assert.ok(stage.gaps > 0, "the room lacks what bo has");
  stage.room.accept(says(12, 10));
  await turnEnds();
  assert.deepEqual(storyOf(bo), []);
  stage.room.accept(says(15, 12));
  await turnEnds();
  assert.deepEqual(storyOf(ana), [[10, 12], [12, 15]]);
  assert.deepEqual(storyOf(bo), [[13, 15]]);
  assert.deepEqual(seqsOf(bo), [14, 15]);
});

Deno.test("a room begins where its first connection is, and delivers what was held from there on", async () => {
  const stage = new Stage();
  const waiting = stage.actor("waiting");
  stage.room.expect(waiting.connection);
  for (const rev of [9, 12, 11, 10]) stage.room.accept(says(rev));
  assert.equal(stage.room.isStarted, false);
  const ana = stage.follower("ana", 10);
  await turnEnds();
  assert.deepEqual(storyOf(ana), [[10, 11], [11, 12]]);
  assert.equal(stage.room.hasGap, false);
});

Deno.test("startAt() does nothing once a room has begun", () => {
  const stage = new Stage();
  stage.follower("ana", 10);
  stage.room.startAt(50);
  assert.equal(stage.room.lastRev, 10);
});

Deno.test("a connection that is let in twice is told everything once", async () => {
  const stage = new Stage();
  const ana = stage.follower("ana", 10);
  stage.room.attach(ana.connection, 10);
  stage.room.expect(ana.connection);
  stage.room.accept(says(11));
  await turnEnds();
  assert.deepEqual(storyOf(ana), [[10, 11]]);
});

Deno.test("one member's dead socket costs nobody else the frame, and it is out of the room", async () => {
  const stage = new Stage();
  const all = ["ana", "bo", "cy"].map((name) => stage.follower(name, 0));
  all[0]!.socket.isDead = true;
  stage.room.accept(says(1));
  await turnEnds();
  assert.deepEqual(all.map(seqsOf), [[], [1], [1]]);
  assert.equal(stage.room.connections.size, 2);
  assert.equal(all[0]!.connection.isOpen, false);
});

Deno.test("a message is encoded once whatever the number of its readers", async () => {
  const stage = new Stage();
  const all = Array.from({ length: 600 }, (_, place) => stage.follower(`user-${place}`, 0));
  await turnEnds();
  let encodings = 0;
  const body = { text: "hi", toJSON: () => (encodings++, { text: "hi" }) };
  const event = changes(0, 1, { messages: [{ ...message(1), body }] });
  stage.room.accept({ changes: event as Changes, departures: [] });
  // A large room is written in slices, one a turn.
  await until("the last member has it", () => seqsOf(all[599]!).length === 1);
  assert.equal(encodings, 1);
  const frames = new Set(all.map(({ socket }) => socket.frames.at(-1)));
  assert.equal(frames.size, 1);
  assert.deepEqual(seqsOf(all[599]!), [1]);
});

Deno.test("seats are forgotten when their member changes or leaves", () => {
  const stage = new Stage();
  stage.follower("ana", 10);
  const seat = {} as Parameters<typeof stage.room.seats.keep>[1];
  stage.room.seats.keep("ana", seat);
  stage.room.seats.keep("bo", seat);
  stage.room.accept({ changes: changes(10, 11, { members: [member("ana", 11)] }), departures: [] });
  assert.equal(stage.room.seats.get("ana"), undefined);
  assert.equal(stage.room.seats.get("bo"), seat);
  stage.room.accept(leaves("bo", 12));
  assert.equal(stage.room.seats.get("bo"), undefined);
});
