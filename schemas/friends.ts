/** Friend requests, friends and blocks on the wire. */
import { z } from "zod";
import { Id, PageQuery, text, Time } from "./fields.ts";
import { User } from "./users.ts";

/** Where a request stands. */
export const FriendRequestStatus = z.enum(["pending", "accepted", "refused", "cancelled"]);

/** `POST /v1/friend-requests` */
export const NewFriendRequest = z.strictObject({
  userId: Id,
  message: text(0, 200).optional(),
  source: text(0, 64).optional(),
});
/** `POST /v1/friend-requests` */
export type NewFriendRequest = z.infer<typeof NewFriendRequest>;

/** One asks, the other answers. */
export const FriendRequest = z.object({
  id: Id,
  requester: User,
  addressee: User,
  message: z.string().nullable(),
  source: z.string().nullable(),
  status: FriendRequestStatus,
  handleMessage: z.string().nullable(),
  createdAt: Time,
  handledAt: Time.nullable(),
}).meta({ id: "FriendRequest" });
/** One asks, the other answers. */
export type FriendRequest = z.infer<typeof FriendRequest>;

/** `GET /v1/friend-requests` */
export const FriendRequestQuery = PageQuery.extend({
  box: z.enum(["incoming", "outgoing"]).default("incoming"),
  status: FriendRequestStatus.optional(),
});
/** `GET /v1/friend-requests` */
export type FriendRequestQuery = z.infer<typeof FriendRequestQuery>;

/** A name that only I see for a friend. */
export const Remark = text(0, 64).nullable();

/** `POST .../accept` */
export const Acceptance = z.strictObject({ remark: Remark.optional() });
/** `POST .../refuse` */
export const Refusal = z.strictObject({ message: text(0, 200).optional() });

/** A friend as I have them. */
export const Friend = z.object({
  user: User,
  remark: z.string().nullable(),
  source: z.string().nullable(),
  since: Time,
  online: z.boolean(),
}).meta({ id: "Friend" });
/** A friend as I have them. */
export type Friend = z.infer<typeof Friend>;

/** `PATCH /v1/friends/{userId}` */
export const FriendPatch = z.strictObject({ remark: Remark });

/** Somebody whom I block. */
export const Block = z.object({ user: User, since: Time }).meta({ id: "Block" });
/** Somebody whom I block. */
export type Block = z.infer<typeof Block>;
