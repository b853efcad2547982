/** Rows of the permission table: what may be done with messages that are there, in a group. */
import type { Sent } from "../../schemas/messages.ts";
import type { Person } from "../support/world.ts";
import { dismiss, type Scene } from "./scene.ts";
import {
  type Asked,
  away,
  leaders,
  leadersOnly,
  outsiders,
  plain,
  reading,
  type Row,
} from "./table.ts";

const message = "/v1/conversations/{id}/messages/{seq}";
const speaking = "member blocked guest";
const thumb = "👍";

/** A new message of the owner's; to the former member one of its time. */
async function ofOwner({ cast, id, seqs }: Scene, me: Person): Promise<number> {
  if (me === cast.people.former) return seqs.before;
  return (await cast.people.owner.says("look", id)).seq;
}

/** A new message of one's own; of who may not speak, the owner's. */
async function ofMine(scene: Scene, me: Person): Promise<number> {
  const path = `/v1/conversations/${scene.id}/messages`;
  const text = { clientId: crypto.randomUUID(), kind: "text", body: { text: "mine" } };
  const { status, body } = await me.ask<Sent>("POST", path, text);
  return status === 201 ? body.seq : await ofOwner(scene, me);
}

type Which = (scene: Scene, me: Person) => Promise<number> | number;
const early: Which = ({ seqs }) => seqs.before;

const on = (which: Which, more: Omit<Asked, "params"> = {}) => async (s: Scene, me: Person) => ({
  params: { seq: await which(s, me), emoji: thumb },
  ...more,
});
const live = (which: Which, more: object = {}) => async (s: Scene, me: Person) => ({
  body: { conversationId: s.id, seq: await which(s, me), ...more },
});

const words = { body: { text: "other words" } };
const mine = { muted: "muted", ...away } as const;
const anyMember = `${leaders} ${plain}`;
const dismissed = { conversationDismissed: anyMember, ...away } as const;

const editingRows: Row[] = [
  {
    verb: `PATCH ${message}`,
    about: "of one's own",
    asks: on(ofMine, { body: words }),
    who: { 200: `${leaders} ${speaking}`, ...mine },
  },
  {
    verb: "message.edit",
    about: "of one's own",
    asks: live(ofMine, words),
    who: { ok: `${leaders} ${speaking}`, ...mine },
  },
  {
    verb: `PATCH ${message}`,
    about: "of the owner's",
    asks: on(ofOwner, { body: words }),
    who: { 200: "owner", notAllowed: `manager ${speaking}`, ...mine },
  },
  {
    verb: `GET ${message}/edits`,
    about: "of the owner's",
    asks: on(early),
    who: leadersOnly,
  },
  {
    verb: `GET ${message}/edits`,
    about: "of one's own",
    asks: on(ofMine),
    who: { 200: `${leaders} ${speaking}`, notAllowed: "muted", ...away },
  },
];

const recallingRows: Row[] = [
  {
    verb: `POST ${message}/recall`,
    about: "of one's own",
    asks: on(ofMine),
    who: { 200: `${leaders} ${speaking}`, notAllowed: "muted", ...away },
  },
  {
    verb: "message.recall",
    about: "of one's own",
    asks: live(ofMine),
    who: { ok: `${leaders} ${speaking}`, notAllowed: "muted", ...away },
  },
  { verb: `POST ${message}/recall`, about: "of the owner's", asks: on(ofOwner), who: leadersOnly },
];

const markingRows: Row[] = [
  { verb: `PUT ${message}/reactions/{emoji}`, asks: on(ofOwner), who: { 200: anyMember, ...away } },
  {
    verb: `DELETE ${message}/reactions/{emoji}`,
    asks: on(ofOwner),
    who: { 204: anyMember, ...away },
  },
  {
    verb: "message.react",
    asks: live(ofOwner, { emoji: thumb }),
    who: { ok: anyMember, ...away },
  },
  {
    verb: "message.unreact",
    asks: live(ofOwner, { emoji: thumb }),
    who: { ok: anyMember, ...away },
  },
  { verb: `PUT ${message}/pin`, asks: on(ofOwner), who: leadersOnly },
  {
    verb: `DELETE ${message}/pin`,
    asks: on(ofOwner),
    who: { 204: leaders, notAllowed: plain, ...away },
  },
];

const dismissedRows: Row[] = [
  [`PATCH ${message}`, { body: words }] as const,
  [`POST ${message}/recall`] as const,
  [`PUT ${message}/reactions/{emoji}`] as const,
  [`PUT ${message}/pin`] as const,
].map(([verb, more]) => ({
  verb,
  about: "in a dismissed group",
  given: dismiss,
  asks: on(early, more),
  who: dismissed,
}));

const otherRows: Row[] = [
  {
    verb: "POST /v1/conversations/{id}/messages/forward",
    asks: ({ id, seqs }) => ({
      body: {
        clientId: crypto.randomUUID(),
        from: { conversationId: id, seqs: [seqs.before] },
      },
    }),
    who: { 201: `${leaders} ${speaking}`, ...mine },
  },
  {
    verb: "PATCH /v1/conversations/{id}/settings",
    asks: () => ({ body: { pinned: true } }),
    who: reading,
  },
  // The last: who has deleted it for itself cannot forward it.
  {
    verb: `DELETE ${message}`,
    about: "for oneself",
    asks: on(early),
    who: { 204: reading[200], notFound: outsiders },
  },
];

/** Rows about messages that are there. */
export const messageRows: Row[] = [
  ...editingRows,
  ...recallingRows,
  ...markingRows,
  ...dismissedRows,
  ...otherRows,
];
