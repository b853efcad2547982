/** A conversation from the shelf, seen as a thread: its last messages, and what waits to be sent. */
import type { Client, Message, OutboxItem, Thread } from "../../../client/mod.ts";

/** What a screen uses of a thread. */
export type ThreadWindow = Omit<Thread, "parts">;

/** A thread that ends where the shelf does: nothing older or newer can be had here. */
export class ShelvedWindow implements ThreadWindow {
  readonly hasOlder = false;
  readonly hasNewer = false;
  readonly isLoading = false;
  /** Filled when the shelf has been read. */
  messages: Message[] = [];

  constructor(readonly conversationId: string, readonly client: Client) {}

  /** What I have sent there, and nobody has heard yet. */
  get pending(): OutboxItem[] {
    return this.client.outbox(this.conversationId);
  }

  /** Nothing: there is no more of it here. */
  async loadOlder(): Promise<void> {}
  /** Nothing. */
  async loadNewer(): Promise<void> {}
  /** Nothing. */
  async goTo(): Promise<void> {}
  /** Nothing: it is there. */
  goToNewest(): void {}
  /** Nothing is held open. */
  close(): void {}
}
