/** What the domain is given: the ports to database, live connections, keys, limits, clock and log. */
import type { Config } from "../config.ts";
import type { Database } from "../db/client.ts";
import type { Gather } from "../db/gather.ts";
import type { MessageLog } from "../db/message_log.ts";
import type { Changes, LeftReason } from "../schemas/conversations.ts";
import type { Notification } from "../schemas/frames.ts";
import type { MessageIndexing } from "./message_indexing.ts";
import type { Passwords } from "./passwords.ts";
import type { Seat } from "./seats.ts";
import type { SessionFacts } from "./sessions.ts";
import type { Keyring } from "./tokens.ts";
import type { Welcome } from "./welcome.ts";

/** Tells the time; tests set it. */
export interface Clock {
  now(): Date;
}

/** Where the log goes. Fields hold no token, phone number or message text. */
export interface Log {
  info(event: string, fields?: Record<string, unknown>): void;
  warn(event: string, fields?: Record<string, unknown>): void;
  error(event: string, error: unknown, fields?: Record<string, unknown>): void;
}

/** Counts that several instances may share. */
export interface LimitStore {
  /** Counts one; `retryAfterMs` is 0 while at most `max` were counted within `windowMs`. */
  count(key: string, limit: { max: number; windowMs: number }): Promise<{ retryAfterMs: number }>;
  /** Forgets what was counted under a key. */
  clear(key: string): Promise<void>;
}

/** A signing key at rest: an Ed25519 JWK with its private part. */
export interface StoredKey {
  readonly kid: string;
  readonly privateJwk: Record<string, string>;
  readonly createdAt: Date;
}

/** Where signing keys are kept. */
export interface KeyStore {
  /** Newest first. */
  list(): Promise<StoredKey[]>;
  /** Adds the very first key; does nothing when there is one already. */
  addFirst(key: StoredKey): Promise<void>;
  /** Adds a key and drops all but the newest `keep`. */
  rotate(key: StoredKey, keep: number): Promise<void>;
}

/** Bytes by id, the server's own: nothing that a client says is part of where they lie. */
export interface Blobs {
  /** How many bytes are durably there; 0 where there are none. */
  size(id: string): Promise<number>;
  /**
   * Writes what a stream brings, from `offset` on, and resolves once it is durable, with how many
   * bytes it was; also when the stream breaks off. What lay beyond is gone.
   */
  write(id: string, offset: number, bytes: AsyncIterable<Uint8Array>): Promise<number>;
  /** The bytes from `start` up to, not including, `end`, read as they are taken. */
  read(id: string, range: { start: number; end: number }): ReadableStream<Uint8Array<ArrayBuffer>>;
  /** Forgets all bytes from `size` on. */
  truncate(id: string, size: number): Promise<void>;
  /** Forgets them all; nothing there is no fault. */
  remove(id: string): Promise<void>;
}

/** Somebody who is no longer a member, and why. */
export interface Departure {
  readonly userId: string;
  readonly reason: LeftReason;
}

/** The live connections of this instance and, over the bus, of the others. */
export interface Live {
  /** What decides a user's permissions in a conversation, if this instance has it at hand. */
  seat(conversationId: string, userId: string): Seat | undefined;
  /** Keeps a seat for as long as the user has a connection in that room. */
  keepSeat(conversationId: string, userId: string, seat: Seat): void;
  /**
   * Delivers committed changes in `rev` order, and lets go those who left with them; resolves once
   * local connections have them.
   */
  changed(changes: Changes, departures?: readonly Departure[]): Promise<void>;
  /** These users have just become members: their connections begin to follow the conversation. */
  joined(conversationId: string, userIds: readonly string[]): Promise<void>;
  /** Tells all connections of a user. */
  tell(userId: string, notification: Notification): void;
  /** Tells the members that are connected, but not the user it is about. */
  tellOthers(conversationId: string, userId: string, notification: Notification): void;
  /** A user types or has stopped; the others are told, and told again when it lapses. */
  typing(conversationId: string, userId: string, typing: boolean): void;
  /** Ends the connections of a session, or of all a user's sessions but `keep`. */
  endSessions(userId: string, which: { only: string } | { keep: string }): void;
  /** Whether the user has a connection. */
  isOnline(userId: string): boolean;
}

/** Everything the domain works with, made once in `app.ts`. */
export interface App {
  readonly config: Config;
  readonly database: Database;
  readonly messageLog: MessageLog;
  readonly passwords: Passwords;
  readonly keyring: Keyring;
  /** Sessions by id, as they are now. */
  readonly sessions: Gather<SessionFacts>;
  /** How far conversations have come, by id. */
  readonly revs: Gather<number>;
  /** What a new connection of a session begins with. */
  readonly welcomes: Gather<Welcome>;
  /** Is told of all that changes, and makes it findable. */
  readonly indexing: MessageIndexing;
  readonly limits: LimitStore;
  readonly blobs: Blobs;
  readonly live: Live;
  readonly clock: Clock;
  readonly log: Log;
}

/** The app before it has live connections: what the hub itself is built on. */
export type AppParts = Omit<App, "live">;

/** Who asks: from the access token, with the session known to be alive. */
export interface Actor {
  readonly userId: string;
  readonly sessionId: string;
  readonly role: "user" | "admin" | "bot" | "guest";
}
