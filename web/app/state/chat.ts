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
import { Users } from "./users.ts";

/** One account at work; ends with `stop`. */
export class Chat {
  readonly client: Client;
  readonly users: Users;
  readonly people: People;
  /** Where the connection stands. */
  readonly status: Signal<Status>;
  /** Whether all is as the server has it. */
  readonly isSynced = signal(false);
  /** What waits for me. */
  readonly pending: ReadonlySignal<Waiting>;
  readonly #all = signal(0);
  readonly #versions = new Map<string, Signal<number>>();
  /** All conversations that are shown in the list, in its order. */
  readonly conversations: ReadonlySignal<ConversationView[]>;

  constructor(readonly sessionId: string, session: Session) {
    const client = this.client = createClient({ url: location.origin, session });
    this.users = new Users(client);
    this.users.learn(session.user);
    this.people = new People(client, this.users);
    this.pending = followPending(client);
    this.status = signal(client.state);
    this.conversations = computed(() => {
      this.#all.value;
      return client.conversations().filter(({ my }) => !my.hidden && my.leftAt === null);
    });
    client.on("state", (status) => {
      this.status.value = status;
      this.isSynced.value = client.isSynced;
    });
    client.on("synced", () => {
      this.isSynced.value = true;
      this.#all.value++;
    });
    client.on("changed", ({ conversationId }) => this.#changed(conversationId));
    client.on("session", keepSession);
    client.on("signedOut", () => forgetSession(sessionId));
    client.start();
  }

  // A burst of messages is rendered once: signals tell in the same turn, the client in many.
  #changed(conversationId: string): void {
    const version = this.#versions.get(conversationId);
    if (version) version.value++;
    this.#all.value++;
  }

  /** Makes whoever renders with this render again when something of the conversation changes. */
  follow(conversationId: string): number {
    const version = this.#versions.get(conversationId) ?? signal(0);
    this.#versions.set(conversationId, version);
    return version.value;
  }

  /** A conversation as it is now. */
  conversation(id: string): ConversationView | undefined {
    this.follow(id);
    return this.client.conversation(id);
  }

  /** My own id. */
  get me(): string {
    return this.client.userId;
  }

  /** Lets go of the connection; the session lives on. */
  stop(): void {
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
  chat.value = now === null ? null : new Chat(now.sessionId, now);
});

/** The chat, where there is one: behind the entrance. */
export function useChat(): Chat {
  const now = chat.value;
  if (now === null) throw new Error("Nobody is signed in");
  return now;
}
