/** Rows of the permission table: the conversation of two, which has no ranks but friendships and blocks. */
import type { Conversation } from "../../schemas/conversations.ts";
import { Person, type Site } from "../support/world.ts";
import { befriends, block, someoneNew } from "./scene.ts";
import type { Asked, Outcomes, Row } from "./table.ts";

/**
 * Who acts: either of two friends; one whose friendship has ended; one who is blocked by the other,
 * and that other; a third, to whom the two friends' conversation is none.
 */
export const pairActors = ["asker", "answerer", "parted", "blocked", "blocker", "third"] as const;
/** Who acts in a direct conversation. */
export type PairActor = (typeof pairActors)[number];

/** Three conversations, and the one that each of the six acts on. */
export class PairScene {
  constructor(
    readonly people: Readonly<Record<PairActor, Person>>,
    readonly ids: ReadonlyMap<string, string>,
  ) {}

  idFor(me: Person): string {
    return this.ids.get(me.id)!;
  }
}

/** Two friends with a conversation in which one has spoken. */
export async function openPair(one: Person, other: Person): Promise<string> {
  await befriends(one, other);
  await befriends(other, one);
  const to = { userId: other.id };
  const { id } = await one.do<Conversation>("POST", "/v1/conversations/direct", to);
  await one.says("hello", id);
  return id;
}

/** Makes the six, and what is between them. */
export async function openPairs(at: Site): Promise<PairScene> {
  const made: [PairActor, Person][] = [];
  for (const actor of pairActors) made.push([actor, await someoneNew(at, actor)]);
  const people = Object.fromEntries(made) as Record<PairActor, Person>;
  const { asker, answerer, parted, blocked, blocker, third } = people;
  const former = await someoneNew(at, "former");
  const friendly = await openPair(asker, answerer);
  const ended = await openPair(parted, former);
  await former.do("DELETE", `/v1/friends/${parted.id}`);
  const torn = await openPair(blocker, blocked);
  await block(blocker, blocked);
  const ids = [
    ...[asker, answerer, third].map(({ id }) => [id, friendly] as const),
    [parted.id, ended] as const,
    ...[blocked, blocker].map(({ id }) => [id, torn] as const),
  ];
  return new PairScene(people, new Map(ids));
}

/** The same people on another instance. */
export function movedTo(at: Site, { people, ids }: PairScene): PairScene {
  const moved = Object.entries(people).map(([name, { username, session }]) =>
    [name, new Person(at, username, session)] as const
  );
  return new PairScene(Object.fromEntries(moved) as Record<PairActor, Person>, ids);
}

const conversation = "/v1/conversations/{id}";
const friends = "asker answerer";
const everyone = `${friends} parted blocked blocker`;

const reading = { 200: everyone, notFound: "third" } as const;
const readingLive = { ok: everyone, notFound: "third" } as const;

function writing(outcome: "ok" | 201): Pick<Row<PairScene>, "who" | "under"> {
  const rest = { blocked: "blocker", notFound: "third" } as const;
  const who: Outcomes = { [outcome]: friends, notFriends: "parted blocked", ...rest };
  const anyone: Outcomes = { [outcome]: `${friends} parted`, notFriends: "blocked", ...rest };
  return { who, under: { anyone } };
}

const here = (params: object) => (scene: PairScene, me: Person): Asked => ({
  body: { conversationId: scene.idFor(me), ...params },
});

const message = () => ({ clientId: crypto.randomUUID(), kind: "text", body: { text: "x" } });

/** Rows about the conversation of two, where friendship is asked for, and under `anyone`. */
export const pairRows: Row<PairScene>[] = [
  { verb: `GET ${conversation}`, who: reading },
  { verb: `GET ${conversation}/messages`, who: reading },
  { verb: `GET ${conversation}/changes`, who: reading },
  { verb: `GET ${conversation}/export`, asks: () => ({ query: "?format=html" }), who: reading },
  { verb: `GET ${conversation}/pins`, who: reading },
  {
    verb: `GET ${conversation}/messages/{seq}/readers`,
    asks: () => ({ params: { seq: 1 } }),
    who: reading,
  },
  { verb: `PUT ${conversation}/read`, asks: () => ({ body: { seq: 1 } }), who: reading },
  { verb: `POST ${conversation}/messages`, asks: () => ({ body: message() }), ...writing(201) },
  {
    verb: `POST ${conversation}/messages`,
    about: "to all by name",
    asks: () => ({ body: { ...message(), mentions: ["all"] } }),
    ...writing(201),
  },
  { verb: "message.send", asks: (scene, me) => here(message())(scene, me), ...writing("ok") },
  { verb: "message.list", asks: here({}), who: readingLive },
  { verb: "conversation.changes", asks: here({}), who: readingLive },
  { verb: "conversation.read", asks: here({ seq: 1 }), who: readingLive },
  { verb: "conversation.typing", asks: here({ typing: true }), ...writing("ok") },
  // A direct conversation is no group, and nobody joins the two.
  ...[
    { verb: "GET /v1/groups/{id}" },
    { verb: "PATCH /v1/groups/{id}", body: { name: "New" } },
    { verb: "DELETE /v1/groups/{id}" },
    { verb: "POST /v1/groups/{id}/join", body: {} },
    { verb: "POST /v1/groups/{id}/owner", body: { userId: crypto.randomUUID() } },
    { verb: "GET /v1/groups/{id}/members" },
    { verb: "POST /v1/groups/{id}/members", body: { userIds: [crypto.randomUUID()] } },
    { verb: "PATCH /v1/groups/{id}/members/{userId}", body: { alias: "Al" } },
    { verb: "DELETE /v1/groups/{id}/members/{userId}" },
    { verb: "GET /v1/groups/{id}/requests" },
    { verb: "POST /v1/groups/{id}/requests/{requestId}/accept" },
    { verb: "POST /v1/groups/{id}/requests/{requestId}/refuse" },
    { verb: "GET /v1/groups/{id}/invites" },
    { verb: "POST /v1/groups/{id}/invites", body: {} },
    { verb: "DELETE /v1/groups/{id}/invites/{code}" },
  ].map(({ verb, body }): Row<PairScene> => ({
    verb,
    asks: (_, me) => ({
      params: { userId: me.id, requestId: crypto.randomUUID(), code: "none" },
      ...(body === undefined ? {} : { body }),
    }),
    who: { notFound: `${everyone} third` },
  })),
];
