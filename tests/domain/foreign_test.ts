/** Permissions as one table: verb × actor. To a stranger a conversation does not exist. */
import { strict as assert } from "node:assert";
import { methods } from "../../schemas/frames.ts";
import { refusalOf, viewOf } from "../support/chat.ts";
import type { Client, Results } from "../support/client.ts";
import { openWorld, type Person, test } from "../support/world.ts";

const world = await openWorld();
const server = await world.instance();

const actors = ["owner", "member", "former", "stranger"] as const;
type Actor = (typeof actors)[number];
/** A status, or the code of a refusal, for each of the actors in turn. */
type Row = readonly [string | number, string | number, string | number, string | number];

/** A group with one message before and one after somebody left. */
interface Scene {
  readonly id: string;
  readonly people: Readonly<Record<Actor, Person>>;
  /** Somebody who is a member and of no rank; somebody who is not. */
  readonly target: Person;
  readonly outsider: Person;
}

async function sceneOf(joinPolicy: "open" | "approval" | "invite"): Promise<Scene> {
  const names = [...actors, "target", "outsider"] as const;
  const made: Person[] = [];
  for (const name of names) made.push(await server.person(name));
  const [owner, member, former, stranger, target, outsider] = made as [
    Person,
    Person,
    Person,
    Person,
    Person,
    Person,
  ];
  const id = await server.group(owner, [member, former, target], { joinPolicy });
  await owner.says("before", id);
  await owner.do("DELETE", `/v1/groups/${id}/members/${former.id}`);
  await owner.says("after", id);
  return { id, people: { owner, member, former, stranger }, target, outsider };
}

const say = { clientId: "c-1", kind: "text", body: { text: "x" } };

interface Verb {
  readonly path: string;
  readonly act: (scene: Scene, actor: Person) => [path: string, body?: unknown];
  readonly row: Row;
  /** Where the policy of joining decides. */
  readonly approval?: Row;
  readonly invite?: Row;
}

const c = "/v1/conversations/{id}";
const g = "/v1/groups/{id}";
const inC = (rest: string, body?: unknown) => ({ id }: Scene): [string, unknown?] => [
  `/v1/conversations/${id}${rest}`,
  body,
];

const verbs: Verb[] = [
  { path: `GET ${c}`, act: inC(""), row: [200, 200, 200, "notFound"] },
  { path: `GET ${c}/messages`, act: inC("/messages"), row: [200, 200, 200, "notFound"] },
  { path: `GET ${c}/changes`, act: inC("/changes"), row: [200, 200, 200, "notFound"] },
  {
    path: `POST ${c}/messages`,
    act: inC("/messages", say),
    row: [201, 201, "notMember", "notFound"],
  },
  { path: `PUT ${c}/read`, act: inC("/read", { seq: 1 }), row: [200, 200, 200, "notFound"] },
  {
    path: `GET ${c}/messages/{seq}/readers`,
    act: inC("/messages/2/readers"),
    row: [200, 200, 200, "notFound"],
  },
  {
    path: `GET ${g}`,
    act: ({ id }) => [`/v1/groups/${id}`],
    row: [200, 200, 200, 200],
    invite: [200, 200, 200, "notFound"],
  },
  {
    path: `POST ${g}/join`,
    act: ({ id }) => [`/v1/groups/${id}/join`, {}],
    row: [200, 200, 200, 200],
    approval: [200, 200, "notAllowed", "notAllowed"],
    invite: [200, 200, "inviteOnly", "inviteOnly"],
  },
  {
    path: `GET ${g}/members`,
    act: ({ id }) => [`/v1/groups/${id}/members`],
    row: [200, 200, "notMember", "notFound"],
  },
  {
    path: `POST ${g}/members`,
    act: ({ id, outsider }) => [`/v1/groups/${id}/members`, { userIds: [outsider.id] }],
    row: [200, 200, "notMember", "notFound"],
    approval: [200, "notAllowed", "notMember", "notFound"],
    invite: [200, "notAllowed", "notMember", "notFound"],
  },
  {
    path: `DELETE ${g}/members/{userId}`,
    act: ({ id, target }) => [`/v1/groups/${id}/members/${target.id}`],
    row: [204, "notAllowed", "notMember", "notFound"],
  },
  {
    path: `DELETE ${g}/members/{userId}`,
    act: ({ id }, actor) => [`/v1/groups/${id}/members/${actor.id}`],
    row: ["ownerMustTransfer", 204, "notMember", "notFound"],
  },
];

/** Socket methods that name a conversation, with params that do something. */
const calls: Record<string, { params: object; row: Row }> = {
  "message.send": { params: say, row: ["ok", "ok", "notMember", "notFound"] },
  "message.list": { params: {}, row: ["ok", "ok", "ok", "notFound"] },
  "conversation.changes": { params: {}, row: ["ok", "ok", "ok", "notFound"] },
  "conversation.read": { params: { seq: 1 }, row: ["ok", "ok", "ok", "notFound"] },
  "conversation.typing": {
    params: { typing: true },
    row: ["ok", "ok", "notMember", "notFound"],
  },
};

for (const joinPolicy of ["open", "approval", "invite"] as const) {
  for (const { path, act, row, ...others } of verbs) {
    const expected = joinPolicy === "open" ? row : others[joinPolicy] ?? row;
    test(`${path} of a group of ${joinPolicy}: ${expected.join(", ")}`, async () => {
      const outcomes: (string | number)[] = [];
      for (const actor of actors) {
        // Each its own: what one of them does must not decide for the next.
        const scene = await sceneOf(joinPolicy);
        const who = scene.people[actor];
        const [where, body] = act(scene, who);
        const answer = await who.ask(path.split(" ")[0]!, where, body);
        outcomes.push(answer.status < 300 ? answer.status : answer.body.code);
      }
      assert.deepEqual(outcomes, [...expected]);
    });
  }
}

async function outcomeOf(live: Client, method: string, params: object): Promise<string> {
  const call = live.call(method as keyof Results, params);
  return await call.then(() => "ok", () => refusalOf(call));
}

test("over the socket each method answers each actor as REST does", async () => {
  const { id, people } = await sceneOf("open");
  for (const [method, { params, row }] of Object.entries(calls)) {
    const outcomes: string[] = [];
    for (const actor of actors) {
      const live = await people[actor].connect();
      outcomes.push(await outcomeOf(live, method, { conversationId: id, ...params }));
    }
    assert.deepEqual(outcomes, [...row], method);
  }
});

test("a foreign conversation is told apart from none by nothing", async () => {
  const { id, people } = await sceneOf("invite");
  const { stranger } = people;
  const none = crypto.randomUUID();
  const live = await stranger.connect();
  const told = async (conversationId: string) => {
    const answers: unknown[] = [];
    for (const { path, act } of verbs) {
      if (path.endsWith("/join")) continue;
      const scene = { id: conversationId, people, target: stranger, outsider: stranger };
      const [where, body] = act(scene, stranger);
      const answer = await stranger.ask(path.split(" ")[0]!, where, body);
      answers.push([answer.status, answer.body]);
    }
    for (const [method, { params }] of Object.entries(calls)) {
      const call = live.call(method as keyof Results, { conversationId, ...params });
      answers.push(await call.then(() => "ok", (error: { problem: unknown }) => error.problem));
    }
    return answers;
  };
  assert.deepEqual(await told(id), await told(none));
});

test("settings, which nobody may change of a foreign conversation, are notFound", async () => {
  const { id, people } = await sceneOf("open");
  const path = `/v1/conversations/${id}/settings`;
  const answer = await people.stranger.ask("PATCH", path, { pinned: true });
  assert.deepEqual([answer.status, answer.body.code], [404, "notFound"]);
});

test("a direct conversation of two others does not exist for a third", async () => {
  const { ana, id } = await server.pair();
  await ana.says("secret", id);
  const eve = await server.person("eve");
  const live = await eve.connect();
  for (const { path, act } of verbs) {
    const scene = { id, people: { owner: ana, member: ana, former: eve, stranger: eve } };
    const [where, body] = act({ ...scene, target: ana, outsider: eve }, eve);
    const answer = await eve.ask(path.split(" ")[0]!, where, body);
    assert.deepEqual([answer.status, answer.body.code], [404, "notFound"], path);
  }
  for (const [method, { params }] of Object.entries(calls)) {
    const outcome = await outcomeOf(live, method, { conversationId: id, ...params });
    assert.equal(outcome, "notFound", method);
  }
  await ana.says("more", id);
  assert.equal(live.all("changes").length, 0);
  assert.deepEqual((await viewOf(ana, id)).memberCount, 2);
});

test("nobody who is not signed in may do any of it", async () => {
  const { id, people, ...rest } = await sceneOf("open");
  for (const { path, act } of verbs) {
    const [where, body] = act({ id, people, ...rest }, people.stranger);
    const answer = await server.ask(path.split(" ")[0]!, where, body);
    assert.deepEqual([answer.status, answer.body.code], [401, "tokenMissing"], path);
  }
});

test("every verb on a conversation or a group stands in this table", async () => {
  type Document = { paths: Record<string, Record<string, unknown>> };
  const { paths } = (await server.ask<Document>("GET", "/openapi.json")).body;
  const described = Object.entries(paths)
    .filter(([path]) => path.startsWith(c) || path.startsWith(g))
    .flatMap(([path, of]) => Object.keys(of).map((method) => `${method.toUpperCase()} ${path}`));
  const known = new Set(verbs.map(({ path }) => path));
  assert.deepEqual(described.sort(), [...known].sort());
  const naming = Object.entries(methods).filter(([, { params }]) =>
    !params.safeParse({ conversationId: "x" }).error?.issues.some(({ code, ...issue }) =>
      code === "unrecognized_keys" && (issue as { keys: string[] }).keys.includes("conversationId")
    )
  );
  assert.deepEqual(naming.map(([method]) => method).sort(), Object.keys(calls).sort());
});
