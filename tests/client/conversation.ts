/** A conversation as the fake server has it: what it says of it, and the changes that follow. */
import type {
  Changes,
  ChangesPage,
  Conversation,
  ConversationState,
} from "../../schemas/conversations.ts";
import type { Message } from "../../schemas/messages.ts";
import type { FakeLine, FakeServer } from "./fake_server.ts";
import { sessionOf } from "./fake_server.ts";

const at = new Date().toISOString();
/** Whose client it is. */
export const me = sessionOf().user.id;
/** Somebody else. */
export const other = "00000000-0000-7000-8000-000000000002";

/** A text. */
export function textOf(seq: number, more: Partial<Message> = {}): Message {
  return {
    seq,
    rev: seq,
    from: other,
    clientId: `c${seq}`,
    at,
    kind: "text",
    body: { text: `text ${seq}` },
    ...more,
  };
}

/** A conversation with as many texts as it has changes; each message's `rev` is its `seq` at first. */
export class FakeConversation {
  readonly messages: Message[] = [];
  rev = 0;
  firstSeq = 1;
  my: Partial<Conversation["my"]> = {};

  constructor(readonly id: string, count = 0) {
    for (let seq = 1; seq <= count; seq++) this.says();
  }

  /** One more message. */
  says(more: Partial<Message> = {}): Message {
    const message = textOf(this.messages.length + 1, { ...more, rev: ++this.rev });
    this.messages.push(message);
    return message;
  }

  /** A message is another. */
  changes(seq: number, more: Partial<Message>): Message {
    const message = { ...this.messages[seq - 1]!, ...more, rev: ++this.rev };
    this.messages[seq - 1] = message;
    return message;
  }

  get state(): ConversationState {
    return {
      id: this.id,
      kind: "group",
      name: "Group",
      avatarUrl: null,
      ownerId: me,
      joinPolicy: "open",
      historyVisible: "all",
      announcement: null,
      mutedAll: false,
      retentionDays: null,
      memberCount: 2,
      rev: 1,
      updatedAt: at,
      dismissedAt: null,
    };
  }

  /** As I have it. */
  get view(): Conversation {
    const readSeq = this.my.readSeq ?? 0;
    const unread = this.messages.filter(({ seq, from, recalledAt }) =>
      seq > readSeq && from !== me && recalledAt === undefined
    );
    return {
      ...this.state,
      firstSeq: this.firstSeq,
      lastSeq: this.messages.length,
      lastRev: this.rev,
      lastMessage: this.messages.at(-1) ?? null,
      my: {
        peer: null,
        role: "owner",
        readSeq,
        unreadCount: unread.length,
        mentioned: unread.some(({ mentions }) => mentions?.includes(me)),
        pinned: false,
        notify: "all",
        hidden: false,
        draft: null,
        clearedSeq: 0,
        deletedRanges: [],
        joinedAt: at,
        leftAt: null,
        ...this.my,
      },
    };
  }

  /** What changed after a `rev`, as many messages as `limit` at most. */
  changesAfter(prevRev: number, limit = 100): ChangesPage {
    const later = this.messages.filter(({ rev }) => rev > prevRev).sort((a, b) => a.rev - b.rev);
    const messages = later.slice(0, limit);
    const hasMore = later.length > limit;
    const rev = hasMore ? messages.at(-1)!.rev : this.rev;
    return {
      conversationId: this.id,
      prevRev,
      rev,
      messages: messages.sort((a, b) => a.seq - b.seq),
      members: [],
      conversation: prevRev === 0 ? this.state : null,
      hasMore,
    };
  }

  /** Tells a connection what changed after a `rev`. */
  tell(line: FakeLine, prevRev = this.rev - 1): void {
    const { hasMore: _, ...params } = this.changesAfter(prevRev);
    line.send({ method: "changes", params: params satisfies Changes });
  }

  /** Lets a server answer for it. */
  serve(server: FakeServer): this {
    const list = { nextCursor: null, syncCursor: "cursor" };
    server.replies["conversation.list"] = () => ({ items: [this.view], ...list });
    server.replies["conversation.changes"] = ({ afterRev }) =>
      this.changesAfter(afterRev as number);
    server.replies["message.list"] = (params) => this.#page(params);
    server.replies["message.send"] = (params) => this.#send(params);
    server.replies["conversation.read"] = ({ seq }) => {
      this.my = { ...this.my, readSeq: seq as number };
      return { readSeq: seq, unreadCount: this.view.my.unreadCount };
    };
    server.routes[`GET /v1/conversations/${this.id}`] = () => Response.json(this.view);
    return this;
  }

  #page({ beforeSeq, afterSeq, limit = 50 }: Record<string, unknown>) {
    const size = limit as number;
    const before = this.messages.filter(({ seq }) =>
      seq >= this.firstSeq && (beforeSeq === undefined || seq < (beforeSeq as number))
    );
    if (afterSeq === undefined) {
      return { items: before.slice(-size), hasMore: before.length > size };
    }
    const after = before.filter(({ seq }) => seq > (afterSeq as number));
    return { items: after.slice(0, size), hasMore: after.length > size };
  }

  #send({ clientId, kind, body }: Record<string, unknown>) {
    const sent = this.messages.find((message) => message.clientId === clientId);
    const { seq, rev } = sent ??
      this.says({ from: me, clientId: clientId as string, kind: kind as "text", body });
    return { seq, rev, at, duplicate: sent !== undefined };
  }
}
