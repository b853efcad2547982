/** Resuming: after any absence, on any instance, a device gets exactly what it lacks. */
import { strict as assert } from "node:assert";
import { memoryBus } from "../../realtime/bus_memory.ts";
import { changesOf, listOf, textOf, viewOf, walkChanges } from "../support/chat.ts";
import { Device } from "../support/device.ts";
import { oneOf, seeded } from "../support/random.ts";
import { ConversationCopy } from "../../client/reducer.ts";
import { plainOf } from "../support/reducer.ts";
import { openWorld, type Person, test } from "../support/world.ts";

const world = await openWorld();
const bus = memoryBus();
const instances = [
  await world.instance({}, { bus }),
  await world.instance({}, { bus }),
  // On no bus: what happens elsewhere it only learns from the database.
  await world.instance(),
];
const [home, away] = [instances[0]!, instances[1]!];

/** Everything that the database shows of the conversation to somebody who holds nothing. */
async function freshly(person: Person, id: string): Promise<ConversationCopy> {
  const copy = new ConversationCopy(id);
  for (const page of await walkChanges(person, id, { limit: 100 })) copy.take(page);
  return copy;
}

/** What a device holds is what a fresh one would read. */
async function assertWhole({ memory, person }: Device, message: string): Promise<void> {
  for (const [id, copy] of memory.byId) {
    const [fresh, view] = [plainOf(await freshly(person, id)), await viewOf(person, id)];
    const held = plainOf(copy);
    assert.equal(held.rev, view.lastRev, message);
    if (view.my.leftAt === null) assert.deepEqual(held, fresh, message);
    // What a former member saw of others who changed later is theirs to keep.
    else assert.deepEqual(held.messages, fresh.messages, message);
  }
  const { items } = await listOf(person, "?limit=100");
  for (const { id } of items) assert.ok(memory.byId.has(id), message);
}

test("who was away for three messages gets those three", async () => {
  const { ana, bo, id } = await home.pair();
  const device = new Device(ana);
  await bo.says("before", id);
  await device.connect(home);
  const since = device.memory.syncCursor!;
  const { rev } = device.memory.of(id);
  await device.drop();
  for (const text of ["one", "two", "three"]) await bo.says(text, id);
  const { items } = await listOf(ana, `?changedSince=${since}`);
  assert.deepEqual(items.map((item) => item.id), [id]);
  const page = await changesOf(ana, id, `?afterRev=${rev}`);
  assert.deepEqual(page.messages.map(textOf), ["one", "two", "three"]);
  assert.deepEqual([page.prevRev, page.rev, page.hasMore], [rev, rev + 3, false]);
  await device.connect(away);
  await assertWhole(device, "after three messages");
});

test("who missed nothing is given nothing", async () => {
  const { ana, bo, id } = await home.pair();
  await bo.says("before", id);
  const device = new Device(ana);
  await device.connect(home);
  const held = plainOf(device.memory.of(id));
  for (const at of instances) {
    await device.drop();
    await device.connect(at);
    assert.deepEqual(plainOf(device.memory.of(id)), held);
  }
  const page = await changesOf(ana, id, `?afterRev=${held.rev}`);
  assert.deepEqual(page, {
    conversationId: id,
    prevRev: held.rev,
    rev: held.rev,
    messages: [],
    members: [],
    conversation: null,
    hasMore: false,
  });
});

test("what happens between session.ready and the list is in the list or comes live", async () => {
  const [owner, ana] = [await home.person("owner"), await away.person("ana")];
  const device = new Device(ana);
  const ids: string[] = [];
  for (let round = 0; round < 12; round++) {
    const at = oneOf(seeded(round), [home, away]);
    await Promise.all([
      device.connect(at),
      home.group(owner, [ana]).then((id) => (ids.push(id), owner.says("hi", id))),
    ]);
    await device.drop();
  }
  await device.connect(home);
  assert.equal(device.memory.byId.size, ids.length);
  await assertWhole(device, "after the last");
});

test("who was removed meanwhile learns it from the list, with all up to its end", async () => {
  const [owner, ana] = [await home.person("owner"), await home.person("ana")];
  const id = await home.group(owner, [ana]);
  const device = new Device(ana);
  await device.connect(home);
  await device.drop();
  await owner.says("last words", id);
  await owner.do("DELETE", `/v1/groups/${id}/members/${ana.id}`);
  await owner.says("not for ana", id);
  await device.connect(away);
  const { messages, members } = plainOf(device.memory.of(id));
  assert.deepEqual(messages.map(textOf).filter(Boolean), ["last words"]);
  assert.notEqual(members.find(({ userId }) => userId === ana.id)!.leftAt, null);
  await assertWhole(device, "after removal");
});

class Story {
  readonly ids: string[] = [];
  readonly device: Device;

  constructor(
    readonly random: () => number,
    readonly people: Person[],
    readonly me: Person,
  ) {
    this.device = new Device(me);
  }

  get #owner(): Person {
    return this.people[0]!;
  }

  /** Something happens to the conversations. */
  async happens(): Promise<void> {
    const { random } = this;
    const dice = random();
    if (this.ids.length === 0 || dice < 0.05) {
      this.ids.push(await this.#owner.at.group(this.#owner, this.people.slice(1, 3)));
      return;
    }
    const id = oneOf(random, this.ids);
    const path = `/v1/groups/${id}/members`;
    const who = random() < 0.5 ? this.me : oneOf(random, this.people.slice(1));
    // Who is in already cannot be added, who is not cannot be removed or speak: refusals are fine.
    if (dice < 0.2) await this.#owner.ask("POST", path, { userIds: [who.id] });
    else if (dice < 0.3) await this.#owner.ask("DELETE", `${path}/${who.id}`);
    else await this.#says(oneOf(random, [...this.people, this.me]), id);
  }

  #says(who: Person, id: string) {
    const input = { clientId: crypto.randomUUID(), kind: "text", body: { text: "hello" } };
    return who.ask("POST", `/v1/conversations/${id}/messages`, input);
  }

  /** The device comes, goes, or looks at what has come. */
  async moves(): Promise<void> {
    const { device, random } = this;
    if (device.client === null) await device.connect(oneOf(random, instances));
    else if (random() < 0.5) await device.drop();
    else await device.takeLive();
  }
}

for (const seed of [1, 2, 3, 4, 5, 6]) {
  test(`a device that drops at random and resumes anywhere ends whole (seed ${seed})`, async () => {
    const random = seeded(seed);
    const people: Person[] = [];
    for (const at of [home, home, away, home]) people.push(await at.person("p"));
    const story = new Story(random, people, await away.person("me"));
    for (let step = 0; step < 80; step++) {
      const moving = random() < 0.3 ? story.moves() : undefined;
      await Promise.all([story.happens(), moving]);
    }
    await story.device.drop();
    await story.device.connect(oneOf(random, instances));
    await assertWhole(story.device, `seed ${seed}`);
  });
}
