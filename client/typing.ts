/** Typing: mine is told now and then while it lasts, others' is forgotten when nobody renews it. */
import type { Clock } from "./clock.ts";
import type { Link } from "./link.ts";

// The server ends it after 6 s.
const renewMs = 3_000;
const idleMs = 5_000;
const othersMs = 7_000;

/** What typing needs. */
export interface TypingParts {
  readonly link: Link;
  readonly clock: Clock;
  readonly changed: (conversationId: string) => void;
}

interface Mine {
  readonly toldAt: number;
  readonly cancelTimer: () => void;
}

/** Who is typing, in all conversations. */
export class Typing {
  readonly #mine = new Map<string, Mine>();
  /** By conversation, then by user: how to stop waiting for the next word of it. */
  readonly #others = new Map<string, Map<string, () => void>>();

  constructor(readonly parts: TypingParts) {
    parts.link.events.on("notification", ({ method, params }) => {
      if (method === "conversation.typing") {
        this.#hear(params.conversationId, params.userId, params.typing);
      }
    });
  }

  /** To be called at every key; false when the text is gone or sent. */
  tell(conversationId: string, isTyping: boolean): void {
    const mine = this.#mine.get(conversationId);
    mine?.cancelTimer();
    if (!isTyping) {
      this.#mine.delete(conversationId);
      if (mine !== undefined) this.#send(conversationId, false);
      return;
    }
    const { clock } = this.parts;
    const isDue = mine === undefined || clock.now() - mine.toldAt >= renewMs;
    if (isDue) this.#send(conversationId, true);
    const toldAt = isDue ? clock.now() : mine.toldAt;
    const cancelTimer = clock.after(idleMs, () => this.tell(conversationId, false));
    this.#mine.set(conversationId, { toldAt, cancelTimer });
  }

  // If it does not arrive, the next one will, or nobody misses it.
  #send(conversationId: string, typing: boolean): void {
    this.parts.link.request("conversation.typing", { conversationId, typing }).catch(() => {});
  }

  #hear(conversationId: string, userId: string, isTyping: boolean): void {
    const users = this.#others.get(conversationId) ?? new Map<string, () => void>();
    users.get(userId)?.();
    if (isTyping) {
      const forget = () => this.#hear(conversationId, userId, false);
      users.set(userId, this.parts.clock.after(othersMs, forget));
      this.#others.set(conversationId, users);
    } else {
      users.delete(userId);
      if (users.size === 0) this.#others.delete(conversationId);
    }
    this.parts.changed(conversationId);
  }

  /** Who else is typing. */
  users(conversationId: string): string[] {
    return [...this.#others.get(conversationId)?.keys() ?? []];
  }

  /** What somebody was typing has come. */
  said(conversationId: string, userId: string): void {
    if (this.#others.get(conversationId)?.has(userId)) this.#hear(conversationId, userId, false);
  }

  /** Forgets all; nothing is told any more. */
  stop(): void {
    for (const { cancelTimer } of this.#mine.values()) cancelTimer();
    for (const users of this.#others.values()) for (const cancel of users.values()) cancel();
    this.#mine.clear();
    this.#others.clear();
  }
}
