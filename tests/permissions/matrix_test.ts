/** Who may do what over REST, as one table: every verb of the contract × every kind of actor. */
import { strict as assert } from "node:assert";
import { methods } from "../../schemas/frames.ts";
import { openWorld, test } from "../support/world.ts";
import { askedBy, askRest } from "./asking.ts";
import { aboutGroups, aboutPairs, generalRows, policiesOf } from "./rows.ts";
import { openCast } from "./scene.ts";
import { Runner } from "./runner.ts";
import { actors, byActor, isMethod, titleOf } from "./table.ts";
import { supportRows } from "./table_support.ts";

const world = await openWorld();
const server = await world.instance();
const runner = new Runner(await openCast(world, server), world.database);
const { people } = runner.cast;
const everyRow = [...generalRows, ...aboutGroups];

for (const row of generalRows.filter(({ verb }) => !isMethod(verb))) {
  test(titleOf(row), async () => {
    assert.deepEqual(await runner.outcomesOf(row, "open"), byActor(row.who, actors));
  });
}

for (const row of aboutGroups.filter(({ verb }) => !isMethod(verb))) {
  for (const policy of policiesOf(row)) {
    test(`${titleOf(row)} (${policy})`, async () => {
      const expected = byActor(row.under?.[policy] ?? row.who, actors);
      assert.deepEqual(await runner.outcomesOf(row, policy), expected);
    });
  }
}

test("nobody who is not signed in may do any of it, what is public apart", async () => {
  const scene = await runner.sceneFor("open");
  const outcomes: [string, string][] = [];
  const expected: [string, string][] = [];
  for (const row of everyRow) {
    if (isMethod(row.verb) || row.given !== undefined) continue;
    const asked = await askedBy(row, scene, people.owner);
    const { outcome } = await askRest(server, row.verb, asked);
    outcomes.push([titleOf(row), outcome]);
    const [success] = Object.keys(row.who);
    expected.push([titleOf(row), row.isPublic ? success! : "tokenMissing"]);
  }
  assert.deepEqual(outcomes, expected);
});

type Document = { paths: Record<string, Record<string, unknown>> };

const verbsOf = (rows: readonly { verb: string }[]) =>
  [
    ...new Set(rows.map(({ verb }) => verb)),
  ].sort();

test("every verb of the contract stands in the table, and nothing else does", async () => {
  const { paths } = (await server.ask<Document>("GET", "/openapi.json")).body;
  const described = Object.entries(paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`)
  );
  const stated = verbsOf([...everyRow, ...supportRows]);
  assert.deepEqual(stated, [...described, ...Object.keys(methods)].sort());
});

test("every verb about a conversation stands among those between two, and no other", () => {
  const about = aboutGroups.filter(({ verb }) => !verb.includes("/v1/invites/"));
  assert.deepEqual(verbsOf(aboutPairs), verbsOf(about));
});

test("no case stands in the table twice", () => {
  const titles = everyRow.map(titleOf);
  assert.deepEqual(titles.filter((title, place) => titles.indexOf(title) !== place), []);
});
