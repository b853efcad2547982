/** Messages that others answer to, wherever in the history they are. */
import { type Signal, signal } from "@preact/signals";
import type { Client, Message, Thread } from "../../../client/mod.ts";

const keptMax = 200;

/** What is known of a message: not yet, not any more, or what it is. */
export type Quoted = Message | "unknown" | "gone";

/** The quoted messages of one conversation. */
export class Quotes {
  readonly #fetched = new Map<number, Signal<Quoted>>();

  constructor(readonly client: Client, readonly thread: Thread) {}

  /** A message: of the window, where it follows every change, else as it was when it was asked for. */
  of(seq: number, loaded: Message | undefined): Quoted {
    return loaded ?? this.#signal(seq).value;
  }

  #signal(seq: number): Signal<Quoted> {
    const found = this.#fetched.get(seq);
    if (found !== undefined) return found;
    const made = signal<Quoted>("unknown");
    this.#fetched.set(seq, made);
    for (const oldest of this.#fetched.keys()) {
      if (this.#fetched.size <= keptMax) break;
      this.#fetched.delete(oldest);
    }
    void this.#fetch(seq, made);
    return made;
  }

  async #fetch(seq: number, into: Signal<Quoted>): Promise<void> {
    const { conversationId } = this.thread;
    const asked = { conversationId, beforeSeq: seq + 1, limit: 1 };
    try {
      const { items: [message] } = await this.client.request("message.list", asked);
      into.value = message?.seq === seq ? message : "gone";
    } catch {
      // Asked again when it is shown the next time.
      this.#fetched.delete(seq);
    }
  }
}
