/** How long the word of something may take: a second in calm, longer only for troubles that concern it. */
import { strict as assert } from "node:assert";
import { Troubles } from "./troubles.ts";

const names = ["instance 1", "instance 2"];

function allowedMs(troubles: Troubles, at: number): number {
  return troubles.allowedUntil(at, names) - at;
}

Deno.test("in calm, and while what is in trouble carries no word, it is a second", () => {
  const troubles = new Troubles();
  const at = Date.now();
  troubles.begin("clients – instance 1");
  troubles.begin("Redis – instance 3");
  troubles.begin("packets to instance 12");
  assert.equal(allowedMs(troubles, at), 1_000);
});

Deno.test("while what carries the word is in trouble there is no end to it", () => {
  for (
    const target of [
      "Redis",
      "Postgres",
      "instance 2",
      "Redis – instance 1",
      "packets to instance 1",
    ]
  ) {
    const troubles = new Troubles();
    const over = troubles.begin(target);
    const at = Date.now();
    assert.equal(allowedMs(troubles, at), Infinity);
    over();
    const ms = allowedMs(troubles, at);
    assert.ok(ms >= 10_000 && ms < 12_000, `${target}: ${ms}`);
  }
});

Deno.test("trouble that began after the word was due, or was over long before, makes no difference", () => {
  const troubles = new Troubles();
  const now = Date.now();
  troubles.begin("Redis");
  assert.equal(allowedMs(troubles, now - 60_000), 1_000);
  const before = new Troubles();
  before.begin("Redis")();
  assert.equal(allowedMs(before, now + 60_000), 1_000);
});
