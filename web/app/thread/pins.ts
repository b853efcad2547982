/** What is pinned in a conversation, as it changes. */
import { type ReadonlySignal, signal } from "@preact/signals";
import type { Client, Message } from "../../../client/mod.ts";

/** Follows it until `stop`. */
export class Pins {
  readonly #items = signal<readonly Message[]>([]);
  readonly #stops: (() => void)[];

  constructor(readonly client: Client, readonly conversationId: string) {
    this.#stops = [
      client.on("changes", ({ conversationId, messages }) => {
        if (conversationId === this.conversationId) this.#take(messages);
      }),
      client.on("synced", () => void this.load()),
    ];
    void this.load();
  }

  /** Pinned messages, the newest first. */
  get items(): ReadonlySignal<readonly Message[]> {
    return this.#items;
  }

  /** Reads them all. */
  async load(): Promise<void> {
    const path = `/v1/conversations/${this.conversationId}/pins`;
    // Without them the conversation is whole all the same, and the next connection asks again.
    const page = await this.client.ask<{ items: Message[] }>("GET", path).catch(() => null);
    if (page !== null) this.#items.value = page.items;
  }

  #take(messages: readonly Message[]): void {
    const held = this.#items.peek();
    const changed = new Map(messages.map((message) => [message.seq, message]));
    const isConcerned = messages.some(({ seq, pinnedAt }) =>
      pinnedAt !== undefined || held.some((one) => one.seq === seq)
    );
    if (!isConcerned) return;
    const others = held.filter(({ seq }) => !changed.has(seq));
    const pinned = messages.filter(({ pinnedAt }) => pinnedAt !== undefined);
    this.#items.value = [...others, ...pinned].sort((a, b) => b.seq - a.seq);
  }

  /** Follows no more. */
  stop(): void {
    for (const stop of this.#stops) stop();
  }
}
