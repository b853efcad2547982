/** The visitor's conversation at work: the client, and what of it is shown, as signals. */
import { type Signal, signal } from "@preact/signals";
import type {
  Client,
  ConversationView,
  Message,
  OutboxItem,
  Outgoing,
  Session,
  Status,
  Thread,
} from "../../client/mod.ts";
import { Users } from "../app/state/users.ts";
import { Files } from "../ui/files/files.ts";
import { clientOf, type Visitor } from "./keeping.ts";
import { Uploads } from "./uploads.ts";

/** Whom a chat tells what. */
export interface ChatHearers {
  /** The session goes on with these tokens. */
  readonly session: (session: Session) => void;
  /** It has ended. */
  readonly ended: () => void;
  /** Somebody else has written. */
  readonly message: (message: Message) => void;
}

/** One conversation of one visitor; ends with `stop`. */
export class VisitorChat {
  readonly client: Client;
  readonly conversationId: string;
  readonly users: Users;
  readonly uploads: Uploads;
  readonly files: Files;
  /** The picture that is shown large. */
  readonly picture = signal<string | null>(null);
  readonly status: Signal<Status>;
  /** The window on the messages; null until they are known. */
  readonly thread = signal<Thread | null>(null);
  /** Up to where an agent has read. */
  readonly seenSeq = signal(0);
  readonly #version = signal(0);

  constructor(visitor: Visitor, hearers: ChatHearers) {
    const client = this.client = clientOf(visitor);
    this.conversationId = visitor.conversationId;
    this.users = new Users(client);
    this.files = new Files((method, path) => client.ask(method, path));
    this.uploads = new Uploads(client, (attachment, file, message) => {
      this.files.keepLocal(attachment, file);
      this.send(message);
    });
    this.status = signal(client.state);
    client.on("state", (status) => this.status.value = status);
    client.on("session", hearers.session);
    client.on("signedOut", hearers.ended);
    client.on("synced", () => this.#open());
    client.on("changed", () => this.#version.value++);
    client.on("message", ({ message }) => {
      if (message.from !== null && message.from !== client.userId) hearers.message(message);
    });
    client.on("conversation.read", ({ userId, readSeq }) => {
      if (userId !== client.userId) this.#see(readSeq);
    });
    client.start();
  }

  #see(seq: number): void {
    this.seenSeq.value = Math.max(this.seenSeq.value, seq);
  }

  #open(): void {
    if (this.thread.value !== null || this.client.conversation(this.conversationId) === undefined) {
      return;
    }
    const thread = this.client.open(this.conversationId);
    // Without it less is known, and nothing is wrong.
    thread.loadOlder().then(() => this.#askSeen(thread)).catch(() => {});
    this.thread.value = thread;
  }

  // Who reads is told; who had read before is not.
  async #askSeen({ messages }: Thread): Promise<void> {
    const mine = messages.findLast(({ from }) => from === this.client.userId);
    if (mine === undefined) return;
    const path = `/v1/conversations/${this.conversationId}/messages/${mine.seq}/readers`;
    const { readBy } = await this.client.ask<{ readBy: string[] }>("GET", path);
    if (readBy.length > 0) this.#see(mine.seq);
  }

  /** Makes whoever renders with this render again when something changes. */
  follow(): void {
    void this.#version.value;
  }

  /** The conversation as it is now. */
  get view(): ConversationView | undefined {
    this.follow();
    return this.client.conversation(this.conversationId);
  }

  /** What is on its way. */
  get pending(): OutboxItem[] {
    this.follow();
    return this.thread.value?.pending ?? this.client.outbox(this.conversationId);
  }

  /** Who of the agents is typing. */
  get typists(): string[] {
    this.follow();
    return this.client.typists(this.conversationId);
  }

  /** Sends a message. */
  send(message: Outgoing): void {
    this.client.send(this.conversationId, message);
  }

  /** All is read. */
  read(): void {
    const view = this.client.conversation(this.conversationId);
    if (view !== undefined) this.client.read(this.conversationId, view.lastSeq);
  }

  /** Ends it here; the session lives on. */
  stop(): void {
    this.uploads.stop();
    this.thread.value?.close();
    this.client.stop();
  }
}
