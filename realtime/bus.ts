/** The bus between instances: hints that something has happened. The database is the record. */
import type { Departure } from "../domain/app.ts";
import type { Changes } from "../schemas/conversations.ts";
import type { Notification } from "../schemas/frames.ts";

/** What one instance tells the others. */
export type Packet =
  | {
    readonly type: "changes";
    readonly changes: Changes;
    readonly departures: readonly Departure[];
  }
  | { readonly type: "notice"; readonly notification: Notification; readonly exceptUserId?: string }
  | { readonly type: "joined"; readonly conversationId: string }
  | { readonly type: "sessionsEnded"; readonly which: { only: string } | { keep: string } };

/** Takes a packet of another instance. */
export type Receive = (topic: string, packet: Packet) => void;

/**
 * One instance's end of the bus. It may lose, delay and reorder; it never gives an instance its own
 * packets, and neither call ever waits or throws: delivery here does not depend on it.
 */
export interface Bus {
  publish(topic: string, packet: Packet): void;
  /** From now on packets of the topic are received. */
  join(topic: string): void;
  leave(topic: string): void;
  close(): Promise<void>;
}

/** Makes an instance's end of the bus. */
export type ConnectBus = (receive: Receive) => Bus;

/** The topic of a conversation's room. */
export function roomTopic(conversationId: string): string {
  return `room/${conversationId}`;
}

/** The topic of a user's connections. */
export function userTopic(userId: string): string {
  return `user/${userId}`;
}
