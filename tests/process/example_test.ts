/** The example that the README shows does what it says. */
import { strict as assert } from "node:assert";
import { makeHome, runToEnd, startServer } from "../support/server_process.ts";
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
