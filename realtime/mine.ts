/** Mine: what is a user's alone has no `rev`, so it is read anew at each word that it has changed. */
import type { AppParts } from "../domain/app.ts";
import { type Mine, myKey } from "../domain/my_views.ts";
import type { My } from "../schemas/conversations.ts";
import type { Connection } from "./connection.ts";
import { encodeNotification } from "./encode.ts";
import type { Room } from "./room.ts";

/** Whose connections are told. */
export interface MineHost {
  readonly app: Pick<AppParts, "mine" | "log">;
  readonly users: ReadonlyMap<string, ReadonlySet<Connection>>;
  readonly rooms: ReadonlyMap<string, Room>;
}

const atOnce = 100;

/**
 * Tells a user's connections here. One reading is under way at a time and tells before the next begins:
 * however late a word of a change comes, what it leads to is never older than what was told before.
 */
export class MineTeller {
  /** What is to be read, by key: never more than the connected users have conversations. */
  readonly #due = new Map<string, Mine>();
  /** Of whom something changed while they were let into a room. */
  readonly #early = new Map<string, Set<string>>();
  #isRunning = false;

  constructor(readonly host: MineHost) {}

  /** How many are to be read or told. */
  get size(): number {
    return this.#due.size + this.#early.size + (this.#isRunning ? 1 : 0);
  }

  /** Something of it has changed. */
  changed(mine: Mine): void {
    if (!this.host.users.has(mine.userId)) return;
    this.#due.set(myKey(mine), mine);
    this.resume();
  }

  /** Goes on where the database did not answer. */
  resume(): void {
    if (!this.#isRunning && this.#due.size > 0) void this.#run();
  }

  /** Nobody is being let into a room any more. */
  followed(conversationId: string): void {
    const userIds = this.#early.get(conversationId) ?? [];
    this.#early.delete(conversationId);
    for (const userId of userIds) this.changed({ userId, conversationId });
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    try {
      while (this.#due.size > 0) await this.#tellSome([...this.#due.entries().take(atOnce)]);
    } catch (error) {
      this.host.app.log.error("telling what is mine failed", error);
    }
    this.#isRunning = false;
  }

  async #tellSome(some: readonly [key: string, mine: Mine][]): Promise<void> {
    // What changes from now on is read once more.
    for (const [key] of some) this.#due.delete(key);
    try {
      const found = await Promise.all(some.map(([key]) => this.host.app.mine.get(key)));
      some.forEach(([, mine], place) => this.#tell(mine, found[place]));
    } catch (error) {
      for (const [key, mine] of some) {
        if (this.host.users.has(mine.userId)) this.#due.set(key, mine);
      }
      throw error;
    }
  }

  #tell({ userId, conversationId }: Mine, my: My | undefined): void {
    const theirs = this.host.users.get(userId);
    if (theirs === undefined || my === undefined) return;
    const coming = this.host.rooms.get(conversationId)?.expected ?? [];
    const message = encodeNotification({
      method: "conversation.my",
      params: { conversationId, my },
    });
    for (const connection of theirs) {
      // Which of this and of the view that it will be told is the newer one is not known.
      if (coming.includes(connection)) this.#noteEarly(userId, conversationId);
      else connection.push(message);
    }
  }

  #noteEarly(userId: string, conversationId: string): void {
    const userIds = this.#early.get(conversationId) ?? new Set();
    this.#early.set(conversationId, userIds.add(userId));
  }
}
