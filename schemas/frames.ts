/** The socket protocol: JSON-RPC 2.0 envelopes, every method with its params and result, every notification. */
import { z } from "zod";
import { Counter, CounterOrZero, Id, PageParams, Problem, Time } from "./fields.ts";
import {
  Changes,
  ChangesPage,
  Conversation,
  ConversationPage,
  LeftReason,
  My,
  ReadState,
} from "./conversations.ts";
import { Block, Friend, FriendRequest } from "./friends.ts";
import { GroupRequest } from "./groups.ts";
import { Emoji, Message, MessagePage, MessagePatch, NewMessage, Sent } from "./messages.ts";
import { Presences, PresenceStatus, WatchParams } from "./presence.ts";
import { Note, SupportChange } from "./support.ts";
import { User } from "./users.ts";

/** The subprotocol of version 1. */
export const subprotocol = "patter.v1";

const limit = z.int().min(1).max(100).default(50);
const conversationId = Id;

// A strict union cannot be intersected: each kind takes the id of its own.
const [textKind, imageKind, videoKind, audioKind, fileKind, locationKind, cardKind, customKind] =
  NewMessage.options;
/** `message.send`: a new message and where it goes. */
export const SendParams = z.discriminatedUnion("kind", [
  textKind.extend({ conversationId }),
  imageKind.extend({ conversationId }),
  videoKind.extend({ conversationId }),
  audioKind.extend({ conversationId }),
  fileKind.extend({ conversationId }),
  locationKind.extend({ conversationId }),
  cardKind.extend({ conversationId }),
  customKind.extend({ conversationId }),
]);

const ReactParams = z.strictObject({ conversationId, seq: Counter, emoji: Emoji });

/** Method → params and result. `realtime/dispatch.ts` answers each. */
export const methods = {
  "ping": { params: z.strictObject({}), result: z.object({ serverTime: Time }) },
  "session.refresh": {
    params: z.strictObject({ token: z.string().min(1).max(4_096) }),
    result: z.object({ tokenExpiresAt: Time }),
  },
  "message.send": { params: SendParams, result: Sent },
  "message.list": {
    params: z.strictObject({
      conversationId,
      beforeSeq: Counter.optional(),
      afterSeq: CounterOrZero.optional(),
      limit,
    }).refine((value) => value.beforeSeq === undefined || value.afterSeq === undefined, {
      message: "Expected beforeSeq or afterSeq, not both",
      path: ["afterSeq"],
    }),
    result: MessagePage,
  },
  "message.edit": {
    params: MessagePatch.extend({ conversationId, seq: Counter }),
    result: Message,
  },
  "message.recall": { params: z.strictObject({ conversationId, seq: Counter }), result: Message },
  "message.react": { params: ReactParams, result: Message },
  "message.unreact": { params: ReactParams, result: Message },
  "conversation.changes": {
    params: z.strictObject({ conversationId, afterRev: CounterOrZero.default(0), limit }),
    result: ChangesPage,
  },
  "conversation.list": {
    params: PageParams.extend({ changedSince: z.string().max(512).optional() }),
    result: ConversationPage,
  },
  "conversation.read": {
    params: z.strictObject({ conversationId, seq: CounterOrZero }),
    result: ReadState,
  },
  "conversation.typing": {
    params: z.strictObject({ conversationId, typing: z.boolean() }),
    result: z.object({}),
  },
  "presence.watch": { params: WatchParams, result: Presences },
  "presence.unwatch": { params: WatchParams, result: Presences },
  "presence.set": {
    params: z.strictObject({ status: PresenceStatus }),
    result: z.object({}),
  },
} as const;

/** A method of the socket protocol. */
export type Method = keyof typeof methods;

/** A checked request: the method and the params that go with it. */
export type Request = {
  [M in Method]: { id: RequestId; method: M; params: z.infer<(typeof methods)[M]["params"]> };
}[Method];

/** JSON-RPC's request id: text or a number, never null here, so that every answer finds its request. */
export const RequestId = z.union([
  z.string().max(128),
  // 2^53 + 1 is not what it was once it has been parsed: its answer would find nobody.
  z.number().refine((id) => !Number.isInteger(id) || Number.isSafeInteger(id)),
]);
/** JSON-RPC's request id. */
export type RequestId = z.infer<typeof RequestId>;

/** Notification → params, from the server; `pong` alone comes from clients. */
export const notifications = {
  "session.ready": z.object({
    connectionId: Id,
    sessionId: Id,
    userId: Id,
    serverTime: Time,
    pingIntervalMs: z.int(),
    tokenExpiresAt: Time,
    syncCursor: z.string(),
    pending: z.object({ friendRequests: z.int(), groupRequests: z.int() }),
  }),
  "changes": Changes,
  "conversation.joined": z.object({ conversation: Conversation }),
  "conversation.my": z.object({ conversationId, my: My }),
  "conversation.left": z.object({ conversationId, reason: LeftReason }),
  "conversation.read": z.object({ conversationId, userId: Id, readSeq: CounterOrZero }),
  "conversation.typing": z.object({ conversationId, userId: Id, typing: z.boolean() }),
  "presence": Presences,
  "friend.requested": FriendRequest,
  "friend.handled": FriendRequest,
  "friend.added": Friend,
  "friend.removed": z.object({ userId: Id }),
  "friend.changed": Friend,
  "block.added": Block,
  "block.removed": z.object({ userId: Id }),
  "group.requested": GroupRequest,
  "group.handled": GroupRequest,
  "support.changed": SupportChange,
  "support.noted": Note,
  "support.noteDeleted": z.object({ conversationId: Id, noteId: Id }),
  "user.changed": User,
  "session.expiring": z.object({ tokenExpiresAt: Time }),
  "server.draining": z.object({ reconnectInMs: z.int() }),
  "ping": z.object({ serverTime: Time }),
} as const;

/** A notification's name. */
export type NotificationName = keyof typeof notifications;

/** A notification that the server sends. */
export type Notification = {
  [N in NotificationName]: { method: N; params: z.infer<(typeof notifications)[N]> };
}[NotificationName];

/** JSON-RPC's error codes; `-32000` carries the product's own code in `data.code`. */
export const rpcErrors = {
  parse: -32_700,
  invalidRequest: -32_600,
  methodNotFound: -32_601,
  invalidParams: -32_602,
  failure: -32_000,
} as const;

/** An error answer. */
export const RpcError = z.object({
  jsonrpc: z.literal("2.0"),
  id: RequestId.nullable(),
  error: z.object({ code: z.int(), message: z.string(), data: Problem }),
}).meta({ id: "RpcError" });
