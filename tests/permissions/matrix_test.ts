/** Who may do what, as one table: every verb of the contract × every kind of actor. */
import { strict as assert } from "node:assert";
import { methods } from "../../schemas/frames.ts";
import { openWorld, test } from "../support/world.ts";
import { askedBy, askRest, outcomeOf } from "./asking.ts";
import { openCast, openScene, type Policy, type Scene } from "./scene.ts";
import { type Actor, actors, byActor, isMethod, type Row, titleOf } from "./table.ts";
import { accountRows } from "./table_accounts.ts";
import { conversationRows, conversationsRows } from "./table_conversations.ts";
import { movedTo, openPairs, type PairActor, pairActors, pairRows } from "./table_direct.ts";
import { entranceRows } from "./table_entrances.ts";
import { socialRows } from "./table_friends.ts";
import { groupRows, groupsRows } from "./table_groups.ts";
import { memberRows } from "./table_members.ts";

const world = await openWorld();
const server = await world.instance();
const anyoneServer = await world.instance({ DIRECT_POLICY: "anyone" });
const cast = await openCast(world, server);
const pairs = await openPairs(server);

/** Rows that no group decides on, and rows about one. */
const general = [...accountRows, ...socialRows, ...groupsRows, ...conversationsRows];
const aboutGroups = [...groupRows, ...memberRows, ...entranceRows, ...conversationRows];
const policies: readonly Policy[] = ["open", "approval", "invite"];

const scenes = new Map<Policy, Scene>();

/** A scene that nothing has changed yet. */
async function sceneFor(policy: Policy): Promise<Scene> {
  const scene = scenes.get(policy) ?? await openScene(cast, policy);
  scenes.set(policy, scene);
  return scene;
}

/** Whether an act has changed what decides for the next. */
function hasChanged({ verb }: Row, outcome: string): boolean {
  const isRead = verb.startsWith("GET") || isMethod(verb) || verb.includes("/conversations");
  return !isRead && outcome.startsWith("2");
}

/** The outcomes of a row; who comes after somebody who changed something finds a scene of its own. */
async function outcomesOf(row: Row, policy: Policy): Promise<Record<string, string>> {
  const outcomes: Partial<Record<Actor, string>> = {};
  let own: Scene | undefined;
  for (const actor of actors) {
    if (row.given !== undefined && own === undefined) {
      own = await openScene(cast, policy);
      await row.given(own);
    }
    const outcome = await outcomeOf(row, own ?? await sceneFor(policy), cast.people[actor]);
    outcomes[actor] = outcome;
    if (!hasChanged(row, outcome)) continue;
    own = undefined;
    scenes.delete(policy);
  }
  return outcomes;
}

for (const row of general) {
  test(`${titleOf(row)}`, async () => {
    const scene = await sceneFor("open");
    const outcomes: Record<string, string> = {};
    for (const actor of actors) outcomes[actor] = await outcomeOf(row, scene, cast.people[actor]);
    assert.deepEqual(outcomes, byActor(row.who, actors));
  });
}

for (const row of aboutGroups) {
  for (const policy of policies) {
    test(`${titleOf(row)} (${policy})`, async () => {
      const expected = byActor(row.under?.[policy] ?? row.who, actors);
      assert.deepEqual(await outcomesOf(row, policy), expected);
    });
  }
}

for (const policy of ["friends", "anyone"]) {
  const here = policy === "friends" ? pairs : movedTo(anyoneServer, pairs);
  for (const row of pairRows) {
    test(`${titleOf(row)} between two (${policy})`, async () => {
      const outcomes: Partial<Record<PairActor, string>> = {};
      for (const actor of pairActors) {
        outcomes[actor] = await outcomeOf(row, here, here.people[actor]);
      }
      assert.deepEqual(outcomes, byActor(row.under?.[policy] ?? row.who, pairActors));
    });
  }
}

for (const row of [...general, ...aboutGroups]) {
  if (isMethod(row.verb)) continue;
  const isPublic = row.isPublic ?? false;
  test(`${titleOf(row)} ${isPublic ? "asks for no token" : "without a token"}`, async () => {
    const asked = await askedBy(row, await sceneFor("open"), cast.people.owner);
    const { outcome } = await askRest(server, row.verb, asked);
    if (isPublic) assert.match(outcome, /^20[01]$/);
    else assert.equal(outcome, "tokenMissing");
  });
}

type Document = { paths: Record<string, Record<string, unknown>> };

test("every verb of the contract stands in the table, and nothing else does", async () => {
  const { paths } = (await server.ask<Document>("GET", "/openapi.json")).body;
  const described = Object.entries(paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`)
  );
  const stated = new Set([...general, ...aboutGroups].map(({ verb }) => verb));
  assert.deepEqual([...stated].sort(), [...described, ...Object.keys(methods)].sort());
});

test("every verb about one conversation stands in the table of direct ones too", () => {
  const stated = (rows: readonly { verb: string }[]) =>
    [
      ...new Set(rows.map(({ verb }) => verb)),
    ].sort();
  const about = aboutGroups.filter(({ verb }) => !verb.includes("/v1/invites/"));
  assert.deepEqual(stated(pairRows), stated(about));
});
