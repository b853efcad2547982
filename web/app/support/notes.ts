/** What agents tell each other about one visitor's conversation; the visitor never gets it. */
import { type Signal, signal } from "@preact/signals";
import { type Client, type Note, PatterError } from "../../../client/mod.ts";
import { readAll } from "../state/pages.ts";

/** The notes about one conversation, until `stop`. */
export class Notes {
  /** The oldest first; null until they are known. */
  readonly items: Signal<readonly Note[] | null> = signal(null);
  readonly #path: string;
  readonly #stops: (() => void)[];

  constructor(readonly client: Client, readonly conversationId: string) {
    this.#path = `/v1/support/conversations/${conversationId}/notes`;
    this.#stops = [
      client.on("support.noted", (note) => {
        if (note.conversationId === conversationId) this.#put(note);
      }),
      client.on("support.noteDeleted", ({ noteId }) => this.#forget(noteId)),
      client.on("synced", () => void this.#read()),
    ];
    void this.#read();
  }

  async #read(): Promise<void> {
    try {
      this.items.value = await readAll<Note>(this.client, this.#path);
    } catch (error) {
      // Offline, the conversation is gone, or one was signed out: all of it is told elsewhere.
      if (!(error instanceof PatterError)) throw error;
    }
  }

  #put(note: Note): void {
    const others = (this.items.peek() ?? []).filter(({ id }) => id !== note.id);
    this.items.value = [...others, note].sort((a, b) => a.id < b.id ? -1 : 1);
  }

  #forget(noteId: string): void {
    this.items.value = this.items.peek()?.filter(({ id }) => id !== noteId) ?? null;
  }

  /** Notes something. */
  async add(text: string): Promise<void> {
    this.#put(await this.client.ask<Note>("POST", this.#path, { text }));
  }

  /** Deletes one of mine; admins any. */
  async remove(noteId: string): Promise<void> {
    await this.client.ask("DELETE", `${this.#path}/${noteId}`);
    this.#forget(noteId);
  }

  /** Follows no more. */
  stop(): void {
    for (const stop of this.#stops) stop();
  }
}
