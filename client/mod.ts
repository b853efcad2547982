/** `@patter/client`: everything that an application uses. */
export { type Entrance, register, signIn } from "./accounts.ts";
export { Client, createClient } from "./client.ts";
export type { ClientEvents } from "./client_events.ts";
export type { Clock } from "./clock.ts";
export type { ConversationView } from "./conversations.ts";
export type { State, Status } from "./link.ts";
export type { ClientOptions } from "./options.ts";
export { memoryOutbox, type OutboxItem, type OutboxStore, type Outgoing } from "./outbox_item.ts";
export type { Platform } from "./platform.ts";
export { isPassing, type LocalCode, PatterError } from "./problems.ts";
export type { Thread } from "./thread.ts";
export type { Upload, UploadOptions, UploadState } from "./uploads.ts";

export type {
  Attachment,
  AttachmentLink,
  Block,
  CannedReply,
  Changes,
  ChangesPage,
  Conversation,
  ConversationState,
  Credentials,
  FailureCode,
  Friend,
  FriendRequest,
  GroupRequest,
  Inbox,
  InboxFace,
  Invite,
  Me,
  Member,
  Message,
  MessagePage,
  Method,
  My,
  NewMessage,
  Note,
  Notification,
  Notifications,
  Params,
  Presence,
  PresenceStatus,
  Problem,
  Registration,
  Results,
  Sent,
  Session,
  SettingsPatch,
  SupportChange,
  SupportConversation,
  SupportInbox,
  User,
  Visitor,
  WidgetSession,
} from "./wire.ts";
