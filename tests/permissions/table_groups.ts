/** Rows of the permission table: groups themselves, and coming into them. */
import type { Person } from "../support/world.ts";
import { dismiss, someoneNew } from "./scene.ts";
import { away, each, leaders, leadersOnly, outsiders, plain, type Row, statusOf } from "./table.ts";

const group = "/v1/groups/{id}";
const joining = `POST ${group}/join`;
const adding = `POST ${group}/members`;
const handing = `POST ${group}/owner`;

const ownerOnly = { notAllowed: `manager ${plain}`, ...away } as const;

/** What became of the one who was brought in. */
const statusOfFirst: NonNullable<Row["told"]> = ({ items }) =>
  (items as { status: string }[])[0]!.status;

const adds = (...whom: { id: string }[]) => ({ body: { userIds: whom.map(({ id }) => id) } });
const to = (heir: { id: string }) => ({ body: { userId: heir.id } });

/** Rows about groups that are not about a particular one. */
export const groupsRows: Row[] = [
  {
    verb: "POST /v1/groups",
    asks: async (scene, me: Person) => ({
      body: { name: "New", memberIds: [(await scene.someone(me)).id] },
    }),
    who: each("201 2 members", { notAllowed: "guest", "201 1 members": "blocked" }),
    told: ({ memberCount }) => `${memberCount} members`,
  },
  { verb: "GET /v1/groups", who: each(200) },
];

const readingRows: Row[] = [
  {
    verb: `GET ${group}`,
    who: { "200 whole": `${leaders} ${plain} former`, "200 face": outsiders },
    under: {
      invite: { "200 whole": `${leaders} ${plain} former`, notFound: outsiders },
    },
    told: (body) => "my" in body ? "whole" : "face",
  },
  {
    verb: `GET ${group}`,
    about: "that was dismissed",
    given: dismiss,
    who: { 200: `${leaders} ${plain} former`, notFound: outsiders },
  },
];

const changingRows: Row[] = [
  { verb: `PATCH ${group}`, asks: () => ({ body: { name: "New" } }), who: leadersOnly },
  {
    verb: `PATCH ${group}`,
    about: "that was dismissed",
    given: dismiss,
    asks: () => ({ body: { name: "New" } }),
    who: { conversationDismissed: `${leaders} ${plain}`, ...away },
  },
  { verb: `DELETE ${group}`, who: { 204: "owner", ...ownerOnly } },
  {
    verb: `DELETE ${group}`,
    about: "that was dismissed",
    given: dismiss,
    who: { conversationDismissed: `${leaders} ${plain}`, ...away },
  },
];

const handingRows: Row[] = [
  {
    verb: handing,
    about: "to a member",
    asks: ({ cast }) => to(cast.target),
    who: { 200: "owner", ...ownerOnly },
  },
  {
    verb: handing,
    about: "to a manager",
    asks: ({ cast }) => to(cast.deputy),
    who: { 200: "owner", ...ownerOnly },
  },
  {
    verb: handing,
    about: "to a former member",
    asks: ({ cast }, me) => to(me === cast.people.former ? cast.target : cast.people.former),
    who: {
      notFound: `owner ${outsiders}`,
      notAllowed: `manager ${plain}`,
      notMember: "former",
    },
  },
  {
    verb: handing,
    about: "to oneself",
    asks: (_, me) => to(me),
    who: each("invalidInput"),
  },
  {
    verb: handing,
    about: "of a dismissed group",
    given: dismiss,
    asks: ({ cast }) => to(cast.target),
    who: { conversationDismissed: `${leaders} ${plain}`, ...away },
  },
];

const joined = { "200 joined": `${leaders} member muted blocked`, notAllowed: "guest" } as const;

const joiningRows: Row[] = [
  {
    verb: joining,
    asks: () => ({ body: {} }),
    who: each("200 joined", { notAllowed: "guest" }),
    under: {
      approval: { ...joined, "200 pending": `former ${outsiders}` },
      invite: { ...joined, inviteOnly: `former ${outsiders}` },
    },
    told: statusOf,
  },
  {
    verb: joining,
    about: "of a dismissed group",
    given: dismiss,
    asks: () => ({ body: {} }),
    who: {
      ...joined,
      conversationDismissed: "former",
      notFound: outsiders,
    },
    told: statusOf,
  },
];

const mayNotAdd = { notAllowed: plain, ...away } as const;

const addingRows: Row[] = [
  {
    verb: adding,
    about: "of somebody",
    asks: async (scene, me) => adds(await scene.someone(me)),
    who: {
      "200 joined": `${leaders} member muted`,
      "200 blocked": "blocked",
      notAllowed: "guest",
      ...away,
    },
    under: {
      approval: {
        "200 joined": leaders,
        "200 pending": "member muted",
        "200 blocked": "blocked",
        notAllowed: "guest",
        ...away,
      },
      invite: { "200 joined": leaders, ...mayNotAdd },
    },
    told: statusOfFirst,
  },
  {
    verb: adding,
    about: "of the one who waits",
    asks: ({ cast }) => adds(cast.people.requester),
    who: { "200 joined": `${leaders} member muted blocked`, notAllowed: "guest", ...away },
    under: {
      approval: {
        "200 joined": leaders,
        "200 pending": "member muted blocked",
        notAllowed: "guest",
        ...away,
      },
      invite: { "200 joined": leaders, ...mayNotAdd },
    },
    told: statusOfFirst,
  },
  {
    verb: adding,
    about: "of a member",
    asks: ({ cast }) => adds(cast.target),
    who: {
      "200 alreadyMember": `${leaders} member muted blocked`,
      notAllowed: "guest",
      ...away,
    },
    under: { invite: { "200 alreadyMember": leaders, ...mayNotAdd } },
    told: statusOfFirst,
  },
  {
    verb: adding,
    about: "of nobody",
    asks: () => adds({ id: crypto.randomUUID() }),
    who: {
      notFound: `${leaders} member muted blocked ${outsiders}`,
      notAllowed: "guest",
      notMember: "former",
    },
    under: {
      invite: { notFound: `${leaders} ${outsiders}`, notAllowed: plain, notMember: "former" },
    },
  },
  {
    verb: adding,
    about: "to a dismissed group",
    given: dismiss,
    asks: async ({ cast }) => adds(await someoneNew(cast.at)),
    who: {
      conversationDismissed: `${leaders} member muted blocked`,
      notAllowed: "guest",
      ...away,
    },
  },
];

/** Rows about one group. */
export const groupRows: Row[] = [
  ...readingRows,
  ...changingRows,
  ...handingRows,
  ...joiningRows,
  ...addingRows,
];
