/** Notices: what is told at once to whoever is connected, here and elsewhere, and leaves no `rev`. */
import type { Mine } from "../domain/my_views.ts";
import type { Notification } from "../schemas/frames.ts";
import { type Bus, type Packet, roomTopic, userTopic } from "./bus.ts";
import { encodeNotification } from "./encode.ts";
import { type MineHost, MineTeller } from "./mine.ts";
import { Typing } from "./typing.ts";

/** Who is told, and how the other instances are. */
export interface NoticeHost extends MineHost {
  readonly bus: Bus;
}

type Notice = Extract<Packet, { type: "notice" }>;

// Left out when a peer does not keep up: what is stale a moment later.
const lively: ReadonlySet<Notification["method"]> = new Set([
  "conversation.typing",
  "user.changed",
]);

/** Tells users, and the members of rooms. */
export class Notices {
  readonly typing = new Typing((conversationId, userId, typing) => {
    const params = { conversationId, userId, typing };
    this.tellOthers(conversationId, userId, { method: "conversation.typing", params });
  });

  readonly mine: MineTeller;

  constructor(readonly host: NoticeHost) {
    this.mine = new MineTeller(host);
  }

  /** Time goes on. */
  tick(now: number): void {
    this.typing.expire(now);
    this.mine.resume();
  }

  /** What is a user's alone has changed. The others are told no more than that: each reads it itself. */
  myChanged({ userId, conversationId }: Mine): void {
    this.mine.changed({ userId, conversationId });
    this.host.bus.publish(userTopic(userId), { type: "my", conversationId });
  }

  /** Tells all connections of a user. */
  tell(userId: string, notification: Notification): void {
    this.#tellUser(userId, notification);
    this.host.bus.publish(userTopic(userId), { type: "notice", notification });
  }

  /** Tells the connected members, but not the user it is about. */
  tellOthers(conversationId: string, userId: string, notification: Notification): void {
    const notice: Notice = { type: "notice", notification, exceptUserId: userId };
    this.#tellRoom(conversationId, notice);
    this.host.bus.publish(roomTopic(conversationId), notice);
  }

  /** Passes on what another instance told the users or the room of a topic. */
  receive(topic: string, notice: Notice): void {
    const [kind, id = ""] = topic.split("/");
    if (kind === "room") this.#tellRoom(id, notice);
    else this.#tellUser(id, notice.notification);
  }

  #tellUser(userId: string, notification: Notification): void {
    const mine = this.host.users.get(userId);
    if (mine === undefined) return;
    const message = encodeNotification(notification);
    for (const connection of mine) connection.push(message);
  }

  #tellRoom(conversationId: string, { notification, exceptUserId }: Notice): void {
    const room = this.host.rooms.get(conversationId);
    if (room === undefined) return;
    const message = encodeNotification(notification);
    room.tellOthers(message, exceptUserId, lively.has(notification.method));
  }
}
