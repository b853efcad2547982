/** What a client holds of a conversation, and how all that the server tells is laid over it. */
import { addRange, type Range, rangeAt, rangesFrom } from "./ranges.ts";
import type { Changes, Conversation, ConversationState, Member, Message, My } from "./wire.ts";

/**
 * What became of changes. `gap`: there is something before them that is not held; ask for the changes
 * after `rev` and lay those over first.
 */
export type Taken = "taken" | "known" | "gap";

/** What the server counted as unread, and as of where. */
export interface Counted {
  readonly count: number;
  readonly mentioned: boolean;
  readonly seq: number;
}

/**
 * One conversation. A new copy is at the beginning of all changes; one that was begun with a
 * conversation as it is now holds pieces of its history, each without gaps, and all that changes from
 * then on.
 */
export class ConversationCopy {
  readonly messages = new Map<number, Message>();
  readonly members = new Map<string, Member>();
  state: ConversationState | null = null;
  my: My | null = null;
  /** Where the history that I may read begins. */
  firstSeq = 1;
  /** The last message there is. */
  lastSeq = 0;
  /** All up to this change is held. */
  rev = 0;
  /** From where to where messages are held without gaps. */
  windows: readonly Range[] = [];
  counted: Counted = { count: 0, mentioned: false, seq: 0 };
  /** What was counted may have changed in a way that only the server can tell. */
  isUncertain = false;
  /** Whether all members are held, and not only those that changed. */
  hasMembers = false;
  #pagesAsked = 0;

  constructor(readonly id: string) {}

  /** Begins anew, with a conversation as it is now; what was held is forgotten. */
  begin(conversation: Conversation): void {
    const { firstSeq: _, lastSeq, lastRev, lastMessage: __, my: ___, ...state } = conversation;
    this.messages.clear();
    this.members.clear();
    this.hasMembers = false;
    this.windows = [];
    this.state = state;
    this.lastSeq = lastSeq;
    this.rev = lastRev;
    this.see(conversation);
  }

  /** Lays changes over what is held, live or asked for: only what is newer counts. */
  take(changes: Changes): Taken {
    if (changes.prevRev > this.rev) return "gap";
    if (changes.rev <= this.rev) return "known";
    const isNew = (item: { rev: number }) => item.rev > this.rev;
    const messages = changes.messages.filter(isNew);
    const lastSeq = messages.reduce((last, { seq }) => Math.max(last, seq), this.lastSeq);
    // Changes leave no message out, so that nothing lies between what was the last and what is now.
    this.windows = addRange(this.windows, [Math.max(this.lastSeq + 1, this.firstSeq), lastSeq]);
    this.lastSeq = lastSeq;
    for (const message of messages) this.#change(message);
    for (const member of changes.members.filter(isNew)) this.putMember(member);
    const { conversation } = changes;
    if (conversation !== null && isNew(conversation)) this.state = conversation;
    this.rev = changes.rev;
    return "taken";
  }

  #change(message: Message): void {
    const { seq, recalledAt } = message;
    // While a page is on its way it may hold this message as it was before.
    if (rangeAt(this.windows, seq) !== undefined || this.#pagesAsked > 0) this.#put(message);
    const wasCounted = seq > (this.my?.readSeq ?? 0) && seq <= this.counted.seq;
    if (recalledAt !== undefined && wasCounted && this.unreadFrom() === null) {
      this.isUncertain = true;
    }
  }

  // A page may be ahead of the changes that are on their way.
  #put(message: Message): void {
    const held = this.messages.get(message.seq);
    if (held === undefined || held.rev < message.rev) this.messages.set(message.seq, message);
  }

  /** Takes a member as it is, from changes or from a list. */
  putMember(member: Member): void {
    const held = this.members.get(member.userId);
    if (held === undefined || held.rev < member.rev) this.members.set(member.userId, member);
  }

  /** Takes the conversation as I have it: of the list, of `conversation.joined`, or read. */
  see({ my, firstSeq, lastSeq, lastMessage }: Conversation): void {
    this.my = my;
    this.counted = { count: my.unreadCount, mentioned: my.mentioned, seq: lastSeq };
    this.isUncertain = false;
    this.firstSeq = firstSeq;
    // Who left and came back reads from the return on; and old messages may be swept.
    for (const seq of this.messages.keys()) if (seq < firstSeq) this.messages.delete(seq);
    this.windows = rangesFrom(this.windows, firstSeq);
    if (lastSeq !== this.lastSeq) return;
    // What lies behind the last that is shown is hidden from me.
    this.windows = addRange(this.windows, [lastMessage?.seq ?? firstSeq, lastSeq]);
    if (lastMessage !== null) this.#put(lastMessage);
  }

  /** Takes `conversation.my`. */
  mine(my: My): void {
    this.my = my;
    this.counted = { count: my.unreadCount, mentioned: my.mentioned, seq: this.lastSeq };
    // It does not say as of which message it was counted.
    if (this.unreadFrom() === null || this.lastShown === undefined) this.isUncertain = true;
  }

  /** Asks for a page of history, and puts it where it belongs; `range` is what it covers. */
  async page<T extends { items: Message[] }>(
    ask: () => Promise<T>,
    range: (page: T) => Range,
  ): Promise<void> {
    this.#pagesAsked++;
    try {
      const page = await ask();
      for (const message of page.items) this.#put(message);
      const [from, to] = range(page);
      // What is ahead of the changes comes with them; it would be there twice, here and in the outbox.
      const window: Range = [from, Math.min(to, this.lastSeq)];
      this.windows = rangesFrom(addRange(this.windows, window), this.firstSeq);
    } finally {
      this.#pagesAsked--;
      if (this.#pagesAsked === 0) this.#forgetStray();
    }
  }

  #forgetStray(): void {
    for (const seq of this.messages.keys()) {
      if (rangeAt(this.windows, seq) === undefined) this.messages.delete(seq);
    }
  }

  /** Forgets all but the newest `count` messages. */
  trim(count: number): void {
    this.windows = rangesFrom(this.windows, this.lastSeq - count + 1);
    this.#forgetStray();
    if (this.unreadFrom() === null) this.isUncertain = true;
  }

  /** Whether I have neither cleared nor deleted it. */
  isShown(seq: number): boolean {
    const { clearedSeq = 0, deletedRanges = [] } = this.my ?? {};
    return seq > clearedSeq && !deletedRanges.some(([from, to]) => from <= seq && seq <= to);
  }

  /** The messages of a range that I see, in their order. */
  shownIn([from, to]: Range): Message[] {
    const isIn = ({ seq }: Message) => seq >= from && seq <= to && this.isShown(seq);
    return [...this.messages.values()].filter(isIn).sort((a, b) => a.seq - b.seq);
  }

  /** The window that ends with the last message. */
  get newest(): Range {
    return rangeAt(this.windows, this.lastSeq) ?? [this.lastSeq + 1, this.lastSeq];
  }

  /** The last message that I see; null when I see none, undefined when it is not held. */
  get lastShown(): Message | null | undefined {
    const [from, to] = this.newest;
    for (let seq = to; seq >= from; seq--) {
      const message = this.messages.get(seq);
      if (message !== undefined && this.isShown(seq)) return message;
    }
    const isAll = from <= Math.max(this.firstSeq, (this.my?.clearedSeq ?? 0) + 1);
    return isAll ? null : undefined;
  }

  /** Where unread messages begin; null when not all from there on are held. */
  unreadFrom(readSeq: number = this.my?.readSeq ?? 0): number | null {
    const clearedSeq = this.my?.clearedSeq ?? 0;
    const from = Math.max(readSeq + 1, clearedSeq + 1, this.firstSeq);
    return from > this.lastSeq || this.newest[0] <= from ? from : null;
  }

  /** Of those that are held, the ones that I have not read; neither mine, recalled nor the server's. */
  unread(userId: string, after: number = this.my?.readSeq ?? 0): Message[] {
    const isUnread = ({ from, kind, recalledAt }: Message) =>
      from !== userId && kind !== "system" && recalledAt === undefined;
    return this.shownIn([after + 1, this.lastSeq]).filter(isUnread);
  }
}
