/** What the index of messages holds of each, and how it is asked: `message_terms.terms`. */
import { createHash } from "node:crypto";
import type { Message } from "../schemas/messages.ts";
import { type Query, termsOf, wantedBy } from "./message_terms.ts";

/** So many numbers of a conversation share their lexemes: one look into the index reads no more. */
export const blockSize = 65_536;

// Postgres holds a megabyte in one row of this kind; of a message with many long edits that is the last.
const lexemeBytesMax = 1_000_000;
// The text itself decides; more than these would only make the question longer.
const wantedMax = 8;

/** Which messages are looked for, beside what they say. */
export interface Filters {
  readonly from?: string | undefined;
  readonly kind?: string | undefined;
}

/** The block that a message is in. */
export function blockOf(seq: number): number {
  return Math.floor(seq / blockSize);
}

// Begins all lexemes of a block, so that nobody's search reads what others have written.
function prefixOf(conversationId: string, block: number): string {
  const hash = createHash("sha256").update(`${conversationId}/${block}`).digest("base64url");
  return `${hash.slice(0, 6)}:`;
}

// The random part of the id.
function senderTerm(userId: string): string {
  return `@${userId.slice(-12)}`;
}

function kindTerm(kind: string): string {
  return `#${kind}`;
}

/** What of a message is searched; "" when there is nothing. */
export function searchedText({ kind, body }: Pick<Message, "kind" | "body">): string {
  const { text, title, name, caption, items } = (body ?? {}) as {
    text?: string;
    title?: string;
    name?: string;
    caption?: string;
    items?: { kind: Message["kind"]; body: unknown }[];
  };
  switch (kind) {
    case "text":
      return text ?? "";
    case "location":
      return title ?? "";
    case "card":
      return [title, text].filter((part) => part !== undefined).join("\n");
    case "image":
    case "video":
    case "audio":
    case "file":
      return [name, caption].filter((part) => part !== undefined).join("\n");
    case "merged":
      return [title, ...(items ?? []).map(searchedText)].filter(Boolean).join("\n");
    default:
      return "";
  }
}

/** A message as it is indexed; `bodies`: what it says, then what it said before. */
export interface Indexed {
  readonly conversationId: string;
  readonly seq: number;
  readonly senderId: string | null;
  readonly kind: Message["kind"];
  readonly bodies: readonly unknown[];
}

/** The lexemes of a message; none when there is nothing to find. */
export function lexemesOf({ conversationId, seq, senderId, kind, bodies }: Indexed): string[] {
  const terms = new Set<string>();
  let bytes = 0;
  for (const body of bodies) {
    for (const term of termsOf(searchedText({ kind, body }))) {
      // Three bytes a UTF-16 unit at most, and what stands before it.
      bytes += 3 * term.length + 8;
      if (bytes > lexemeBytesMax) break;
      terms.add(term);
    }
  }
  if (terms.size === 0) return [];
  terms.add(kindTerm(kind));
  if (senderId !== null) terms.add(senderTerm(senderId));
  const prefix = prefixOf(conversationId, blockOf(seq));
  return [...terms].map((term) => prefix + term);
}

/** A question to the index, to be put to one or more blocks of a conversation. */
export class IndexQuestion {
  readonly #terms: string[];

  constructor(query: Query, { from, kind }: Filters) {
    this.#terms = wantedBy(query).toSorted((a, b) => b.term.length - a.term.length)
      .slice(0, wantedMax)
      .map(({ term, isPrefix }) => `${term}'${isPrefix ? ":*" : ""}`);
    if (from !== undefined) this.#terms.push(`${senderTerm(from)}'`);
    if (kind !== undefined) this.#terms.push(`${kindTerm(kind)}'`);
  }

  /** As a `tsquery`. Terms are letters, digits and marks: nothing in them needs to be escaped. */
  about(conversationId: string, firstBlock: number, lastBlock: number): string {
    const blocks: string[] = [];
    for (let block = firstBlock; block <= lastBlock; block++) {
      const prefix = prefixOf(conversationId, block);
      blocks.push(`(${this.#terms.map((term) => `'${prefix}${term}`).join(" & ")})`);
    }
    return blocks.join(" | ");
  }
}
