/** A minute of faults on three instances: the guarantees hold. Its seed: `PATTER_FAULTS_SEED`. */
import { strict as assert } from "node:assert";
import { databaseKind } from "../support/database.ts";
import { test } from "../support/world.ts";
import { check } from "./checker.ts";

const seed = Number(Deno.env.get("PATTER_FAULTS_SEED") ?? 1);
const seconds = 60;

if (databaseKind === "postgres") {
  test(`three instances keep every guarantee through a minute of faults (seed ${seed})`, async () => {
    const { history } = await check({ seed, seconds });
    const again = `Again: deno task faults --seconds=${seconds} --seed=${seed}`;
    assert.equal(history.breaches.length, 0, `${history.report()}\n${again}`);
  });
}
