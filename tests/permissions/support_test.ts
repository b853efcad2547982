/** Who may do what around an inbox, over REST and the socket: every verb × every kind of actor. */
import { strict as assert } from "node:assert";
import { openWorld, test } from "../support/world.ts";
import { askedBy, askRest, outcomeOf } from "./asking.ts";
import { openSupport, type SupportActor, supportActors } from "./support_scene.ts";
import { byActor, isMethod, titleOf } from "./table.ts";
import { supportRows } from "./table_support.ts";
import { visitorRows } from "./table_visitors.ts";

const world = await openWorld();
// The connections answer no pings: they are not to end while a slow machine is at it.
const server = await world.instance({ PING_INTERVAL_MS: "600000" });
const scene = await openSupport(world, server);
const rows = [...supportRows, ...visitorRows];

for (const row of rows) {
  test(titleOf(row), async () => {
    const outcomes: Partial<Record<SupportActor, string>> = {};
    for (const actor of supportActors) {
      outcomes[actor] = await outcomeOf(row, { scene, me: scene.people[actor] });
    }
    assert.deepEqual(outcomes, byActor(row.who, supportActors));
  });
}

test("nobody who is not signed in may do any of it, what is public apart", async () => {
  for (const row of rows.filter(({ verb }) => !isMethod(verb))) {
    const asked = await askedBy(row, scene, scene.people.agent);
    const { outcome } = await askRest(server, row.verb, asked);
    const [success] = Object.keys(row.who);
    assert.equal(outcome, row.isPublic ? success : "tokenMissing", titleOf(row));
  }
});
