/** The client against the real server: whatever is cut, it ends with what the server has, and says all once. */
import { strict as assert } from "node:assert";
import fc from "fast-check";
import { type Client, createClient } from "../../client/client.ts";
import type { ConversationView } from "../../client/conversations.ts";
import type { Conversation } from "../../schemas/conversations.ts";
import { viewOf, walkChanges } from "../support/chat.ts";
import { LossyBus } from "../support/lossy_bus.ts";
import { lossySockets, type Weather } from "../support/lossy_socket.ts";
import { oneOf, seeded } from "../support/random.ts";
import { type Scene, shownTo, steps } from "../support/story.ts";
import { until } from "../support/waiting.ts";
import { openWorld, type Person, test } from "../support/world.ts";

const world = await openWorld();
const bus = new LossyBus(1);
const instances = [
  await world.instance({}, { bus: bus.connect }),
  await world.instance({}, { bus: bus.connect }),
];

interface Player {
  readonly person: Person;
  readonly client: Client;
  readonly said: string[];
}

function playerOf(person: Person, weather: Weather): Player {
  const client = createClient({
    url: person.at.url,
    session: person.session,
    timeoutMs: 3_000,
    platform: { WebSocket: lossySockets(weather) as never, random: () => 0 },
  });
  client.start();
  return { person, client, said: [] };
}

/** What a client shows, in the server's words. */
function asServed(
  { unread, mentioned, lastMessage, state, my, firstSeq, lastSeq }: ConversationView,
) {
  const mine = { ...my, unreadCount: unread, mentioned };
  return { ...state, firstSeq, lastSeq, lastMessage, my: mine };
}

async function assertSame({ client, person }: Player, { id }: Scene): Promise<void> {
  const shown = client.conversation(id);
  const { lastRev: _, ...served }: Conversation = await viewOf(person, id);
  // What changed after somebody had left is in no changes for them; what they left before they were
  // here for the first time, in no list.
  const { leftAt } = served.my;
  if (leftAt !== null) return assert.equal(shown?.my.leftAt ?? leftAt, leftAt);
  assert.ok(shown, "the conversation is known");
  assert.deepEqual(asServed(shown), served);
  const thread = client.open(id);
  while (thread.hasOlder) await thread.loadOlder(100);
  assert.deepEqual(thread.messages, await shownTo(person, id));
  thread.close();
  const members = await client.members(id);
  assert.equal(members.length, served.memberCount);
}

/** What all share comes by itself, without coming back. */
async function assertShared({ client, person }: Player, { id }: Scene): Promise<void> {
  const pages = await walkChanges(person, id, { limit: 100 });
  const messages = new Map(pages.flatMap(({ messages }) => messages).map((one) => [one.seq, one]));
  const { my, firstSeq: _, lastMessage: __, lastRev: ___, ...served } = await viewOf(person, id);
  // Who came and left again between two sweeps is told by the next list.
  if (my.leftAt !== null) return;
  const { state, lastSeq } = client.conversation(id)!;
  assert.deepEqual({ ...state, lastSeq, my }, { ...served, my });
  const thread = client.open(id);
  for (const message of thread.messages) assert.deepEqual(message, messages.get(message.seq));
  thread.close();
}

/** Looks until it is so. */
async function settles(look: () => Promise<void>): Promise<void> {
  await until("it is the same", () => look().then(() => true, () => false), 8_000).catch(look);
}

async function act(player: Player, scene: Scene, random: () => number): Promise<void> {
  const { client, said } = player;
  const { id } = scene;
  const lastSeq = client.conversation(id)?.lastSeq ?? 0;
  if (random() < 0.6) said.push(client.send(id, { kind: "text", body: { text: `${random()}` } }));
  else if (random() < 0.5) client.read(id, Math.ceil(random() * lastSeq));
  else if (lastSeq > 0) {
    const thread = client.open(id);
    // Without a connection it fails, and that is all it does.
    void thread.goTo(Math.ceil(random() * lastSeq), 6).catch(() => {});
    thread.close();
  }
  await Promise.resolve();
}

/** Every message is there once, or refused by a code. */
async function assertSaid({ client, said }: Player, { people, id }: Scene): Promise<void> {
  await until(
    "the outbox is done",
    () => client.outbox().every(({ state }) => state === "failed"),
    20_000,
  );
  const failed = new Set(client.outbox().map(({ clientId }) => clientId));
  // Changes tell what somebody has deleted for themselves all the same.
  const pages = await walkChanges(people[0]!, id, { limit: 100 });
  const stored = pages.flatMap(({ messages }) => messages).map(({ clientId }) => clientId);
  for (const clientId of said) {
    const times = stored.filter((one) => one === clientId).length;
    assert.ok(times === (failed.has(clientId) ? 0 : 1), `${clientId} is there ${times} times`);
  }
}

async function play(names: readonly string[], seed: number): Promise<void> {
  bus.heal();
  const random = seeded(seed);
  const people = [
    await instances[0]!.person("owner"),
    await instances[1]!.person("bo"),
    await instances[0]!.person("cy"),
  ];
  const scene: Scene = { people, id: await instances[0]!.group(people[0]!, people.slice(1)) };
  const weather: Weather = { cut: 0.03, random };
  const players = [...people, people[1]!].map((person) => playerOf(person, weather));
  bus.faults = { drop: 0.2, duplicate: 0.2, delay: 0.3, delayMs: 40 };
  for (const name of names) {
    const acting = act(oneOf(random, players), scene, random);
    await Promise.all([steps[name]!(scene, random), acting]);
  }
  bus.heal();
  weather.cut = 0;
  for (const player of players) await settles(() => assertShared(player, scene));
  // What was told once and lost on the way is there after coming back.
  weather.cut = 1;
  for (const { client } of players) {
    await until("it is open", () => client.state.state === "open");
    await assert.rejects(client.request("ping", {}), { code: "connectionLost" });
  }
  weather.cut = 0;
  for (const player of players) {
    await until("it is back", () => player.client.isSynced, 20_000);
    await assertSaid(player, scene);
  }
  for (const player of players) {
    await settles(() => assertSame(player, scene));
    player.client.stop();
  }
}

test("whatever clients do and however often they are cut, they end with what the server has", async () => {
  const story = fc.array(fc.constantFrom(...Object.keys(steps)), { minLength: 20, maxLength: 40 });
  await fc.assert(
    fc.asyncProperty(story, fc.nat(1_000_000), play),
    { numRuns: 6, endOnFailure: true },
  );
});
