/** When work is left undone: a delay that lasts, not one that passes; and how it comes back. */
import { strict as assert } from "node:assert";
import { Load, requireRoom, type Work } from "../../domain/load.ts";
import { overloaded } from "../../errors.ts";
import { assertFails, test } from "../support/world.ts";

const works: Work[] = ["connection", "typing", "presence", "search", "export"];

function newLoad() {
  const levels: number[] = [];
  const load = new Load({ delayMsMax: 200, onChange: (level) => levels.push(level) });
  return { load, levels };
}

/** Ten samples of 50 ms each, as long as an interval. */
function pass(load: Load, ...delays: number[]): void {
  for (let sample = 0; sample < 10; sample++) load.note(delays[sample % delays.length]!, 50);
}

function shed(load: Load): Work[] {
  return works.filter((work) => !load.admits(work));
}

test("a loop that stays behind sheds a level an interval, in order, and never messages", () => {
  const { load, levels } = newLoad();
  assert.deepEqual(shed(load), []);
  const seen: Work[][] = [];
  for (let interval = 0; interval < 6; interval++) {
    pass(load, 250, 900);
    seen.push(shed(load));
  }
  assert.deepEqual(seen, [
    ["connection", "typing"],
    ["connection", "typing", "presence"],
    ["connection", "typing", "presence", "search"],
    works,
    works,
    works,
  ]);
  assert.deepEqual(levels, [1, 2, 3, 4]);
  assert.equal(load.delayMs, 250);
});

test("delays that pass shed nothing, however long they are", () => {
  const { load } = newLoad();
  for (let interval = 0; interval < 20; interval++) pass(load, 5_000, 199, 5_000);
  assert.equal(load.level, 0);
});

test("a pause of the whole process sheds nothing", () => {
  const { load } = newLoad();
  pass(load, 0);
  load.note(60_000, 60_050);
  for (let sample = 0; sample < 20; sample++) load.note(0, 50);
  assert.equal(load.level, 0);
});

test("work comes back one level after two calm intervals, and not in between", () => {
  const { load } = newLoad();
  for (let interval = 0; interval < 3; interval++) pass(load, 300);
  assert.equal(load.level, 3);
  for (let interval = 0; interval < 10; interval++) pass(load, 150);
  assert.equal(load.level, 3, "less late, but not calm");
  const levels: number[] = [];
  for (let interval = 0; interval < 7; interval++) {
    pass(load, 0);
    levels.push(load.level);
  }
  assert.deepEqual(levels, [3, 2, 2, 1, 1, 0, 0]);
});

test("with a limit of 0 nothing is ever left undone", () => {
  const load = new Load({ delayMsMax: 0 });
  for (let interval = 0; interval < 10; interval++) pass(load, 10_000);
  assert.deepEqual(shed(load), []);
});

test("who is refused is told to come back, and not all at one moment", async () => {
  const { load } = newLoad();
  for (let interval = 0; interval < 3; interval++) pass(load, 300);
  requireRoom({ load }, "export");
  const { options } = await assertFails("overloaded", () => {
    return Promise.resolve().then(() => requireRoom({ load }, "search"));
  });
  assert.ok(options.retryAfterMs! >= 1_000 && options.retryAfterMs! <= 3_000);
  const times = Array.from({ length: 100 }, () => overloaded(500).options.retryAfterMs!);
  assert.ok(new Set(times).size > 20);
  assert.ok(times.every((ms) => ms >= 500 && ms <= 1_500));
});
