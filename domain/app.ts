/** What the domain is given: the ports to database, live connections, keys, limits, clock and log. */
import type { Config } from "../config.ts";
import type { Database } from "../db/client.ts";
import type { Gather } from "../db/gather.ts";
import type { MessageLog } from "../db/message_log.ts";
import type { Changes, LeftReason, My } from "../schemas/conversations.ts";
import type { Notification } from "../schemas/frames.ts";
import type { Instances } from "./instances.ts";
import type { Load } from "./load.ts";
import type { MessageIndexing } from "./message_indexing.ts";
import type { Mine } from "./my_views.ts";
import type { Passwords } from "./passwords.ts";
import type { Standing } from "./presence.ts";
import type { Seat } from "./seats.ts";
import type { SessionFacts } from "./sessions.ts";
import type { Sight } from "./sights.ts";
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

/** A lease: that `member` is in the set `key` for a while, and what there is to say of it. */
export interface Lease {
  readonly key: string;
  readonly member: string;
  readonly value: string;
}

/** What instances share beside the database: leases that end by themselves. It may forget, and it may be away. */
export interface LeaseStore {
  /** Holds leases for `ttlMs` from now on; one that is held already gets the new value and end. */
  hold(leases: readonly Lease[], ttlMs: number): Promise<void>;
  /** Ends leases. */
  drop(leases: readonly Pick<Lease, "key" | "member">[]): Promise<void>;
  /** The living leases of each set, in the order asked: value by member. */
  read(keys: readonly string[]): Promise<ReadonlyMap<string, string>[]>;
}

/** A service that the server can do without, for worse. */
export interface Dependency {
  readonly name: string;
  readonly isUp: boolean;
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
  /** Set where there is no place for any: then uploads are refused before they begin. */
  readonly isMissing?: true;
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
  /**
   * Says that all has come: from now on it is mostly read. May be said again, as after a crash in the
   * middle, and what is not sealed is read all the same.
   */
  seal(id: string, size: number): Promise<void>;
  /** Forgets them all; nothing there is no fault. */
  remove(id: string): Promise<void>;
}

/** A file to be looked at, read as far as that takes. */
export interface MediaFile {
  readonly size: number;
  /** The bytes from `start` up to, not including, `end`. */
  read(start: number, end: number): Promise<Uint8Array<ArrayBuffer>>;
}

/** A small picture of a picture, as WebP, and the blur that stands for it until it is there. */
export interface Thumbnail {
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly width: number;
  readonly height: number;
  /** As blurha.sh has it. */
  readonly blurHash: string;
}

/** What is known of a recording; width and height of a film. */
export interface Playing {
  readonly durationMs: number | null;
  readonly width: number | null;
  readonly height: number | null;
}

/**
 * Looks into pictures and recordings, away from the event loop and with limits on everything. Null
 * where there is nothing to show: for bytes that are broken or too much, or for want of time.
 */
export interface Media {
  thumbnail(file: MediaFile): Promise<Thumbnail | null>;
  playing(file: MediaFile): Promise<Playing | null>;
  /** Lets go of whatever it works with. */
  close(): Promise<void>;
}

/** Somebody who is no longer a member, and why. */
export interface Departure {
  readonly userId: string;
  readonly reason: LeftReason;
}

/** Why a session ended; its live connections close with the code of the same name. */
export type SessionEnd = "sessionRevoked" | "signedInElsewhere" | "accountLocked";

/** Who is here, and the word that something has changed which decides how they are seen. */
export interface LivePresence {
  /** Who of these is here, on whichever instance, and wants to be seen. */
  onlineAmong(userIds: readonly string[]): Promise<ReadonlySet<string>>;
  /** How a user wants to be seen has changed. */
  set(userId: string, standing: Standing): void;
  /** What `watcherId` may see of a user has changed. */
  sightChanged(watcherId: string, userId: string): void;
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
  /** What is a user's alone of a conversation has changed: all their connections are told. */
  myChanged(mine: Mine): void;
  /** Tells all connections of a user; what is theirs alone of a conversation by `myChanged`. */
  tell(userId: string, notification: Notification): void;
  /** Tells the members that are connected, but not the user it is about. */
  tellOthers(conversationId: string, userId: string, notification: Notification): void;
  /** A user types or has stopped; the others are told, and told again when it lapses. */
  typing(conversationId: string, userId: string, typing: boolean): void;
  /** Ends the connections of these sessions of a user, here and elsewhere. */
  endSessions(userId: string, sessionIds: readonly string[], reason: SessionEnd): void;
  readonly presence: LivePresence;
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
  /** The same for those who connect: many come at once, and a few milliseconds are nothing to them. */
  readonly sessionsOfNewcomers: Gather<SessionFacts>;
  /** How far conversations have come, by id. */
  readonly revs: Gather<number>;
  /** What is one user's alone of a conversation, by `myKey`. */
  readonly mine: Gather<My>;
  /** What a new connection of a session begins with. */
  readonly welcomes: Gather<Welcome>;
  /** Is told of all that changes, and makes it findable. */
  readonly indexing: MessageIndexing;
  /** What one user may see of another's presence, by `sightKey`. */
  readonly sights: Gather<Sight>;
  readonly limits: LimitStore;
  readonly leases: LeaseStore;
  /** What health tells of beside the database. */
  readonly dependencies: readonly Dependency[];
  /** This instance among the others. */
  readonly instances: Instances;
  /** How far the event loop is behind, and what there is room for. */
  readonly load: Load;
  readonly blobs: Blobs;
  readonly media: Media;
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
