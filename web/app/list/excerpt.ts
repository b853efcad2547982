/** A message in one line: of a list, or of a notification. */
import type { Message } from "../../../client/mod.ts";
import { excerptWords } from "./excerpt_words.ts";

// A line shows a hundred signs or so; the rest would be laid out for nothing.
const shownMax = 200;

interface AnyBody {
  readonly text?: string;
  readonly caption?: string;
  readonly name?: string;
  readonly title?: string;
  readonly event?: string;
  readonly actorId?: string;
  readonly userIds?: readonly string[];
}

/** How people are called; an empty text for who is not known yet. */
export type NameOf = (userId: string) => string;

function told({ event = "", actorId = "", userIds = [] }: AnyBody, nameOf: NameOf): string {
  const t = excerptWords();
  const name = (id: string) => nameOf(id) || t.someone;
  const whom = userIds.length > 2 ? t.people(userIds.length) : userIds.map(name).join(", ");
  return t.events[event]?.(name(actorId), whom) ?? "";
}

function said({ kind, body }: Pick<Message, "kind" | "body">, nameOf: NameOf): string {
  const { kinds } = excerptWords();
  const parts = (body ?? {}) as AnyBody;
  if (kind === "text") return parts.text ?? "";
  if (kind === "system") return told(parts, nameOf);
  const called = kinds[kind] ?? kinds["custom"]!;
  const more = parts.caption ?? parts.name ?? parts.title;
  return more ? `${called} · ${more}` : called;
}

/** What a message says, in one line. */
export function excerptOf(
  message: Pick<Message, "kind" | "body" | "recalledAt">,
  nameOf: NameOf,
): string {
  if (message.recalledAt !== undefined) return excerptWords().recalled;
  return said(message, nameOf).slice(0, shownMax).replaceAll(/\s+/g, " ").trim();
}

/** The same with who said it, where that is not clear. */
export function excerptBy(name: string, excerpt: string): string {
  return name === "" ? excerpt : excerptWords().says(name, excerpt);
}
