/** Changing a conversation: one transaction's changes, each with a `rev` of its own, under the row's lock. */
import { and, eq, sql } from "drizzle-orm";
import type { Transaction } from "../db/client.ts";
import { conversations, members, messages } from "../db/schema/mod.ts";
import { fail } from "../errors.ts";
import type {
  Changes,
  ConversationState,
  LeftReason,
  Member,
  MemberRole,
} from "../schemas/conversations.ts";
import type { Message, SystemBody } from "../schemas/messages.ts";
import { toMessage } from "./message_rows.ts";

/** A row of the table. */
export type ConversationRow = typeof conversations.$inferSelect;
/** A row of the table. */
export type MemberRow = typeof members.$inferSelect;

const stamp = sql`pg_current_xact_id()`;

/** What of a conversation's state a change may set. */
export type StatePatch = Partial<
  Pick<
    ConversationRow,
    | "name"
    | "avatarUrl"
    | "ownerId"
    | "joinPolicy"
    | "historyVisible"
    | "announcement"
    | "mutedAll"
    | "retentionDays"
    | "memberCount"
    | "dismissedAt"
  >
>;

/** What of a message a change may set. */
export type MessageChange = Partial<
  Pick<
    typeof messages.$inferSelect,
    "body" | "mentions" | "editedAt" | "recalledAt" | "pinnedAt" | "reactions"
  >
>;

/** What of a member a change may set. */
export type MemberChange = Partial<Pick<MemberRow, "role" | "alias" | "mutedUntil">>;

/** What all members share. */
export function toState(row: ConversationRow): ConversationState {
  return {
    id: row.id,
    kind: row.kind,
    name: row.name,
    avatarUrl: row.avatarUrl,
    ownerId: row.ownerId,
    joinPolicy: row.joinPolicy,
    historyVisible: row.historyVisible,
    announcement: row.announcement,
    mutedAll: row.mutedAll,
    retentionDays: row.retentionDays,
    memberCount: row.memberCount,
    rev: row.stateRev,
    updatedAt: row.updatedAt.toISOString(),
    dismissedAt: row.dismissedAt?.toISOString() ?? null,
  };
}

/** A member as all members see it. */
export function toMember(row: MemberRow): Member {
  return {
    userId: row.userId,
    role: row.role,
    alias: row.alias,
    joinedAt: row.joinedAt.toISOString(),
    mutedUntil: row.mutedUntil?.toISOString() ?? null,
    leftAt: row.leftAt?.toISOString() ?? null,
    rev: row.rev,
  };
}

/**
 * Locks a conversation until the transaction ends: two changes must not share a `rev`.
 * @throws `notFound`.
 */
export async function lockConversation(tx: Transaction, id: string): Promise<ConversationRow> {
  const [row] = await tx.select().from(conversations).where(eq(conversations.id, id))
    .for("no key update");
  if (row === undefined) throw fail("notFound");
  return row;
}

/** Collects what one transaction changes; `finish` writes the counters and gives the `Changes`. */
export class ChangeSet {
  readonly #prevRev: number;
  readonly #messages: Message[] = [];
  readonly #members: Member[] = [];
  #row: ConversationRow;
  #patch: StatePatch = {};

  /** `row` must be locked by `tx`, or made by it. */
  constructor(readonly tx: Transaction, row: ConversationRow, readonly now: Date) {
    this.#row = { ...row };
    this.#prevRev = row.lastRev;
  }

  /** The `rev` that the next change takes. */
  get nextRev(): number {
    return this.#row.lastRev + 1;
  }

  /** The conversation as this transaction has it. */
  get row(): Readonly<ConversationRow> {
    return this.#row;
  }

  /**
   * Makes users members, new ones or former ones again; they read from the next message on, or all.
   * A mute stays: leaving and coming back is no way out of it.
   */
  async join(userIds: readonly string[], role: (userId: string) => MemberRole): Promise<void> {
    const firstSeq = this.#row.historyVisible === "all" ? 1 : this.#row.lastSeq + 1;
    const rows = userIds.map((userId) => {
      const rev = ++this.#row.lastRev;
      return {
        conversationId: this.#row.id,
        userId,
        role: role(userId),
        joinedAt: this.now,
        joinedRev: rev,
        joinedSeq: this.#row.lastSeq,
        rev,
        firstSeq,
        readSeq: this.#row.lastSeq,
      };
    });
    const fresh = {
      leftAt: null,
      leftReason: null,
      leftState: null,
      lastSeq: null,
      lastRev: null,
      joinedSeq: this.#row.lastSeq,
      joinedXid: stamp,
    };
    const joined = await this.tx.insert(members).values(rows).onConflictDoUpdate({
      target: [members.conversationId, members.userId],
      set: {
        ...fresh,
        role: sql`excluded.role`,
        joinedAt: this.now,
        joinedRev: sql`excluded.joined_rev`,
        rev: sql`excluded.rev`,
        firstSeq,
        readSeq: this.#row.lastSeq,
        changedXid: stamp,
      },
    }).returning();
    this.#members.push(...joined.map(toMember).sort((a, b) => a.rev - b.rev));
    this.#row.memberCount += joined.length;
  }

  /**
   * Ends a membership. Last of all changes: what follows it is not the former member's to see, so
   * `changeState` and `say` come before.
   */
  async leave(userId: string, reason: LeftReason): Promise<void> {
    const rev = ++this.#row.lastRev;
    const [left] = await this.tx.update(members)
      .set({
        leftAt: this.now,
        leftReason: reason,
        leftState: toState(this.#row),
        rev,
        lastRev: rev,
        lastSeq: this.#row.lastSeq,
        changedXid: stamp,
      })
      .where(and(eq(members.conversationId, this.#row.id), eq(members.userId, userId)))
      .returning();
    this.#members.push(toMember(left!));
  }

  /** Changes what all see of a member. */
  async changeMember(userId: string, change: MemberChange): Promise<Member> {
    const rev = ++this.#row.lastRev;
    const [row] = await this.tx.update(members)
      .set({ ...change, rev, changedXid: stamp })
      .where(and(eq(members.conversationId, this.#row.id), eq(members.userId, userId)))
      .returning();
    const member = toMember(row!);
    this.#members.push(member);
    return member;
  }

  /** Changes a message for all. */
  async changeMessage(seq: number, change: MessageChange): Promise<Message> {
    const rev = ++this.#row.lastRev;
    const [row] = await this.tx.update(messages).set({ ...change, rev })
      .where(and(eq(messages.conversationId, this.#row.id), eq(messages.seq, seq)))
      .returning();
    const message = toMessage(row!);
    this.#messages.push(message);
    return message;
  }

  /** Adds a `system` message. */
  async say(body: SystemBody): Promise<void> {
    const seq = ++this.#row.lastSeq;
    const rev = ++this.#row.lastRev;
    const { id: conversationId, activeAt } = this.#row;
    // Times never run backwards within a conversation, whichever instance's clock is behind.
    const at = activeAt > this.now ? activeAt : this.now;
    const [row] = await this.tx.insert(messages)
      .values({ conversationId, seq, rev, at, kind: "system", body }).returning();
    this.#messages.push(toMessage(row!));
    this.#row.activeAt = at;
  }

  /** Changes what all members share. */
  changeState(patch: StatePatch): void {
    // Taken first: within the literal it would step the row that the literal has just copied.
    const stateRev = ++this.#row.lastRev;
    this.#patch = { ...this.#patch, ...patch };
    this.#row = { ...this.#row, ...patch, updatedAt: this.now, stateRev };
    // Whoever decided that they may send as things were must decide again: see `append_messages`.
    if ("mutedAll" in patch || "dismissedAt" in patch) this.#row.guard++;
  }

  /** Writes the conversation's row and gives what has changed, to be told after the commit. */
  async finish(): Promise<Changes> {
    const { id, memberCount, lastSeq, lastRev, stateRev, guard, activeAt, updatedAt } = this.#row;
    const counters = { memberCount, lastSeq, lastRev, stateRev, guard, activeAt, updatedAt };
    await this.tx.update(conversations)
      .set({ ...this.#patch, ...counters, changedXid: stamp })
      .where(eq(conversations.id, id));
    return {
      conversationId: id,
      prevRev: this.#prevRev,
      rev: lastRev,
      messages: this.#messages,
      members: this.#members,
      conversation: stateRev > this.#prevRev ? toState(this.#row) : null,
    };
  }
}
