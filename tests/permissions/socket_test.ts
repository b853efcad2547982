/** Who may do what over the socket, by the same table; and between two, over both. */
import { strict as assert } from "node:assert";
import { openWorld, test } from "../support/world.ts";
import { outcomeOf } from "./asking.ts";
import { gated } from "./guests.ts";
import { aboutGroups, aboutPairs, generalRows, policiesOf } from "./rows.ts";
import { openCast } from "./scene.ts";
import { Runner } from "./runner.ts";
import { actors, byActor, isMethod, titleOf } from "./table.ts";
import { openingRows } from "./table_friends.ts";
import { movedTo, openPairs, type PairActor, pairActors } from "./table_direct.ts";

// The connections answer no pings: they are not to end while a slow machine is at it.
const patient = { PING_INTERVAL_MS: "600000" };

const world = await openWorld();
const server = await world.instance(patient);
const anyoneServer = await world.instance({ ...patient, DIRECT_POLICY: "anyone" });
const runner = new Runner(await openCast(world, server), world.database);
const onAnyone = new Runner(await openCast(world, anyoneServer), world.database);
const pairs = await openPairs(server);

for (const row of generalRows.filter(({ verb }) => isMethod(verb))) {
  test(titleOf(row), async () => {
    assert.deepEqual(await runner.outcomesOf(row, "open"), byActor(row.who, actors));
  });
}

for (const row of aboutGroups.filter(({ verb }) => isMethod(verb))) {
  for (const policy of policiesOf(row)) {
    test(`${titleOf(row)} (${policy})`, async () => {
      const expected = byActor(row.under?.[policy] ?? row.who, actors);
      assert.deepEqual(await runner.outcomesOf(row, policy), expected);
    });
  }
}

for (const row of openingRows.map(gated)) {
  test(`${titleOf(row)} (anyone)`, async () => {
    const expected = byActor(row.under?.["anyone"] ?? row.who, actors);
    assert.deepEqual(await onAnyone.outcomesOf(row, "open"), expected);
  });
}

for (const policy of ["friends", "anyone"]) {
  const here = policy === "friends" ? pairs : movedTo(anyoneServer, pairs);
  for (const row of aboutPairs) {
    test(`${titleOf(row)} between two (${policy})`, async () => {
      const outcomes: Partial<Record<PairActor, string>> = {};
      for (const actor of pairActors) {
        outcomes[actor] = await outcomeOf(row, { scene: here, me: here.people[actor] });
      }
      assert.deepEqual(outcomes, byActor(row.under?.[policy] ?? row.who, pairActors));
    });
  }
}
