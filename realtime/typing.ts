/** Who is typing where: told when it begins and ends, once a second at most, ended by the server after six. */

/** Tells the others in a conversation. */
export type TellTyping = (conversationId: string, userId: string, typing: boolean) => void;

const lapseMs = 6_000;
const restMs = 1_000;

interface Who {
  readonly conversationId: string;
  readonly userId: string;
}

/** Somebody who has just stopped: to begin again is told only after a rest, if it is still true then. */
interface Resting extends Who {
  readonly until: number;
  wantsToType: boolean;
}

/** The typists of this instance's connections. */
export class Typing {
  /** Who was said to type, and until when: those who began or renewed first at the front. */
  readonly #typists = new Map<string, Who & { readonly endsAt: number }>();
  // However fast one begins and stops, a room of thousands is not told faster.
  readonly #resting = new Map<string, Resting>();

  constructor(readonly tell: TellTyping) {}

  /** How many are typing, or have just stopped. */
  get size(): number {
    return this.#typists.size + this.#resting.size;
  }

  /** A user types, types on, or has stopped. */
  set(now: number, { conversationId, userId, typing }: Who & { typing: boolean }): void {
    const key = `${conversationId}/${userId}`;
    const resting = this.#resting.get(key);
    if (resting !== undefined) {
      resting.wantsToType = typing;
      return;
    }
    const wasTyping = this.#typists.delete(key);
    if (typing) this.#typists.set(key, { conversationId, userId, endsAt: now + lapseMs });
    else if (wasTyping) this.#rest(key, { conversationId, userId }, now);
    if (typing !== wasTyping) this.tell(conversationId, userId, typing);
  }

  #rest(key: string, who: Who, now: number): void {
    this.#resting.set(key, { ...who, until: now + restMs, wantsToType: false });
  }

  /** Ends what has not been renewed, and begins what has waited. */
  expire(now: number): void {
    for (const [key, { conversationId, userId, endsAt }] of this.#typists) {
      if (endsAt > now) break;
      this.#typists.delete(key);
      this.tell(conversationId, userId, false);
    }
    for (const [key, { conversationId, userId, until, wantsToType }] of this.#resting) {
      if (until > now) break;
      this.#resting.delete(key);
      if (wantsToType) this.set(now, { conversationId, userId, typing: true });
    }
  }
}
