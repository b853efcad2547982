/** Pages are cut before their frame comes near 1 MiB. */
import { strict as assert } from "node:assert";
import { cutPage } from "../../domain/page_budget.ts";

function texts(count: number, units: number, letter = "x") {
  return Array.from({ length: count }, (_, place) => ({ place, text: letter.repeat(units) }));
}

function bytesOf(value: unknown): number {
  return new TextEncoder().encode(JSON.stringify(value)).byteLength;
}

Deno.test("a light page keeps its limit, and tells of what was read beyond it", () => {
  assert.deepEqual(cutPage([1, 2, 3], 3), { items: [1, 2, 3], hasMore: false });
  assert.deepEqual(cutPage([1, 2, 3, 4], 3), { items: [1, 2, 3], hasMore: true });
  assert.deepEqual(cutPage([], 3), { items: [], hasMore: false });
});

Deno.test("a heavy page ends early and says that there is more", () => {
  const { items, hasMore } = cutPage(texts(100, 40_000), 100);
  assert.equal(items.length, 6);
  assert.equal(hasMore, true);
});

Deno.test("an item that weighs too much by itself still comes, alone", () => {
  const found = texts(3, 400_000);
  assert.deepEqual(cutPage(found, 3), { items: [found[0]], hasMore: true });
  assert.deepEqual(cutPage(found.slice(0, 1), 3), { items: [found[0]], hasMore: false });
});

Deno.test("a page stays under 1 MiB in whatever script it is written, escaped or not", () => {
  for (const letter of ["x", "é", "語", "😀", "\u0001", '"']) {
    const { items } = cutPage(texts(100, 10_000, letter), 100);
    assert.ok(bytesOf(items) < 1_000_000, `${JSON.stringify(letter)}: ${bytesOf(items)} bytes`);
    assert.ok(items.length >= 4, `${JSON.stringify(letter)}: ${items.length} items`);
  }
});
