/** Rows of the permission table: a visitor's conversation as any other, and guests among accounts. */
import type { Presence } from "../../schemas/presence.ts";
import { connectionOf } from "./asking.ts";
import type { SupportScene } from "./support_scene.ts";
import type { Outcome, Outcomes, Row } from "./table.ts";

type SupportRow = Row<SupportScene>;

const agents = "agent colleague";
const inside = `${agents} visitor`;
const outside = "another guest admin stranger";
const guests = "visitor another guest";
const accounts = `${agents} former admin stranger`;

const reading: Outcomes = { 200: `${inside} former`, notFound: outside };
const taking = (outcome: Outcome): Outcomes => ({
  [outcome]: inside,
  notMember: "former",
  notFound: outside,
});
// What was said after it left, a former agent does not know of.
const takingLater = (outcome: Outcome): Outcomes => ({
  [outcome]: inside,
  notFound: `former ${outside}`,
});
const leading = (outcome: Outcome): Outcomes => ({
  [outcome]: agents,
  notAllowed: "visitor",
  notMember: "former",
  notFound: outside,
});

const conversation = "/v1/conversations/{id}";
const message = `${conversation}/messages/{seq}`;
const first = () => ({ params: { seq: 1 } });
const text = (more = {}) => ({
  clientId: crypto.randomUUID(),
  kind: "text",
  body: { text: "x" },
  ...more,
});

const readingRows: SupportRow[] = [
  { verb: `GET ${conversation}`, who: reading },
  { verb: `GET ${conversation}/messages`, who: reading },
  { verb: `GET ${conversation}/changes`, who: reading },
  { verb: `GET ${conversation}/export`, asks: () => ({ query: "?format=html" }), who: reading },
  { verb: `GET ${message}/readers`, asks: first, who: reading },
  { verb: `GET ${message}/edits`, asks: first, who: taking(200) },
  { verb: `PUT ${conversation}/read`, asks: () => ({ body: { seq: 1 } }), who: reading },
  { verb: `PATCH ${conversation}/settings`, asks: () => ({ body: { draft: "x" } }), who: reading },
  {
    verb: "GET /v1/messages/search",
    about: "in a visitor's conversation",
    asks: ({ id }) => ({ query: `?q=hello&conversationId=${id}` }),
    who: reading,
  },
];

const writingRows: SupportRow[] = [
  { verb: `POST ${conversation}/messages`, asks: () => ({ body: text() }), who: taking(201) },
  {
    verb: `POST ${conversation}/messages`,
    about: "to all by name",
    asks: () => ({ body: text({ mentions: ["all"] }) }),
    who: leading(201),
  },
  {
    verb: `PUT ${message}/reactions/{emoji}`,
    asks: () => ({ params: { seq: 1, emoji: "%F0%9F%91%8D" } }),
    who: taking(200),
  },
  { verb: `PUT ${message}/pin`, asks: first, who: leading(200) },
  {
    verb: `POST ${message}/recall`,
    about: "of the visitor's",
    asks: (scene) => scene.said(),
    who: takingLater(200),
  },
  {
    verb: `POST ${message}/recall`,
    about: "of an agent's",
    asks: async ({ people, id }) => ({
      params: { seq: (await people.agent.says("again", id)).seq },
    }),
    who: { 200: agents, notAllowed: "visitor", notFound: `former ${outside}` },
  },
  {
    verb: `PATCH ${message}`,
    about: "of the visitor's",
    asks: async (scene) => ({ ...await scene.said(), body: { body: { text: "y" } } }),
    who: {
      200: "visitor",
      notAllowed: agents,
      notFound: `former ${outside}`,
    },
  },
  {
    verb: `POST ${conversation}/messages/forward`,
    asks: ({ id }) => ({
      body: { clientId: crypto.randomUUID(), from: { conversationId: id, seqs: [1] } },
    }),
    who: { 201: agents, notMember: "former", notFound: "admin stranger", notAllowed: guests },
  },
];

const noGroup: Outcomes = { notFound: accounts, notAllowed: guests };

/** A visitor's conversation is no group: nobody is removed, nobody leaves, nobody dismisses it. */
const groupRows: SupportRow[] = [
  { verb: "GET /v1/groups/{id}", who: noGroup },
  { verb: "PATCH /v1/groups/{id}", asks: () => ({ body: { name: "New" } }), who: noGroup },
  { verb: "DELETE /v1/groups/{id}", who: noGroup },
  { verb: "POST /v1/groups/{id}/join", asks: () => ({ body: {} }), who: noGroup },
  {
    verb: "POST /v1/groups/{id}/members",
    asks: ({ people }) => ({ body: { userIds: [people.stranger.id] } }),
    who: noGroup,
  },
  {
    verb: "DELETE /v1/groups/{id}/members/{userId}",
    about: "the visitor",
    asks: ({ people }) => ({ params: { userId: people.visitor.id } }),
    who: noGroup,
  },
  {
    verb: "DELETE /v1/groups/{id}/members/{userId}",
    about: "oneself",
    asks: (_, me) => ({ params: { userId: me.id } }),
    who: noGroup,
  },
];

const nobody: Outcomes = { notAllowed: `${accounts} ${guests}` };
const toVisitor = ({ people }: SupportScene) => ({ body: { userId: people.visitor.id } });
const of = ({ id }: { id: string }) => ({ params: { id } });

/** Nobody has to do with a guest but in its inbox. */
const socialRows: SupportRow[] = [
  {
    verb: "POST /v1/friend-requests",
    about: "to a visitor",
    asks: toVisitor,
    who: { notAllowed: `${accounts} ${guests}` },
  },
  { verb: "POST /v1/conversations/direct", about: "with a visitor", asks: toVisitor, who: nobody },
  {
    verb: "POST /v1/groups",
    about: "with a visitor",
    asks: ({ people }) => ({ body: { name: "New", memberIds: [people.visitor.id] } }),
    who: nobody,
  },
  {
    verb: "GET /v1/users/{id}",
    about: "of the visitor",
    asks: ({ people }) => of(people.visitor),
    who: { 200: `${accounts} visitor`, notAllowed: "another guest" },
  },
  {
    verb: "GET /v1/users/{id}",
    about: "of an agent",
    asks: ({ people }) => of(people.agent),
    who: { 200: `${accounts} visitor another`, notAllowed: "guest" },
  },
  {
    verb: "GET /v1/users/{id}",
    about: "of somebody whom they have not met",
    asks: ({ people }) => of(people.stranger),
    who: { 200: accounts, notAllowed: guests },
  },
  {
    verb: "GET /v1/users",
    about: "the visitor, by id",
    asks: ({ people }) => ({ query: `?ids=${people.visitor.id}` }),
    who: { "200 1": `${accounts} visitor`, "200 0": "another guest" },
    told: ({ items }) => (items as unknown[]).length,
  },
];

const here = (params: object) => ({ id }: SupportScene) => ({
  body: { conversationId: id, ...params },
});
const readingLive: Outcomes = { ok: `${inside} former`, notFound: outside };

const socketRows: SupportRow[] = [
  { verb: "message.send", asks: (scene) => here(text())(scene), who: taking("ok") },
  { verb: "message.list", asks: here({}), who: readingLive },
  { verb: "conversation.changes", asks: here({}), who: readingLive },
  { verb: "conversation.read", asks: here({ seq: 1 }), who: readingLive },
  { verb: "conversation.typing", asks: here({ typing: true }), who: taking("ok") },
  {
    verb: "message.recall",
    asks: async (scene) => ({ body: { conversationId: scene.id, ...(await scene.said()).params } }),
    who: takingLater("ok"),
  },
  {
    verb: "presence.watch",
    about: "of the visitor",
    asks: async ({ people: { visitor } }) => {
      await connectionOf(visitor);
      return { body: { userIds: [visitor.id] } };
    },
    who: { "ok true": inside, "ok false": `former ${outside}` },
    told: ({ presences }) => (presences as Presence[])[0]!.online,
  },
];

/** Rows about visitors and their conversation. */
export const visitorRows: SupportRow[] = [
  ...readingRows,
  ...writingRows,
  ...groupRows,
  ...socialRows,
  ...socketRows,
];
