/** What a client holds of its conversations, and how all that the server tells is laid over it. */
import type {
  Changes,
  Conversation,
  ConversationState,
  Member,
  My,
} from "../schemas/conversations.ts";
import type { Message } from "../schemas/messages.ts";

/**
 * What became of changes. `gap`: there is something before them that is not held; ask for the changes
 * after `rev` and lay those over first.
 */
export type Taken = "taken" | "known" | "gap";

/** One conversation. */
export class ConversationCopy {
  readonly messages = new Map<number, Message>();
  readonly members = new Map<string, Member>();
  state: ConversationState | null = null;
  my: My | null = null;
  /** Where the history that I may read begins. */
  firstSeq = 1;
  /** All up to this change is held. */
  rev = 0;

  constructor(readonly id: string) {}

  /** Lays changes over what is held, live or asked for: only what is newer counts. */
  take(changes: Changes): Taken {
    if (changes.prevRev > this.rev) return "gap";
    if (changes.rev <= this.rev) return "known";
    const isNew = (item: { rev: number }) => item.rev > this.rev;
    for (const message of changes.messages.filter(isNew)) this.messages.set(message.seq, message);
    for (const member of changes.members.filter(isNew)) this.members.set(member.userId, member);
    const { conversation } = changes;
    if (conversation !== null && isNew(conversation)) this.state = conversation;
    this.rev = changes.rev;
    return "taken";
  }

  /** Takes what is mine of an item of the list, of `conversation.joined`, or of a read conversation. */
  see({ my, firstSeq }: Conversation): void {
    this.my = my;
    this.firstSeq = firstSeq;
    // Who left and came back reads from the return on.
    for (const seq of this.messages.keys()) if (seq < firstSeq) this.messages.delete(seq);
  }

  /** The messages that I see: neither cleared nor deleted by me, in their order. */
  get shown(): Message[] {
    const { clearedSeq = 0, deletedRanges = [] } = this.my ?? {};
    const isShown = ({ seq }: Message) =>
      seq > clearedSeq && !deletedRanges.some(([from, to]) => from <= seq && seq <= to);
    return [...this.messages.values()].filter(isShown).sort((a, b) => a.seq - b.seq);
  }

  /** Of those that I see, the ones that I have not read; neither mine, recalled nor the server's. */
  unread(userId: string): Message[] {
    const readSeq = this.my?.readSeq ?? 0;
    return this.shown.filter(({ seq, from, kind, recalledAt }) =>
      seq > readSeq && from !== userId && kind !== "system" && recalledAt === undefined
    );
  }
}

/** Asks the server for the changes of a conversation after a `rev`. */
export type AskChanges = (id: string, afterRev: number) => Promise<Changes & { hasMore: boolean }>;

/** All conversations of a client. */
export class Copies {
  readonly byId = new Map<string, ConversationCopy>();

  /** The copy of a conversation, from nothing on. */
  of(id: string): ConversationCopy {
    const copy = this.byId.get(id) ?? new ConversationCopy(id);
    this.byId.set(id, copy);
    return copy;
  }

  /** Fills what lies between what is held and what there is now. */
  async catchUp(id: string, ask: AskChanges): Promise<void> {
    const copy = this.of(id);
    for (let hasMore = true; hasMore;) {
      const page = await ask(id, copy.rev);
      copy.take(page);
      hasMore = page.hasMore;
    }
  }

  /** Takes an item of the list, or of `conversation.joined`. */
  async see(conversation: Conversation, ask: AskChanges): Promise<void> {
    const copy = this.of(conversation.id);
    copy.see(conversation);
    if (conversation.lastRev > copy.rev) await this.catchUp(conversation.id, ask);
  }

  /** Takes `changes` as they come live. */
  async live(changes: Changes, ask: AskChanges): Promise<void> {
    const { conversationId } = changes;
    if (this.of(conversationId).take(changes) === "gap") await this.catchUp(conversationId, ask);
  }

  /** Takes `conversation.my`. */
  mine({ conversationId, my }: { conversationId: string; my: My }): void {
    const copy = this.byId.get(conversationId);
    if (copy !== undefined) copy.my = my;
  }
}
