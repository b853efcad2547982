/** Conversations, members, and `Changes`: the one shape for live delivery and catching up. */
import { z } from "zod";
import { Counter, CounterOrZero, Id, Limit, PageQuery, text, Time } from "./fields.ts";
import { Message } from "./messages.ts";
import { User } from "./users.ts";

/** Who may come into a group by themselves. */
export const JoinPolicy = z.enum(["open", "approval", "invite"]);
/** What a new member may read. */
export const HistoryVisible = z.enum(["joined", "all"]);
/** Rank: owner > manager > member. */
export const MemberRole = z.enum(["owner", "manager", "member"]);
/** Rank: owner > manager > member. */
export type MemberRole = z.infer<typeof MemberRole>;
/** Why somebody is no longer a member. */
export const LeftReason = z.enum(["left", "removed", "dismissed"]);
/** Why somebody is no longer a member. */
export type LeftReason = z.infer<typeof LeftReason>;

/** What all members share of a conversation. */
export const ConversationState = z.object({
  id: Id,
  kind: z.enum(["direct", "group", "support"]),
  name: z.string().nullable(),
  avatarUrl: z.string().nullable(),
  ownerId: Id.nullable(),
  joinPolicy: JoinPolicy.nullable(),
  historyVisible: HistoryVisible,
  announcement: z.string().nullable(),
  mutedAll: z.boolean(),
  retentionDays: z.int().nullable(),
  memberCount: z.int(),
  rev: Counter,
  updatedAt: Time,
  dismissedAt: Time.nullable(),
}).meta({ id: "ConversationState" });
/** What all members share of a conversation. */
export type ConversationState = z.infer<typeof ConversationState>;

/** What is mine alone of a conversation. */
export const My = z.object({
  peer: User.nullable(),
  role: MemberRole,
  readSeq: CounterOrZero,
  unreadCount: z.int(),
  mentioned: z.boolean(),
  pinned: z.boolean(),
  notify: z.enum(["all", "mentions", "none"]),
  hidden: z.boolean(),
  /** Absent when it is not. */
  markedUnread: z.literal(true).optional(),
  draft: z.string().nullable(),
  clearedSeq: CounterOrZero,
  deletedRanges: z.array(z.tuple([z.int(), z.int()])),
  joinedAt: Time,
  leftAt: Time.nullable(),
}).meta({ id: "My" });
/** What is mine alone of a conversation. */
export type My = z.infer<typeof My>;

/** A conversation as one user has it. */
export const Conversation = ConversationState.extend({
  firstSeq: Counter,
  lastSeq: CounterOrZero,
  lastRev: CounterOrZero,
  lastMessage: Message.nullable(),
  my: My,
}).meta({ id: "Conversation" });
/** A conversation as one user has it. */
export type Conversation = z.infer<typeof Conversation>;

/** A user's place in a conversation, as all members see it. */
export const Member = z.object({
  userId: Id,
  role: MemberRole,
  alias: z.string().nullable(),
  joinedAt: Time,
  mutedUntil: Time.nullable(),
  leftAt: Time.nullable(),
  rev: Counter,
}).meta({ id: "Member" });
/** A user's place in a conversation, as all members see it. */
export type Member = z.infer<typeof Member>;

/** What you held at `prevRev` is complete up to `rev` once these states lie over it. */
export const Changes = z.object({
  conversationId: Id,
  prevRev: CounterOrZero,
  rev: CounterOrZero,
  messages: z.array(Message),
  members: z.array(Member),
  conversation: ConversationState.nullable(),
}).meta({ id: "Changes" });
/** What you held at `prevRev` is complete up to `rev` once these states lie over it. */
export type Changes = z.infer<typeof Changes>;

/** A page of changes; `hasMore`: ask again from its `rev`. */
export const ChangesPage = Changes.extend({ hasMore: z.boolean() });
/** A page of changes; `hasMore`: ask again from its `rev`. */
export type ChangesPage = z.infer<typeof ChangesPage>;

/** `GET .../changes` */
export const ChangesQuery = z.strictObject({
  afterRev: z.coerce.number().pipe(CounterOrZero).default(0),
  limit: Limit,
});

/** `GET /v1/conversations` */
export const ConversationQuery = PageQuery.extend({ changedSince: z.string().max(512).optional() });
/** `GET /v1/conversations` */
export type ConversationQuery = z.infer<typeof ConversationQuery>;

/** `items`, `nextCursor`, and `syncCursor`, taken before the first page was read. */
export const ConversationPage = z.object({
  items: z.array(Conversation),
  nextCursor: z.string().nullable(),
  syncCursor: z.string(),
});
/** `items`, `nextCursor`, and `syncCursor`, taken before the first page was read. */
export type ConversationPage = z.infer<typeof ConversationPage>;

/** `POST /v1/conversations/direct` */
export const DirectRequest = z.strictObject({ userId: Id });

/** `PUT .../read` */
export const ReadRequest = z.strictObject({ seq: CounterOrZero });
/** The watermark after reading, and what is left unread. */
export const ReadState = z.object({ readSeq: CounterOrZero, unreadCount: z.int() });
/** The watermark after reading, and what is left unread. */
export type ReadState = z.infer<typeof ReadState>;

/** `PATCH .../settings`: what is mine alone; `null` clears. */
export const SettingsPatch = z.strictObject({
  pinned: z.boolean().optional(),
  notify: z.enum(["all", "mentions", "none"]).optional(),
  hidden: z.boolean().optional(),
  markedUnread: z.boolean().optional(),
  clearedSeq: CounterOrZero.optional(),
  draft: text(0, 10_000).nullable().optional(),
});
/** `PATCH .../settings`: what is mine alone; `null` clears. */
export type SettingsPatch = z.infer<typeof SettingsPatch>;
