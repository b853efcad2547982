/** Old messages that change: told to those who may read them, and to the others only that time goes on. */
import { strict as assert } from "node:assert";
import { chainOf, messagesOf, reaches } from "../support/chain.ts";
import { changesOf, viewOf } from "../support/chat.ts";
import { add } from "../support/groups.ts";
import { LossyBus } from "../support/lossy_bus.ts";
import { acts } from "../support/rich.ts";
import { openWorld, type Person, test } from "../support/world.ts";

const world = await openWorld();
const bus = new LossyBus();
const server = await world.instance({}, { bus: bus.connect });
const other = await world.instance({}, { bus: bus.connect });

/** A group that three people came into one after the other, with a message between each two. */
async function scene(): Promise<{ id: string; people: Person[] }> {
  bus.heal();
  const people = [
    await server.person("first"),
    await server.person("second"),
    await server.person("third"),
  ];
  const [first, second, third] = people as [Person, Person, Person];
  const id = await server.group(first, []);
  await first.says("before all", id);
  await add(first, id, second);
  await first.says("before the third", id);
  await add(first, id, third);
  await first.says("for all", id);
  return { id, people };
}

for (const how of ["live", "repaired"] as const) {
  test(`an edit is ${how} for those who may read the message, and a step of rev for all`, async () => {
    const { id, people } = await scene();
    const [first] = people as [Person];
    const clients = [];
    for (const person of people) clients.push(await person.connect(), await person.connect(other));
    if (how === "repaired") bus.drop(() => true);
    for (const seq of [2, 4, 6]) {
      assert.equal((await acts(first, id).edit(seq, `edited ${seq}`)).status, 200);
    }
    const { lastRev } = await viewOf(first, id);
    const seen = [[2, 4, 6], [4, 6], [6]];
    for (const [place, client] of clients.entries()) {
      const chain = await reaches(client, id, lastRev);
      assert.deepEqual(messagesOf(chain).map(({ seq }) => seq), seen[Math.floor(place / 2)]);
      assert.equal(chainOf(client, id).rev, lastRev);
    }
  });
}

test("what one turn changes of several ages reaches each without what it may not see", async () => {
  const { id, people } = await scene();
  const [first] = people as [Person];
  const clients = [];
  for (const person of people) clients.push(await person.connect());
  await Promise.all([
    acts(first, id).react(2, "👍"),
    acts(first, id).react(4, "👍"),
    acts(first, id).react(6, "👍"),
    first.says("new", id),
  ]);
  const { lastRev } = await viewOf(first, id);
  const seen = [[2, 4, 6, 7], [4, 6, 7], [6, 7]];
  for (const [place, client] of clients.entries()) {
    const chain = await reaches(client, id, lastRev);
    assert.deepEqual(
      messagesOf(chain).map(({ seq }) => seq).toSorted((a, b) => a - b),
      seen[place],
    );
  }
});

test("the REST answer says the same: rev moves on, what may not be seen is left out", async () => {
  const { id, people } = await scene();
  const [first, , third] = people as [Person, Person, Person];
  const { lastRev } = await viewOf(third, id);
  await acts(first, id).edit(2, "edited");
  const { messages, rev, hasMore } = await changesOf(third, id, `?afterRev=${lastRev}`);
  assert.deepEqual([messages, rev, hasMore], [[], lastRev + 1, false]);
});

test("who joins while an old message is edited is told nothing of it", async () => {
  const { id, people } = await scene();
  const [first] = people as [Person];
  for (let round = 0; round < 5; round++) {
    const newcomer = await server.person("newcomer");
    const client = await newcomer.connect();
    await Promise.all([add(first, id, newcomer), acts(first, id).edit(2, `again ${round}`)]);
    const { rev } = await first.says("now", id);
    const chain = await reaches(client, id, rev);
    const { firstSeq } = await viewOf(newcomer, id);
    assert.ok(messagesOf(chain).every(({ seq }) => seq >= firstSeq));
  }
});
