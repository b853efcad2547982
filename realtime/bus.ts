/** The bus between instances: hints that something has happened. The database is the record. */
import type { Departure, SessionEnd } from "../domain/app.ts";
import type { Standing } from "../domain/presence.ts";
import type { Changes } from "../schemas/conversations.ts";
import type { Notification } from "../schemas/frames.ts";

/** What one instance tells the others. */
export type Packet =
  | {
    readonly type: "changes";
    readonly changes: Changes;
    readonly departures: readonly Departure[];
  }
  /** In place of changes that are too large for a packet. */
  | { readonly type: "changed"; readonly conversationId: string; readonly rev: number }
  | { readonly type: "notice"; readonly notification: Notification; readonly exceptUserId?: string }
  | { readonly type: "joined"; readonly conversationId: string }
  /** What is the topic's user's alone has changed. */
  | { readonly type: "my"; readonly conversationId: string }
  | {
    readonly type: "sessionsEnded";
    readonly sessionIds: readonly string[];
    readonly reason: SessionEnd;
  }
  | { readonly type: "presence"; readonly news: PresenceNews };

/** To a user's instances: how they want to be seen. To those who watch them: what one instance states, or that `watcherId` may see something else. */
export type PresenceNews =
  | { readonly standing: Standing }
  | { readonly instance: string; readonly lease: string | null }
  | { readonly watcherId: string };

/** Takes a packet of another instance. */
export type Receive = (topic: string, packet: Packet) => void;

/** Is told that packets of these topics arrive from now on: what was said before may have gone by. */
export type Heard = (topics: readonly string[]) => void;

/**
 * One instance's end of the bus. It may lose, delay and reorder; it never gives an instance its own
 * packets, and neither call ever waits or throws: delivery here does not depend on it.
 */
export interface Bus {
  publish(topic: string, packet: Packet): void;
  /** Packets of the topic are to be received, as soon as may be. */
  join(topic: string): void;
  leave(topic: string): void;
  close(): Promise<void>;
}

/**
 * Makes an instance's end of the bus. A bus that goes away and comes back calls `heard` again, with all
 * topics; one that is there at once need not.
 */
export type ConnectBus = (receive: Receive, heard?: Heard) => Bus;

/** The topic of a conversation's room. */
export function roomTopic(conversationId: string): string {
  return `room/${conversationId}`;
}

/** The topic of a user's connections. */
export function userTopic(userId: string): string {
  return `user/${userId}`;
}
