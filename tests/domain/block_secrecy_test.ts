/** The blocked cannot tell a block from silence: all that they try is answered as if they were let go. */
import { strict as assert } from "node:assert";
import type { Conversation } from "../../schemas/conversations.ts";
import type { FriendRequest } from "../../schemas/friends.ts";
import type { Client } from "../support/client.ts";
import { type Instance, openWorld, type Person, test } from "../support/world.ts";

const world = await openWorld();
const server = await world.instance();
const open = await world.instance({ DIRECT_POLICY: "anyone" });

/** Two people, what is between them, and all that the first one is told. */
interface Scene {
  readonly ana: Person;
  readonly bo: Person;
  /** Their conversation, or one that does not exist. */
  readonly id: string;
  /** Of the two, the last request made. */
  readonly requestId: string;
  readonly live: Client;
  readonly told: string[];
}

/**
 * Texts that are equal when two stories are: ids and names become the order in which they came up,
 * times and cursors one word each.
 */
function teller(): (value: unknown) => string {
  const names = new Map<string, string>();
  const label = (name: string) => {
    if (!names.has(name)) names.set(name, `#${names.size}`);
    return names.get(name)!;
  };
  return (value) =>
    JSON.stringify(value)
      .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}|(ana|bo)_\d+_\d+/g, label)
      .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "time")
      .replaceAll(/"syncCursor":"[^"]+"/g, `"syncCursor":"cursor"`);
}

/** What a person asks and is answered: status, headers by name, body. */
async function rest(person: Person, method: string, path: string, body?: unknown) {
  const answer = await person.ask<unknown>(method, path, body);
  return [`${method} ${path}`, answer.status, [...answer.headers.keys()].sort(), answer.body];
}

async function call(live: Client, method: Parameters<Client["call"]>[0], params: object) {
  return [method, await live.call(method, params).catch((error) => error.problem)];
}

const text = (clientId: string) => ({ clientId, kind: "text", body: { text: "x" } });

async function looks({ ana, bo }: Scene): Promise<unknown[]> {
  return [
    await rest(ana, "GET", `/v1/users/${bo.id}`),
    await rest(ana, "GET", `/v1/users?ids=${bo.id}`),
    await rest(ana, "GET", `/v1/users?query=${bo.session.user.nickname}`),
    await rest(ana, "GET", "/v1/friends"),
    await rest(ana, "PATCH", `/v1/friends/${bo.id}`, { remark: "x" }),
    await rest(ana, "DELETE", `/v1/friends/${bo.id}`),
    await rest(ana, "GET", "/v1/blocks"),
    await rest(ana, "DELETE", `/v1/blocks/${bo.id}`),
  ];
}

async function speaks({ ana, bo, id, live }: Scene): Promise<unknown[]> {
  const path = `/v1/conversations/${id}`;
  const conversationId = id;
  return [
    await rest(ana, "POST", "/v1/conversations/direct", { userId: bo.id }),
    await rest(ana, "POST", `${path}/messages`, text("new")),
    await rest(ana, "POST", `${path}/messages`, text("sent-before")),
    await call(live, "message.send", { conversationId, ...text("live") }),
    await call(live, "conversation.typing", { conversationId, typing: true }),
    await rest(ana, "GET", "/v1/conversations"),
    await rest(ana, "GET", path),
    await rest(ana, "GET", `${path}/messages`),
    await rest(ana, "GET", `${path}/changes`),
    await rest(ana, "GET", `${path}/messages/1/readers`),
    await rest(ana, "PUT", `${path}/read`, { seq: 2 }),
  ];
}

async function asks({ ana, bo, requestId }: Scene): Promise<unknown[]> {
  const box = "/v1/friend-requests?box=";
  const asked = { userId: bo.id, message: "Hi" };
  const first = await rest(ana, "POST", "/v1/friend-requests", asked);
  const made = `/v1/friend-requests/${(first[3] as FriendRequest).id}`;
  return [
    await rest(ana, "POST", `/v1/friend-requests/${requestId}/accept`, {}),
    first,
    await rest(ana, "POST", "/v1/friend-requests", { userId: bo.id }),
    await rest(ana, "GET", `${box}outgoing`),
    await rest(ana, "GET", `${box}outgoing&status=pending`),
    await rest(ana, "GET", `${box}incoming`),
    await rest(ana, "POST", `${made}/accept`, {}),
    await rest(ana, "DELETE", made),
    await rest(ana, "DELETE", made),
    await rest(ana, "GET", `${box}outgoing`),
    await rest(ana, "POST", "/v1/friend-requests", asked),
  ];
}

/** What the other does and who is blocked may still see or not. */
async function others({ ana, bo }: Scene): Promise<void> {
  await bo.do("PATCH", "/v1/users/me", { nickname: "Renamed", bio: "New" });
  await bo.do("GET", `/v1/users/${ana.id}`);
  const { ready } = await ana.connecting();
  assert.equal(ready.pending.friendRequests, 0);
}

type Act = (scene: Scene) => Promise<unknown>;
const block: Act = ({ ana, bo }) => bo.do("PUT", `/v1/blocks/${ana.id}`);
const unblock: Act = ({ ana, bo }) => bo.do("DELETE", `/v1/blocks/${ana.id}`);
const unfriend: Act = ({ ana, bo }) => bo.do("DELETE", `/v1/friends/${ana.id}`);
const takeBack: Act = ({ bo, requestId }) => bo.do("DELETE", `/v1/friend-requests/${requestId}`);
const nothing: Act = () => Promise.resolve();

type Before = "friends" | "strangers" | "asked by me" | "asked by them";

async function sceneOf(at: Instance, before: Before): Promise<Scene> {
  const ana = await at.person("ana");
  const bo = await at.person("bo", { nickname: crypto.randomUUID() });
  let [id, requestId]: string[] = [crypto.randomUUID(), crypto.randomUUID()];
  const ask = async (from: Person, to: Person) =>
    (await from.do<FriendRequest>("POST", "/v1/friend-requests", { userId: to.id })).id;
  if (before === "asked by me") requestId = await ask(ana, bo);
  if (before === "asked by them") requestId = await ask(bo, ana);
  if (before === "friends") {
    await at.befriend(bo, ana);
    const opening = { userId: bo.id };
    ({ id } = await ana.do<Conversation>("POST", "/v1/conversations/direct", opening));
    await ana.says("x", id, "sent-before");
    await bo.says("y", id, "answer");
  }
  return { ana, bo, id: id!, requestId: requestId!, live: await ana.connect(), told: [] };
}

/** All that the first of two gets to know, once the other has acted. */
async function storyOf(scene: Scene, ending: Act, later: Act): Promise<string[]> {
  const { ana, bo, live } = scene;
  const tell = teller();
  tell([ana.id, bo.id, ana.username, bo.username, scene.id, scene.requestId]);
  await live.call("ping");
  const before = live.told.length;
  await ending(scene);
  const story = [await looks(scene), await speaks(scene), await asks(scene)].flat();
  await others(scene);
  await later(scene);
  story.push(...await asks(scene));
  await live.call("ping");
  const events = live.told.slice(before);
  return [...story, ...events].map(tell);
}

const cases: [before: Before, otherwise: Act, at: Instance][] = [
  ["friends", unfriend, server],
  ["strangers", nothing, server],
  ["asked by me", nothing, server],
  ["asked by them", takeBack, server],
  // What anyone may do, the blocked may not: to them it is as if friendship were needed.
  ["friends", unfriend, open],
  ["strangers", nothing, open],
];

for (const [before, otherwise, at] of cases) {
  const where = at === open ? ", where anyone may write" : "";

  test(`who is blocked learns nothing by it: ${before}${where}`, async () => {
    const blocked = await sceneOf(at, before);
    const other = await sceneOf(server, before);
    assert.deepEqual(
      // Where anyone may write, the end of a block is no secret.
      await storyOf(blocked, block, at === open ? nothing : unblock),
      await storyOf(other, otherwise, nothing),
    );
  });
}
