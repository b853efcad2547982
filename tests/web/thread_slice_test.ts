/** The part of a long history that lines are made of. */
import { strict as assert } from "node:assert";
import { endAround, find, sliceMax, sliceOf } from "../../web/app/thread/rows/slice.ts";

const all = Array.from({ length: 10_000 }, (_, at) => ({ seq: 2 * at + 1 }));

Deno.test("a part ends with what is asked for, and is never longer than it may be", () => {
  const last = sliceOf(all, null);
  assert.deepEqual([last.items.length, last.items.at(-1)!.seq], [sliceMax, 19_999]);
  assert.deepEqual([last.hasBefore, last.hasBehind], [true, false]);
  const first = sliceOf(all, 7);
  assert.deepEqual(first.items.map(({ seq }) => seq), [1, 3, 5, 7]);
  assert.deepEqual([first.hasBefore, first.hasBehind], [false, true]);
  assert.deepEqual(sliceOf([], null), { items: [], hasBefore: false, hasBehind: false });
});

Deno.test("a part around a message has it in its middle, or all that there is", () => {
  const { items } = sliceOf(all, endAround(all, 10_001));
  const place = items.findIndex(({ seq }) => seq === 10_001);
  assert.ok(Math.abs(place - sliceMax / 2) < 2);
  assert.equal(endAround(all, 19_000), null);
  assert.equal(endAround(all.slice(0, 10), 5), null);
});

Deno.test("a message is found by its number, whatever is missing", () => {
  assert.deepEqual(find(all, 4_001), { seq: 4_001 });
  assert.equal(find(all, 4_000), undefined);
  assert.equal(find(all, 99_999), undefined);
});
