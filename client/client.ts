/** The client: one object for one account at one server. */
import { Conversations, type ConversationView } from "./conversations.ts";
import { Emitter } from "./events.ts";
import type { ClientEvents } from "./client_events.ts";
import type { Status } from "./link.ts";
import { randomId } from "./hex.ts";
import { membersOf } from "./members.ts";
import { type ClientOptions, type Foundation, foundationOf } from "./options.ts";
import { Outbox } from "./outbox.ts";
import type { OutboxItem, Outgoing } from "./outbox_item.ts";
import { PresenceWatch } from "./presence.ts";
import { endsSession, isPassing, PatterError } from "./problems.ts";
import type { ConversationCopy } from "./reducer.ts";
import { Reads } from "./reads.ts";
import { Sender } from "./sender.ts";
import { Sync } from "./sync.ts";
import { Thread } from "./thread.ts";
import { Typing } from "./typing.ts";
import { Upload, type UploadOptions } from "./uploads.ts";
import type {
  Conversation,
  Member,
  Method,
  Params,
  Presence,
  PresenceStatus,
  Results,
  Session,
} from "./wire.ts";

/** Makes a client; it connects with `start`. */
export function createClient(options: ClientOptions): Client {
  return new Client(foundationOf(options));
}

/** One account at one server. */
export class Client {
  readonly #events = new Emitter<ClientEvents>();
  readonly #base: Foundation;
  readonly #conversations = new Conversations();
  readonly #outbox: Outbox;
  readonly #sync: Sync;
  readonly #reads: Reads;
  readonly #typing: Typing;
  readonly #presence: PresenceWatch;
  #isSignedOut = false;

  constructor(base: Foundation) {
    const { link, tabs, platform, store, rest } = this.#base = base;
    const conversations = this.#conversations;
    const { clock } = platform;
    const changed = (conversationId: string) => this.#events.emit("changed", { conversationId });
    const read = (id: string) => rest.ask<Conversation>("GET", `/v1/conversations/${id}`);
    this.#outbox = new Outbox({ store, tabs, clock });
    this.#sync = new Sync({ platform, link, conversations, read });
    this.#reads = new Reads({ link, conversations, changed });
    this.#typing = new Typing({ link, clock, changed });
    this.#presence = new PresenceWatch({ link, tabs });
    new Sender({ outbox: this.#outbox, link, tabs, platform });
    this.#passOn(changed);
    this.#passOnSession();
  }

  #passOn(changed: (conversationId: string) => void): void {
    const { link } = this.#base;
    link.events.on("status", (status) => {
      this.#events.emit("state", status);
      if (status.state === "closed" && endsSession(status.reason ?? "")) {
        this.#signedOut(status.reason!);
      }
    });
    link.events.on("ready", (ready) => this.#events.emit("session.ready", ready));
    link.events.on("notification", ({ method, params }) => {
      // Presence is told below, with what was asked for.
      if (method !== "presence") this.#events.emit(method, params as never);
    });
    this.#presence.events.on("presence", (told) => this.#events.emit("presence", told));
    this.#sync.events.on("synced", () => {
      this.#reads.tellAll();
      this.#events.emit("synced", undefined);
    });
    this.#sync.events.on("message", (told) => this.#arrived(told));
    this.#sync.events.on("changed", ({ conversationId }) => {
      this.#outbox.reached(conversationId, this.#conversations.of(conversationId).lastSeq);
      changed(conversationId);
    });
    this.#outbox.events.on("gone", ({ conversationId }) => changed(conversationId));
    this.#outbox.events.on("item", (item) => {
      this.#events.emit("outbox", item);
      changed(item.conversationId);
    });
  }

  #passOnSession(): void {
    const { sessionTokens, tabs } = this.#base;
    sessionTokens?.events.on("session", (session) => {
      tabs.post({ kind: "session", content: session });
      this.#events.emit("session", session);
    });
    sessionTokens?.events.on("ended", (reason) => this.#signedOut(reason));
    tabs.events.on("message", ({ kind, content }) => {
      if (kind !== "session" || sessionTokens === null) return;
      sessionTokens.adopt(content as Session);
      this.#events.emit("session", sessionTokens.session);
    });
  }

  #signedOut(reason: string): void {
    if (this.#isSignedOut) return;
    this.#isSignedOut = true;
    this.#events.emit("signedOut", { reason });
  }

  #arrived({ conversationId, message }: ClientEvents["message"]): void {
    if (message.from === this.userId) this.#outbox.arrived(message);
    else if (message.from !== null) this.#typing.said(conversationId, message.from);
    this.#events.emit("message", { conversationId, message });
  }

  /** Connects, and stays connected until `stop`. */
  start(): void {
    this.#isSignedOut = false;
    void this.#outbox.load();
    this.#base.link.start();
  }

  /** Leaves; another tab takes over. */
  stop(): void {
    this.#typing.stop();
    this.#base.link.stop();
  }

  /** Ends the session at the server, and forgets what is kept here. */
  async signOut(): Promise<void> {
    await this.ask("POST", "/v1/auth/logout").catch((error) => {
      // It may have ended before; but a server that was not reached does not know.
      if (isPassing(error)) throw error;
    });
    await this.#outbox.clear();
    this.stop();
    this.#signedOut("signedOut");
  }

  /** Listens; call what it returns to stop. */
  on<Name extends keyof ClientEvents>(
    name: Name,
    listen: (told: ClientEvents[Name]) => void,
  ): () => void {
    return this.#events.on(name, listen);
  }

  /** Where the connection stands. */
  get state(): Status {
    return this.#base.link.status;
  }

  /** Whether all conversations are as the server has them. */
  get isSynced(): boolean {
    return this.#sync.isSynced;
  }

  /** The session as it is now; null with `getToken`. */
  get session(): Session | null {
    return this.#base.sessionTokens?.session ?? null;
  }

  /** Who I am; empty before the first connection, with `getToken`. */
  get userId(): string {
    return this.session?.user.id ?? this.#conversations.userId;
  }

  /** All conversations: pinned ones first, then by what happened last; those that I left too. */
  conversations(): ConversationView[] {
    return this.#conversations.list();
  }

  /** One conversation, if it is known. */
  conversation(id: string): ConversationView | undefined {
    return this.#conversations.view(id);
  }

  #copy(id: string): ConversationCopy {
    const copy = this.#conversations.byId.get(id);
    if (copy === undefined) throw new PatterError("notFound");
    return copy;
  }

  /** A window on the messages of a conversation that is known. */
  open(id: string): Thread {
    return new Thread({
      link: this.#base.link,
      copy: this.#copy(id),
      pending: () => this.#outbox.items(id),
      synced: () => this.#sync.synced(),
      changed: () => this.#events.emit("changed", { conversationId: id }),
      closed: this.#sync.keep(id),
    });
  }

  /** The members of a group, those that left not among them. */
  async members(id: string): Promise<Member[]> {
    await this.#sync.synced();
    return await membersOf(this.#copy(id), this.#base.rest);
  }

  /**
   * Sends a message, now or as soon as there is a connection, once. Gives its `clientId`; `outbox` and
   * `delivered` tell what becomes of it.
   */
  send(conversationId: string, message: Outgoing, clientId: string = randomId()): string {
    this.#typing.tell(conversationId, false);
    return this.#outbox.add(conversationId, message, clientId).clientId;
  }

  /** Sends a failed message again. */
  retry(clientId: string): void {
    this.#outbox.retry(clientId);
  }

  /** Gives a failed message up. */
  discard(clientId: string): void {
    this.#outbox.discard(clientId);
  }

  /** Resolves when a message of the outbox is stored at the server; fails when it was refused. */
  delivered(clientId: string): Promise<void> {
    return this.#outbox.delivered(clientId);
  }

  /** What is on its way or failed, in a conversation or in all. */
  outbox(conversationId?: string): OutboxItem[] {
    return this.#outbox.items(conversationId);
  }

  /** Marks all up to `seq` as read, at once here. */
  read(conversationId: string, seq: number): void {
    this.#reads.read(conversationId, seq);
  }

  /** To be called at every key, and with `false` when the text is gone. */
  typing(conversationId: string, isTyping = true): void {
    this.#typing.tell(conversationId, isTyping);
  }

  /** Who else is typing there. */
  typists(conversationId: string): string[] {
    return this.#typing.users(conversationId);
  }

  /** Follows whether these are there, until what it returns is called; see the event `presence`. */
  watch(userIds: readonly string[]): () => void {
    return this.#presence.watch(userIds);
  }

  /** Whether somebody is there who is watched. */
  presenceOf(userId: string): Presence | undefined {
    return this.#presence.of(userId);
  }

  /** Shows me as this. */
  setPresence(status: PresenceStatus): Promise<void> {
    return this.#presence.set(status);
  }

  /** Uploads a file, to be sent by its attachment's id. */
  upload(file: Blob & { readonly name?: string }, options?: UploadOptions): Upload {
    return new Upload(this.#base, file, options);
  }

  /** Asks over the socket; fails by code, with `connectionLost` when there is none. */
  request<M extends Method>(method: M, params: Params[M]): Promise<Results[M]> {
    return this.#base.link.request(method, params);
  }

  /** Asks by REST; fails by code, with the server's problem. */
  ask<T>(method: string, path: string, body?: unknown): Promise<T> {
    return this.#base.rest.ask<T>(method, path, body);
  }
}
