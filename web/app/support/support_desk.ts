/** Visitors' conversations as an agent works on them: which are shown, whose they are, where they stand. */
import { computed, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import {
  type ConversationView,
  isPassing,
  PatterError,
  type SupportChange,
  type SupportConversation,
} from "../../../client/mod.ts";
import type { Chat } from "../state/chat.ts";
import { isServed } from "../state/served.ts";
import { Notes } from "./notes.ts";

/** What is known of a visitor's conversation beyond what its members see. */
export type Facts = Omit<SupportChange, "conversationId">;

/** Which are shown. */
export interface Filter {
  /** Null: of all inboxes. */
  readonly inboxId: string | null;
  readonly assignee: "me" | "none" | "any";
  readonly status: Facts["status"];
}

/** What may be changed. */
export type Patch = Partial<Pick<Facts, "status" | "assigneeId">>;

interface Page {
  readonly items: readonly SupportConversation[];
  readonly nextCursor: string | null;
}

/** Those of one account. */
export class SupportDesk {
  readonly filter: Signal<Filter> = signal({ inboxId: null, assignee: "any", status: "open" });
  /** Those that fit the filter, the latest activity first; null until they are known. */
  readonly shown: ReadonlySignal<readonly string[] | null>;
  /** Where the next page begins; null where there is none. */
  readonly cursor: Signal<string | null> = signal(null);
  /** Why the list could not be read. */
  readonly fault: Signal<unknown> = signal(null);
  /** How many have something unread that is mine to answer, or nobody's yet. */
  readonly waiting: ReadonlySignal<number>;
  // One each: a visitor who turns a page changes one row.
  readonly #facts = new Map<string, Signal<Facts>>();
  readonly #count = signal(0);
  readonly #isRead = signal(false);
  #turn = 0;
  #notes: Notes | null = null;

  constructor(readonly chat: Chat) {
    const { client } = chat;
    let before: readonly string[] = [];
    this.shown = computed(() => {
      if (!this.#isRead.value) return null;
      const ids = this.#shown();
      const isSame = ids.length === before.length && ids.every((id, nth) => id === before[nth]);
      return before = isSame ? before : ids;
    });
    this.waiting = computed(() => chat.served.value.filter((view) => this.#waits(view)).length);
    client.on("support.changed", (change) => this.#put(change.conversationId, change));
    client.on("synced", () => void this.read());
    client.on("message", ({ conversationId }) => {
      const view = client.conversation(conversationId);
      const isKnown = this.#facts.has(conversationId);
      if (view !== undefined && isServed(view) && !isKnown) void this.find(conversationId);
    });
    void this.read();
  }

  #shown(): readonly string[] {
    const { inboxId, assignee, status } = this.filter.value;
    const wanted = assignee === "me" ? this.chat.me : null;
    const at = ({ lastMessage, state }: ConversationView) => lastMessage?.at ?? state.updatedAt;
    return this.chat.served.value.filter(({ id, lastSeq, state }) => {
      const its = this.of(id);
      if (its === undefined || lastSeq === 0) return false;
      const standing = state.dismissedAt === null ? its.status : "resolved";
      return standing === status && (inboxId === null || its.inboxId === inboxId) &&
        (assignee === "any" || its.assigneeId === wanted);
    }).sort((a, b) => at(a) < at(b) ? 1 : -1).map(({ id }) => id);
  }

  #waits({ id, unread, my }: ConversationView): boolean {
    const facts = this.of(id);
    return unread > 0 && my.notify !== "none" && facts?.status === "open" &&
      (facts.assigneeId === null || facts.assigneeId === this.chat.me);
  }

  /** What is known of one; undefined while it is not. */
  of(id: string): Facts | undefined {
    // Whoever asks for one that is not known yet is told when it is.
    return this.#count.value > 0 ? this.#facts.get(id)?.value : undefined;
  }

  /** The notes about one; of another they are followed no more. */
  notesOf(id: string): Notes {
    if (this.#notes?.conversationId !== id) {
      this.#notes?.stop();
      this.#notes = new Notes(this.chat.client, id);
    }
    return this.#notes;
  }

  #put(id: string, facts: Facts): void {
    this.chat.users.learn(facts.visitor.user);
    const { inboxId, status, assigneeId, visitor } = facts;
    const now: Facts = { inboxId, status, assigneeId, visitor };
    const known = this.#facts.get(id);
    if (known !== undefined) {
      known.value = now;
      return;
    }
    this.#facts.set(id, signal(now));
    this.#count.value = this.#facts.size;
  }

  /** Shows others. */
  choose(change: Partial<Filter>): void {
    this.filter.value = { ...this.filter.peek(), ...change };
    void this.read();
  }

  /** Reads the first page, or the next one. */
  async read({ more = false } = {}): Promise<void> {
    const turn = ++this.#turn;
    const { inboxId, assignee, status } = this.filter.peek();
    const cursor = more ? this.cursor.peek() : null;
    const asked = new URLSearchParams({
      assignee,
      status,
      ...(inboxId && { inboxId }),
      ...(cursor && { cursor }),
    });
    try {
      const page = await this.chat.client.ask<Page>("GET", `/v1/support/conversations?${asked}`);
      for (const item of page.items) this.#put(item.conversation.id, item);
      // What was chosen meanwhile is what counts.
      if (turn !== this.#turn) return;
      this.fault.value = null;
      this.cursor.value = page.nextCursor;
      this.#isRead.value = true;
    } catch (error) {
      if (!(error instanceof PatterError)) throw error;
      // Without a network it is read when there is one again.
      if (turn === this.#turn && !isPassing(error)) this.fault.value = error;
    }
  }

  /** Reads one that came by its address, or that was heard of. */
  async find(id: string): Promise<void> {
    try {
      this.#put(id, await this.chat.client.ask<SupportConversation>("GET", pathOf(id)));
    } catch (error) {
      // Somebody else's, or not mine any more, or one was signed out: that is told elsewhere.
      if (!(error instanceof PatterError)) throw error;
    }
  }

  /** Gives it to somebody, resolves or reopens it. */
  async change(id: string, patch: Patch): Promise<void> {
    this.#put(id, await this.chat.client.ask<SupportConversation>("PATCH", pathOf(id), patch));
  }
}

function pathOf(id: string): string {
  return `/v1/support/conversations/${id}`;
}

const desks = new WeakMap<Chat, SupportDesk>();

/** The desk of an account; it lives as long as that is signed in. */
export function supportDeskOf(chat: Chat): SupportDesk {
  const desk = desks.get(chat) ?? new SupportDesk(chat);
  desks.set(chat, desk);
  return desk;
}
