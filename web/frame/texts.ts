/** Texts of messages: where addresses are in them, and what a message is in one line. */
import type { Message } from "../../client/mod.ts";
import { words } from "./words.ts";

/** A piece of a text; with `href` it leads somewhere. */
export interface Piece {
  readonly text: string;
  readonly href?: string;
}

const address = /\bhttps?:\/\/[^\s<>"'`]+/gi;
// What ends a sentence is not part of the address; a bracket is, if it was opened in it.
const trailing = /[.,;:!?'"，。；：！？、）】》]+$/;

function withoutEnd(found: string): string {
  let text = found.replace(trailing, "");
  while (text.endsWith(")") && text.split(")").length > text.split("(").length) {
    text = text.slice(0, -1).replace(trailing, "");
  }
  return text;
}

/** Cuts a text at its addresses; only `http:` and `https:` lead anywhere. */
export function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  for (const { 0: found, index } of text.matchAll(address)) {
    const link = withoutEnd(found);
    if (!URL.canParse(link)) continue;
    if (index > end) pieces.push({ text: text.slice(end, index) });
    pieces.push({ text: link, href: new URL(link).href });
    end = index + link.length;
  }
  if (end < text.length) pieces.push({ text: text.slice(end) });
  return pieces;
}

/** What bodies have; each kind has some of it. */
export interface Body {
  readonly text?: string;
  readonly caption?: string;
  readonly attachmentId?: string;
  readonly name?: string;
  readonly width?: number;
  readonly height?: number;
  readonly title?: string;
  readonly url?: string;
  readonly event?: string;
  readonly userIds?: readonly string[];
}

/** A message's body. */
export function bodyOf({ body }: { readonly body?: unknown }): Body {
  return (body ?? {}) as Body;
}

/** A message in one line. */
export function lineOf(message: Message): string {
  const t = words();
  if (message.recalledAt !== undefined) return t.recalled;
  const { text, caption, name, title } = bodyOf(message);
  switch (message.kind) {
    case "text":
      return text ?? "";
    case "image":
      return caption ?? t.picture;
    case "video":
      return caption ?? t.video;
    case "audio":
      return caption ?? t.audio;
    case "file":
      return caption ?? name ?? t.file;
    case "location":
      return title ?? t.place;
    case "card":
      return title ?? "";
    default:
      return t.unknown;
  }
}
