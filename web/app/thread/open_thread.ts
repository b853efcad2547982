/** A conversation that is open: its messages, what is done with them, and what is shown over them. */
import { computed, type ReadonlySignal, signal } from "@preact/signals";
import { createContext } from "preact";
import { useContext } from "preact/hooks";
import type { ConversationView, Member, Message, Thread } from "../../../client/mod.ts";
import type { MergedBody } from "../../ui/body/kinds.ts";
import type { Chat } from "../state/chat.ts";
import { type Desk, deskOf } from "./desk.ts";
import { type Closed, closedBy, Friendship } from "./gate.ts";
import { PeerRead } from "./peer_read.ts";
import { Pins } from "./pins.ts";
import { Quotes } from "./quotes.ts";
import { errorWords } from "./refusals.ts";
import { reuse, type Row, rowsOf } from "./rows/rows.ts";
import { endAround, find, type Slice, sliceOf } from "./rows/slice.ts";

/** What is shown over the conversation. */
export type Overlay =
  | { readonly kind: "menu"; readonly message: Message; readonly x: number; readonly y: number }
  | { readonly kind: "forward"; readonly seqs: readonly number[] }
  | { readonly kind: "readers" | "reactions" | "edits"; readonly message: Message }
  | { readonly kind: "merged"; readonly body: MergedBody }
  | { readonly kind: "image"; readonly id: string }
  | { readonly kind: "ask"; readonly act: "recall" | "remove"; readonly seqs: readonly number[] }
  | { readonly kind: "pins" };

/** Where the list shall go: to a message, or to the newest. */
export interface Jump {
  readonly seq: number | "newest" | "unread";
}

// Of larger groups members are asked for when somebody is called by name.
const membersMax = 300;
const noticeMs = 6_000;
const highlightMs = 2_500;

/** An open conversation; ends with `stop`. */
export class OpenThread {
  readonly desk: Desk;
  readonly quotes: Quotes;
  readonly pins: Pins;
  readonly peerRead: PeerRead | null;
  readonly friendship: Friendship | null;
  readonly unreadAfter = signal<number | null>(null);
  readonly reply = signal<Message | null>(null);
  readonly editing = signal<Message | null>(null);
  readonly selected = signal<ReadonlySet<number> | null>(null);
  readonly highlighted = signal<number | null>(null);
  readonly overlay = signal<Overlay | null>(null);
  readonly notice = signal<string | null>(null);
  readonly jump = signal<Jump | null>(null);
  /** Whether the list stands where it shall begin: before that nothing of it is read. */
  hasBegun = false;
  /** Whether it was let go of. */
  isStopped = false;
  /** Files that were let fall on the conversation, until they are taken. */
  readonly dropped = signal<readonly File[]>([]);
  readonly members = signal<readonly Member[] | null>(null);
  readonly rows: ReadonlySignal<readonly Row[]>;
  /** The messages of the window, as far as they are loaded. */
  readonly messages: ReadonlySignal<readonly Message[]>;
  /** The last of those that lines are made of; null: the last of all. */
  readonly sliceEnd = signal<number | null>(null);
  /** Those that lines are made of. */
  readonly slice: ReadonlySignal<Slice<Message>>;
  readonly #stops: (() => void)[] = [];
  #held: readonly Row[] = [];
  #noticeTimer: number | undefined;
  #highlightTimer: number | undefined;

  constructor(readonly chat: Chat, readonly thread: Thread, view: ConversationView) {
    const { client } = chat;
    this.desk = deskOf(chat);
    this.quotes = new Quotes(client, thread);
    this.pins = new Pins(client, thread.conversationId);
    const { kind } = view.state;
    this.peerRead = kind === "direct" ? new PeerRead(client, thread) : null;
    this.friendship = kind === "direct" ? new Friendship(client, this.id) : null;
    if (view.unread > 0) this.unreadAfter.value = view.my.readSeq;
    this.messages = computed(() => {
      chat.follow(this.id);
      return thread.messages;
    });
    this.slice = computed(() => sliceOf(this.messages.value, this.sliceEnd.value));
    this.rows = computed(() => this.#rows());
    this.#stops.push(
      client.on("changes", ({ conversationId, members }) => {
        if (conversationId === this.id && members.length > 0) void this.#renewMembers();
      }),
    );
    if (kind === "group" && view.state.memberCount <= membersMax) void this.loadMembers();
  }

  get id(): string {
    return this.thread.conversationId;
  }

  #rows(): readonly Row[] {
    const { thread, chat } = this;
    const { items, hasBefore, hasBehind } = this.slice.value;
    const hasNewer = thread.hasNewer || hasBehind;
    const sendings = hasNewer ? [] : this.desk.sendings.of(this.id);
    // Between its upload and its message a file is in neither list for no longer than this takes.
    const rows = rowsOf({
      me: chat.me,
      messages: items,
      pending: hasNewer ? [] : thread.pending,
      sendings,
      unreadAfter: this.unreadAfter.value,
      hasOlder: thread.hasOlder || hasBefore,
      hasNewer,
    });
    this.#held = reuse(this.#held, rows);
    return this.#held;
  }

  /** A message that is loaded; who renders with it follows it. */
  find(seq: number): Message | undefined {
    return find(this.messages.value, seq);
  }

  /** Makes lines of those around a message, where more are held than lines are made of. */
  sliceAround(seq: number): void {
    this.sliceEnd.value = endAround(this.messages.peek(), seq);
  }

  /** Whether the last line is the end of all. */
  get isWhole(): boolean {
    return !this.thread.hasNewer && !this.slice.peek().hasBehind;
  }

  /** What somebody is called here. */
  nameOf(userId: string): string {
    const alias = this.members.value?.find((member) => member.userId === userId)?.alias;
    return alias ?? this.chat.users.nameOf(userId);
  }

  /** Why I may not write. */
  closedFor(view: ConversationView): Closed | null {
    const mine = this.members.value?.find(({ userId }) => userId === this.chat.me);
    return closedBy(view, mine) ?? this.friendship?.refusal.value ?? null;
  }

  /** Reads who is in the group, once. */
  async loadMembers(): Promise<void> {
    // Names and mutes come with the next try; nothing else waits for them.
    const members = await this.chat.client.members(this.id).catch(() => null);
    if (members !== null) this.members.value = members;
  }

  async #renewMembers(): Promise<void> {
    if (this.members.peek() !== null) await this.loadMembers();
  }

  /** Says something for a while. */
  say(text: string): void {
    clearTimeout(this.#noticeTimer);
    this.notice.value = text;
    this.#noticeTimer = setTimeout(() => {
      this.notice.value = null;
    }, noticeMs);
  }

  /** Does something, and says why when it is refused. */
  async try(act: () => Promise<unknown>): Promise<boolean> {
    try {
      await act();
      return true;
    } catch (error) {
      this.say(errorWords(error));
      return false;
    }
  }

  /** Brings a message before the eyes. */
  async show(seq: number): Promise<void> {
    if (find(this.messages.peek(), seq) === undefined) {
      if (!await this.try(() => this.thread.goTo(seq))) return;
    }
    this.sliceAround(seq);
    clearTimeout(this.#highlightTimer);
    this.jump.value = { seq };
    this.highlighted.value = seq;
    this.#highlightTimer = setTimeout(() => {
      this.highlighted.value = null;
    }, highlightMs);
  }

  /** Goes to the newest message. */
  showNewest(): void {
    if (this.thread.hasNewer) this.thread.goToNewest();
    this.sliceEnd.value = null;
    this.jump.value = { seq: "newest" };
    if (this.thread.messages.length < 2) void this.try(() => this.thread.loadOlder());
  }

  /** Picks a message among others, or lets go of it. */
  toggle(seq: number): void {
    const before = this.selected.peek() ?? new Set<number>();
    const after = new Set(before);
    if (!after.delete(seq)) after.add(seq);
    this.selected.value = after;
  }

  /** Lets go of everything. */
  stop(): void {
    this.isStopped = true;
    clearTimeout(this.#noticeTimer);
    clearTimeout(this.#highlightTimer);
    for (const stop of this.#stops) stop();
    this.pins.stop();
    this.peerRead?.stop();
    this.friendship?.stop();
    this.thread.close();
  }
}

/** Gives the open conversation to what is inside it. */
export const OpenContext = createContext<OpenThread | null>(null);

/** The open conversation. */
export function useOpen(): OpenThread {
  const open = useContext(OpenContext);
  if (open === null) throw new Error("No conversation is open");
  return open;
}
