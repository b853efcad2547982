/** The shelf: conversations, names and messages as they were last seen here, for a start without a network. */
import { type ReadonlySignal, signal } from "@preact/signals";
import type { Client, ConversationView, Thread } from "../../../client/mod.ts";
import { nothing, type ShelfContents } from "./shelf_contents.ts";
import { ShelfKeeper } from "./shelf_keeper.ts";
import { ShelfStore } from "./shelf_store.ts";
import { ShelvedWindow } from "./shelf_thread.ts";
import type { Users } from "./users.ts";

/** What the shelf is made for. */
export interface ShelfParts {
  readonly client: Client;
  readonly users: Users;
  /** Whose it is. */
  readonly owner: string;
  /** Called when the messages of a conversation have been read. */
  readonly changed: (conversationId: string) => void;
}

/** One account's shelf. */
export class Shelf {
  readonly #store: ShelfStore;
  readonly #keeper: ShelfKeeper;
  readonly #contents = signal<ShelfContents | null>(null);

  constructor(readonly parts: ShelfParts) {
    this.#store = new ShelfStore(parts.owner);
    this.#keeper = new ShelfKeeper({ ...parts, store: this.#store });
    void this.#load();
  }

  async #load(): Promise<void> {
    const contents = await this.#store.take().catch(() => nothing);
    for (const user of contents.people) this.parts.users.suggest(user);
    for (const { my } of contents.views) if (my.peer) this.parts.users.suggest(my.peer);
    this.#contents.value = contents;
  }

  /** The conversations as they were, in their order; null until they have been read. */
  get views(): ReadonlySignal<ShelfContents | null> {
    return this.#contents;
  }

  /** A conversation as it was. */
  view(id: string): ConversationView | undefined {
    return this.#contents.value?.views.find((view) => view.id === id);
  }

  /** Its last messages as a thread, until the client has a live one; they come in a moment. */
  thread(id: string): Thread {
    const window = new ShelvedWindow(id, this.parts.client);
    this.#store.thread(id).then((messages) => {
      window.messages = [...messages];
      this.parts.changed(id);
    }, () => {
      // Without storage there is no shelf, and the live thread comes with the network.
    });
    // The class has private parts that nobody outside can see or miss.
    return window as unknown as Thread;
  }

  /** Lets go of the client. */
  stop(): void {
    this.#keeper.stop();
  }
}
