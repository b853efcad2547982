/** How far the other of two has read: told while it happens, and found out about before. */
import { type ReadonlySignal, signal } from "@preact/signals";
import type { Client, Thread } from "../../../client/mod.ts";

// Halving what lies between asks this often at most, for a page of messages.
const questionsMax = 7;

/** Follows it until `stop`. */
export class PeerRead {
  readonly #seq = signal(0);
  readonly #stop: () => void;

  constructor(readonly client: Client, readonly thread: Thread) {
    const { conversationId } = thread;
    this.#stop = client.on("conversation.read", (told) => {
      if (told.conversationId === conversationId && told.userId !== client.userId) {
        this.#reach(told.readSeq);
      }
    });
  }

  /** All up to this one is read. */
  get seq(): ReadonlySignal<number> {
    return this.#seq;
  }

  #reach(seq: number): void {
    if (seq > this.#seq.peek()) this.#seq.value = seq;
  }

  /** Asks how far it was before we looked. */
  async find(): Promise<void> {
    const { client, thread } = this;
    const mine = thread.messages.filter(({ from, seq }) =>
      from === client.userId && seq > this.#seq.peek()
    ).map(({ seq }) => seq);
    let [low, high] = [0, mine.length];
    // The last one first: mostly it is read.
    let middle = mine.length - 1;
    for (let asked = 0; asked < questionsMax && low < high; asked++) {
      const seq = mine[middle]!;
      const path = `/v1/conversations/${thread.conversationId}/messages/${seq}/readers`;
      const { readBy } = await client.ask<{ readBy: string[] }>("GET", path);
      if (readBy.length > 0) {
        this.#reach(seq);
        low = middle + 1;
      } else high = middle;
      middle = (low + high) >> 1;
    }
  }

  /** Follows no more. */
  stop(): void {
    this.#stop();
  }
}
