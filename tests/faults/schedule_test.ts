/** A seed is a schedule: the same faults at the same times, of every kind, and over in time. */
import { strict as assert } from "node:assert";
import { faultKinds } from "./faults.ts";
import { type Fault, scheduleOf } from "./schedule.ts";

const options = { seconds: 60, instances: 3 };

function targetOf({ kind, number }: Fault): string {
  return faultKinds[kind]!.target(number);
}

Deno.test("the same seed gives the same faults, another one others", () => {
  assert.deepEqual(scheduleOf({ ...options, seed: 7 }), scheduleOf({ ...options, seed: 7 }));
  assert.notDeepEqual(scheduleOf({ ...options, seed: 7 }), scheduleOf({ ...options, seed: 8 }));
});

Deno.test("within some seeds every kind of fault befalls every instance", () => {
  const seeds = Array.from({ length: 100 }, (_, seed) => scheduleOf({ ...options, seed })).flat();
  const drawn = new Set(seeds.map((fault) => `${fault.kind}: ${targetOf(fault)}`));
  for (const [kind, { target }] of Object.entries(faultKinds)) {
    for (const number of [1, 2, 3]) assert.ok(drawn.has(`${kind}: ${target(number)}`), kind);
  }
});

Deno.test("no two faults befall the same at once, and all end with the run", () => {
  for (let seed = 1; seed <= 100; seed++) {
    const endsAt = new Map<string, number>();
    for (const fault of scheduleOf({ ...options, seed })) {
      const end = fault.atMs + fault.forMs;
      assert.ok(fault.atMs >= (endsAt.get(targetOf(fault)) ?? 0) && end <= 60_000);
      endsAt.set(targetOf(fault), end);
    }
  }
});
