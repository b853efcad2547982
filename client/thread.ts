/** A place in the history of a conversation: one window on it, that grows both ways. */
import type { ConversationCopy } from "./reducer.ts";
import type { Link } from "./link.ts";
import type { OutboxItem } from "./outbox_item.ts";
import { type Range, rangeAt } from "./ranges.ts";
import type { Message, MessagePage, Params } from "./wire.ts";

/** What a thread needs. */
export interface ThreadParts {
  readonly link: Link;
  readonly copy: ConversationCopy;
  /** What I have sent there and is not among its messages yet. */
  readonly pending: () => OutboxItem[];
  /** Resolves when changes follow without gaps: pages that are read before might miss some. */
  readonly synced: () => Promise<void>;
  /** Called when the window is another. */
  readonly changed: () => void;
  readonly closed: () => void;
}

/** Open until `close`. */
export class Thread {
  /** A message in the window; null: the window that ends with the last. */
  #at: number | null = null;
  #loading: Promise<void> | null = null;

  constructor(readonly parts: ThreadParts) {}

  /** Of which conversation. */
  get conversationId(): string {
    return this.parts.copy.id;
  }

  get #range(): Range {
    const { copy } = this.parts;
    return this.#at === null ? copy.newest : rangeAt(copy.windows, this.#at) ?? copy.newest;
  }

  /** The messages of the window, in order, without those that I have cleared or deleted. */
  get messages(): Message[] {
    return this.parts.copy.shownIn(this.#range);
  }

  /** What I have sent and is still on its way, or failed; behind the last message. */
  get pending(): OutboxItem[] {
    return this.hasNewer ? [] : this.parts.pending();
  }

  /** Whether there is more before the window. */
  get hasOlder(): boolean {
    const { firstSeq, my } = this.parts.copy;
    return this.#range[0] > Math.max(firstSeq, (my?.clearedSeq ?? 0) + 1);
  }

  /** Whether there is more behind it. */
  get hasNewer(): boolean {
    return this.#range[1] < this.parts.copy.lastSeq;
  }

  /** Whether a page is being read. */
  get isLoading(): boolean {
    return this.#loading !== null;
  }

  /** Reads a page before the window. */
  loadOlder(limit = 50): Promise<void> {
    return this.#once(() => this.hasOlder ? this.#before(this.#range[0], limit) : undefined);
  }

  /** Reads a page behind the window. */
  loadNewer(limit = 50): Promise<void> {
    return this.#once(() => this.hasNewer ? this.#after(this.#range[1], limit) : undefined);
  }

  /** Moves the window to a message, with what is around it. */
  async goTo(seq: number, limit = 50): Promise<void> {
    const { copy } = this.parts;
    if (rangeAt(copy.windows, seq) === undefined) {
      await this.#once(async () => {
        await this.#before(seq + 1, Math.ceil(limit / 2));
        await this.#after(seq, Math.ceil(limit / 2));
      });
    }
    this.#at = seq;
    this.parts.changed();
  }

  /** Moves the window to the end, where new messages come. */
  goToNewest(): void {
    this.#at = null;
    this.parts.changed();
  }

  /** Lets go of what is held for it. */
  close(): void {
    this.parts.closed();
  }

  // However often it is asked for, by scrolling above all, one page is read at a time.
  async #once(load: () => Promise<void> | undefined): Promise<void> {
    if (this.#loading !== null) return await this.#loading;
    this.#loading = this.parts.synced().then(load).finally(() => {
      this.#loading = null;
      this.parts.changed();
    });
    this.parts.changed();
    await this.#loading;
  }

  #before(beforeSeq: number, limit: number): Promise<void> {
    const { firstSeq } = this.parts.copy;
    return this.#page({ beforeSeq, limit }, ({ items, hasMore }) => [
      hasMore ? items[0]!.seq : firstSeq,
      beforeSeq - 1,
    ]);
  }

  #after(afterSeq: number, limit: number): Promise<void> {
    // What comes while the page is on its way comes with the changes too.
    const { lastSeq } = this.parts.copy;
    return this.#page({ afterSeq, limit }, ({ items, hasMore }) => [
      afterSeq + 1,
      hasMore ? items.at(-1)!.seq : lastSeq,
    ]);
  }

  #page(
    which: Omit<Params["message.list"], "conversationId">,
    range: (page: MessagePage) => Range,
  ): Promise<void> {
    const { copy, link } = this.parts;
    return copy.page(
      () => link.request("message.list", { conversationId: copy.id, ...which }),
      range,
    );
  }
}
