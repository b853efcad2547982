/** All inboxes, as admins have them. */
import { type Signal, signal } from "@preact/signals";
import type { Inbox } from "../../../../client/mod.ts";
import type { Chat } from "../../state/chat.ts";
import { readAll } from "../../state/pages.ts";

/** What of an inbox is written; its secret is never read back. */
export type InboxText = Partial<
  Pick<
    Inbox,
    "name" | "greeting" | "agents" | "allowedOrigins" | "hours" | "offlineMessage"
  >
>;

const path = "/v1/inboxes";

/** Those of one account. */
export class Inboxes {
  /** The oldest first; null until they are known. */
  readonly items: Signal<readonly Inbox[] | null> = signal(null);

  constructor(readonly chat: Chat) {}

  /** Reads them. */
  async read(): Promise<void> {
    this.items.value = await readAll<Inbox>(this.chat.client, path);
  }

  #put(inbox: Inbox): void {
    const items = this.items.peek() ?? [];
    const isKnown = items.some(({ id }) => id === inbox.id);
    this.items.value = isKnown
      ? items.map((item) => item.id === inbox.id ? inbox : item)
      : [...items, inbox];
    // I may be an agent of it now, or not any more.
    this.chat.support.look();
  }

  /** Makes one. */
  async create(input: InboxText): Promise<Inbox> {
    const inbox = await this.chat.client.ask<Inbox>("POST", path, input);
    this.#put(inbox);
    return inbox;
  }

  /** Changes what is given. */
  async change(id: string, patch: InboxText & { identitySecret?: string | null }): Promise<void> {
    this.#put(await this.chat.client.ask<Inbox>("PATCH", `${path}/${id}`, patch));
  }

  /** Deletes one, for good. */
  async remove(id: string): Promise<void> {
    await this.chat.client.ask("DELETE", `${path}/${id}`);
    this.items.value = this.items.peek()?.filter((inbox) => inbox.id !== id) ?? null;
    this.chat.support.look();
  }
}

const all = new WeakMap<Chat, Inboxes>();

/** The inboxes as an account has them; they live as long as that is signed in. */
export function inboxesOf(chat: Chat): Inboxes {
  const known = all.get(chat) ?? new Inboxes(chat);
  all.set(chat, known);
  return known;
}
