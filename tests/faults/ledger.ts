/** What people have asked for and what came of it: the record that the database is held to. */
import type { Message, Sent } from "../../schemas/messages.ts";
import type { Outcome } from "./asking.ts";
import type { History } from "./history.ts";

/** One message that somebody wants sent, however often that takes. */
export interface Send {
  readonly userId: string;
  readonly conversationId: string;
  readonly clientId: string;
  readonly text: string;
  /** Of the answers so far; null while there is none. */
  seq: number | null;
  /** Some attempt had no answer: it may be stored, or be so yet. */
  isDoubtful: boolean;
  isRefused: boolean;
}

/** The sends of all people, and the states of messages that they were shown in answers. */
export class Ledger {
  readonly sends: Send[] = [];
  /** All texts that somebody tried to give a message, by conversation and `seq`. */
  readonly edits = new Map<string, Set<string>>();
  /** Answers to acts: each is the message at its `rev`. */
  readonly shown: { readonly conversationId: string; readonly message: Message }[] = [];
  /** When somebody, by the word of both answers, could write nothing in a conversation of two. */
  readonly blocks: {
    readonly conversationId: string;
    readonly userId: string;
    readonly from: number;
    readonly to: number;
  }[] = [];
  /** How often a send was asked for. */
  attempts = 0;

  constructor(readonly history: History) {}

  /** A new message of somebody's. */
  begin(by: { id: string; name: string }, conversationId: string, text: string): Send {
    const userId = by.id;
    const clientId = `${by.name}-${this.sends.length + 1}`;
    const fate = { seq: null, isDoubtful: false, isRefused: false };
    const send: Send = { userId, conversationId, clientId, text, ...fate };
    this.sends.push(send);
    return send;
  }

  /** What came of one attempt. */
  settle(send: Send, outcome: Outcome<Sent>): void {
    this.attempts++;
    if (outcome.is === "doubtful") send.isDoubtful = true;
    if (outcome.is === "refused") this.#refused(send, outcome.code);
    if (outcome.is === "answered") this.#answered(send, outcome.value);
  }

  #refused(send: Send, code: string): void {
    send.isRefused = true;
    if (send.seq === null) return;
    const what = `${send.clientId} in ${send.conversationId}, acknowledged as ${send.seq}`;
    this.history.breaks("durable", `Sent again it was refused (${code}): ${what}`, [send.clientId]);
  }

  #answered(send: Send, { seq, duplicate }: Sent): void {
    const { clientId, conversationId } = send;
    if (send.seq !== null && (send.seq !== seq || !duplicate)) {
      const what = `acknowledged as ${send.seq}, then as ${seq}, duplicate: ${duplicate}`;
      this.history.breaks("once", `${clientId} in ${conversationId}: ${what}`, [clientId]);
    }
    send.seq = seq;
    send.isRefused = false;
  }

  /** Sends of a user of which it is not known what became of them. */
  openOf(userId: string): Send[] {
    return this.sends.filter((one) => one.userId === userId && this.isOpen(one));
  }

  /** What is not known yet, in words that begin with who asks. */
  get unanswered(): string[] {
    const open = this.sends.filter((one) => this.isOpen(one));
    const named = open.map(({ clientId }) =>
      `${clientId.split("-")[0]} has no answer to ${clientId}`
    );
    return [...named, "somebody is still busy"];
  }

  /** Whether it is still to be asked what became of a send. */
  isOpen({ seq, isRefused }: Send): boolean {
    return seq === null && !isRefused;
  }

  /** Somebody tries to give a message this text. */
  edit(conversationId: string, seq: number, text: string): void {
    const key = `${conversationId}/${seq}`;
    this.edits.set(key, (this.edits.get(key) ?? new Set()).add(text));
  }
}
