/** Rows of the permission table: members, and what one rank may do to another. */
import type { Person } from "../support/world.ts";
import { dismiss, type Scene, someoneNew } from "./scene.ts";
import { away, leaders, leadersOnly, outsiders, plain, type Row } from "./table.ts";

const members = "/v1/groups/{id}/members";
const patching = `PATCH ${members}/{userId}`;
const removing = `DELETE ${members}/{userId}`;

const ownerOnly = { 200: "owner", notAllowed: `manager ${plain}`, ...away } as const;
const nobody = { notAllowed: `${leaders} ${plain}`, ...away } as const;

type Whom = (scene: Scene, me: Person) => Person | Promise<Person>;

const target: Whom = ({ cast }) => cast.target;
const deputy: Whom = ({ cast }) => cast.deputy;
const owner: Whom = ({ cast }) => cast.people.owner;
const oneself: Whom = (_, me) => me;
const former: Whom = ({ cast }) => cast.people.former;
const stranger: Whom = ({ cast }) => someoneNew(cast.at);

const on = (whom: Whom, body?: object): NonNullable<Row["asks"]> => async (scene, me) => ({
  params: { userId: (await whom(scene, me)).id },
  ...(body === undefined ? {} : { body }),
});

const inAnHour = new Date(Date.now() + 3_600_000).toISOString();
const role = { role: "manager" };
const alias = { alias: "Al" };
const mute = { mutedUntil: inAnHour };
const unmute = { mutedUntil: null };

const roleRows: Row[] = [
  { verb: patching, about: "role of a member", asks: on(target, role), who: ownerOnly },
  {
    verb: patching,
    about: "role of a manager",
    asks: on(deputy, { role: "member" }),
    who: ownerOnly,
  },
  {
    verb: patching,
    about: "role of the owner",
    asks: on(owner, role),
    who: { ownerMustTransfer: "owner", notAllowed: `manager ${plain}`, ...away },
  },
  {
    verb: patching,
    about: "role of oneself",
    asks: on(oneself, { role: "member" }),
    who: { ownerMustTransfer: "owner", notAllowed: `manager ${plain}`, ...away },
  },
  {
    verb: patching,
    about: "role of a stranger",
    asks: on(stranger, role),
    who: { notFound: `owner ${outsiders}`, notAllowed: `manager ${plain}`, notMember: "former" },
  },
  {
    verb: patching,
    about: "role of a former member",
    asks: on(former, role),
    who: { notFound: `owner ${outsiders}`, notAllowed: `manager ${plain}`, notMember: "former" },
  },
];

const aliasRows: Row[] = [
  { verb: patching, about: "alias of a member", asks: on(target, alias), who: nobody },
  {
    verb: patching,
    about: "alias of the owner",
    asks: on(owner, alias),
    who: {
      200: "owner",
      notAllowed: `manager ${plain}`,
      ...away,
    },
  },
  {
    verb: patching,
    about: "alias of oneself",
    asks: on(oneself, alias),
    who: { 200: `${leaders} ${plain}`, ...away },
  },
];

const muteRows: Row[] = [
  { verb: patching, about: "mute of a member", asks: on(target, mute), who: leadersOnly },
  {
    verb: patching,
    about: "mute of one that is muted",
    asks: on(({ cast }) => cast.people.muted, unmute),
    who: leadersOnly,
  },
  { verb: patching, about: "mute of a manager", asks: on(deputy, mute), who: ownerOnly },
  { verb: patching, about: "mute of the owner", asks: on(owner, mute), who: nobody },
  { verb: patching, about: "mute of oneself", asks: on(oneself, mute), who: nobody },
  {
    verb: patching,
    about: "mute of a stranger",
    asks: on(stranger, mute),
    who: { notFound: `${leaders} ${outsiders}`, notAllowed: plain, notMember: "former" },
  },
  {
    verb: patching,
    about: "role and mute of a member",
    asks: on(target, { ...role, ...mute }),
    who: ownerOnly,
  },
];

const removingRows: Row[] = [
  {
    verb: removing,
    about: "of a member",
    asks: on(target),
    who: { 204: leaders, notAllowed: plain, ...away },
  },
  {
    verb: removing,
    about: "of a manager",
    asks: on(deputy),
    who: { 204: "owner", notAllowed: `manager ${plain}`, ...away },
  },
  {
    verb: removing,
    about: "of the owner",
    asks: on(owner),
    who: { ownerMustTransfer: "owner", notAllowed: `manager ${plain}`, ...away },
  },
  {
    verb: removing,
    about: "of oneself",
    asks: on(oneself),
    who: { ownerMustTransfer: "owner", 204: `manager ${plain}`, ...away },
  },
  {
    verb: removing,
    about: "of a stranger",
    asks: on(stranger),
    who: { notFound: `${leaders} ${outsiders}`, notAllowed: plain, notMember: "former" },
  },
  {
    verb: removing,
    about: "of a former member",
    asks: on(former),
    who: { notFound: `${leaders} ${outsiders}`, notAllowed: plain, notMember: "former" },
  },
];

const dismissed = { conversationDismissed: `${leaders} ${plain}`, ...away } as const;

const dismissedRows: Row[] = [
  {
    verb: patching,
    about: "alias of oneself in a dismissed group",
    given: dismiss,
    asks: on(oneself, alias),
    who: dismissed,
  },
  {
    verb: removing,
    about: "of oneself from a dismissed group",
    given: dismiss,
    asks: on(oneself),
    who: dismissed,
  },
];

/** Rows about the members of a group. */
export const memberRows: Row[] = [
  { verb: `GET ${members}`, who: { 200: `${leaders} ${plain}`, ...away } },
  ...roleRows,
  ...aliasRows,
  ...muteRows,
  ...removingRows,
  ...dismissedRows,
];
