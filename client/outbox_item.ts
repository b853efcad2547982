/** What waits in the outbox, and where it is kept across reloads. */
import type { NewMessage } from "./wire.ts";

type Without<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

/** A message to send, without its `clientId`. */
export type Outgoing = Without<NewMessage, "clientId">;

/** A message on its way. */
export interface OutboxItem {
  /** The same for every attempt: that makes it one message. */
  readonly clientId: string;
  readonly conversationId: string;
  readonly message: Outgoing;
  /** When it was sent here: ISO 8601. */
  readonly at: string;
  /** Its place among all: what was sent first goes first. */
  readonly order: number;
  readonly state: "sending" | "sent" | "failed";
  /** Of a sent one, until it comes with the changes: its number. */
  readonly seq?: number;
  /** Why it failed, by code. */
  readonly reason?: string;
}

/** Keeps the outbox of one account. */
export interface OutboxStore {
  load(): Promise<OutboxItem[]>;
  put(item: OutboxItem): Promise<unknown>;
  remove(clientId: string): Promise<unknown>;
  clear(): Promise<unknown>;
}

/** An outbox for as long as the program runs. */
export function memoryOutbox(): OutboxStore {
  const items = new Map<string, OutboxItem>();
  return {
    load: () => Promise.resolve([...items.values()]),
    put: (item) => Promise.resolve(items.set(item.clientId, item)),
    remove: (clientId) => Promise.resolve(items.delete(clientId)),
    clear: () => Promise.resolve(items.clear()),
  };
}
