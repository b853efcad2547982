/** What a client tells its application. */
import type { Status } from "./link.ts";
import type { OutboxItem } from "./outbox_item.ts";
import type { Message, Notifications, Session } from "./wire.ts";

/** What a client tells: the server's notifications by their names, and these. */
export interface ClientEvents extends Notifications {
  /** The connection has another state. */
  state: Status;
  /** The session goes on with new tokens: keep it. */
  session: Session;
  /** The session has ended, and why: only signing in again helps. */
  signedOut: { reason: string };
  /** All conversations are as the server has them. */
  synced: undefined;
  /** A conversation, its messages, its outbox or who is typing there is not what it was. */
  changed: { conversationId: string };
  /** A message is new, once, in order; those of an absence too. */
  message: { conversationId: string; message: Message };
  /** A message of mine has another state. */
  outbox: OutboxItem;
}
