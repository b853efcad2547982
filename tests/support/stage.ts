/** One room with connections on fake sockets: no server, no database, no time. */
import { setImmediate } from "node:timers";
import { loadConfig } from "../../config.ts";
import type { App } from "../../domain/app.ts";
import { Connection, type ConnectionHost } from "../../realtime/connection.ts";
import { Room, type RoomEvent, type RoomKeeper } from "../../realtime/room.ts";
import { Turn } from "../../realtime/turn.ts";
import type { Changes, LeftReason, Member } from "../../schemas/conversations.ts";
import type { Message } from "../../schemas/messages.ts";
import { FakeSocket } from "./fake_socket.ts";
import { testLog } from "./world.ts";

/** A connection that is ready, and its socket. */
export interface Actor {
  readonly connection: Connection;
  readonly socket: FakeSocket;
}

/** The id of the room on every stage. */
export const stageId = "019a0000-0000-7000-8000-000000000000";

const config = loadConfig({ RATE_LIMITS: "off", PASSWORD_COST: "4" });
let connectionsMade = 0;

/** Everything that a turn of the event loop holds has been written. */
export function turnEnds(): Promise<void> {
  return new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
}

/** A text message; its `seq` is its `rev`. */
export function message(rev: number, text = `m${rev}`): Message {
  const at = new Date(rev).toISOString();
  return { seq: rev, rev, from: null, clientId: `c${rev}`, at, kind: "text", body: { text } };
}

/** A user's place as it is since `rev`. */
export function member(userId: string, rev: number, leftAt: string | null = null): Member {
  const joinedAt = new Date(0).toISOString();
  return { userId, role: "member", alias: null, joinedAt, mutedUntil: null, leftAt, rev };
}

/** One message, or as many as there are between two `rev`s. */
export function says(rev: number, prevRev = rev - 1): RoomEvent {
  const revs = Array.from({ length: rev - prevRev }, (_, place) => prevRev + 1 + place);
  return {
    changes: changes(prevRev, rev, { messages: revs.map((rev) => message(rev)) }),
    departures: [],
  };
}

/** Somebody leaves at `rev`. */
export function leaves(userId: string, rev: number, reason: LeftReason = "removed"): RoomEvent {
  const members = [member(userId, rev, new Date(rev).toISOString())];
  return { changes: changes(rev - 1, rev, { members }), departures: [{ userId, reason }] };
}

/** Somebody becomes a member at `rev`. */
export function joins(userId: string, rev: number): RoomEvent {
  return { changes: changes(rev - 1, rev, { members: [member(userId, rev)] }), departures: [] };
}

/** `Changes` of the stage's room. */
export function changes(prevRev: number, rev: number, more: Partial<Changes> = {}): Changes {
  return {
    conversationId: stageId,
    prevRev,
    rev,
    messages: [],
    members: [],
    conversation: null,
    ...more,
  };
}

/** The room, and what it asks its keeper for. */
export class Stage implements RoomKeeper, ConnectionHost {
  readonly turn = new Turn();
  readonly room = new Room(stageId, this);
  readonly log = testLog();
  readonly arrivals: string[] = [];
  readonly left: string[] = [];
  gaps = 0;
  gapped = () => void this.gaps++;
  arrived = (_: Room, userIds: readonly string[]) => void this.arrivals.push(...userIds);
  departed = (_: Room, userId: string) => void this.left.push(userId);
  dismissals = 0;
  dismissed = () => void this.dismissals++;
  failed = (error: unknown) => this.log.error("room failed", error);
  gone = () => {};
  renewed = () => {};
  readonly presence = { watch: () => Promise.resolve([]), unwatch: () => {} };
  ended = (connection: Connection) => {
    for (const room of [...connection.rooms]) room.remove(connection);
  };

  /** A connection that is not in the room yet. `batches`: takes several messages in one frame. */
  actor(userId: string, options: { batches?: boolean } = {}): Actor {
    const socket = new FakeSocket();
    const app = { config, log: this.log, clock: { now: () => new Date() } } as unknown as App;
    const connection = new Connection(app, this, {
      id: `connection-${++connectionsMade}`,
      socket: socket as unknown as WebSocket,
      access: { userId, sessionId: userId, role: "user", expiresAt: new Date(8.64e15) },
      address: "127.0.0.1",
      batches: options.batches ?? true,
    });
    connection.ready(JSON.stringify({ jsonrpc: "2.0", method: "session.ready" }));
    return { connection, socket };
  }

  /** A connection that follows from `from` on. */
  follower(userId: string, from: number): Actor {
    const actor = this.actor(userId);
    this.room.attach(actor.connection, from);
    return actor;
  }
}

/** What a connection was sent of the room: `[prevRev, rev]` of changes, "joined", "left". */
export function storyOf({ socket }: Actor): unknown[] {
  return socket.messages.flatMap(({ method, params }): unknown[] => {
    const { prevRev, rev } = params as Changes ?? {};
    if (method === "changes") return [[prevRev, rev]];
    return method?.startsWith("conversation.") ? [method.split(".")[1]] : [];
  });
}

/** The `seq` of every message that a connection was sent. */
export function seqsOf({ socket }: Actor): number[] {
  return socket.messages.filter(({ method }) => method === "changes")
    .flatMap(({ params }) => (params as Changes).messages.map(({ seq }) => seq));
}
