/** The window on a long list: what is shown of it, and that it stays in its place. */
import { strict as assert } from "node:assert";
import { Place } from "../../web/app/thread/window/anchor.ts";
import { Layout } from "../../web/app/thread/window/layout.ts";

function items(from: number, to: number): { key: string }[] {
  return Array.from({ length: to - from + 1 }, (_, at) => ({ key: `s${from + at}` }));
}

function layoutOf(list: { key: string }[], guess = 50): Layout {
  const layout = new Layout(() => guess);
  layout.set(list);
  return layout;
}

Deno.test("lines lie below each other by heights that were measured, else guessed", () => {
  const layout = layoutOf(items(1, 4));
  assert.equal(layout.total, 200);
  assert.ok(layout.measure("s2", 80));
  assert.ok(!layout.measure("s2", 80));
  assert.ok(!layout.measure("gone", 80));
  assert.deepEqual([0, 1, 2, 3, 4].map((place) => layout.topOf(place)), [0, 50, 130, 180, 230]);
  assert.deepEqual([-5, 0, 49, 50, 129, 130, 999].map((y) => layout.placeAt(y)), [
    0,
    0,
    0,
    1,
    1,
    2,
    3,
  ]);
});

Deno.test("of a hundred thousand lines only those between two heights are shown", () => {
  const layout = layoutOf(items(1, 100_000));
  assert.deepEqual(layout.between(2_500_000, 2_501_000), { first: 50_000, end: 50_021 });
  assert.deepEqual(layout.between(-100, 10), { first: 0, end: 1 });
  assert.deepEqual(layout.between(9_999_999, 10_000_100), { first: 99_999, end: 100_000 });
  assert.deepEqual(layoutOf([]).between(0, 100), { first: 0, end: 0 });
});

Deno.test("a line that is seen stays where it is when a page comes before it", () => {
  const layout = layoutOf(items(51, 100));
  const place = new Place(layout);
  place.see(120, 300, false);
  layout.set(items(1, 100));
  assert.equal(place.top(300), 120 + 50 * 50);
  layout.measure("s3", 90);
  assert.equal(place.top(300), 160 + 50 * 50);
  layout.measure("s90", 500);
  assert.equal(place.top(300), 160 + 50 * 50, "what grows below moves nothing");
});

Deno.test("when the line that is seen first is gone, the next one stays", () => {
  const layout = layoutOf(items(1, 100));
  const place = new Place(layout);
  place.see(1_010, 300, false);
  layout.set(items(1, 100).filter(({ key }) => key !== "s21"));
  // The 22nd began 40 below the upper edge, and still does.
  assert.equal(place.top(300), 960);
  layout.set(items(31, 100));
  assert.equal(place.top(300), layout.total - 300, "with none of them left, the end");
});

Deno.test("what was rendered stays where it is when a hand has gone beyond it", () => {
  const layout = layoutOf(items(1, 100));
  for (const { key } of items(23, 30)) layout.measure(key, 50);
  const place = new Place(layout);
  place.see(1_010, 300, false);
  for (const { key } of items(15, 22)) layout.measure(key, 80);
  assert.equal(place.top(300), 1_010 + 8 * 30, "the 23rd is what is seen, the 21st was not there");
});

Deno.test("whoever is at the end follows it, and stays where they are otherwise", () => {
  const layout = layoutOf(items(1, 20));
  const place = new Place(layout);
  place.see(700, 300, true);
  layout.set(items(1, 30));
  assert.equal(place.top(300), 1_200);
  place.see(600, 300, true);
  layout.set(items(1, 40));
  assert.equal(place.top(300), 600);
  place.see(1_700, 300, false);
  layout.set(items(1, 50));
  assert.equal(place.top(300), 1_700, "the end of what is loaded is not the end of all");
});
