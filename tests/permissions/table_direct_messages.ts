/** Rows of the permission table: what either of two may do with messages that are there. */
import type { Person } from "../support/world.ts";
import { block, someoneNew } from "./scene.ts";
import type { Asked, Outcomes, Row } from "./table.ts";
import { openPair, type PairScene } from "./table_direct.ts";

const message = "/v1/conversations/{id}/messages/{seq}";
const friends = "asker answerer";
const everyone = `${friends} parted blocked blocker`;
const thumb = "👍";

/** A conversation with somebody new in which one has spoken, and what one is to the other since. */
async function ownConversation({ people, ...scene }: PairScene, me: Person): Promise<string> {
  if (me === people.third) return scene.ids.get(me.id)!;
  const other = await someoneNew(me.at);
  const id = await openPair(me, other);
  if (me === people.parted) await other.do("DELETE", `/v1/friends/${me.id}`);
  if (me === people.blocked) await block(other, me);
  if (me === people.blocker) await block(me, other);
  return id;
}

type Asks = NonNullable<Row<PairScene>["asks"]>;

const ofMine = (more: Omit<Asked, "params"> = {}): Asks => async (scene, me) => ({
  params: { id: await ownConversation(scene, me), seq: 1 },
  ...more,
});
const ofMineLive = (more: object = {}): Asks => async (scene, me) => ({
  body: { conversationId: await ownConversation(scene, me), seq: 1, ...more },
});
const first: Asks = () => ({ params: { seq: 1, emoji: thumb } });
const firstLive: Asks = (scene, me) => ({
  body: { conversationId: scene.idFor(me), seq: 1, emoji: thumb },
});

function reaching(outcome: "ok" | 200 | 201 | 204): Pick<Row<PairScene>, "who" | "under"> {
  const rest = { blocked: "blocker", notFound: "third" } as const;
  const who: Outcomes = { [outcome]: friends, notFriends: "parted blocked", ...rest };
  const anyone: Outcomes = { [outcome]: `${friends} parted`, notFriends: "blocked", ...rest };
  return { who, under: { anyone } };
}

const words = { body: { text: "other words" } };

/** Rows about messages of the conversation of two. */
export const pairMessageRows: Row<PairScene>[] = [
  {
    verb: `PATCH ${message}`,
    about: "of one's own",
    asks: ofMine({ body: words }),
    ...reaching(200),
  },
  { verb: "message.edit", about: "of one's own", asks: ofMineLive(words), ...reaching("ok") },
  {
    verb: `GET ${message}/edits`,
    asks: first,
    who: { 200: "asker parted blocker", notAllowed: "answerer blocked", notFound: "third" },
  },
  {
    verb: `POST ${message}/recall`,
    about: "of one's own",
    asks: ofMine(),
    who: { 200: everyone, notFound: "third" },
  },
  {
    verb: "message.recall",
    about: "of one's own",
    asks: ofMineLive(),
    who: { ok: everyone, notFound: "third" },
  },
  { verb: `PUT ${message}/reactions/{emoji}`, asks: first, ...reaching(200) },
  { verb: `DELETE ${message}/reactions/{emoji}`, asks: first, ...reaching(204) },
  { verb: "message.react", asks: firstLive, ...reaching("ok") },
  { verb: "message.unreact", asks: firstLive, ...reaching("ok") },
  { verb: `PUT ${message}/pin`, asks: first, ...reaching(200) },
  { verb: `DELETE ${message}/pin`, asks: first, ...reaching(204) },
  {
    verb: "POST /v1/conversations/{id}/messages/forward",
    asks: (scene, me) => ({
      body: {
        clientId: crypto.randomUUID(),
        from: { conversationId: scene.idFor(me), seqs: [1] },
      },
    }),
    ...reaching(201),
  },
  {
    verb: "PATCH /v1/conversations/{id}/settings",
    asks: () => ({ body: { pinned: true } }),
    who: { 200: everyone, notFound: "third" },
  },
  {
    verb: `DELETE ${message}`,
    about: "for oneself",
    asks: ofMine(),
    who: { 204: everyone, notFound: "third" },
  },
];
