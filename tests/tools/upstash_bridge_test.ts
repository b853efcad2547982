/** The bridge, asked by the client that people use with Upstash, and by hand. */
import { strict as assert } from "node:assert";
import { Redis } from "@upstash/redis";
import { makeFolder, runToEnd, TestProcess } from "../support/server_process.ts";
import { onUpstash } from "../support/shared_services.ts";
import { until, within } from "../support/waiting.ts";
import { test } from "../support/world.ts";

const service = await onUpstash();
Deno.test.afterAll(async () => await service[Symbol.asyncDispose]());
const url = service.settings.UPSTASH_REDIS_REST_URL!;
const token = service.settings.UPSTASH_REDIS_REST_TOKEN!;
const redis = new Redis({ url, token, enableTelemetry: false, latencyLogging: false });
const authorization = `Bearer ${token}`;

async function ask(path: string, options: RequestInit = {}) {
  const headers = { authorization, ...options.headers };
  const response = await fetch(url + path, { ...options, headers });
  return { status: response.status, body: await response.json() };
}

test("the client's commands give what they give on Redis: texts, numbers, lists, nothing", async () => {
  assert.equal(await redis.set("text", "ü 😀\n\u0000"), "OK");
  assert.equal(await redis.get("text"), "ü 😀\n\u0000");
  assert.equal(await redis.get("nothing"), null);
  assert.equal(await redis.incrby("number", 41), 41);
  assert.equal(await redis.ping(), "PONG");
  await redis.hset("hash", { a: "1", b: { c: [true] } });
  assert.deepEqual(await redis.hgetall("hash"), { a: 1, b: { c: [true] } });
  assert.deepEqual(await redis.mget("number", "nothing"), [41, null]);
  assert.deepEqual(await redis.eval("return {KEYS[1], {ARGV[1], 2}}", ["k"], ["v"]), [
    "k",
    ["v", 2],
  ]);
  await assert.rejects(redis.incr("text"), /not an integer/);
});

test("a pipeline answers each of its commands, also after one that fails", async () => {
  const answers = await redis.pipeline().set("p", "1").incr("text").get("p")
    .exec({ keepErrors: true });
  assert.deepEqual(answers.map(({ result }) => result), ["OK", undefined, 1]);
  assert.match(answers[1]!.error!, /not an integer/);
});

test("a transaction is one, and tells of the command that failed", async () => {
  assert.deepEqual(await redis.multi().set("m", "1").incr("m").exec(), ["OK", 2]);
  const commands = [["SET", "m", "x"], ["INCR", "m"], ["GET", "m"]];
  const { status, body } = await ask("/multi-exec", {
    method: "POST",
    body: JSON.stringify(commands),
  });
  assert.equal(status, 200);
  assert.deepEqual(body[0], { result: "OK" });
  assert.match(body[1].error, /not an integer/);
  assert.deepEqual(body[2], { result: "x" });
});

test("commands stand in the path too, with their value as body and options as query", async () => {
  assert.deepEqual(await ask("/set/path%2Fkey/one?EX=100"), {
    status: 200,
    body: { result: "OK" },
  });
  assert.deepEqual((await ask("/get/path%2Fkey")).body, { result: "one" });
  const { result } = (await ask("/ttl/path%2Fkey")).body;
  assert.ok(result > 90 && result <= 100);
  await ask("/set/path%2Fkey?NX", { method: "POST", body: "two" });
  assert.deepEqual((await ask("/get/path%2Fkey")).body, { result: "one" });
  await ask("/set/path%2Fkey", { method: "POST", body: "three words here" });
  const encoded = await ask("/get/path%2Fkey", { headers: { "upstash-encoding": "base64" } });
  assert.deepEqual(encoded.body, { result: btoa("three words here") });
});

test("without the token, and with another, nothing is answered", async () => {
  for (const authorization of ["", "Bearer ", "Bearer another token", `Basic ${token}`, token]) {
    const { status, body } = await ask("/get/text", { headers: { authorization } });
    assert.equal(status, 401);
    assert.match(body.error, /WRONGPASS/);
  }
  assert.equal(
    (await ask(`/get/text?_token=${token}`, { headers: { authorization: "" } })).status,
    401,
  );
});

test("what would hold up or change the common connection is refused", async () => {
  const refused = [["SUBSCRIBE", "c"], ["blpop", "k", "0"], ["MULTI"], ["SELECT", "1"], [
    "XREAD",
    "BLOCK",
    "0",
    "STREAMS",
    "s",
    "0",
  ]];
  for (const command of refused) {
    const { status, body } = await ask("/", { method: "POST", body: JSON.stringify(command) });
    assert.equal(status, 400);
    assert.match(body.error, /not available/);
  }
  for (const body of ["", "{", "{}", "[]", "[[]]", "[null]"]) {
    assert.equal((await ask("/", { method: "POST", body })).status, 400, body);
  }
  assert.equal((await ask("/pipeline", { method: "POST", body: "[]" })).status, 400);
  assert.equal((await ask("/get/text", { method: "DELETE" })).status, 405);
  assert.equal((await ask("/", { method: "POST", body: "x".repeat(11_000_000) })).status, 413);
  assert.equal((await ask("/get/%ff")).status, 400);
});

test("the client's subscriptions hear what is published, by name and by pattern", async () => {
  const heard: string[] = [];
  const byName = redis.subscribe<{ word: string }>("news");
  const byPattern = redis.psubscribe<{ word: string }>("new*");
  byName.on("message", ({ channel, message }) => heard.push(`${channel}: ${message.word}`));
  byPattern.on("pmessage", ({ pattern, message }) => heard.push(`${pattern}: ${message.word}`));
  await until("both are heard", async () => {
    await redis.publish("news", { word: "ü" });
    return heard.includes("news: ü") && heard.includes("new*: ü");
  });
  await byName.unsubscribe();
  await byPattern.unsubscribe();
  await until("both are gone", async () => await redis.publish("news", "x") === 0);
});

test("a stream ends with its Redis, and commands are answered again when it is back", async () => {
  const response = await fetch(`${url}/subscribe/gone`, { headers: { authorization } });
  const read = async () => {
    let text = "";
    for await (const part of response.body!.pipeThrough(new TextDecoderStream())) text += part;
    return text;
  };
  const ended = read();
  await service.server.kill();
  assert.match(await within("the stream ends", ended), /^data: subscribe,gone,1\n\n/);
  assert.equal((await ask("/get/text")).status, 503);
  await service.server.start();
  await until("it answers", async () => (await ask("/ping")).status === 200);
});

test("the bridge starts as a task with a token, and not without one", async () => {
  await using folder = await makeFolder();
  const args = ["run", "--allow-net", "--allow-env", "--allow-read=.", "tools/upstash_bridge.ts"];
  const env = { REDIS_URL: service.url, UPSTASH_REDIS_REST_TOKEN: "short" };
  const { code, stderr } = await runToEnd({ folder, args, env });
  assert.equal(code, 78);
  assert.match(stderr, /^UPSTASH_REDIS_REST_TOKEN: expected at least 16 characters/);
  const started = {
    folder,
    args: [...args, "--port=0"],
    env: { ...env, UPSTASH_REDIS_REST_TOKEN: token },
  };
  await using bridge = await TestProcess.start(started);
  await until("it listens", () => bridge.stdout.includes("listening"));
  const port = /port (\d+)/.exec(bridge.stdout)![1];
  const response = await fetch(`http://127.0.0.1:${port}/ping`, { headers: { authorization } });
  assert.deepEqual(await response.json(), { result: "PONG" });
});
