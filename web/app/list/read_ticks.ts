/** Whether the other one has read my last message: learnt once for a row that is seen, then told live. */
import { type Signal, signal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { ConversationView } from "../../../client/mod.ts";
import type { Chat } from "../state/chat.ts";

interface Readers {
  readonly readBy: readonly string[];
}

/** How far the others have read, in direct conversations. */
class PeerReads {
  readonly #readTo = new Map<string, Signal<number>>();
  readonly #asked = new Map<string, number>();
  // One after another: a list that is scrolled quickly asks for many.
  #last: Promise<void> = Promise.resolve();

  constructor(readonly chat: Chat) {
    chat.client.on("conversation.read", ({ conversationId, userId, readSeq }) => {
      if (userId !== chat.me) this.#learn(conversationId, readSeq);
    });
  }

  #learn(id: string, seq: number): void {
    const known = this.of(id);
    known.value = Math.max(known.peek(), seq);
  }

  /** The last message that the other one has read, as far as it is known. */
  of(id: string): Signal<number> {
    const known = this.#readTo.get(id) ?? signal(0);
    this.#readTo.set(id, known);
    return known;
  }

  /** Asks whether a message has been read, once. */
  ask(id: string, seq: number): void {
    if (this.of(id).peek() >= seq || this.#asked.get(id) === seq) return;
    this.#asked.set(id, seq);
    const path = `/v1/conversations/${id}/messages/${seq}/readers`;
    this.#last = this.#last.then(async () => {
      const { readBy } = await this.chat.client.ask<Readers>("GET", path);
      if (readBy.length > 0) this.#learn(id, seq);
    }).catch(() => {
      // A tick that is missing is no failure to tell of; it is asked for at the next sight.
      this.#asked.delete(id);
    });
  }
}

const byChat = new WeakMap<Chat, PeerReads>();

/** Whether my last message of a direct conversation has been read; null where that is no question. */
export function useReadTick(chat: Chat, { id, state, lastMessage }: ConversationView) {
  const reads = byChat.get(chat) ?? new PeerReads(chat);
  byChat.set(chat, reads);
  const isMine = state.kind === "direct" && lastMessage !== null && lastMessage.from === chat.me &&
    lastMessage.recalledAt === undefined;
  const seq = isMine ? lastMessage.seq : 0;
  const isSynced = chat.isSynced.value;
  useEffect(() => {
    if (seq > 0 && isSynced) reads.ask(id, seq);
  }, [id, seq, isSynced]);
  return seq === 0 ? null : reads.of(id).value >= seq;
}
