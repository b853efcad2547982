/** Look-ups that are made together. */
import { strict as assert } from "node:assert";
import { setImmediate } from "node:timers";
import { Gather } from "../../db/gather.ts";

const soon = () => new Promise<void>((resolve) => setImmediate(resolve));

/** A gathering whose look-ups are written down; each key's value is the key. */
function recorded(restMs?: number) {
  const asked: (readonly string[])[] = [];
  const load = (keys: readonly string[]) => {
    asked.push(keys);
    return Promise.resolve(new Map(keys.map((key) => [key, key])));
  };
  return { asked, gather: new Gather(load, 3, restMs) };
}

Deno.test("keys of one turn are looked up together, at most so many at once", async () => {
  const { asked, gather } = recorded();
  const keys = ["a", "b", "b", "c", "d"];
  assert.deepEqual(await Promise.all(keys.map((key) => gather.get(key))), keys);
  assert.deepEqual(asked, [["a", "b"], ["c", "d"]]);
});

Deno.test("after a look-up of several the next keys are gathered for a moment", async () => {
  const { asked, gather } = recorded(200);
  await Promise.all([gather.get("a"), gather.get("b")]);
  const third = gather.get("c");
  await soon();
  assert.deepEqual(await Promise.all([third, gather.get("d")]), ["c", "d"]);
  assert.deepEqual(asked, [["a", "b"], ["c", "d"]]);
});

Deno.test("after a look-up of one nothing waits", async () => {
  const { asked, gather } = recorded(60_000);
  for (const key of ["a", "b", "c"]) assert.equal(await gather.get(key), key);
  assert.deepEqual(asked, [["a"], ["b"], ["c"]]);
});

Deno.test("a look-up that fails fails for all of its keys, and the next are looked up", async () => {
  let fails = true;
  const gather = new Gather((keys) => {
    if (fails) return Promise.reject(new Error("away"));
    return Promise.resolve(new Map(keys.map((key) => [key, 1])));
  });
  const both = await Promise.allSettled([gather.get("a"), gather.get("b")]);
  assert.deepEqual(both.map(({ status }) => status), ["rejected", "rejected"]);
  fails = false;
  assert.equal(await gather.get("a"), 1);
});
