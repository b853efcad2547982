/** A device that keeps what it holds while it is offline, and catches up the way the contract says. */
import type { AskChanges } from "../../client/catch_up.ts";
import type { Changes, ConversationPage } from "../../schemas/conversations.ts";
import type { Notification } from "../../schemas/frames.ts";
import type { Client } from "./client.ts";
import { Memory } from "./reducer.ts";
import type { Person, Site } from "./world.ts";

/** One person's device: at most one connection at a time, on any instance. */
export class Device {
  readonly memory = new Memory();
  client: Client | null = null;
  #taken = 0;

  constructor(readonly person: Person) {}

  /** Connects and catches up: the list since the last cursor, what each lacks, then what came live. */
  async connect(at: Site): Promise<void> {
    this.client = await this.person.connect(at);
    this.#taken = 0;
    this.memory.syncCursor = await this.#list(this.client, this.memory.syncCursor);
    await this.takeLive();
  }

  async #list(client: Client, changedSince: string | undefined): Promise<string> {
    const asked = { limit: 2, ...(changedSince === undefined ? {} : { changedSince }) };
    let page: ConversationPage = await client.call("conversation.list", asked);
    const { syncCursor } = page;
    for (;;) {
      for (const item of page.items) await this.memory.see(item, this.#ask);
      if (page.nextCursor === null) return syncCursor;
      page = await client.call("conversation.list", { ...asked, cursor: page.nextCursor });
    }
  }

  readonly #ask: AskChanges = (conversationId, afterRev) =>
    this.client!.call("conversation.changes", { conversationId, afterRev, limit: 7 });

  /** Puts over what is held all that has come live so far; asks for what is missing. */
  async takeLive(): Promise<void> {
    const { received } = this.client!;
    while (this.#taken < received.length) {
      await this.#take(received[this.#taken++] as unknown as Notification);
    }
  }

  async #take(notification: Notification): Promise<void> {
    switch (notification.method) {
      case "changes":
        return await this.memory.live(notification.params, this.#ask);
      case "conversation.joined":
        return await this.memory.see(notification.params.conversation, this.#ask);
      case "conversation.my":
        return this.memory.mine(notification.params);
    }
  }

  /** Drops the connection; of what came last only that is kept which fits without asking. */
  async drop(): Promise<void> {
    const { client } = this;
    if (client === null) return;
    this.client = null;
    const closing = client.close();
    for (const { method, params } of client.received.slice(this.#taken)) {
      if (method !== "changes") continue;
      this.memory.of((params as Changes).conversationId).take(params as Changes);
    }
    await closing;
  }
}
