/** All conversations of a user as an application shows them. */
import { ConversationCopy } from "./reducer.ts";
import type { ConversationState, Message, My } from "./wire.ts";

/** A conversation as it is now. */
export interface ConversationView {
  readonly id: string;
  readonly state: ConversationState;
  /** With what I have read here already, also before the server knows. */
  readonly my: My;
  readonly unread: number;
  /** Whether something unread mentions me. */
  readonly mentioned: boolean;
  /** The last that I see. */
  readonly lastMessage: Message | null;
  readonly firstSeq: number;
  readonly lastSeq: number;
}

/** Copies by id, and what follows from them. */
export class Conversations {
  readonly byId = new Map<string, ConversationCopy>();
  /** What I have read here and the server does not know yet. */
  readonly readAhead = new Map<string, number>();
  /** Whose copies they are. */
  userId = "";

  /** The copy of a conversation, from nothing on. */
  of(id: string): ConversationCopy {
    const copy = this.byId.get(id) ?? new ConversationCopy(id);
    this.byId.set(id, copy);
    return copy;
  }

  /** A conversation, if it is known. */
  view(id: string): ConversationView | undefined {
    const copy = this.byId.get(id);
    if (copy === undefined || copy.state === null || copy.my === null) return undefined;
    const { state, firstSeq, lastSeq, counted } = copy;
    const lastMessage = copy.lastShown ?? null;
    const readSeq = Math.max(copy.my.readSeq, this.readAhead.get(id) ?? 0);
    // The next message brings it back.
    const my = { ...copy.my, readSeq, hidden: copy.my.hidden && lastSeq <= counted.seq };
    return { id, state, my, ...this.#unread(copy, readSeq), lastMessage, firstSeq, lastSeq };
  }

  // What is held is counted; what is not, the server has counted, and what came after is added.
  #unread(
    copy: ConversationCopy,
    readSeq: number,
  ): Pick<ConversationView, "unread" | "mentioned"> {
    const { counted } = copy;
    const isHeld = copy.unreadFrom(readSeq) !== null;
    const messages = copy.unread(this.userId, isHeld ? readSeq : Math.max(readSeq, counted.seq));
    const mentionsMe = ({ mentions = [] }: Message) =>
      mentions.includes(this.userId) || mentions.includes("all");
    return {
      unread: messages.length + (isHeld ? 0 : counted.count),
      mentioned: messages.some(mentionsMe) || !isHeld && counted.mentioned,
    };
  }

  /** All, those that I left too: pinned ones first, then by what happened last. */
  list(): ConversationView[] {
    const views = [...this.byId.keys()].flatMap((id) => this.view(id) ?? []);
    const order = ({ my, state, lastMessage }: ConversationView) =>
      (my.pinned ? "1" : "0") + (my.leftAt ?? lastMessage?.at ?? state.updatedAt);
    return views.sort((a, b) => order(a) < order(b) ? 1 : -1);
  }
}
