/** Bodies of messages by their kind. */
import type { NewMessage } from "../../../schemas/messages.ts";

/** What can be sent. */
export type SentKind = NewMessage["kind"];

/** The body of a kind. */
export type BodyOf<K extends SentKind> = Extract<NewMessage, { kind: K }>["body"];

/** A message that others were forwarded in. */
export interface MergedBody {
  readonly title: string;
  readonly items: readonly MergedItem[];
}

/** One of those. */
export interface MergedItem {
  readonly from: string | null;
  readonly name: string;
  readonly at: string;
  readonly kind: string;
  readonly body: unknown;
}

/** Something that was said, of whatever kind. */
export interface Said {
  readonly kind: string;
  readonly body?: unknown;
}

/** The words in something said: its text, or its caption. */
export function textOf({ kind, body }: Said): string {
  if (!body) return "";
  if (kind === "text") return (body as BodyOf<"text">).text;
  return (body as { caption?: string }).caption ?? "";
}
