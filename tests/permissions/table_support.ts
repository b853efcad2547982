/** Rows of the permission table: inboxes, what agents work on, and what widgets ask. */
import type { CannedReply } from "../../schemas/inboxes.ts";
import type { SupportConversation } from "../../schemas/support.ts";
import { notes } from "../support/inboxes.ts";
import type { SupportScene } from "./support_scene.ts";
import type { Outcome, Outcomes, Row } from "./table.ts";

type SupportRow = Row<SupportScene>;

const agents = "agent colleague";
const guests = "visitor another guest";
const others = "former admin stranger";

const adminsOnly = (outcome: Outcome): Outcomes => ({
  [outcome]: "admin",
  notAllowed: `${agents} former stranger ${guests}`,
});
const agentsOnly = (outcome: Outcome): Outcomes => ({
  [outcome]: agents,
  notFound: others,
  notAllowed: guests,
});
const sideOnly = (outcome: Outcome): Outcomes => ({
  [outcome]: `${agents} admin`,
  notAllowed: `former stranger ${guests}`,
});

const inbox = "/v1/inboxes/{id}";
const ofInbox = (scene: SupportScene) => ({ params: { id: scene.inbox.id } });
const ofNewInbox = async (scene: SupportScene) => ({ params: { id: (await scene.newInbox()).id } });

/** Rows about inboxes themselves. */
const inboxRows: SupportRow[] = [
  {
    verb: "POST /v1/inboxes",
    asks: () => ({ body: { name: "Sales", agents: [], allowedOrigins: [] } }),
    who: adminsOnly(201),
  },
  { verb: "GET /v1/inboxes", who: adminsOnly(200) },
  { verb: `GET ${inbox}`, asks: ofInbox, who: adminsOnly(200) },
  {
    verb: `GET ${inbox}`,
    about: "that does not exist",
    asks: () => ({ params: { id: crypto.randomUUID() } }),
    who: adminsOnly("notFound"),
  },
  {
    verb: `PATCH ${inbox}`,
    asks: async (scene) => ({ ...await ofNewInbox(scene), body: { name: "Sales" } }),
    who: adminsOnly(200),
  },
  { verb: `DELETE ${inbox}`, asks: ofNewInbox, who: adminsOnly(204) },
];

const said = { title: "Hours", text: "From nine to five." };

async function ofReply({ people, inbox: { id } }: SupportScene) {
  const path = `/v1/inboxes/${id}/replies`;
  const reply = await people.agent.do<CannedReply>("POST", path, said);
  return { params: { id, replyId: reply.id } };
}

/** Rows about what agents say often. */
const replyRows: SupportRow[] = [
  { verb: `GET ${inbox}/replies`, asks: ofInbox, who: sideOnly(200) },
  {
    verb: `POST ${inbox}/replies`,
    asks: (scene) => ({ ...ofInbox(scene), body: said }),
    who: sideOnly(201),
  },
  {
    verb: `PATCH ${inbox}/replies/{replyId}`,
    asks: async (scene) => ({ ...await ofReply(scene), body: { title: "When" } }),
    who: sideOnly(200),
  },
  { verb: `DELETE ${inbox}/replies/{replyId}`, asks: ofReply, who: sideOnly(204) },
  {
    verb: `DELETE ${inbox}/replies/{replyId}`,
    about: "of another inbox",
    asks: async (scene) => {
      const { params } = await ofReply(scene);
      return { params: { ...params, id: (await scene.newInbox()).id } };
    },
    who: sideOnly("notFound"),
  },
];

const conversation = "/v1/support/conversations/{id}";

const sees = (body: Readonly<Record<string, unknown>>) =>
  (body["items"] as SupportConversation[]).length > 0 ? "something" : "nothing";

async function ofNote({ people, id }: SupportScene) {
  return { params: { id, noteId: (await notes(people.agent, id, "Careful")).id } };
}

/** Rows about visitors' conversations as agents work on them. */
const workRows: SupportRow[] = [
  {
    verb: "GET /v1/support/inboxes",
    who: { "200 something": agents, "200 nothing": others, notAllowed: guests },
    told: sees,
  },
  {
    verb: "GET /v1/support/conversations",
    who: { "200 something": agents, "200 nothing": others, notAllowed: guests },
    told: sees,
  },
  { verb: `GET ${conversation}`, who: agentsOnly(200) },
  {
    verb: `PATCH ${conversation}`,
    asks: () => ({ body: { status: "open", assigneeId: null } }),
    who: agentsOnly(200),
  },
  {
    verb: `PATCH ${conversation}`,
    about: "to somebody who is no agent",
    asks: ({ people }) => ({ body: { assigneeId: people.stranger.id } }),
    who: { notFound: `${agents} ${others}`, notAllowed: guests },
  },
  { verb: `GET ${conversation}/notes`, who: agentsOnly(200) },
  {
    verb: `POST ${conversation}/notes`,
    asks: () => ({ body: { text: "Careful" } }),
    who: agentsOnly(201),
  },
  {
    verb: `DELETE ${conversation}/notes/{noteId}`,
    about: "of an agent",
    asks: ofNote,
    who: {
      204: "agent admin",
      notAllowed: `colleague ${guests}`,
      notFound: "former stranger",
    },
  },
  {
    verb: `DELETE ${conversation}/notes/{noteId}`,
    about: "that does not exist",
    asks: () => ({ params: { noteId: crypto.randomUUID() } }),
    who: { notFound: `${agents} ${others}`, notAllowed: guests },
  },
];

const everyone = `${agents} ${others} ${guests}`;

/** Rows about widgets. */
const widgetRows: SupportRow[] = [
  {
    verb: "GET /v1/widget/inbox",
    asks: (scene) => ({ query: `?key=${scene.inbox.key}` }),
    who: { 200: everyone },
    isPublic: true,
  },
  {
    verb: "GET /v1/widget/inbox",
    about: "of a key that opens nothing",
    asks: () => ({ query: "?key=none" }),
    who: { notFound: everyone },
    isPublic: true,
  },
  {
    verb: "POST /v1/widget/sessions",
    asks: (scene) => ({ body: { key: scene.inbox.key } }),
    who: { 201: everyone },
    isPublic: true,
  },
  {
    verb: "POST /v1/widget/identity",
    asks: (scene) => ({ body: { key: scene.inbox.key, identityToken: "none" } }),
    who: { tokenInvalid: everyone },
    isPublic: true,
  },
  {
    verb: "PATCH /v1/widget/visitor",
    asks: () => ({ body: { page: "https://shop.example/cart" } }),
    who: { 204: "visitor another", notAllowed: `${agents} ${others} guest` },
  },
];

/** Rows about inboxes and what is done in them. */
export const supportRows: SupportRow[] = [
  ...inboxRows,
  ...replyRows,
  ...workRows,
  ...widgetRows,
];
