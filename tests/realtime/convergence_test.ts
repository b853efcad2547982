/** Convergence: after any story, what each device holds is what a fresh one would read. */
import { strict as assert } from "node:assert";
import fc from "fast-check";
import { ConversationCopy } from "../../client/reducer.ts";
import { listOf, viewOf, walkChanges } from "../support/chat.ts";
import { Device } from "../support/device.ts";
import { LossyBus } from "../support/lossy_bus.ts";
import { oneOf, seeded } from "../support/random.ts";
import { plainOf } from "../support/reducer.ts";
import { type Scene, shownTo, steps } from "../support/story.ts";
import { until } from "../support/waiting.ts";
import { openWorld, test } from "../support/world.ts";

const world = await openWorld();
const bus = new LossyBus(1);
const instances = [
  await world.instance({}, { bus: bus.connect }),
  await world.instance({}, { bus: bus.connect }),
];

/** What all members share is on the device as a fresh one would read it. */
async function assertSame({ memory, person }: Device, isLive = false): Promise<void> {
  for (const [id, copy] of memory.byId) {
    const view = await viewOf(person, id);
    // Who came and left again between two sweeps, with every word of it lost, follows nothing now: the
    // next list tells.
    if (isLive && view.my.leftAt !== null) continue;
    const fresh = new ConversationCopy(id);
    fresh.see(view);
    for (const page of await walkChanges(person, id, { limit: 100 })) fresh.take(page);
    const [held, expected] = [plainOf(copy), plainOf(fresh)];
    if (view.my.leftAt === null) assert.deepEqual(held, expected);
    else assertSameAsThen(held, expected);
  }
}

type Plain = ReturnType<typeof plainOf>;

// What a former member held of what has changed since is theirs to keep; nobody tells them more.
function assertSameAsThen(held: Plain, expected: Plain): void {
  const known = new Set(expected.messages.map(({ seq }) => seq));
  const messages = held.messages.filter(({ seq }) => known.has(seq));
  assert.deepEqual({ ...held, messages, members: [] }, { ...expected, members: [] });
  const items = [...held.messages, ...held.members];
  assert.ok(items.every(({ rev }) => rev <= expected.rev));
}

/** What is its user's alone too, and what follows from both is what REST shows. */
async function assertConverged(device: Device): Promise<void> {
  const { memory, person } = device;
  await assertSame(device);
  for (const { id } of (await listOf(person, "?limit=100")).items) assert.ok(memory.byId.has(id));
  for (const [id, copy] of memory.byId) {
    const view = await viewOf(person, id);
    assert.deepEqual(copy.my, view.my);
    // What changed after somebody had left is in no changes for them; lists show it as it was then.
    if (view.my.leftAt !== null) continue;
    assert.deepEqual(copy.shownIn([1, copy.lastSeq]), await shownTo(person, id));
    assert.equal(copy.unread(person.id).length, view.my.unreadCount);
    assert.deepEqual(copy.lastShown ?? null, view.lastMessage);
  }
}

interface Cast extends Scene {
  readonly devices: Device[];
}

async function castOf(): Promise<Cast> {
  const people = [
    await instances[0]!.person("owner"),
    await instances[1]!.person("bo"),
    await instances[0]!.person("cy"),
  ];
  const id = await instances[0]!.group(people[0]!, people.slice(1));
  const devices = [...people, people[1]!].map((person) => new Device(person));
  return { people, devices, id };
}

/** A device comes, goes, or looks at what has come. */
async function move({ devices }: Cast, random: () => number): Promise<void> {
  const device = oneOf(random, devices);
  if (device.client === null) await device.connect(oneOf(random, instances));
  else if (random() < 0.4) await device.drop();
  else await device.takeLive();
}

async function play(names: readonly string[], seed: number): Promise<void> {
  bus.heal();
  const random = seeded(seed);
  const cast = await castOf();
  bus.faults = { drop: 0.2, duplicate: 0.2, delay: 0.3, delayMs: 40 };
  for (const name of names) {
    const moving = random() < 0.4 ? move(cast, random) : undefined;
    await Promise.all([steps[name]!(cast, random), moving]);
  }
  bus.heal();
  // What is a user's alone has no `rev`: an older word of it that came after the list would win.
  await until("what was late has come", () => bus.late === 0);
  for (const device of cast.devices) await settle(device, random);
  for (const device of cast.devices) await device.drop();
}

/** A device that stays connected gets what all share by itself; what is its user's, by coming back. */
async function settle(device: Device, random: () => number): Promise<void> {
  if (device.client !== null) {
    await until("the device has what all share", async () => {
      await device.takeLive();
      return await assertSame(device, true).then(() => true, () => false);
    }, 6_000).catch(() => assertSame(device, true));
    await device.drop();
  }
  await device.connect(oneOf(random, instances));
  await assertConverged(device);
}

test("whatever several devices do and miss, they end with what the server has", async () => {
  const story = fc.array(fc.constantFrom(...Object.keys(steps)), { minLength: 20, maxLength: 60 });
  await fc.assert(
    fc.asyncProperty(story, fc.nat(1_000_000), play),
    { numRuns: 12, endOnFailure: true },
  );
});
