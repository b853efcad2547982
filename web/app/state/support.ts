/** The inboxes that I answer in: whether there are any, and how much waits there. */
import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import {
  type Client,
  type ConversationView,
  isPassing,
  type SupportInbox,
} from "../../../client/mod.ts";
import { readAll } from "./pages.ts";
import type { Users } from "./users.ts";

// A visitor who walks through a shop tells of each page.
const restMs = 400;

/** Those of one account. */
export class Support {
  /** Null until they are known. */
  readonly inboxes: Signal<readonly SupportInbox[] | null> = signal(null);
  /** In how many visitors' conversations there is something unread. */
  readonly waiting: ReadonlySignal<number>;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    readonly client: Client,
    readonly users: Users,
    served: ReadonlySignal<readonly ConversationView[]>,
  ) {
    this.waiting = computed(() =>
      served.value.filter(({ my, unread }) => unread > 0 && my.notify !== "none").length
    );
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
    return this.users.of(this.client.userId)?.role === "admin";
  }

  /** Reads them again, once what happens has come to a rest. */
  look(): void {
    if (this.client.session?.user.role === "guest") return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#read(), restMs);
  }

  async #read(): Promise<void> {
    try {
      this.inboxes.value = await readAll<SupportInbox>(this.client, "/v1/support/inboxes");
    } catch (error) {
      // Read again when there is a connection.
      if (!isPassing(error)) throw error;
    }
  }

  /** Looks no more. */
  stop(): void {
    clearTimeout(this.#timer);
  }
}
