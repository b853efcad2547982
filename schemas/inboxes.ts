/** Inboxes on the wire: where a site's visitors write, and what its agents answer with. */
import { z } from "zod";
import { Id, isStorable, name, text, Time } from "./fields.ts";
import { UserIds } from "./groups.ts";

// It goes into the header that says who may frame the widget, so it holds nothing that means something there.
const hostAndPort = /^(https?):\/\/([a-z0-9-]+(?:\.[a-z0-9-]+)*)(:\d{1,5})?$/;
const localHosts: readonly string[] = ["localhost", "127.0.0.1"];

function isWebOrigin(origin: string): boolean {
  const [, scheme, host = ""] = hostAndPort.exec(origin) ?? [];
  if (scheme === undefined || !URL.canParse(origin)) return false;
  return new URL(origin).origin === origin && (scheme === "https" || localHosts.includes(host));
}

/** An origin as browsers write it: `https://host[:port]`, or `http:` of this machine for trying out. */
export const WebOrigin = z.string().max(300)
  .refine(isWebOrigin, "Expected an origin such as https://example.com");

const originsMax = 50;
const Origins = z.array(WebOrigin).max(originsMax)
  .refine((origins) => new Set(origins).size === origins.length, "Expected each origin once");

function isTimeZone(zone: string): boolean {
  // An offset is taken for a zone too, but it knows of no summer.
  if (!/^[A-Za-z]/.test(zone)) return false;
  try {
    return new Intl.DateTimeFormat("en", { timeZone: zone }).resolvedOptions().timeZone !== "";
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

const TimeZone = z.string().min(1).max(64)
  .refine(isTimeZone, "Expected a time zone such as Europe/Berlin");
const from = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, "Expected a time such as 09:00");
const to = z.string().regex(
  /^(?:(?:[01]\d|2[0-3]):[0-5]\d|24:00)$/,
  "Expected a time such as 17:30, or 24:00",
);

/** A span of a weekday (0: Sunday); one over midnight is two. */
const DayHours = z.strictObject({ day: z.int().min(0).max(6), from, to })
  .refine((span) => span.from < span.to, { message: "Expected a time after from", path: ["to"] });

/** When somebody answers, by the clocks of a place. */
export const Hours = z.strictObject({ timeZone: TimeZone, days: z.array(DayHours).max(70) });
/** When somebody answers, by the clocks of a place. */
export type Hours = z.infer<typeof Hours>;

// As it was given: a secret that is normalised is another one.
const IdentitySecret = z.string().min(32).max(512)
  .refine(isStorable, "Must not hold NUL characters or lone surrogates");

const about = {
  greeting: text(0, 1_000).nullable().optional(),
  identitySecret: IdentitySecret.nullable().optional(),
  hours: Hours.nullable().optional(),
  offlineMessage: text(0, 1_000).nullable().optional(),
};

/** `POST /v1/inboxes` */
export const NewInbox = z.strictObject({
  name: name(100),
  agents: UserIds.default([]),
  allowedOrigins: Origins.default([]),
  ...about,
});
/** `POST /v1/inboxes` */
export type NewInbox = z.infer<typeof NewInbox>;

/** `PATCH /v1/inboxes/{id}`; `null` clears. */
export const InboxPatch = z.strictObject({
  name: name(100).optional(),
  agents: UserIds.optional(),
  allowedOrigins: Origins.optional(),
  ...about,
});
/** `PATCH /v1/inboxes/{id}`; `null` clears. */
export type InboxPatch = z.infer<typeof InboxPatch>;

/** An inbox as admins see it; its secret is never read back. */
export const Inbox = z.object({
  id: Id,
  key: z.string(),
  name: z.string(),
  greeting: z.string().nullable(),
  agents: z.array(Id),
  allowedOrigins: z.array(z.string()),
  hasIdentitySecret: z.boolean(),
  hours: Hours.nullable(),
  offlineMessage: z.string().nullable(),
  createdAt: Time,
}).meta({ id: "Inbox" });
/** An inbox as admins see it; its secret is never read back. */
export type Inbox = z.infer<typeof Inbox>;

/** `POST /v1/inboxes/{id}/replies` */
export const NewCannedReply = z.strictObject({ title: name(100), text: text(1, 10_000) });
/** `POST /v1/inboxes/{id}/replies` */
export type NewCannedReply = z.infer<typeof NewCannedReply>;

/** `PATCH /v1/inboxes/{id}/replies/{replyId}` */
export const CannedReplyPatch = NewCannedReply.partial();
/** `PATCH /v1/inboxes/{id}/replies/{replyId}` */
export type CannedReplyPatch = z.infer<typeof CannedReplyPatch>;

/** What the agents of an inbox say often. */
export const CannedReply = z.object({
  id: Id,
  inboxId: Id,
  title: z.string(),
  text: z.string(),
  createdAt: Time,
}).meta({ id: "CannedReply" });
/** What the agents of an inbox say often. */
export type CannedReply = z.infer<typeof CannedReply>;
