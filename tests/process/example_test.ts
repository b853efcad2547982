/** The examples that the README shows do what they say. */
import { strict as assert } from "node:assert";
import type { Conversation } from "../../schemas/conversations.ts";
import { historyOf } from "../support/chat.ts";
import { makeHome, runToEnd, startServer, TestProcess } from "../support/server_process.ts";
import { until } from "../support/waiting.ts";
import { test } from "../support/world.ts";

test("`deno task example` prints a dialogue of two people and its history", async () => {
  await using home = await makeHome();
  await using server = await startServer(home);
  const env = { PATTER_URL: server.site.url };
  const args = ["task", "example"];
  const { code, stdout } = await runToEnd({ ...home, env, args, endSignal: "SIGTERM" });
  assert.equal(code, 0);
  assert.deepEqual(stdout.trim().split("\n").slice(-3), [
    "Ana: Hello Bo!",
    "Bo: Hello Ana!",
    "History: Hello Bo! / Hello Ana!",
  ]);
});

test("the example is short and imports nothing", async () => {
  const text = await Deno.readTextFile(new URL("../../examples/two_people.ts", import.meta.url));
  assert.ok(text.trimEnd().split("\n").length <= 60);
  assert.doesNotMatch(text, /^\s*import\b|\bimport\(/m);
});

test("the echo bot makes friends with whoever asks, and says everything again", async () => {
  await using home = await makeHome();
  await using server = await startServer(home);
  const env = { PATTER_URL: server.site.url };
  await using bot = await TestProcess.start({
    ...home,
    env,
    args: ["task", "example:bot"],
    endSignal: "SIGTERM",
  });
  const told = () => / is ([0-9a-f-]{36})$/m.exec(bot.stdout)?.[1];
  const userId = await until("the bot is there", told, 30_000);
  const ana = await server.site.person("ana");
  const client = await ana.connect();
  await ana.do("POST", "/v1/friend-requests", { userId });
  await client.next("friend.added");
  const { id } = await ana.do<Conversation>("POST", "/v1/conversations/direct", { userId });
  for (const text of ["Hello", "Bot"]) {
    await ana.says(text, id);
    await client.next("changes", ({ messages }) => messages.some(({ from }) => from === userId));
  }
  const { items } = await historyOf(ana, id);
  const texts = items.map(({ body, replyTo }) => [(body as { text?: string }).text, replyTo]);
  assert.deepEqual(texts, [["Hello", undefined], ["Hello", 1], ["Bot", undefined], ["Bot", 3]]);
});
