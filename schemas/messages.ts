/** Messages on the wire: what is sent, what everyone reads, and the answers to a send. */
import { z } from "zod";
import { Counter, HttpsUrl, Id, isStorable, Limit, name, text, Time } from "./fields.ts";

const customBytesMax = 8_192;
const customDepthMax = 32;

// Postgres refuses NUL and lone surrogates anywhere in jsonb, and both ends recurse to read it.
function isStorableJson(value: unknown): boolean {
  return isStorableAt(value, 0);
}

function isStorableAt(value: unknown, depth: number): boolean {
  if (depth > customDepthMax) return false;
  if (typeof value === "string") return isStorable(value);
  if (typeof value === "number") return Number.isFinite(value);
  if (typeof value !== "object" || value === null) return true;
  return Object.entries(value).every(([key, item]) =>
    isStorable(key) && isStorableAt(item, depth + 1)
  );
}

function jsonBytes(value: unknown): number {
  return new TextEncoder().encode(JSON.stringify(value)).byteLength;
}

/** Any JSON that can be stored and read back: bounded in bytes of UTF-8 and in depth. */
const CustomData = z.unknown()
  .refine((value) => value !== undefined, { message: "Required", abort: true })
  // Aborts: measuring what is too deep would overflow the stack.
  .refine(isStorableJson, {
    message: `At most ${customDepthMax} levels, no NUL characters or lone surrogates`,
    abort: true,
  })
  .refine(
    (value) => jsonBytes(value) <= customBytesMax,
    `At most ${customBytesMax} bytes of UTF-8`,
  );

const Text = z.strictObject({ text: text(1, 10_000) });
const Location = z.strictObject({
  latitude: z.number().min(-90).max(90),
  longitude: z.number().min(-180).max(180),
  title: text(1, 200).optional(),
});
const Card = z.strictObject({
  title: text(1, 200),
  text: text(1, 2_000).optional(),
  url: HttpsUrl.optional(),
  imageUrl: HttpsUrl.optional(),
});
const Custom = z.strictObject({ type: text(1, 64), data: CustomData });

const attached = { attachmentId: Id, caption: text(1, 1_000).optional() };
const side = z.int().min(1).max(1_000_000).optional();
const durationMs = z.int().min(0).max(604_800_000).optional();
const Image = z.strictObject({ ...attached, width: side, height: side });
const Video = z.strictObject({ ...attached, width: side, height: side, durationMs });
const Audio = z.strictObject({ ...attached, durationMs });
const File = z.strictObject({ ...attached, name: name(255).optional() });

const ClientId = z.string()
  .regex(/^[A-Za-z0-9_-]{1,64}$/, "Expected 1 to 64 of A-Z a-z 0-9 _ -");

const sent = {
  clientId: ClientId,
  replyTo: Counter.optional(),
  mentions: z.array(z.union([Id, z.literal("all")])).max(100).optional(),
};

/** What a client may send, by kind. */
export const NewMessage = z.discriminatedUnion("kind", [
  z.strictObject({ ...sent, kind: z.literal("text"), body: Text }),
  z.strictObject({ ...sent, kind: z.literal("image"), body: Image }),
  z.strictObject({ ...sent, kind: z.literal("video"), body: Video }),
  z.strictObject({ ...sent, kind: z.literal("audio"), body: Audio }),
  z.strictObject({ ...sent, kind: z.literal("file"), body: File }),
  z.strictObject({ ...sent, kind: z.literal("location"), body: Location }),
  z.strictObject({ ...sent, kind: z.literal("card"), body: Card }),
  z.strictObject({ ...sent, kind: z.literal("custom"), body: Custom }),
]).meta({ id: "NewMessage" });
/** What a client may send, by kind. */
export type NewMessage = z.infer<typeof NewMessage>;

/** Bodies by kind: what an edit must fit. */
export const bodies = {
  text: Text,
  image: Image,
  video: Video,
  audio: Audio,
  file: File,
  location: Location,
  card: Card,
  custom: Custom,
} as const;

/** `PATCH .../messages/{seq}`: a new body of the same kind, of the same attachment. */
export const MessagePatch = z.strictObject({
  body: z.union([Text, Image, Video, Audio, File, Location, Card, Custom]),
});
/** `PATCH .../messages/{seq}`: a new body of the same kind, of the same attachment. */
export type MessagePatch = z.infer<typeof MessagePatch>;

/**
 * One emoji as Unicode recommends them for interchange (UTS 51, RGI); one that is written as a text
 * character gets the selector that makes it an emoji.
 */
export const Emoji = z.string().max(64)
  .transform((emoji) => isEmoji(emoji) ? emoji : `${emoji}\uFE0F`)
  .refine(isEmoji, "Expected one emoji");

function isEmoji(text: string): boolean {
  return /^\p{RGI_Emoji}$/v.test(text);
}

/** One emoji on a message, and whose: the first fifty by name, all in number. */
export const Reaction = z.object({
  emoji: z.string(),
  count: z.int(),
  userIds: z.array(Id),
}).meta({ id: "Reaction" });
/** One emoji on a message, and whose: the first fifty by name, all in number. */
export type Reaction = z.infer<typeof Reaction>;

/** What a message said before an edit, and when that edit was made. */
export const Edit = z.object({ body: z.unknown(), editedAt: Time }).meta({ id: "Edit" });
/** What a message said before an edit, and when that edit was made. */
export type Edit = z.infer<typeof Edit>;

/** `POST .../messages/forward`: one by one, or as one `merged` message. */
export const Forward = z.strictObject({
  clientId: ClientId,
  from: z.strictObject({
    conversationId: Id,
    seqs: z.array(Counter).min(1).max(100)
      .refine((seqs) => new Set(seqs).size === seqs.length, "Expected each seq once"),
  }),
  merged: z.boolean().default(false),
});
/** `POST .../messages/forward`: one by one, or as one `merged` message. */
export type Forward = z.infer<typeof Forward>;

/** Where forwarded messages are now; `duplicate`: they had been forwarded before. */
export const Forwarded = z.object({
  items: z.array(z.object({ seq: Counter, rev: Counter, at: Time })),
  duplicate: z.boolean(),
});
/** Where forwarded messages are now; `duplicate`: they had been forwarded before. */
export type Forwarded = z.infer<typeof Forwarded>;

/** What the server says in a conversation: who came and went, and what was changed by whom. */
export const SystemBody = z.object({
  event: z.enum([
    "created",
    "joined",
    "invited",
    "left",
    "removed",
    "renamed",
    "announcement",
    "ownerChanged",
    "muted",
    "unmuted",
    "dismissed",
  ]),
  actorId: Id,
  /** Whom it is about: empty where it is about all. */
  userIds: z.array(Id),
  /** With `renamed`. */
  name: z.string().optional(),
  /** With `announcement`; null: it was taken down. */
  announcement: z.string().nullable().optional(),
  /** With `muted`, of one member. */
  mutedUntil: Time.optional(),
});
/** What the server says in a conversation: who came and went, and what was changed by whom. */
export type SystemBody = z.infer<typeof SystemBody>;

/** A message as every reader gets it; optional fields are absent when empty. */
export const Message = z.object({
  seq: Counter,
  rev: Counter,
  from: Id.nullable(),
  clientId: z.string().nullable(),
  at: Time,
  kind: z.enum([
    "text",
    "image",
    "video",
    "audio",
    "file",
    "location",
    "card",
    "custom",
    "merged",
    "system",
  ]),
  body: z.unknown(),
  replyTo: Counter.optional(),
  mentions: z.array(z.string()).optional(),
  editedAt: Time.optional(),
  recalledAt: Time.optional(),
  pinnedAt: Time.optional(),
  reactions: z.array(Reaction).optional(),
}).meta({ id: "Message" });
/** A message as every reader gets it; optional fields are absent when empty. */
export type Message = z.infer<typeof Message>;

/** Durably stored: where and when. `duplicate`: it had been before. */
export const Sent = z.object({
  seq: Counter,
  rev: Counter,
  at: Time,
  duplicate: z.boolean(),
}).meta({ id: "Sent" });
/** Durably stored: where and when. `duplicate`: it had been before. */
export type Sent = z.infer<typeof Sent>;

/** `GET .../messages`: one side at most; the newest page when neither is given. */
export const MessageQuery = z.strictObject({
  beforeSeq: z.coerce.number().pipe(Counter).optional(),
  afterSeq: z.coerce.number().pipe(z.int().min(0)).optional(),
  limit: Limit,
}).refine((value) => value.beforeSeq === undefined || value.afterSeq === undefined, {
  message: "Expected beforeSeq or afterSeq, not both",
  path: ["afterSeq"],
});
/** `GET .../messages`: one side at most; the newest page when neither is given. */
export type MessageQuery = z.infer<typeof MessageQuery>;

/** Messages by ascending `seq`; `hasMore` in the direction asked. */
export const MessagePage = z.object({ items: z.array(Message), hasMore: z.boolean() });
/** Messages by ascending `seq`; `hasMore` in the direction asked. */
export type MessagePage = z.infer<typeof MessagePage>;

const SearchTime = z.iso.datetime({ offset: true, error: "Expected a time in ISO 8601" })
  .transform((moment) => new Date(moment));

/** `GET /v1/messages/search`: `since` is part of what is searched, `until` is not. */
export const SearchQuery = z.strictObject({
  q: text(1, 200),
  conversationId: Id.optional(),
  from: Id.optional(),
  kind: z.enum(["text", "image", "video", "audio", "file", "location", "card", "merged"])
    .optional(),
  since: SearchTime.optional(),
  until: SearchTime.optional(),
  limit: Limit,
  cursor: z.string().max(512).optional(),
});
/** `GET /v1/messages/search`: `since` is part of what is searched, `until` is not. */
export type SearchQuery = z.infer<typeof SearchQuery>;

/** A message that was found; `ranges` are code points of its text, the ends not part of them. */
export const FoundMessage = z.object({
  conversationId: Id,
  message: Message,
  ranges: z.array(z.tuple([z.int().min(0), z.int().min(1)])),
});
/** A message that was found; `ranges` are code points of its text, the ends not part of them. */
export type FoundMessage = z.infer<typeof FoundMessage>;

/** Who has read a message and who has not; the sender is in neither. */
export const Readers = z.object({ readBy: z.array(Id), unreadBy: z.array(Id) });
/** Who has read a message and who has not; the sender is in neither. */
export type Readers = z.infer<typeof Readers>;
