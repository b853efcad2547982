/** What is one's own: whatever the bus and the database delay, what a connection was told last is what holds. */
import { strict as assert } from "node:assert";
import type { My } from "../../schemas/conversations.ts";
import { listOf, reads, viewOf } from "../support/chat.ts";
import type { Client } from "../support/client.ts";
import { asksView, LateDatabase } from "../support/late_database.ts";
import { LossyBus } from "../support/lossy_bus.ts";
import { oneOf, seeded } from "../support/random.ts";
import { until } from "../support/waiting.ts";
import { openWorld, type Person, test } from "../support/world.ts";

const world = await openWorld();
const late = new LateDatabase(world.database);
const bus = new LossyBus(5);
const one = await world.instance({}, { bus: bus.connect });
const other = await world.instance({}, { bus: bus.connect, database: late.database });

const patienceMs = 20_000;

function sets(person: Person, id: string, patch: object): Promise<My> {
  return person.do<My>("PATCH", `/v1/conversations/${id}/settings`, patch);
}

function lastOf(client: Client, id: string): My | undefined {
  return client.all("conversation.my").findLast(({ conversationId }) => conversationId === id)?.my;
}

/** The same person elsewhere: what they do is done by the other instance. */
function elsewhere(person: Person): Person {
  const { constructor: _, ...rest } = person;
  return Object.assign(Object.create(Object.getPrototypeOf(person)), rest, { at: other });
}

async function assertLast(person: Person, clients: readonly Client[], id: string): Promise<void> {
  const { my } = await viewOf(person, id);
  for (const client of clients) {
    await client.call("ping");
    assert.deepEqual(lastOf(client, id), my);
  }
}

/** All that was said has been heard, read and told. */
function settled(): Promise<boolean> {
  return until("all is told", () => {
    const busy = [one, other].some(({ patter }) => patter.hub.notices.mine.size > 0);
    return bus.late === 0 && !busy;
  }, patienceMs);
}

test("a packet that the bus delays does not take back what came after it", async () => {
  const { bo, ana, id } = await one.pair();
  const clients = [await bo.connect(), await bo.connect(other)];
  for (const text of ["one", "two", "three"]) await ana.says(text, id);
  bus.hold((_, topic) => topic === `user/${bo.id}`);
  await sets(bo, id, { pinned: true });
  await reads(bo, id, 1);
  await reads(elsewhere(bo), id, 3);
  await sets(elsewhere(bo), id, { pinned: false });
  await until("they wait", () => bus.waiting >= 4);
  bus.release("reversed");
  await settled();
  await assertLast(bo, clients, id);
  for (const client of clients) assert.equal(lastOf(client, id)!.pinned, false);
});

test("an answer of the database that comes late does not take back what was read after it", async () => {
  const { bo, ana, id } = await one.pair();
  const there = await bo.connect(other);
  for (const text of ["one", "two"]) await ana.says(text, id);
  const held = late.hold("the view as of the first", asksView);
  await reads(bo, id, 1);
  await held.reached;
  await reads(bo, id, 2);
  await sets(bo, id, { draft: "unsent" });
  held.release();
  await until("it is told", () => lastOf(there, id)?.draft === "unsent", patienceMs);
  await settled();
  await assertLast(bo, [there], id);
});

test("what the database did not answer is read again", async () => {
  const { bo, ana, id } = await one.pair();
  const there = await bo.connect(other);
  await ana.says("one", id);
  late.refuse(asksView);
  await reads(bo, id, 1);
  const failed = () => other.log.lines.some(({ event }) => event === "telling what is mine failed");
  await until("it was asked in vain", failed, patienceMs);
  late.refuse(() => false);
  await until("it is told", () => lastOf(there, id)?.readSeq === 1, patienceMs);
});

test("what changes while a newcomer is let in is told after it came in", async () => {
  const [ana, bo] = [await one.person("ana"), await one.person("bo")];
  await one.befriend(ana, bo);
  const there = await bo.connect(other);
  const held = late.hold("the newcomer's view", asksView);
  const id = await one.group(ana, [bo]);
  await held.reached;
  await sets(bo, id, { pinned: true });
  held.release();
  const { conversation } = await there.next(
    "conversation.joined",
    (of) => of.conversation.id === id,
  );
  assert.equal(conversation.my.pinned, false, "it was read before");
  await until("it is told", () => lastOf(there, id)?.pinned === true, patienceMs);
});

for (const seed of [1, 2, 3]) {
  test(`after any changes, told late, twice and out of order, the last word holds (seed ${seed})`, async () => {
    const random = seeded(seed);
    const { bo, ana, id: direct } = await one.pair();
    const group = await one.group(ana, [bo]);
    const ids = [direct, group];
    for (const id of ids) for (let n = 0; n < 12; n++) await ana.says(`m${n}`, id);
    const owners = [bo, elsewhere(bo)];
    const clients = [];
    for (const at of [one, other, one, other]) clients.push(await bo.connect(at));
    bus.faults = { drop: 0, duplicate: 0.4, delay: 0.7, delayMs: 120 };
    const acts: ((person: Person, id: string) => Promise<unknown>)[] = [
      (person, id) => reads(person, id, 1 + Math.floor(random() * 12)),
      (person, id) => sets(person, id, { pinned: random() < 0.5 }),
      (person, id) => sets(person, id, { draft: oneOf(random, ["a", "b", null]) }),
      (person, id) => sets(person, id, { clearedSeq: Math.floor(random() * 4) }),
      (person, id) => sets(person, id, { hidden: random() < 0.5 }),
      (person, id) =>
        person.do("DELETE", `/v1/conversations/${id}/messages/${5 + Math.floor(random() * 7)}`),
      () => ana.do("PATCH", "/v1/users/me", { nickname: `ana ${random()}` }),
      () => {
        const role = random() < 0.5 ? "manager" : "member";
        return ana.do("PATCH", `/v1/groups/${group}/members/${bo.id}`, { role });
      },
    ];
    for (let round = 0; round < 25; round++) {
      const several = Array.from(
        { length: 3 },
        () => oneOf(random, acts)(oneOf(random, owners), oneOf(random, ids)),
      );
      await Promise.all(several);
    }
    for (const id of ids) await reads(oneOf(random, owners), id, 100);
    for (const id of ids) await sets(oneOf(random, owners), id, { notify: "mentions" });
    await settled();
    for (const { id } of (await listOf(bo)).items) await assertLast(bo, clients, id);
    bus.heal();
  });
}
