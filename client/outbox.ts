/** What I have sent, until it is among the messages: the same in all tabs, sent by the one that leads. */
import { Emitter } from "./events.ts";
import type { OutboxItem, OutboxStore, Outgoing } from "./outbox_item.ts";
import type { Clock } from "./clock.ts";
import { PatterError } from "./problems.ts";
import type { Tabs } from "./tabs.ts";
import type { Message } from "./wire.ts";

const itemsMax = 1_000;

/** What happens in the outbox. */
export interface OutboxEvents {
  /** An item is new or another; those that are gone are told by `gone`. */
  item: OutboxItem;
  gone: { clientId: string; conversationId: string };
}

/** What the outbox needs. */
export interface OutboxParts {
  readonly store: OutboxStore;
  readonly tabs: Tabs;
  readonly clock: Clock;
}

/** Items by their `clientId`. */
export class Outbox {
  readonly events = new Emitter<OutboxEvents>();
  readonly #items = new Map<string, OutboxItem>();
  #lastOrder = 0;

  constructor(readonly parts: OutboxParts) {
    parts.tabs.events.on("message", ({ kind, content }) => {
      if (kind === "outbox") this.#hold(content as OutboxItem);
      if (kind === "outboxGone") this.#drop(content as string);
    });
    // What another tab had taken on and could not send.
    parts.tabs.events.on("leading", () => void this.load());
  }

  /** Takes what was kept. */
  async load(): Promise<void> {
    for (const item of await this.parts.store.load().catch(() => [])) {
      if (!this.#items.has(item.clientId)) this.#hold(item);
    }
  }

  #hold(item: OutboxItem): void {
    this.#items.set(item.clientId, item);
    this.#lastOrder = Math.max(this.#lastOrder, item.order);
    this.events.emit("item", item);
  }

  #drop(clientId: string): void {
    const item = this.#items.get(clientId);
    this.#items.delete(clientId);
    if (item !== undefined) this.events.emit("gone", item);
  }

  /** Takes a message on; `outboxFull` when too many wait. */
  add(conversationId: string, message: Outgoing, clientId: string): OutboxItem {
    if (this.#items.size >= itemsMax) throw new PatterError("outboxFull");
    const at = new Date(this.parts.clock.now()).toISOString();
    const order = this.#nextOrder();
    const item: OutboxItem = { clientId, conversationId, message, at, order, state: "sending" };
    this.change(item);
    return item;
  }

  // Of several tabs, and across reloads: by time, and never the same twice here.
  #nextOrder(): number {
    this.#lastOrder = Math.max(this.#lastOrder + 1, this.parts.clock.now());
    return this.#lastOrder;
  }

  /** Puts an item in place of what it was, here, in the other tabs, and where it is kept. */
  change(item: OutboxItem): void {
    this.#hold(item);
    this.parts.tabs.post({ kind: "outbox", content: item });
    // What is stored at the server needs no keeping here.
    const { store } = this.parts;
    keep(item.state === "sent" ? store.remove(item.clientId) : store.put(item));
  }

  /** Lets go of an item. */
  remove(clientId: string): void {
    this.#drop(clientId);
    this.parts.tabs.post({ kind: "outboxGone", content: clientId });
    keep(this.parts.store.remove(clientId));
  }

  /** Lets go of all, here, in the other tabs, and where they are kept. */
  async clear(): Promise<void> {
    for (const { clientId } of this.items()) this.remove(clientId);
    await this.parts.store.clear();
  }

  /** Sends a failed one again, behind all others. */
  retry(clientId: string): void {
    const item = this.#items.get(clientId);
    if (item?.state !== "failed") return;
    const { reason: _, ...rest } = item;
    this.change({ ...rest, order: this.#nextOrder(), state: "sending" });
  }

  /** Gives a failed one up. */
  discard(clientId: string): void {
    if (this.#items.get(clientId)?.state === "failed") this.remove(clientId);
  }

  /** One item. */
  get(clientId: string): OutboxItem | undefined {
    return this.#items.get(clientId);
  }

  /** The items of a conversation, or all, in the order they were sent. */
  items(conversationId?: string): OutboxItem[] {
    return [...this.#items.values()]
      .filter((item) => conversationId === undefined || item.conversationId === conversationId)
      .sort((a, b) => a.order - b.order);
  }

  /** A message of mine has come: what it was here is no longer needed. */
  arrived({ clientId, seq }: Pick<Message, "clientId" | "seq">): void {
    if (clientId === null) return;
    const item = this.#items.get(clientId);
    if (item === undefined) return;
    // Its answer was lost: whoever waits for it is told now.
    if (item.state !== "sent") this.#hold({ ...item, state: "sent", seq });
    this.remove(clientId);
  }

  /** Messages up to `seq` are there; after a long absence without having arrived one by one. */
  reached(conversationId: string, lastSeq: number): void {
    for (const { clientId, state, seq } of this.items(conversationId)) {
      if (state === "sent" && seq !== undefined && seq <= lastSeq) this.remove(clientId);
    }
  }

  /** Resolves when an item is stored at the server or no longer here; fails when it was refused. */
  delivered(clientId: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = (item: OutboxItem | undefined) => {
        if (item?.state === "sending") return;
        stop();
        if (item?.state === "failed") reject(new PatterError(item.reason as PatterError["code"]));
        else resolve();
      };
      const stop = this.events.on("item", (item) => {
        if (item.clientId === clientId) look(item);
      });
      look(this.#items.get(clientId));
    });
  }
}

// Storage that fails (full, or forbidden in a private window) takes away the surviving of a reload, and
// nothing else.
function keep(kept: Promise<unknown>): void {
  kept.catch(() => {});
}
