/** The hub: which users are connected, which rooms they are in, and how events reach them. */
import type { App, AppParts, Departure, Live } from "../domain/app.ts";
import { loadViewsOf } from "../domain/conversation_views.ts";
import type { Seat } from "../domain/seats.ts";
import type { Changes } from "../schemas/conversations.ts";
import type { Notification } from "../schemas/frames.ts";
import type { Admission } from "./admission.ts";
import { type Bus, type ConnectBus, type Packet, roomTopic, userTopic } from "./bus.ts";
import type { Connection, ConnectionHost } from "./connection.ts";
import { encodeNotification } from "./encode.ts";
import { Heartbeat } from "./heartbeat.ts";
import { openConnection } from "./opening.ts";
import { Repair, repairDefaults, type RepairOptions } from "./repair.ts";
import { Room, type RoomEvent, type RoomKeeper } from "./room.ts";
import { Turn } from "./turn.ts";
import { Typing } from "./typing.ts";

/** How many of each the hub holds: all zero when nobody is connected. */
export interface HubSizes {
  readonly users: number;
  readonly rooms: number;
  readonly beating: number;
  readonly typing: number;
}

// Left out when a peer does not keep up: what is stale a moment later.
const lively: ReadonlySet<Notification["method"]> = new Set(["conversation.typing"]);

/** Delivers to local connections first, then tells the other instances; never waits for them. */
export class Hub implements Live, ConnectionHost, RoomKeeper {
  readonly turn = new Turn();
  readonly rooms = new Map<string, Room>();
  readonly users = new Map<string, Set<Connection>>();
  readonly heartbeat: Heartbeat;
  readonly repair: Repair;
  readonly bus: Bus;
  readonly #typing = new Typing((...who) => this.#tellTyping(...who));

  constructor(
    readonly app: AppParts,
    readonly admission: Admission,
    options: { bus: ConnectBus; repair?: Partial<RepairOptions> },
  ) {
    this.bus = options.bus((topic, packet) => this.#receive(topic, packet));
    this.repair = new Repair(app, this, { ...repairDefaults, ...options.repair });
    this.heartbeat = new Heartbeat(app.clock, {
      pingIntervalMs: app.config.pingIntervalMs,
      onTick: (now) => {
        this.#typing.expire(now);
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
      typing: this.#typing.size,
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
  ended(connection: Connection): void {
    this.admission.closing(connection);
    this.heartbeat.remove(connection);
    const mine = this.users.get(connection.userId);
    mine?.delete(connection);
    for (const room of [...connection.rooms]) {
      room.remove(connection);
      if (!this.#hasPlace(room, connection.userId)) room.dropSeat(connection.userId);
      this.dropIfEmpty(room);
    }
    if (mine?.size === 0) {
      this.users.delete(connection.userId);
      this.bus.leave(userTopic(connection.userId));
    }
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
    return this.rooms.get(conversationId)?.seat(userId);
  }

  /** Keeps a seat while the user has a connection in the room. */
  keepSeat(conversationId: string, userId: string, seat: Seat): void {
    const room = this.rooms.get(conversationId);
    if (room !== undefined && this.#hasPlace(room, userId)) room.keepSeat(userId, seat);
  }

  /** Delivers committed changes here, then tells the other instances. */
  async changed(changes: Changes, departures: readonly Departure[] = []): Promise<void> {
    const { conversationId, rev } = changes;
    this.#deliver({ changes, departures });
    this.bus.publish(roomTopic(conversationId), { type: "changes", changes, departures });
    // Whoever was removed is out before that is answered, also when a predecessor is still to come.
    const room = this.rooms.get(conversationId);
    if (departures.length > 0 && room?.isStarted && room.lastRev < rev) {
      await this.repair.mend(room);
    }
  }

  #deliver(event: RoomEvent): void {
    const { conversationId } = event.changes;
    for (const { userId } of event.departures) {
      for (const connection of this.users.get(userId) ?? []) {
        connection.opening?.left.add(conversationId);
      }
    }
    const room = this.rooms.get(conversationId);
    if (room === undefined) return;
    room.accept(event);
    this.dropIfEmpty(room);
  }

  /** These users have become members: their connections begin to follow. */
  async joined(conversationId: string, userIds: readonly string[]): Promise<void> {
    for (const userId of userIds) {
      this.bus.publish(userTopic(userId), { type: "joined", conversationId });
    }
    await this.follow(conversationId, userIds);
  }

  /** Lets the local connections of new members in: what happens meanwhile is kept for them. */
  async follow(conversationId: string, userIds: readonly string[]): Promise<void> {
    const connections = userIds.flatMap((userId) => [...this.users.get(userId) ?? []]);
    for (const { opening } of connections) {
      opening?.joined.add(conversationId);
      opening?.left.delete(conversationId);
    }
    const waiting = connections.filter(({ opening }) => opening === null);
    if (waiting.length === 0) return;
    // Its `rev` is learnt with the views; until then all that comes is held for the newcomers.
    const { room } = this.roomOf(conversationId);
    for (const connection of waiting) room.expect(connection);
    try {
      await this.#welcome(room, waiting);
    } catch (error) {
      this.app.log.error("follow failed", error, { conversationId });
      // They come back and catch up: better than following half of what is theirs.
      for (const connection of waiting) connection.close("restarting");
    }
    this.dropIfEmpty(room);
  }

  async #welcome(room: Room, waiting: readonly Connection[]): Promise<void> {
    const userIds = [...new Set(waiting.map(({ userId }) => userId))];
    const items = await loadViewsOf(this.app.database.orm, room.id, userIds);
    const views = new Map(items.map(({ userId, view }) => [userId, view]));
    for (const connection of waiting) {
      if (!room.expects(connection)) continue;
      const conversation = views.get(connection.userId);
      if (conversation === undefined) {
        room.remove(connection);
        continue;
      }
      const params = { conversation };
      connection.push(encodeNotification({ method: "conversation.joined", params }));
      room.welcome(connection, conversation.lastRev);
    }
    await this.repair.verify([room]);
  }

  /** Tells all connections of a user, here and elsewhere. */
  tell(userId: string, notification: Notification): void {
    this.#tellLocally(userId, notification);
    this.bus.publish(userTopic(userId), { type: "notice", notification });
  }

  #tellLocally(userId: string, notification: Notification): void {
    const mine = this.users.get(userId);
    if (mine === undefined) return;
    const message = encodeNotification(notification);
    for (const connection of mine) connection.push(message);
  }

  /** Tells the connected members, but not the user it is about. */
  tellOthers(conversationId: string, userId: string, notification: Notification): void {
    const packet: Packet = { type: "notice", notification, exceptUserId: userId };
    this.#tellRoom(conversationId, packet);
    this.bus.publish(roomTopic(conversationId), packet);
  }

  #tellRoom(conversationId: string, packet: Packet & { type: "notice" }): void {
    const { notification, exceptUserId } = packet;
    const message = encodeNotification(notification);
    const room = this.rooms.get(conversationId);
    room?.tellOthers(message, exceptUserId, lively.has(notification.method));
  }

  /** A user types or has stopped. */
  typing(conversationId: string, userId: string, typing: boolean): void {
    this.#typing.set(this.app.clock.now().getTime(), { conversationId, userId, typing });
  }

  #tellTyping(conversationId: string, userId: string, typing: boolean): void {
    const params = { conversationId, userId, typing };
    this.tellOthers(conversationId, userId, { method: "conversation.typing", params });
  }

  /** Ends the connections of a session, or of all but one. */
  endSessions(userId: string, which: { only: string } | { keep: string }): void {
    this.#endLocally(userId, which);
    this.bus.publish(userTopic(userId), { type: "sessionsEnded", which });
  }

  #endLocally(userId: string, which: { only: string } | { keep: string }): void {
    for (const connection of [...this.users.get(userId) ?? []]) {
      const { sessionId } = connection.actor;
      const ends = "only" in which ? sessionId === which.only : sessionId !== which.keep;
      if (ends) connection.close("sessionRevoked");
    }
  }

  /** Whether the user has a connection here. */
  isOnline(userId: string): boolean {
    return this.users.has(userId);
  }

  #receive(topic: string, packet: Packet): void {
    const [, id = ""] = topic.split("/");
    switch (packet.type) {
      case "changes":
        return this.#deliver(packet);
      case "joined":
        return void this.follow(packet.conversationId, [id]);
      case "sessionsEnded":
        return this.#endLocally(id, packet.which);
      case "notice":
        return topic.startsWith("room/")
          ? this.#tellRoom(id, packet)
          : this.#tellLocally(id, packet.notification);
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
    await this.bus.close();
  }
}

/** The app with its live connections. */
export function withHub(parts: AppParts, hub: Hub): App {
  return { ...parts, live: hub };
}
