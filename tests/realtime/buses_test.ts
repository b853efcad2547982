/** The contract of every bus: who receives what, what is ignored, and how it comes back by itself. */
import { strict as assert } from "node:assert";
import { setImmediate } from "node:timers";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Envelopes } from "../../realtime/envelope.ts";
import { redisCommand } from "../../tools/services.ts";
import { allArrive, type BusEnd, endOn, intrude, type Way } from "../support/bus_ends.ts";
import {
  busSecret,
  onRedis,
  onRedisCluster,
  onSecuredCluster,
  onSecuredRedis,
  onUpstash,
  type SharedService,
} from "../support/shared_services.ts";
import { until } from "../support/waiting.ts";
import { test } from "../support/world.ts";

interface Kind {
  readonly name: string;
  readonly way: Way;
  open(): Promise<SharedService>;
}

const kinds: readonly Kind[] = [
  { name: "Redis, sharded channels", way: "sharded", open: () => onRedis() },
  { name: "Redis, plain channels", way: "plain", open: () => onRedis() },
  { name: "Redis by TLS, as a user with few rights", way: "sharded", open: onSecuredRedis },
  { name: "a Redis cluster", way: "sharded", open: () => onRedisCluster() },
  { name: "a Redis cluster, plain channels", way: "plain", open: () => onRedisCluster() },
  { name: "a Redis cluster by TLS, with few rights", way: "sharded", open: onSecuredCluster },
  { name: "Upstash", way: "http", open: onUpstash },
];

setFlagsFromString("--expose-gc");
const collect: () => void = runInNewContext("gc");

/** What this test file holds: the memory of the process is that of all that run beside it. */
function heldBytes(): number {
  collect();
  const { heapUsed, external } = Deno.memoryUsage();
  return heapUsed + external;
}

// Longer than the two seconds after which a link tries again, on a busy machine.
const backWithinMs = 30_000;

function receives(end: BusEnd, what: string[], ms?: number): Promise<unknown> {
  const all = () => what.every((one) => end.received.includes(one));
  return until(`${what.join(", ")} among ${end.received.join(", ")}`, all, ms);
}

for (const { name, way, open } of kinds) {
  const service = await open();
  Deno.test.afterAll(async () => await service[Symbol.asyncDispose]());

  test(`${name}: who has joined receives, in order, and the publisher does not`, async () => {
    await using one = endOn(service, way);
    await using other = endOn(service, way);
    await using third = endOn(service, way);
    await Promise.all([one.hears("room/1"), other.hears("room/1"), third.hears("room/2")]);
    const words = Array.from({ length: 300 }, (_, place) => `w${place}`);
    for (const [place, word] of words.entries()) {
      one.says("room/1", word);
      if (place % 7 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    one.says("room/2", "last");
    await receives(third, ["room/2 last"]);
    await receives(other, ["room/1 w299"]);
    assert.deepEqual(other.received, words.map((word) => `room/1 ${word}`));
    assert.deepEqual(third.received, ["room/2 last"]);
    assert.deepEqual(one.received, []);
  });

  test(`${name}: what was left is not received, what is joined again is`, async () => {
    await using one = endOn(service, way);
    await using other = endOn(service, way);
    await other.hears("user/1", "user/2");
    one.says("user/1", "before");
    await receives(other, ["user/1 before"]);
    other.bus.leave("user/1");
    one.says("user/2", "meanwhile");
    await receives(other, ["user/2 meanwhile"]);
    one.says("user/1", "unheard");
    one.says("user/2", "after");
    await receives(other, ["user/2 after"]);
    other.heard.length = 0;
    other.bus.join("user/1");
    await until("user/1 is received again", () => {
      one.says("user/1", "again");
      return other.received.includes("user/1 again");
    });
    other.bus.leave("user/1");
    other.bus.join("user/1");
    other.bus.leave("user/2");
    await until("user/1 is received still", () => {
      one.says("user/1", "still");
      return other.received.includes("user/1 still");
    });
    assert.equal(other.received.includes("user/1 unheard"), false);
  });

  test(`${name}: what no instance of ours said for this topic is not believed`, async () => {
    await using one = endOn(service, way);
    await using other = endOn(service, way);
    await other.hears("room/a", "room/b");
    const clock = { now: () => new Date() };
    const late = { now: () => new Date(Date.now() - 120_000) };
    const body = JSON.stringify([{ type: "joined", conversationId: "evil" }]);
    const ours = new Envelopes(busSecret, "1", clock);
    const sealed = ours.seal("room/a", body);
    await intrude(service, way, "room/a", [
      "",
      "garbage",
      "1 2 3 4 5 6",
      "x".repeat(100_000),
      sealed.replace("evil", "evel"),
      sealed.replace(/^1/, "2"),
      sealed.replace("room/a", "room/b"),
      ours.seal("room/b", body).replace("room/b", "room/a"),
      new Envelopes("another secret!!", "1", clock).seal("room/a", body),
      new Envelopes(busSecret, "1", late).seal("room/a", body),
      ours.seal("room/a", "no JSON"),
      ours.seal("room/a", "{}"),
      ours.seal("room/a", `[null,1,{},{"type":"toString"},{"type":"of a later version"}]`),
      ours.seal("room/a", `[{"type":"changes","changes":{"conversationId":"a"}}]`),
      ours.seal("room/a", `[{"type":"changed","conversationId":"b","rev":1}]`),
    ]);
    await intrude(service, way, "room/b", way === "http" ? ["garbage"] : [sealed]);
    await intrude(service, way, "room/a", [ours.seal("room/a", body.replace("evil", "good"))]);
    await receives(other, ["room/a good"]);
    one.says("room/a", "on it goes");
    await receives(other, ["room/a on it goes"]);
    assert.deepEqual(other.received, ["room/a good", "room/a on it goes"]);
    const lines = other.log.lines.filter(({ event }) => event.startsWith("bus packet"));
    assert.equal(lines.length, 1, "and the log is not flooded");
  });

  test(`${name}: after kill -9 of the server all topics are heard again, and nothing throws`, async () => {
    await using one = endOn(service, way);
    await using other = endOn(service, way);
    const topics = Array.from({ length: 50 }, (_, place) => `room/${place}`);
    await Promise.all([one.hears("room/0"), other.hears(...topics)]);
    await service.server.kill();
    for (const topic of topics) one.says(topic, "lost");
    other.bus.join("room/late");
    other.bus.leave("room/1");
    other.heard.length = 0;
    await service.server.start();
    const mine = ["room/late", "room/0", ...topics.slice(2)];
    await allArrive(one, other, mine, backWithinMs);
    assert.ok(other.heard.includes("room/late"));
    assert.equal(other.heard.includes("room/1"), false);
    let tries = 0;
    await until("room/1 is left", async () => {
      const word = `try ${++tries}`;
      for (const topic of ["room/1", "room/2"]) one.says(topic, word);
      await receives(other, [`room/2 ${word}`]);
      return !other.received.includes(`room/1 ${word}`);
    }, backWithinMs);
    if (!name.startsWith("a Redis cluster")) {
      assert.ok(topics.slice(2).every((t) => other.heard.includes(t)));
    }
  });

  test(`${name}: a server that stands still costs no memory, and is back when it goes on`, async () => {
    await using one = endOn(service, way);
    await using other = endOn(service, way);
    const topics = Array.from({ length: 20 }, (_, place) => `room/s${place}`);
    await other.hears(...topics);
    await service.server.pause();
    const before = heldBytes();
    const long = "x".repeat(256 * 1_024);
    for (let round = 0; round < 2_000; round++) {
      one.says(topics[round % topics.length]!, long);
      await new Promise((resolve) => setImmediate(resolve));
    }
    const grown = heldBytes() - before;
    await service.server.resume();
    assert.ok(grown < 100 * 1_048_576, `${grown} bytes more, of 512 MiB that were said`);
    await allArrive(one, other, topics, backWithinMs);
  });
}

test("thousands of topics are joined and left in groups, also when the connection is new", async () => {
  await using service = await onRedis();
  await using end = endOn(service, "sharded");
  const topics = Array.from({ length: 5_000 }, (_, place) => `room/${place}`);
  await end.hears(...topics);
  const calls = async (word: string) => {
    const stats = await redisCommand(service.server.port, `INFO commandstats`);
    return Number(new RegExp(`cmdstat_${word}:calls=(\\d+)`).exec(stats)?.[1] ?? 0);
  };
  assert.ok(await calls("ssubscribe") <= 12, `${await calls("ssubscribe")} commands`);
  end.heard.length = 0;
  await redisCommand(service.server.port, "CLIENT KILL TYPE pubsub");
  await until("all are heard again", () => end.heard.length === topics.length, backWithinMs);
  assert.ok(await calls("ssubscribe") <= 24, `${await calls("ssubscribe")} commands`);
  for (const topic of topics) end.bus.leave(topic);
  await until("all are left", async () => await calls("sunsubscribe") >= 10);
  const left = await redisCommand(service.server.port, "PUBSUB SHARDCHANNELS room*");
  assert.equal(left.trim(), "*0");
});

test("a subscriber that Redis throws out for being slow is back with all its topics", async () => {
  await using service = await onRedis({ "client-output-buffer-limit": "pubsub 100kb 0 0" });
  await using one = endOn(service, "sharded");
  await using other = endOn(service, "sharded");
  await Promise.all([one.hears("room/1"), other.hears("room/1", "room/2")]);
  other.heard.length = 0;
  // In one go: Redis takes them all before it writes any.
  await intrude(service, "sharded", "room/1", Array(200).fill("x".repeat(100_000)));
  await until("both are heard again", () => other.heard.length >= 2, backWithinMs);
  // What is still being sent may throw it out a second time.
  await until("it arrives", () => {
    one.says("room/2", "back");
    return other.received.includes("room/2 back");
  }, backWithinMs);
  assert.deepEqual(new Set(other.received), new Set(["room/2 back"]));
});

test("with Redis away from the start nothing throws, and all is heard when it comes", async () => {
  await using service = await onRedis();
  await service.server.kill();
  await using one = endOn(service, "sharded");
  await using other = endOn(service, "sharded");
  other.bus.join("room/1");
  one.says("room/1", "lost");
  await service.server.start();
  await until("it arrives", () => {
    one.says("room/1", "found");
    return other.received.includes("room/1 found");
  }, backWithinMs);
  assert.deepEqual(new Set(other.received), new Set(["room/1 found"]));
});

test("changes too large for a packet are told of in a word", async () => {
  await using service = await onRedis();
  await using one = endOn(service, "sharded");
  await using other = endOn(service, "sharded");
  await other.hears("room/1");
  const conversationId = "1";
  const big = { conversationId, prevRev: 0, rev: 1, members: [], conversation: null };
  const text = "x".repeat(1_100_000);
  const messages = [{ seq: 1, rev: 1, from: null, clientId: null, at: "", kind: "text" }]
    .map((message) => ({ ...message, body: { text } }));
  one.bus.publish("room/1", {
    type: "changes",
    changes: { ...big, messages } as never,
    departures: [],
  });
  await receives(other, ["room/1 changed"]);
});
