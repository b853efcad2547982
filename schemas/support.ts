/** Support on the wire: what a widget begins with, and what agents see of their visitors. */
import { z } from "zod";
import { Device, Session } from "./auth.ts";
import { Conversation } from "./conversations.ts";
import { Hours } from "./inboxes.ts";
import { Id, PageQuery, text, Time } from "./fields.ts";
import { Locale, Nickname, User } from "./users.ts";

/** `POST /v1/auth/guest` */
export const GuestStart = z.strictObject({
  nickname: Nickname.optional(),
  device: Device.optional(),
});
/** `POST /v1/auth/guest` */
export type GuestStart = z.infer<typeof GuestStart>;

/** An inbox's public key, as it stands in a page. */
export const InboxKey = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, "Expected an inbox key");

/** `GET /v1/widget/inbox` */
export const InboxKeyQuery = z.strictObject({ key: InboxKey });

/** What anyone may know of an inbox. `identityRequired`: its site signs who its visitors are. */
export const InboxFace = z.object({
  name: z.string(),
  greeting: z.string().nullable(),
  open: z.boolean(),
  hours: Hours.nullable(),
  offlineMessage: z.string().nullable(),
  identityRequired: z.boolean(),
}).meta({ id: "InboxFace" });
/** What anyone may know of an inbox. */
export type InboxFace = z.infer<typeof InboxFace>;

const PageUrl = text(1, 2_048).refine(
  (url) => /^https?:\/\/[^\s\\]+$/i.test(url) && URL.canParse(url),
  "Expected https:// or http://",
);

/** `PATCH /v1/widget/visitor`: what a visitor says of itself; `null` clears. */
export const VisitorPatch = z.strictObject({
  name: Nickname.optional(),
  locale: Locale.nullable().optional(),
  page: PageUrl.nullable().optional(),
});
/** `PATCH /v1/widget/visitor`: what a visitor says of itself; `null` clears. */
export type VisitorPatch = z.infer<typeof VisitorPatch>;

/** `POST /v1/widget/sessions` */
export const WidgetStart = z.strictObject({
  key: InboxKey,
  visitor: VisitorPatch.optional(),
  identityToken: z.string().min(1).max(4_096).optional(),
});
/** `POST /v1/widget/sessions` */
export type WidgetStart = z.infer<typeof WidgetStart>;

/** `POST /v1/widget/identity` */
export const WidgetIdentity = z.strictObject({
  key: InboxKey,
  identityToken: z.string().min(1).max(4_096),
});
/** `POST /v1/widget/identity` */
export type WidgetIdentity = z.infer<typeof WidgetIdentity>;

/** Whether whom a site has signed has been here. */
export const KnownIdentity = z.object({ known: z.boolean() });

/** A session, and the conversation that it is for. */
export const WidgetSession = Session.extend({ conversation: Conversation })
  .meta({ id: "WidgetSession" });
/** A session, and the conversation that it is for. */
export type WidgetSession = z.infer<typeof WidgetSession>;

/** Whether somebody waits for an answer. */
export const SupportStatus = z.enum(["open", "resolved"]);
/** Whether somebody waits for an answer. */
export type SupportStatus = z.infer<typeof SupportStatus>;

/** Who writes, and from where. `verified`: the site has signed who it is. */
export const Visitor = z.object({
  user: User,
  verified: z.boolean(),
  page: z.string().nullable(),
  locale: z.string().nullable(),
}).meta({ id: "Visitor" });
/** Who writes, and from where. */
export type Visitor = z.infer<typeof Visitor>;

/** A visitor's conversation as an agent has it. */
export const SupportConversation = z.object({
  conversation: Conversation,
  inboxId: Id,
  visitor: Visitor,
  status: SupportStatus,
  assigneeId: Id.nullable(),
  updatedAt: Time,
}).meta({ id: "SupportConversation" });
/** A visitor's conversation as an agent has it. */
export type SupportConversation = z.infer<typeof SupportConversation>;

/** What all agents of an inbox are told of a visitor's conversation. */
export const SupportChange = z.object({
  conversationId: Id,
  inboxId: Id,
  status: SupportStatus,
  assigneeId: Id.nullable(),
  visitor: Visitor,
}).meta({ id: "SupportChange" });
/** What all agents of an inbox are told of a visitor's conversation. */
export type SupportChange = z.infer<typeof SupportChange>;

/** An inbox as its agents see it: who answers, how many conversations are open, mine, and nobody's. */
export const SupportInbox = z.object({
  id: Id,
  name: z.string(),
  agents: z.array(Id),
  openCount: z.int(),
  mineCount: z.int(),
  unassignedCount: z.int(),
}).meta({ id: "SupportInbox" });
/** An inbox as its agents see it. */
export type SupportInbox = z.infer<typeof SupportInbox>;

/** `GET /v1/support/conversations` */
export const SupportQuery = PageQuery.extend({
  inboxId: Id.optional(),
  status: SupportStatus.optional(),
  assignee: z.enum(["me", "none", "any"]).default("any"),
});
/** `GET /v1/support/conversations` */
export type SupportQuery = z.infer<typeof SupportQuery>;

/** `PATCH /v1/support/conversations/{id}`; an assignee of `null` is nobody. */
export const SupportPatch = z.strictObject({
  status: SupportStatus.optional(),
  assigneeId: Id.nullable().optional(),
});
/** `PATCH /v1/support/conversations/{id}`; an assignee of `null` is nobody. */
export type SupportPatch = z.infer<typeof SupportPatch>;

/** `POST /v1/support/conversations/{id}/notes` */
export const NewNote = z.strictObject({ text: text(1, 10_000) });

/** What agents tell each other about a visitor's conversation; the visitor never gets it. */
export const Note = z.object({
  id: Id,
  conversationId: Id,
  from: Id,
  text: z.string(),
  at: Time,
}).meta({ id: "Note" });
/** What agents tell each other about a visitor's conversation; the visitor never gets it. */
export type Note = z.infer<typeof Note>;
