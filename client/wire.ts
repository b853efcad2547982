/** What goes over the wire, as types inferred from the server's schemas: the one place that takes them. */
import type { z } from "zod";
import type { FailureCode } from "../errors.ts";
import type { Problem as ProblemSchema } from "../schemas/fields.ts";
import type { methods, notifications } from "../schemas/frames.ts";

export type { Attachment, AttachmentLink } from "../schemas/attachments.ts";
export type { Credentials, Registration, Session } from "../schemas/auth.ts";
export type {
  Changes,
  ChangesPage,
  Conversation,
  ConversationState,
  Member,
  My,
  SettingsPatch,
} from "../schemas/conversations.ts";
export type { Block, Friend, FriendRequest } from "../schemas/friends.ts";
export type { GroupRequest, Invite } from "../schemas/groups.ts";
export type { CannedReply, Inbox } from "../schemas/inboxes.ts";
export type { Message, MessagePage, NewMessage, Sent } from "../schemas/messages.ts";
export type { Presence, PresenceStatus } from "../schemas/presence.ts";
export type {
  InboxFace,
  Note,
  SupportChange,
  SupportConversation,
  SupportInbox,
  Visitor,
  WidgetSession,
} from "../schemas/support.ts";
export type { Me, User } from "../schemas/users.ts";

/** A refusal's code, as the server gives it. */
export type { FailureCode };

/** RFC 9457 problem details with the stable `code`. */
export type Problem = z.output<typeof ProblemSchema>;

/** Method → params, as they may be given. */
export type Params = { [M in keyof typeof methods]: z.input<(typeof methods)[M]["params"]> };

/** Method → result. */
export type Results = { [M in keyof typeof methods]: z.output<(typeof methods)[M]["result"]> };

/** A method of the socket. */
export type Method = keyof Params;

/** Notification → params. */
export type Notifications = {
  [N in keyof typeof notifications]: z.output<(typeof notifications)[N]>;
};

/** A notification as it comes. */
export type Notification = {
  [N in keyof Notifications]: { method: N; params: Notifications[N] };
}[keyof Notifications];
