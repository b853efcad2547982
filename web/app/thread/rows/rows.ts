/** The lines of a conversation: days, messages grouped by who said them, and where I stopped reading. */
import type { Message, OutboxItem } from "../../../../client/mod.ts";
import type { Sending } from "../sending/sending.ts";

/** A line. Its key stays the same for as long as it is the same thing. */
export type Row =
  | { readonly kind: "older" | "newer" | "unread"; readonly key: string }
  | { readonly kind: "day"; readonly key: string; readonly at: string }
  | { readonly kind: "system"; readonly key: string; readonly message: Message }
  | MessageLine
  | PendingLine
  | { readonly kind: "upload"; readonly key: string; readonly sending: Sending };

interface Grouped {
  /** The first, the last of what one person said in one go. */
  readonly isFirst: boolean;
  readonly isLast: boolean;
}

/** A message. */
export interface MessageLine extends Grouped {
  readonly kind: "message";
  readonly key: string;
  readonly message: Message;
  readonly isMine: boolean;
}

/** What I have sent and is not among the messages yet. */
export interface PendingLine extends Grouped {
  readonly kind: "pending";
  readonly key: string;
  readonly item: OutboxItem;
}

/** What lines are made of. */
export interface Content {
  readonly me: string;
  readonly messages: readonly Message[];
  readonly pending: readonly OutboxItem[];
  readonly sendings: readonly Sending[];
  /** Unread begins behind this one; null: no line is drawn. */
  readonly unreadAfter: number | null;
  readonly hasOlder: boolean;
  readonly hasNewer: boolean;
}

const groupMs = 5 * 60_000;

/** The day of a time here, as a key. */
export function dayKey(at: string): string {
  const date = new Date(at);
  return `${date.getFullYear()}-${date.getMonth() + 1}-${date.getDate()}`;
}

/** The key of a message: of mine the one it had while it was on its way. */
export function keyOf(message: Message, me: string): string {
  const { from, clientId, seq } = message;
  return from === me && clientId !== null ? `c${clientId}` : `s${seq}`;
}

type Speech =
  & { key: string; from: string; at: string }
  & (
    | { kind: "message"; message: Message; isMine: boolean }
    | { kind: "pending"; item: OutboxItem }
  );
type Draft = Exclude<Row, MessageLine | PendingLine> | Speech;

function isSpeech(row: Draft | undefined): row is Speech {
  return row?.kind === "message" || row?.kind === "pending";
}

function drafts(content: Content): Draft[] {
  const { me, messages, pending, sendings, unreadAfter, hasOlder, hasNewer } = content;
  const rows: Draft[] = [{ kind: "older", key: hasOlder ? "older" : "begin" }];
  let day = "";
  let isLineDrawn = unreadAfter === null;
  const toDay = (at: string) => {
    const key = dayKey(at);
    if (key !== day) rows.push({ kind: "day", key: `d${key}`, at });
    day = key;
  };
  for (const message of messages) {
    toDay(message.at);
    const isNew = !isLineDrawn && message.seq > unreadAfter! && message.from !== me;
    if (isNew && message.kind !== "system") {
      isLineDrawn = true;
      rows.push({ kind: "unread", key: "unread" });
    }
    const key = keyOf(message, me);
    if (message.from === null) rows.push({ kind: "system", key, message });
    else {
      const { from, at } = message;
      rows.push({ kind: "message", key, from, at, message, isMine: from === me });
    }
  }
  for (const item of pending) {
    toDay(item.at);
    rows.push({ kind: "pending", key: `c${item.clientId}`, from: me, at: item.at, item });
  }
  for (const sending of sendings) {
    rows.push({ kind: "upload", key: `c${sending.clientId}`, sending });
  }
  rows.push({ kind: "newer", key: hasNewer ? "newer" : "end" });
  return rows;
}

function goOn(a: Draft | undefined, b: Draft | undefined): boolean {
  if (!isSpeech(a) || !isSpeech(b) || a.from !== b.from) return false;
  return new Date(b.at).getTime() - new Date(a.at).getTime() < groupMs;
}

/** The lines of a conversation, in their order. */
export function rowsOf(content: Content): Row[] {
  const all = drafts(content);
  return all.map((row, place): Row => {
    if (!isSpeech(row)) return row;
    const isFirst = !goOn(all[place - 1], row);
    const isLast = !goOn(row, all[place + 1]);
    const { key } = row;
    if (row.kind === "pending") return { kind: "pending", key, item: row.item, isFirst, isLast };
    const { message, isMine } = row;
    return { kind: "message", key, message, isMine, isFirst, isLast };
  });
}

function isSame(a: Row, b: Row): boolean {
  const fields = Object.keys(b) as (keyof Row)[];
  return a.kind === b.kind && fields.every((field) => a[field] === b[field]);
}

/** The same lines, those that have not changed as they were: who shows them need not show them anew. */
export function reuse(before: readonly Row[], rows: readonly Row[]): Row[] {
  const known = new Map(before.map((row) => [row.key, row]));
  return rows.map((row) => {
    const old = known.get(row.key);
    return old !== undefined && isSame(old, row) ? old : row;
  });
}

/** The number of the message in a line, if there is one. */
export function seqOf(row: Row | undefined): number | null {
  return row?.kind === "message" || row?.kind === "system" ? row.message.seq : null;
}
