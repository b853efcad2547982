/** The hub: which users are connected, which rooms they are in, and how events reach them. */
import type { App, AppParts, Departure, Live, SessionEnd } from "../domain/app.ts";
import type { Mine } from "../domain/my_views.ts";
import type { Seat } from "../domain/seats.ts";
import type { Changes } from "../schemas/conversations.ts";
import type { Notification } from "../schemas/frames.ts";
import type { Admission } from "./admission.ts";
import { type Bus, type ConnectBus, type Packet, roomTopic, userTopic } from "./bus.ts";
import { Confirming } from "./confirming.ts";
import type { Connection, ConnectionHost } from "./connection.ts";
import { isDismissal } from "./encode.ts";
import { Following } from "./following.ts";
import { Heartbeat } from "./heartbeat.ts";
import { Notices } from "./notices.ts";
import { openConnection } from "./opening.ts";
import { Presence } from "./presence.ts";
import type { EndReason } from "./presence_attendance.ts";
import { Repair, repairDefaults, type RepairOptions } from "./repair.ts";
import { Room, type RoomEvent, type RoomKeeper } from "./room.ts";
import { Turn } from "./turn.ts";

/** How many of each the hub holds: all zero when nobody is connected. */
export interface HubSizes {
  readonly users: number;
  readonly rooms: number;
  readonly beating: number;
  readonly typing: number;
  readonly watched: number;
}

/** Delivers to local connections first, then tells the other instances; never waits for them. */
export class Hub implements Live, ConnectionHost, RoomKeeper {
  readonly turn = new Turn();
  readonly rooms = new Map<string, Room>();
  readonly users = new Map<string, Set<Connection>>();
  readonly heartbeat: Heartbeat;
  readonly repair: Repair;
  readonly following: Following;
  readonly bus: Bus;
  readonly notices: Notices;
  readonly #confirming: Confirming;
  readonly presence: Presence;

  constructor(
    readonly app: AppParts,
    readonly admission: Admission,
    options: { bus: ConnectBus; repair?: Partial<RepairOptions> },
  ) {
    this.bus = options.bus(
      (topic, packet) => this.#receive(topic, packet),
      (topics) => this.#confirming.heard(topics),
    );
    this.repair = new Repair(app, this, { ...repairDefaults, ...options.repair });
    this.following = new Following(app, this);
    this.notices = new Notices(this);
    this.#confirming = new Confirming(this, app.log);
    this.presence = new Presence(app, this);
    this.heartbeat = new Heartbeat(app.clock, {
      pingIntervalMs: app.config.pingIntervalMs,
      onTick: (now) => {
        this.notices.tick(now);
        this.presence.tick(now);
        this.admission.reap(now);
      },
    });
  }

  /** How many of each the hub holds. */
  get sizes(): HubSizes {
    return {
      users: this.users.size,
      rooms: this.rooms.size,
      beating: this.heartbeat.size,
      typing: this.notices.typing.size,
      watched: this.presence.sizes.watched,
    };
  }

  /** A new connection: it follows its user's conversations, then says `session.ready`. */
  async open(connection: Connection): Promise<void> {
    this.heartbeat.add(connection);
    let mine = this.users.get(connection.userId);
    if (mine === undefined) {
      this.users.set(connection.userId, mine = new Set());
      this.bus.join(userTopic(connection.userId));
    }
    mine.add(connection);
    await openConnection(this, connection);
  }

  /** The room of a conversation, made when there is none. */
  roomOf(conversationId: string): { room: Room; isNew: boolean } {
    const existing = this.rooms.get(conversationId);
    if (existing !== undefined) return { room: existing, isNew: false };
    const room = new Room(conversationId, this);
    this.rooms.set(conversationId, room);
    this.bus.join(roomTopic(conversationId));
    return { room, isNew: true };
  }

  /** Drops a room that nobody is in. */
  dropIfEmpty(room: Room): void {
    if (!room.isEmpty || this.rooms.get(room.id) !== room) return;
    this.rooms.delete(room.id);
    this.bus.leave(roomTopic(room.id));
  }

  /** A connection takes part no more: it leaves all rooms at once. */
  ended(connection: Connection, reason: EndReason): void {
    this.admission.closing(connection);
    this.heartbeat.remove(connection);
    const mine = this.users.get(connection.userId);
    mine?.delete(connection);
    for (const room of [...connection.rooms]) {
      room.remove(connection);
      if (!this.#hasPlace(room, connection.userId)) room.seats.drop(connection.userId);
      this.dropIfEmpty(room);
    }
    if (mine?.size === 0) {
      this.users.delete(connection.userId);
      this.bus.leave(userTopic(connection.userId));
    }
    this.presence.went(connection, reason);
  }

  /** A connection's socket is gone. */
  gone(connection: Connection): void {
    this.admission.release(connection);
  }

  /** A connection has a newer token. */
  renewed(connection: Connection): void {
    this.heartbeat.renew(connection);
  }

  #hasPlace(room: Room, userId: string): boolean {
    for (const connection of this.users.get(userId) ?? []) {
      if (connection.rooms.has(room)) return true;
    }
    return false;
  }

  /** What decides a user's permissions, if it is at hand. */
  seat(conversationId: string, userId: string): Seat | undefined {
    return this.rooms.get(conversationId)?.seats.get(userId);
  }

  /** Keeps a seat while the user has a connection in the room. */
  keepSeat(conversationId: string, userId: string, seat: Seat): void {
    const room = this.rooms.get(conversationId);
    if (room !== undefined && this.#hasPlace(room, userId)) room.seats.keep(userId, seat);
  }

  /** Delivers committed changes here, then tells the other instances. */
  async changed(changes: Changes, departures: readonly Departure[] = []): Promise<void> {
    const { conversationId, rev } = changes;
    this.app.indexing.note(conversationId);
    this.deliver({ changes, departures });
    this.bus.publish(roomTopic(conversationId), { type: "changes", changes, departures });
    // Whoever was removed is out before that is answered, also when a predecessor is still to come.
    const room = this.rooms.get(conversationId);
    const ends = departures.length > 0 || isDismissal(changes);
    if (ends && room?.isStarted && room.lastRev < rev) await this.repair.mendNow(room);
  }

  /** Delivers what is next in a room; holds what comes too early. */
  deliver(event: RoomEvent): void {
    const room = this.rooms.get(event.changes.conversationId);
    if (room === undefined) {
      for (const { userId } of event.departures) {
        this.#noteLeft(event.changes.conversationId, userId);
      }
      return;
    }
    room.accept(event);
    this.dropIfEmpty(room);
  }

  // A connection that is being set up may have read before that its user is a member.
  #noteLeft(conversationId: string, userId: string): void {
    for (const connection of this.users.get(userId) ?? []) {
      connection.opening?.left.add(conversationId);
    }
  }

  /** These users have become members: their connections begin to follow. */
  async joined(conversationId: string, userIds: readonly string[]): Promise<void> {
    for (const userId of userIds) {
      this.bus.publish(userTopic(userId), { type: "joined", conversationId });
    }
    this.presence.moved(userIds);
    await this.following.follow(conversationId, userIds);
  }

  /** Members were seen in a room's changes. */
  arrived(room: Room, userIds: readonly string[]): void {
    this.presence.moved(userIds);
    void this.following.follow(room.id, userIds);
  }

  /** A user was seen to leave in a room's changes. */
  departed(room: Room, userId: string): void {
    this.#noteLeft(room.id, userId);
    this.presence.moved([userId]);
  }

  /** A conversation was seen to end in a room's changes. */
  dismissed(room: Room, connections: readonly Connection[]): void {
    this.presence.ended(connections);
    this.dropIfEmpty(room);
  }

  /** Tells all connections of a user. */
  tell(userId: string, notification: Notification): void {
    this.notices.tell(userId, notification);
  }

  /** Tells the connected members, but not the user it is about. */
  tellOthers(conversationId: string, userId: string, notification: Notification): void {
    this.notices.tellOthers(conversationId, userId, notification);
  }

  /** What is a user's alone of a conversation has changed. */
  myChanged(mine: Mine): void {
    this.notices.myChanged(mine);
  }

  /** A user types or has stopped. */
  typing(conversationId: string, userId: string, typing: boolean): void {
    this.notices.typing.set(this.app.clock.now().getTime(), { conversationId, userId, typing });
  }

  /** Ends the connections of these sessions, here and elsewhere. */
  endSessions(userId: string, sessionIds: readonly string[], reason: SessionEnd): void {
    if (sessionIds.length === 0) return;
    this.#endLocally(userId, sessionIds, reason);
    this.bus.publish(userTopic(userId), { type: "sessionsEnded", sessionIds, reason });
  }

  #endLocally(userId: string, sessionIds: readonly string[], reason: SessionEnd): void {
    const ends = (sessionId: string) => sessionIds.includes(sessionId);
    for (const connection of [...this.users.get(userId) ?? []]) {
      if (ends(connection.actor.sessionId)) connection.close(reason);
    }
    this.presence.sessionsEnded(userId, ends);
  }

  #receive(topic: string, packet: Packet): void {
    const [, id = ""] = topic.split("/");
    switch (packet.type) {
      case "changes":
        return this.deliver(packet);
      case "changed":
        return this.repair.note(this.rooms.get(packet.conversationId), packet.rev);
      case "my":
        return this.notices.mine.changed({ userId: id, conversationId: packet.conversationId });
      case "joined":
        this.presence.moved([id]);
        return void this.following.follow(packet.conversationId, [id]);
      case "sessionsEnded":
        return this.#endLocally(id, packet.sessionIds, packet.reason);
      case "notice":
        return this.notices.receive(topic, packet);
      case "presence":
        return this.presence.receive(topic, packet);
      default:
        return packet satisfies never;
    }
  }

  /** Changes have come whose predecessors have not. */
  gapped(room: Room): void {
    this.repair.schedule(room);
  }

  /** A room could not be encoded: a fault of ours. */
  failed(error: unknown): void {
    this.app.log.error("room failed", error);
  }

  /** All connections that take part. */
  *connections(): Generator<Connection> {
    for (const mine of this.users.values()) yield* mine;
  }

  /** Stops timers and the bus; connections are closed before. */
  async close(): Promise<void> {
    this.heartbeat.close();
    this.repair.close();
    this.#confirming.close();
    await this.presence.close();
    await this.bus.close();
  }
}

/** The app with its live connections. */
export function withHub(parts: AppParts, hub: Hub): App {
  return { ...parts, live: hub };
}
