/** The checker finds what it is for: each planted bug makes a run fail, by the rule that it breaks. */
import { strict as assert } from "node:assert";
import { databaseKind } from "../support/database.ts";
import { test } from "../support/world.ts";
import { check } from "./checker.ts";
import type { Rule } from "./history.ts";
import { bugs } from "./planted.ts";

interface Proof {
  /** Which of them shows first is chance. */
  readonly rules: readonly Rule[];
  readonly seconds: number;
  /** The faults that bring it to light. */
  readonly kinds: readonly string[];
}

const proofs: Readonly<Record<string, Proof>> = {
  "acknowledge before commit": {
    // Sent again before the end, what was lost is stored under another number.
    rules: ["durable", "once"],
    seconds: 8,
    kinds: ["kill -9"],
  },
  "drop one packet without repair": { rules: ["whole"], seconds: 3, kinds: [] },
  "forget the unique key": { rules: ["once"], seconds: 20, kinds: [] },
  "deliver after removal": { rules: ["membersOnly"], seconds: 20, kinds: [] },
  "deliver after the session's end": { rules: ["ended"], seconds: 20, kinds: [] },
};

test("there is a proof for every planted bug", () => {
  assert.deepEqual(Object.keys(proofs), Object.keys(bugs));
});

if (databaseKind === "postgres") {
  for (const [bug, { rules, ...what }] of Object.entries(proofs)) {
    test(`a run fails on a server with the bug "${bug}"`, async () => {
      const { history } = await check({ seed: 1, bug, ...what });
      assert.ok(rules.some((rule) => rule === history.breaches[0]?.rule), history.report());
    });
  }
}
