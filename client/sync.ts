/** Keeps the conversations what the server's are: live changes, gaps, and coming back. */
import { backoffMs } from "./backoff.ts";
import { CatchUp } from "./catch_up.ts";
import type { Conversations } from "./conversations.ts";
import { Emitter } from "./events.ts";
import type { Link } from "./link.ts";
import type { Platform } from "./platform.ts";
import { isPassing } from "./problems.ts";
import type { ConversationCopy } from "./reducer.ts";
import type { Changes, Conversation, Message, Notification } from "./wire.ts";

/** What syncing tells. */
export interface SyncEvents {
  /** A conversation is not what it was. */
  changed: { conversationId: string };
  /** A message is new, in order, once; those of an absence too. */
  message: { conversationId: string; message: Message };
  /** All is as the server has it, and follows from now on. */
  synced: undefined;
}

/** What syncing needs. */
export interface SyncParts {
  readonly platform: Platform;
  readonly link: Link;
  readonly conversations: Conversations;
  /** Reads one conversation as I have it. */
  readonly read: (id: string) => Promise<Conversation>;
}

// So many changes cost more to lay over what is held than to forget it and begin with what is now.
const gapMax = 1_000;
const heldMax = 500;

/** One user's conversations, kept up to date. */
export class Sync {
  readonly events = new Emitter<SyncEvents>();
  isSynced = false;
  readonly #catchUp: CatchUp;
  #cursor: string | undefined;
  #turn = 0;
  #attempts = 0;
  /** Conversations to be read once the list is: what was told of them meanwhile may be newer. */
  readonly #doubted = new Set<string>();
  /** Up to which change my own place in each was looked at. */
  readonly #placeRev = new Map<string, number>();
  readonly #announced = new Map<string, number>();
  /** Conversations that are being read; true: once more after that. */
  readonly #reading = new Map<string, boolean>();
  /** Conversations that are on screen, and keep all that they hold. */
  readonly #kept = new Set<{ readonly id: string }>();

  constructor(readonly parts: SyncParts) {
    const { link } = parts;
    this.#catchUp = new CatchUp((conversationId, afterRev) =>
      link.request("conversation.changes", { conversationId, afterRev, limit: 100 })
    );
    link.events.on("ready", ({ userId }) => {
      parts.conversations.userId = userId;
      this.#attempts = 0;
      void this.#resync();
    });
    link.events.on("status", ({ state }) => {
      if (state !== "open") this.isSynced = false;
    });
    link.events.on("notification", (notification) => this.#take(notification));
  }

  /** The list of what changed since the last one, and what each conversation lacks. */
  async #resync(): Promise<void> {
    const turn = ++this.#turn;
    this.isSynced = false;
    try {
      const syncCursor = await this.#list(turn);
      await this.#readDoubted();
      if (turn !== this.#turn) return;
      this.#cursor = syncCursor;
      this.isSynced = true;
      void this.#readDoubted();
      this.events.emit("synced", undefined);
    } catch {
      // Whatever it was: without the list nothing here can be relied on.
      if (turn === this.#turn) this.#again();
    }
  }

  // Kept only when all that it stands for has been laid over: an interruption begins at the last.
  async #list(turn: number): Promise<string> {
    const { link } = this.parts;
    const since = this.#cursor === undefined ? {} : { changedSince: this.#cursor };
    const pending: Promise<void>[] = [];
    let page = await link.request("conversation.list", { limit: 100, ...since });
    const { syncCursor } = page;
    for (;;) {
      if (turn !== this.#turn) break;
      for (const item of page.items) {
        const seen = this.#see(item);
        // If the next page fails, nobody waits for these any more.
        seen.catch(() => {});
        pending.push(seen);
      }
      const cursor = page.nextCursor;
      if (cursor === null) break;
      page = await link.request("conversation.list", { limit: 100, ...since, cursor });
    }
    await Promise.all(pending);
    return syncCursor;
  }

  // A lost connection brings a new beginning by itself.
  #again(): void {
    const { link, platform } = this.parts;
    const turn = this.#turn;
    platform.clock.after(1_000 + backoffMs(this.#attempts++, platform.random), () => {
      if (turn === this.#turn && link.status.state === "open") void this.#resync();
    });
  }

  /** Takes a conversation as it was read, and what it lacks. */
  async #see(conversation: Conversation): Promise<void> {
    const { id, lastRev } = conversation;
    const copy = this.parts.conversations.of(id);
    const isNew = copy.rev === 0;
    // One that appeared while we were here is read from its beginning, so that each message of it is
    // announced; of those that were there before us only what happens from now on.
    const isWhole = isNew && this.#cursor !== undefined && lastRev <= gapMax;
    const isBegun = !isWhole && (isNew || lastRev - copy.rev > gapMax);
    if (isBegun) copy.begin(conversation);
    else copy.see(conversation);
    if (isBegun) this.#announced.set(id, copy.lastSeq);
    else if (isNew) this.#announced.set(id, Math.max(copy.my!.readSeq, copy.firstSeq - 1));
    this.#placeRev.set(id, lastRev);
    await this.#reach(copy, lastRev);
  }

  async #reach(copy: ConversationCopy, rev: number): Promise<void> {
    if (rev > copy.rev) {
      await this.#catchUp.reach(copy, rev).catch((error) => {
        // One that is refused must not keep the others waiting.
        if (isPassing(error)) throw error;
      });
    }
    this.#settled(copy);
  }

  // What only the server can tell: the conversation is read, after the list if that is under way.
  #doubt(id: string): void {
    if (this.isSynced) void this.#read(id);
    else this.#doubted.add(id);
  }

  async #readDoubted(): Promise<void> {
    const ids = [...this.#doubted];
    this.#doubted.clear();
    await Promise.all(ids.map((id) => this.#read(id)));
  }

  async #read(id: string): Promise<void> {
    if (this.#reading.has(id)) return void this.#reading.set(id, true);
    try {
      do {
        this.#reading.set(id, false);
        await this.#see(await this.parts.read(id));
      } while (this.#reading.get(id));
    } catch (error) {
      // Else it is one that I may not know of any more.
      if (!isPassing(error)) return;
      this.#doubted.add(id);
      this.#again();
    } finally {
      this.#reading.delete(id);
    }
  }

  #settled(copy: ConversationCopy): void {
    const { id } = copy;
    if (this.#catchUp.isRunning(id)) return;
    const isKept = [...this.#kept].some((kept) => kept.id === id);
    if (!isKept && copy.messages.size > 2 * heldMax) copy.trim(heldMax);
    const place = copy.members.get(this.parts.conversations.userId)?.rev ?? 0;
    // Who left and came back reads from the return on.
    const hasMoved = place > (this.#placeRev.get(id) ?? 0);
    if (hasMoved) this.#placeRev.set(id, place);
    if (copy.isUncertain || hasMoved) this.#doubt(id);
    const from = this.#announced.get(id) ?? copy.lastSeq;
    this.#announced.set(id, Math.max(from, copy.lastSeq));
    for (const message of copy.shownIn([from + 1, copy.lastSeq])) {
      this.events.emit("message", { conversationId: id, message });
    }
    this.events.emit("changed", { conversationId: id });
  }

  #take(notification: Notification): void {
    const { conversations } = this.parts;
    switch (notification.method) {
      case "changes":
        return this.#takeChanges(notification.params);
      case "conversation.joined":
        return void this.#see(notification.params.conversation).catch(() => this.#again());
      case "conversation.left":
        return this.#doubt(notification.params.conversationId);
      case "conversation.my": {
        const { conversationId, my } = notification.params;
        const copy = conversations.byId.get(conversationId);
        // Which of this and of what is being read is newer nobody can say.
        if (!this.isSynced || this.#reading.has(conversationId)) this.#doubt(conversationId);
        copy?.mine(my);
        if (copy !== undefined) this.#settled(copy);
      }
    }
  }

  #takeChanges(changes: Changes): void {
    const { conversationId: id, rev } = changes;
    const copy = this.parts.conversations.byId.get(id);
    if (copy === undefined) return this.#doubt(id);
    if (copy.take(changes) !== "gap") return this.#settled(copy);
    this.#reach(copy, rev).catch(() => this.#again());
  }

  /** Resolves when all is as the server has it. */
  async synced(): Promise<void> {
    if (this.isSynced) return;
    await new Promise<void>((resolve) => {
      const stop = this.events.on("synced", () => {
        stop();
        resolve();
      });
    });
  }

  /** Keeps all that is held of a conversation until what it returns is called. */
  keep(id: string): () => void {
    const kept = { id };
    this.#kept.add(kept);
    return () => void this.#kept.delete(kept);
  }
}
