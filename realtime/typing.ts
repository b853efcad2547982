/** Who is typing where: told when it begins and when it ends, ended by the server after six seconds. */

/** Tells the others in a conversation. */
export type TellTyping = (conversationId: string, userId: string, typing: boolean) => void;

const lapseMs = 6_000;

interface Typist {
  readonly conversationId: string;
  readonly userId: string;
  readonly endsAt: number;
}

/** The typists of this instance's connections, those who began or renewed first at the front. */
export class Typing {
  readonly #typists = new Map<string, Typist>();

  constructor(readonly tell: TellTyping) {}

  /** How many are typing. */
  get size(): number {
    return this.#typists.size;
  }

  /** A user types, types on, or has stopped. */
  set(now: number, who: { conversationId: string; userId: string; typing: boolean }): void {
    const { conversationId, userId, typing } = who;
    const key = `${conversationId}/${userId}`;
    const wasTyping = this.#typists.delete(key);
    if (typing) this.#typists.set(key, { conversationId, userId, endsAt: now + lapseMs });
    if (typing !== wasTyping) this.tell(conversationId, userId, typing);
  }

  /** Ends what has not been renewed. */
  expire(now: number): void {
    for (const [key, { conversationId, userId, endsAt }] of this.#typists) {
      if (endsAt > now) return;
      this.#typists.delete(key);
      this.tell(conversationId, userId, false);
    }
  }
}
