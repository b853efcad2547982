/** Groups on the wire: making, changing and joining them, their members, requests to join, invite links. */
import { z } from "zod";
import { HistoryVisible, JoinPolicy } from "./conversations.ts";
import { FutureTime, HttpsUrl, Id, name, PageQuery, text, Time } from "./fields.ts";
import { User } from "./users.ts";

/** At most 100 user ids, each once. */
export const UserIds = z.array(Id).max(100)
  .refine((ids) => new Set(ids).size === ids.length, "Expected each id once");

/** `POST /v1/groups` */
export const NewGroup = z.strictObject({
  name: name(100),
  avatarUrl: HttpsUrl.nullable().optional(),
  joinPolicy: JoinPolicy.default("open"),
  historyVisible: HistoryVisible.default("joined"),
  memberIds: UserIds.default([]),
});
/** `POST /v1/groups` */
export type NewGroup = z.infer<typeof NewGroup>;

/** What a group of `open` or `approval` shows to anyone signed in. */
export const GroupFace = z.object({
  id: Id,
  kind: z.literal("group"),
  name: z.string(),
  avatarUrl: z.string().nullable(),
  memberCount: z.int(),
  joinPolicy: JoinPolicy,
}).meta({ id: "GroupFace" });
/** What a group of `open` or `approval` shows to anyone signed in. */
export type GroupFace = z.infer<typeof GroupFace>;

const requestMessage = text(0, 200).optional();

/** `POST /v1/groups/{id}/join` */
export const JoinRequest = z.strictObject({ message: requestMessage });

/** `POST /v1/groups/{id}/members` */
export const NewMembers = z.strictObject({ userIds: UserIds.min(1), message: requestMessage });

/** What became of each; `blocked`: that user blocks me. */
export const Additions = z.object({
  items: z.array(z.object({
    userId: Id,
    status: z.enum(["joined", "pending", "alreadyMember", "blocked"]),
  })),
});
/** What became of each; `blocked`: that user blocks me. */
export type Additions = z.infer<typeof Additions>;

/** What wanting to join led to: `pending` waits for a manager. */
export const Joined = z.object({ status: z.enum(["joined", "pending"]) });
/** What wanting to join led to: `pending` waits for a manager. */
export type Joined = z.infer<typeof Joined>;

/** `PATCH /v1/groups/{id}`: what its leaders may change; `null` clears. */
export const GroupPatch = z.strictObject({
  name: name(100).optional(),
  avatarUrl: HttpsUrl.nullable().optional(),
  announcement: text(0, 2_000).nullable().optional(),
  joinPolicy: JoinPolicy.optional(),
  historyVisible: HistoryVisible.optional(),
  mutedAll: z.boolean().optional(),
  retentionDays: z.int().min(1).max(36_500).nullable().optional(),
});
/** `PATCH /v1/groups/{id}`: what its leaders may change; `null` clears. */
export type GroupPatch = z.infer<typeof GroupPatch>;

/** `PATCH /v1/groups/{id}/members/{userId}`; an owner is made by handing the group on. */
export const MemberPatch = z.strictObject({
  role: z.enum(["manager", "member"]).optional(),
  alias: text(0, 64).nullable().optional(),
  mutedUntil: FutureTime.nullable().optional(),
});
/** `PATCH /v1/groups/{id}/members/{userId}`; an owner is made by handing the group on. */
export type MemberPatch = z.infer<typeof MemberPatch>;

/** `POST /v1/groups/{id}/owner` */
export const Transfer = z.strictObject({ userId: Id });

/** Where a request to join stands. */
export const GroupRequestStatus = z.enum(["pending", "accepted", "refused"]);

/** Somebody applies to a group, or is proposed by a plain member. */
export const GroupRequest = z.object({
  id: Id,
  groupId: Id,
  requester: User,
  inviter: User.nullable(),
  message: z.string().nullable(),
  source: z.enum(["apply", "invite"]),
  status: GroupRequestStatus,
  handledBy: Id.nullable(),
  createdAt: Time,
  handledAt: Time.nullable(),
}).meta({ id: "GroupRequest" });
/** Somebody applies to a group, or is proposed by a plain member. */
export type GroupRequest = z.infer<typeof GroupRequest>;

/** `GET /v1/groups/{id}/requests` */
export const GroupRequestQuery = PageQuery.extend({ status: GroupRequestStatus.optional() });
/** `GET /v1/groups/{id}/requests` */
export type GroupRequestQuery = z.infer<typeof GroupRequestQuery>;

/** `POST /v1/groups/{id}/invites` */
export const NewInvite = z.strictObject({
  expiresAt: FutureTime.optional(),
  maxUses: z.int().min(1).max(1_000_000).optional(),
});
/** `POST /v1/groups/{id}/invites` */
export type NewInvite = z.infer<typeof NewInvite>;

/** A link that lets whoever has it into a group, for as long as its maker may. */
export const Invite = z.object({
  code: z.string(),
  url: z.url(),
  groupId: Id,
  creatorId: Id,
  createdAt: Time,
  expiresAt: Time.nullable(),
  maxUses: z.int().nullable(),
  uses: z.int(),
}).meta({ id: "Invite" });
/** A link that lets whoever has it into a group, for as long as its maker may. */
export type Invite = z.infer<typeof Invite>;

/** A code as it stands in a link. */
export const InviteCode = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/, "Expected an invite code");

/** `POST /v1/invites/{code}/accept`: what it led to, and where. */
export const Accepted = Joined.extend({ groupId: Id });
/** `POST /v1/invites/{code}/accept`: what it led to, and where. */
export type Accepted = z.infer<typeof Accepted>;
