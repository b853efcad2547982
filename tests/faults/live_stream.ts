/** What one connection was told live, held to the contract as it comes. */
import type { Changes, Conversation } from "../../schemas/conversations.ts";
import type { Notification } from "../../schemas/frames.ts";
import type { History } from "./history.ts";

/** Changes as they came to somebody. */
export interface Told {
  readonly userId: string;
  readonly device: string;
  readonly changes: Changes;
}

/** Follows the numbers of one connection. */
export class LiveStream {
  /** The last `rev` that was sent, for each conversation that is followed. */
  readonly #revs = new Map<string, number>();
  /** Where the list stood, for those of which nothing has come yet: nothing falls in between. */
  readonly #listed = new Map<string, number>();
  readonly #ended = new Set<string>();

  constructor(
    readonly history: History,
    readonly who: { readonly userId: string; readonly device: string },
    readonly told: Told[],
  ) {}

  /** A notification as it came. */
  take(notification: Notification): void {
    switch (notification.method) {
      case "changes":
        return this.#change(notification.params);
      case "conversation.joined":
        return this.#begin(notification.params.conversation);
      case "conversation.left":
        return this.#over(notification.params.conversationId);
    }
  }

  /** An item of the list that was asked for on this connection. */
  list({ id, lastRev, my }: Conversation): void {
    if (my.leftAt === null && !this.#revs.has(id)) this.#listed.set(id, lastRev);
  }

  #begin({ id, lastRev }: Conversation): void {
    this.#ended.delete(id);
    this.#revs.set(id, lastRev);
  }

  #over(id: string): void {
    this.#ended.add(id);
    this.#revs.delete(id);
    this.#listed.delete(id);
  }

  #change(changes: Changes): void {
    const { conversationId: id, prevRev, rev } = changes;
    const { userId, device } = this.who;
    this.told.push({ userId, device, changes });
    const before = this.#revs.get(id);
    const listed = this.#listed.get(id);
    const what = `changes ${prevRev} to ${rev} of ${id} to ${device}`;
    if (this.#ended.has(id)) {
      this.history.breaks("membersOnly", `After it was told to have left: ${what}`, [id, device]);
    } else if (before !== undefined && prevRev !== before) {
      this.history.breaks("unbroken", `After rev ${before}: ${what}`, [id, device]);
    } else if (before === undefined && listed !== undefined && prevRev > listed) {
      this.history.breaks("unbroken", `The list said ${listed}, then: ${what}`, [id, device]);
    }
    this.#revs.set(id, rev);
    // What says that I have left is the last that I get, also if the word of it should be lost.
    if (changes.members.some((one) => one.userId === userId && one.leftAt !== null)) this.#over(id);
  }
}
