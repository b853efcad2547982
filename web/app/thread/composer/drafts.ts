/** What was begun and not sent: kept here at once, and at the server for my other devices. */
import type { Client } from "../../../../client/mod.ts";

const restMs = 900;
const draftMax = 10_000;

/** Drafts by conversation. */
export class Drafts {
  /** What is written here and the server does not know yet. */
  readonly #unsaved = new Map<string, string>();
  readonly #timers = new Map<string, number>();
  readonly #saving = new Set<string>();

  constructor(readonly client: Client) {
    // What could not be saved without a network.
    client.on("synced", () => {
      for (const id of this.#unsaved.keys()) void this.#save(id);
    });
  }

  /** The draft as it is known here. */
  of(conversationId: string): string {
    return this.#unsaved.get(conversationId) ??
      this.client.conversation(conversationId)?.my.draft ?? "";
  }

  /** Whether it is being written here: what another device says of it is older. */
  isOurs(conversationId: string): boolean {
    return this.#unsaved.has(conversationId);
  }

  /** Takes what is written now; it is saved when the hand rests. */
  write(conversationId: string, text: string): void {
    this.#unsaved.set(conversationId, text.slice(0, draftMax));
    clearTimeout(this.#timers.get(conversationId));
    this.#timers.set(conversationId, setTimeout(() => void this.#save(conversationId), restMs));
  }

  /** Saves now: the page may be about to go. */
  flush(conversationId: string): void {
    if (!this.#unsaved.has(conversationId)) return;
    clearTimeout(this.#timers.get(conversationId));
    void this.#save(conversationId);
  }

  // One at a time for a conversation: two on their way might arrive in the other order.
  async #save(id: string): Promise<void> {
    if (this.#saving.has(id)) return;
    this.#saving.add(id);
    try {
      for (;;) {
        const text = this.#unsaved.get(id);
        if (text === undefined) return;
        const before = this.client.conversation(id)?.my.draft ?? "";
        if (text !== before) {
          await this.client.ask("PATCH", `/v1/conversations/${id}/settings`, {
            draft: text.trim() === "" ? null : text,
          });
        }
        if (this.#unsaved.get(id) !== text) continue;
        this.#unsaved.delete(id);
        return;
      }
    } catch {
      // A draft is a courtesy: it stays here, and is saved with the next word or connection.
    } finally {
      this.#saving.delete(id);
    }
  }
}
