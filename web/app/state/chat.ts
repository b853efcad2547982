/** The chat of who is signed in: the client, and its events as signals that a screen renders from. */
import { computed, effect, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import {
  Client,
  type ConversationView,
  createClient,
  type Session,
  type Status,
} from "../../../client/mod.ts";
import { forgetSession, keepSession, session } from "./account.ts";
import { followPending, type Waiting } from "./pending.ts";
import { People } from "./people.ts";
import { isServed } from "./served.ts";
import { Shelf } from "./shelf.ts";
import { laidOver } from "./shelf_contents.ts";
import { wipeShelf } from "./shelf_store.ts";
import { Support } from "./support.ts";
import { Users } from "./users.ts";

// The order of a thousand conversations is not looked at again for each message of a burst.
const listEveryMs = 100;

/** One account at work; ends with `stop`. */
export class Chat {
  readonly client: Client;
  readonly users: Users;
  readonly people: People;
  /** The inboxes that I answer in. */
  readonly support: Support;
  /** What was here at the last visit, until the server has told what is. */
  readonly shelf: Shelf;
  /** Where the connection stands. */
  readonly status: Signal<Status>;
  /** Whether all is as the server has it. */
  readonly isSynced = signal(false);
  /** What waits for me. */
  readonly pending: ReadonlySignal<Waiting>;
  readonly #all = signal(0);
  readonly #hasSynced = signal(false);
  #listTimer: ReturnType<typeof setTimeout> | undefined;
  #listedAt = 0;
  readonly #versions = new Map<string, Signal<number>>();
  /** All conversations, those that are hidden or left too. */
  readonly everything: ReadonlySignal<ConversationView[]>;
  /** All conversations that are shown in the list, in its order. */
  readonly conversations: ReadonlySignal<ConversationView[]>;
  /** Those of visitors whom I answer; they are not in that list. */
  readonly served: ReadonlySignal<ConversationView[]>;

  constructor(readonly sessionId: string, session: Session) {
    const client = this.client = createClient({ url: location.origin, session });
    this.users = new Users(client);
    this.users.learn(session.user);
    this.people = new People(client, this.users);
    this.pending = followPending(client);
    this.shelf = new Shelf({
      client,
      users: this.users,
      owner: session.user.id,
      changed: (id) => this.#changed(id),
    });
    this.status = signal(client.state);
    this.everything = computed(() => {
      this.#all.value;
      const kept = this.#hasSynced.value ? [] : this.shelf.views.value?.views ?? [];
      return laidOver(kept, client.conversations());
    });
    const listed = computed(() =>
      this.everything.value.filter(({ my }) => !my.hidden && my.leftAt === null)
    );
    this.conversations = computed(() => listed.value.filter((view) => !isServed(view)));
    this.served = computed(() => listed.value.filter(isServed));
    this.support = new Support(this);
    client.on("state", (status) => {
      this.status.value = status;
      this.isSynced.value = client.isSynced;
    });
    client.on("synced", () => {
      this.isSynced.value = true;
      this.#hasSynced.value = true;
      this.#listAgain();
    });
    client.on("changed", ({ conversationId }) => this.#changed(conversationId));
    client.on("session", keepSession);
    client.on("signedOut", ({ reason }) => forgetSession(sessionId, reason));
    client.start();
  }

  #changed(conversationId: string): void {
    const version = this.#versions.get(conversationId);
    if (version) version.value++;
    if (this.#listTimer !== undefined) return;
    const waitMs = this.#listedAt + listEveryMs - Date.now();
    if (waitMs > 0) this.#listTimer = setTimeout(() => this.#listAgain(), waitMs);
    else this.#listAgain();
  }

  #listAgain(): void {
    clearTimeout(this.#listTimer);
    this.#listTimer = undefined;
    this.#listedAt = Date.now();
    this.#all.value++;
  }

  /** Makes whoever renders with this render again when something of the conversation changes. */
  follow(conversationId: string): number {
    const version = this.#versions.get(conversationId) ?? signal(0);
    this.#versions.set(conversationId, version);
    return version.value;
  }

  /** Whether the list is known, from now or from the last visit. */
  get isListKnown(): boolean {
    return this.#hasSynced.value || (this.shelf.views.value?.views.length ?? 0) > 0;
  }

  /** Whether the client has a conversation, so that it can be opened. */
  isLive(id: string): boolean {
    this.follow(id);
    return this.client.conversation(id) !== undefined;
  }

  /** A conversation as it is now; before that is known, as it was at the last visit. */
  conversation(id: string): ConversationView | undefined {
    this.follow(id);
    const live = this.client.conversation(id);
    return live !== undefined || this.#hasSynced.value ? live : this.shelf.view(id);
  }

  /** My own id. */
  get me(): string {
    return this.client.userId;
  }

  /** Lets go of the connection; the session lives on. */
  stop(): void {
    clearTimeout(this.#listTimer);
    this.shelf.stop();
    this.support.stop();
    this.client.stop();
  }
}

/** The chat of who is signed in; null while nobody is. */
export const chat = signal<Chat | null>(null);

effect(() => {
  const now = session.value;
  const running = chat.peek();
  if (now?.sessionId === running?.sessionId) return;
  running?.stop();
  // Whatever happened to it: what is kept here goes with the account.
  if (now === null) void wipeShelf(running?.me).catch(() => {});
  chat.value = now === null ? null : new Chat(now.sessionId, now);
});

/** The chat, where there is one: behind the entrance. */
export function useChat(): Chat {
  const now = chat.value;
  if (now === null) throw new Error("Nobody is signed in");
  return now;
}
