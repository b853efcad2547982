/** A text as it is shown: words, links, and names that are called. */
import { linksIn } from "./links.ts";

/** Somebody who is called in a text by `@name`. */
export interface Called {
  readonly name: string;
  readonly isMe: boolean;
}

/** A stretch of text. */
export type Piece =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "link"; readonly text: string; readonly href: string }
  | { readonly kind: "mention"; readonly text: string; readonly isMe: boolean };

// The longest first: of Ann and Anna the one who is meant.
function calledIn(text: string, called: readonly Called[]): Piece[] {
  const sorted = called.filter(({ name }) => name !== "")
    .sort((a, b) => b.name.length - a.name.length);
  const pieces: Piece[] = [];
  let start = 0;
  for (let at = text.indexOf("@"); at !== -1; at = text.indexOf("@", at + 1)) {
    const found = sorted.find(({ name }) => text.startsWith(name, at + 1));
    if (found === undefined || at < start) continue;
    if (at > start) pieces.push({ kind: "text", text: text.slice(start, at) });
    pieces.push({ kind: "mention", text: `@${found.name}`, isMe: found.isMe });
    start = at + 1 + found.name.length;
  }
  if (start < text.length) pieces.push({ kind: "text", text: text.slice(start) });
  return pieces;
}

/** Cuts a text into pieces; together they are the text. */
export function piecesOf(text: string, called: readonly Called[] = []): Piece[] {
  return linksIn(text).flatMap((part): Piece[] => {
    if (part.href !== undefined) return [{ kind: "link", text: part.text, href: part.href }];
    return calledIn(part.text, called);
  });
}

const onlyEmoji = /^(?:\p{RGI_Emoji}\s*){1,3}$/v;

/** Whether a text is nothing but a few emoji, which are shown large. */
export function isOnlyEmoji(text: string): boolean {
  return text.length <= 64 && onlyEmoji.test(text.trim());
}
