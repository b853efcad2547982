/** The inboxes that I answer in: whether there are any, and how much waits there. */
import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { PatterError, type SupportInbox } from "../../../client/mod.ts";
import type { SupportDesk } from "../support/support_desk.ts";
import type { Chat } from "./chat.ts";
import { readAll } from "./pages.ts";

// A visitor who walks through a shop tells of each page.
const restMs = 400;

/** Those of one account. */
export class Support {
  /** Null until they are known. */
  readonly inboxes: Signal<readonly SupportInbox[] | null> = signal(null);
  /** In how many visitors' conversations something unread waits for me. */
  readonly waiting: ReadonlySignal<number>;
  // Who is no agent has no use for it.
  readonly #desk: Signal<SupportDesk | null> = signal(null);
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(readonly chat: Chat) {
    const { client } = chat;
    this.waiting = computed(() => this.#desk.value?.waiting.value ?? 0);
    const look = () => this.look();
    client.on("synced", look);
    client.on("support.changed", look);
    client.on("conversation.left", look);
    client.on("conversation.joined", ({ conversation }) => {
      if (conversation.kind === "support") look();
    });
    client.on("message", ({ conversationId }) => {
      // The first word of a visitor makes something to do of the conversation.
      if (client.conversation(conversationId)?.state.kind === "support") look();
    });
  }

  /** Whether I answer in an inbox, or make them. */
  get isMine(): boolean {
    return this.isAdmin || (this.inboxes.value?.length ?? 0) > 0;
  }

  /** Whether I make inboxes. */
  get isAdmin(): boolean {
    return this.chat.users.of(this.chat.me)?.role === "admin";
  }

  /** Reads them again, once what happens has come to a rest. */
  look(): void {
    if (this.chat.client.session?.user.role === "guest") return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#read(), restMs);
  }

  async #read(): Promise<void> {
    try {
      const inboxes = await readAll<SupportInbox>(this.chat.client, "/v1/support/inboxes");
      this.inboxes.value = inboxes;
      if (inboxes.length === 0 || this.#desk.peek() !== null) return;
      const { supportDeskOf } = await import("../support/support_desk.ts");
      this.#desk.value = supportDeskOf(this.chat);
    } catch (error) {
      // Read again when there is a connection; and who was signed out meanwhile has no desk.
      if (!(error instanceof PatterError)) throw error;
    }
  }

  /** Looks no more. */
  stop(): void {
    clearTimeout(this.#timer);
  }
}
