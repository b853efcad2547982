/** What somebody may not know of is told apart from what does not exist by nothing. */
import { strict as assert } from "node:assert";
import { viewOf } from "../support/chat.ts";
import { openWorld, type Person, test } from "../support/world.ts";
import { askedBy, carryOut, connectionOf, type Told } from "./asking.ts";
import { aboutGroups, aboutPairs } from "./rows.ts";
import { befriends, block, openCast, openScene, someoneNew } from "./scene.ts";
import { type Asked, byActor, isMethod, type Row } from "./table.ts";
import { actors, titleOf } from "./table.ts";
import { openPair, openPairs, pairActors } from "./table_direct.ts";

const world = await openWorld();
const server = await world.instance();
const cast = await openCast(world, server);
const { people } = cast;

/** The same with another conversation in its place. */
function about(id: string, { verb }: Pick<Row, "verb">, asked: Asked): Asked {
  if (isMethod(verb)) return { ...asked, body: { ...asked.body, conversationId: id } };
  return { ...asked, params: { ...asked.params, id } };
}

/** Whether a verb names a group or a conversation that is not to be known of. */
const names = ({ verb }: Row) => isMethod(verb) || /\/(groups|conversations)\/\{id\}/.test(verb);

/** Asks for one thing and for another, and expects the same answer, word for word. */
async function sameOf(me: Person, verb: string, [one, other]: [Asked, Asked]): Promise<Told> {
  const told = await carryOut(verb, me, one);
  assert.deepEqual(await carryOut(verb, me, other), told, verb);
  return told;
}

for (const actor of ["requester", "stranger", "admin"] as const) {
  test(`a group of others is told apart from none by nothing: ${actor}`, async () => {
    const scene = await openScene(cast, "invite");
    const me = people[actor];
    const hidden = aboutGroups.filter((row) =>
      names(row) && byActor(row.under?.["invite"] ?? row.who, actors)[actor] === "notFound"
    );
    assert.ok(hidden.length > 40, `only ${hidden.length} rows hide a group`);
    for (const row of hidden.filter(({ given }) => given === undefined)) {
      const asked = await askedBy(row, scene, me);
      const none = about(crypto.randomUUID(), row, asked);
      const { outcome } = await sameOf(me, row.verb, [asked, none]);
      assert.equal(outcome, "notFound", titleOf(row));
    }
  });
}

test("a direct conversation of two others is told apart from none by nothing", async () => {
  const scene = await openPairs(server);
  const { third, asker } = scene.people;
  const id = scene.idFor(asker);
  const live = await connectionOf(third);
  for (const row of aboutPairs) {
    assert.equal(byActor(row.who, pairActors)["third"], "notFound", titleOf(row));
    const asked = await askedBy(row, scene, third);
    await sameOf(third, row.verb, [asked, about(crypto.randomUUID(), row, asked)]);
  }
  await asker.says("more", id);
  await live.call("ping");
  assert.deepEqual(live.told.map(({ method }) => method), ["session.ready"]);
  assert.equal((await viewOf(asker, id)).memberCount, 2);
});

test("a request to join another group is told apart from none by nothing", async () => {
  const [mine, theirs] = [await openScene(cast, "approval"), await openScene(cast, "approval")];
  const requestId = await theirs.requestId();
  for (const word of ["accept", "refuse"]) {
    const verb = `POST /v1/groups/{id}/requests/{requestId}/${word}`;
    const to = (requestId: string) => ({ params: { id: mine.id, requestId } });
    const both: [Asked, Asked] = [to(requestId), to(crypto.randomUUID())];
    assert.equal((await sameOf(people.owner, verb, both)).outcome, "notFound");
  }
  assert.equal(await theirs.requestId(), requestId, "it still waits");
});

test("friend requests of others, and silent ones, are told apart from none by nothing", async () => {
  const { id: silent } = await befriends(people.blocked, people.owner);
  const verbs = ["POST /v1/friend-requests/{id}/accept", "POST /v1/friend-requests/{id}/refuse"];
  for (const verb of [...verbs, "DELETE /v1/friend-requests/{id}"]) {
    for (const id of [silent, cast.foreignRequestId]) {
      const none = { params: { id: crypto.randomUUID() } };
      const told = await sameOf(people.owner, verb, [{ params: { id } }, none]);
      assert.equal(told.outcome, "notFound");
    }
  }
});

test("a session of somebody else is told apart from none by nothing", async () => {
  const { sessionId } = people.owner.session;
  const to = (id: string) => ({ params: { id } });
  const both: [Asked, Asked] = [to(sessionId), to(crypto.randomUUID())];
  const told = await sameOf(people.admin, "DELETE /v1/auth/sessions/{id}", both);
  assert.equal(told.outcome, "notFound");
  assert.equal((await people.owner.ask("GET", "/v1/users/me")).status, 200);
});

/** An answer with whom it is about and when left out. */
function bare(told: unknown, other: Person): unknown {
  const text = JSON.stringify(told).replaceAll(other.username, "other")
    .replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}/g, "id").replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "time");
  return JSON.parse(text);
}

/** All that one may try with another. */
function triesOn({ id }: Person, conversationId: string): [verb: string, asked: Asked][] {
  const inConversation = { params: { id: conversationId } };
  const onUser = { params: { userId: id } };
  const say = { clientId: "c-1", kind: "text", body: { text: "x" } };
  return [
    ["GET /v1/users/{id}", { params: { id } }],
    ["GET /v1/conversations/{id}", inConversation],
    ["POST /v1/conversations/{id}/messages", { ...inConversation, body: say }],
    ["message.send", { body: { conversationId, ...say } }],
    ["conversation.typing", { body: { conversationId, typing: true } }],
    ["POST /v1/conversations/direct", { body: { userId: id } }],
    ["PATCH /v1/friends/{userId}", { ...onUser, body: { remark: "Mate" } }],
    ["DELETE /v1/friends/{userId}", onUser],
    ["DELETE /v1/blocks/{userId}", onUser],
    ["POST /v1/friend-requests", { body: { userId: id } }],
    ["POST /v1/friend-requests", { body: { userId: id } }],
  ];
}

test("to the blocked a block looks like the end of a friendship", async () => {
  const made: Person[] = [];
  for (const _ of [1, 2, 3]) made.push(await someoneNew(server, "x"));
  const [me, blocker, former] = made as [Person, Person, Person];
  const ids = new Map<Person, string>();
  for (const other of [blocker, former]) ids.set(other, await openPair(me, other));
  const live = await connectionOf(me);
  await block(blocker, me);
  await former.do("DELETE", `/v1/friends/${me.id}`);
  const answersOf = async (other: Person): Promise<unknown> => {
    const answers: unknown[] = [];
    for (const [verb, asked] of triesOn(other, ids.get(other)!)) {
      answers.push([verb, bare(await carryOut(verb, me, asked), other)]);
    }
    return answers;
  };
  assert.deepEqual(await answersOf(blocker), await answersOf(former));
  const path = "/v1/friend-requests?box=outgoing";
  const { items } = await me.do<{ items: unknown[] }>("GET", path);
  assert.deepEqual(bare(items[0], former), bare(items[1], blocker));
  const events = live.all("friend.removed").map(({ userId }) => userId);
  assert.deepEqual(events, [blocker.id, former.id]);
  const names = new Set(live.told.map(({ method }) => method));
  assert.deepEqual([...names], ["session.ready", "friend.removed"]);
});
