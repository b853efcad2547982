/** Keeps the shelf up to date while the client is at work: a while after each change, and of many at once. */
import type { Client, Message } from "../../../client/mod.ts";
import {
  conversationsMax,
  isKept,
  mergedMessages,
  messagesMax,
  withChanges,
} from "./shelf_contents.ts";
import type { ShelfStore } from "./shelf_store.ts";
import type { Users } from "./users.ts";

const restMs = 1_500;
const longestMs = 3_000;
// Those that one is most likely to open without a network.
const readAheadMax = 20;
const readAheadEveryMs = 400;

/** What the keeper works with. */
export interface KeeperParts {
  readonly client: Client;
  readonly users: Users;
  readonly store: ShelfStore;
}

/** At work until `stop`. */
export class ShelfKeeper {
  readonly #changed = new Set<string>();
  /** Messages that changed, of conversations that are not shown: those hold no copy of them. */
  readonly #edits = new Map<string, Message[]>();
  readonly #stopping = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #waitingSince = 0;
  #hasSynced = false;

  constructor(readonly parts: KeeperParts) {
    const { client } = parts;
    const stops = [
      client.on("synced", () => this.#synced()),
      client.on("changed", ({ conversationId }) => this.#note(conversationId)),
      client.on("changes", ({ conversationId, messages }) => {
        const before = this.#edits.get(conversationId) ?? [];
        this.#edits.set(conversationId, [...before, ...messages].slice(-messagesMax));
      }),
    ];
    const { signal } = this.#stopping;
    signal.addEventListener("abort", () => stops.forEach((stop) => stop()));
    // The last moment that a page on a phone is told of.
    document.addEventListener("visibilitychange", () => {
      if (document.visibilityState === "hidden") void this.#flush();
    }, { signal });
  }

  /** Ends it; what has not been kept yet is not. */
  stop(): void {
    clearTimeout(this.#timer);
    this.#stopping.abort();
  }

  #synced(): void {
    for (const { id } of this.#kept()) this.#changed.add(id);
    const isFirst = !this.#hasSynced;
    this.#hasSynced = true;
    void this.#flush();
    if (isFirst) void this.#readAhead();
  }

  #kept() {
    return this.parts.client.conversations().filter(isKept).slice(0, conversationsMax);
  }

  #note(id: string): void {
    if (!this.#hasSynced) return;
    this.#changed.add(id);
    this.#later();
  }

  #later(): void {
    const now = Date.now();
    if (this.#timer === undefined) this.#waitingSince = now;
    clearTimeout(this.#timer);
    const ms = Math.min(restMs, Math.max(this.#waitingSince + longestMs - now, 0));
    this.#timer = setTimeout(() => void this.#flush(), ms);
  }

  async #flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (!this.#hasSynced || this.#changed.size === 0) return;
    const kept = this.#kept();
    const views = kept.filter(({ id }) => this.#changed.has(id));
    const edits = new Map(this.#edits);
    this.#changed.clear();
    this.#edits.clear();
    const held = new Map(views.map(({ id }) => [id, this.#held(id)]));
    const byId = new Map(views.map((view) => [view.id, view]));
    const merge = (id: string, before: readonly Message[]) => {
      const shelved = withChanges(before, edits.get(id) ?? []) ?? before;
      return mergedMessages(shelved, held.get(id) ?? [], byId.get(id)!.my);
    };
    const senders = [...held.values()].flat().flatMap(({ from }) => from ?? []);
    const people = this.parts.users.known([...new Set(senders)]);
    const order = kept.map(({ id }) => id);
    await this.parts.store.put({ order, views, merge, people }).catch(() => {
      // Storage that is full or forbidden takes away reading without a network, and nothing else.
    });
  }

  #held(id: string): Message[] {
    const thread = this.parts.client.open(id);
    const { messages } = thread;
    thread.close();
    return messages.slice(-messagesMax);
  }

  // One after another and not at once: everybody's first minute after a restart is the server's worst.
  async #readAhead(): Promise<void> {
    const { client, store } = this.parts;
    for (const { id, lastSeq } of this.#kept().slice(0, readAheadMax)) {
      const kept = await store.thread(id).catch(() => []);
      const isThere = kept.at(-1)?.seq === lastSeq && kept.length > 1;
      if (isThere) continue;
      await new Promise((resolve) => setTimeout(resolve, readAheadEveryMs));
      if (this.#stopping.signal.aborted || client.conversation(id) === undefined) return;
      const thread = client.open(id);
      const isShort = thread.messages.length < messagesMax && thread.hasOlder;
      if (isShort) await thread.loadOlder(messagesMax).catch(() => {});
      thread.close();
      this.#note(id);
    }
  }
}
