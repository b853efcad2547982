/** Rows of the permission table: reading and writing in a group's conversation, over REST and the socket. */
import type { Person } from "../support/world.ts";
import { dismiss, type Scene } from "./scene.ts";
import { away, each, leaders, outsiders, plain, reading, type Row } from "./table.ts";

const conversation = "/v1/conversations/{id}";
const speaking = "member blocked guest";

const say = (more: object = {}) => ({
  body: { clientId: crypto.randomUUID(), kind: "text", body: { text: "x" }, ...more },
});

/** Params of a method that names the scene's conversation. */
const here = (params: () => object): NonNullable<Row["asks"]> => ({ id }: Scene, _: Person) => ({
  body: { conversationId: id, ...params() },
});

const readingLive = { ok: reading[200], notFound: outsiders } as const;
const muteAll = (scene: Scene) => scene.change({ mutedAll: true });
const silenced = { muted: plain, ...away } as const;
const dismissed = { conversationDismissed: `${leaders} ${plain}`, ...away } as const;

/** Rows about no particular conversation. */
export const conversationsRows: Row[] = [
  { verb: "GET /v1/conversations", who: each(200) },
  { verb: "conversation.list", asks: () => ({ body: {} }), who: each("ok") },
  {
    verb: "GET /v1/messages/search",
    about: "everywhere",
    asks: () => ({ query: "?q=words" }),
    who: each(200, { notAllowed: "guest" }),
  },
  {
    verb: "GET /v1/messages/search",
    about: "in one conversation",
    asks: ({ id }) => ({ query: `?q=words&conversationId=${id}` }),
    who: reading,
  },
];

const readingRows: Row[] = [
  { verb: `GET ${conversation}`, who: reading },
  { verb: `GET ${conversation}/messages`, who: reading },
  { verb: `GET ${conversation}/changes`, who: reading },
  { verb: `GET ${conversation}/export`, asks: () => ({ query: "?format=html" }), who: reading },
  { verb: "message.list", asks: here(() => ({})), who: readingLive },
  { verb: "conversation.changes", asks: here(() => ({})), who: readingLive },
  { verb: `GET ${conversation}`, about: "that was dismissed", given: dismiss, who: reading },
  { verb: `GET ${conversation}/pins`, who: reading },
  {
    verb: `GET ${conversation}/messages/{seq}/readers`,
    asks: ({ seqs }) => ({ params: { seq: seqs.before } }),
    who: reading,
  },
  {
    verb: `GET ${conversation}/messages/{seq}/readers`,
    about: "of one that came after somebody had left",
    asks: ({ seqs }) => ({ params: { seq: seqs.after } }),
    who: { 200: `${leaders} ${plain}`, notFound: `former ${outsiders}` },
  },
  {
    verb: `PUT ${conversation}/read`,
    asks: ({ seqs }) => ({ body: { seq: seqs.before } }),
    who: reading,
  },
  {
    verb: "conversation.read",
    asks: ({ id, seqs }) => ({ body: { conversationId: id, seq: seqs.before } }),
    who: readingLive,
  },
];

const sendingRows: Row[] = [
  {
    verb: `POST ${conversation}/messages`,
    asks: () => say(),
    who: { 201: `${leaders} ${speaking}`, muted: "muted", ...away },
  },
  {
    verb: "message.send",
    asks: here(() => say().body),
    who: { ok: `${leaders} ${speaking}`, muted: "muted", ...away },
  },
  {
    verb: `POST ${conversation}/messages`,
    about: "to all by name",
    asks: () => say({ mentions: ["all"] }),
    who: { 201: leaders, muted: "muted", notAllowed: speaking, ...away },
  },
  {
    verb: "message.send",
    about: "to all by name",
    asks: here(() => say({ mentions: ["all"] }).body),
    who: { ok: leaders, muted: "muted", notAllowed: speaking, ...away },
  },
  {
    verb: `POST ${conversation}/messages`,
    about: "where all are muted",
    given: muteAll,
    asks: () => say(),
    who: { 201: leaders, ...silenced },
  },
  {
    verb: "message.send",
    about: "where all are muted",
    given: muteAll,
    asks: here(() => say().body),
    who: { ok: leaders, ...silenced },
  },
  {
    verb: `POST ${conversation}/messages`,
    about: "in a dismissed group",
    given: dismiss,
    asks: () => say(),
    who: dismissed,
  },
  {
    verb: "message.send",
    about: "in a dismissed group",
    given: dismiss,
    asks: here(() => say().body),
    who: dismissed,
  },
];

const typing = here(() => ({ typing: true }));

const typingRows: Row[] = [
  {
    verb: "conversation.typing",
    asks: typing,
    who: { ok: `${leaders} ${speaking}`, muted: "muted", ...away },
  },
  {
    verb: "conversation.typing",
    about: "where all are muted",
    given: muteAll,
    asks: typing,
    who: { ok: leaders, ...silenced },
  },
  {
    verb: "conversation.typing",
    about: "in a dismissed group",
    given: dismiss,
    asks: typing,
    who: dismissed,
  },
];

/** Rows about one conversation. */
export const conversationRows: Row[] = [...readingRows, ...sendingRows, ...typingRows];
