/** Links in what people write: where they are, and which of them may be followed. */

/** A stretch of text; with `href` it is a link. */
export interface Linked {
  readonly text: string;
  readonly href?: string;
}

const hrefMax = 2_048;
// What may follow a word in a sentence, in Latin and in Chinese scripts, ends an address before it.
const candidate =
  /(?:https?:\/\/|mailto:|www\.)[^\s<>"`{}|\\^\u3000-\u303f\uff01-\uff0f\uff1a-\uff20\u2026\u201c\u201d\u2018\u2019]+|[\w.+-]+@[\w-]+(?:\.[\w-]+)+/giu;
const closers: Readonly<Record<string, string>> = { ")": "(", "]": "[" };

function count(text: string, sign: string): number {
  return text.split(sign).length - 1;
}

// A bracket belongs to the address when it was opened in it: encyclopedias have such.
function withoutTail(found: string): string {
  let text = found;
  for (;;) {
    const last = text.at(-1)!;
    const opener = closers[last];
    const isStray = opener !== undefined && count(text, last) > count(text, opener);
    if (!isStray && !/[.,;:!?'*_~]/.test(last)) return text;
    text = text.slice(0, -1);
    if (text === "") return text;
  }
}

/**
 * The address to follow, or null when it is none that a message may lead to: only `http`, `https` and
 * `mailto`, and none that shows one place as a name to sign in with at another.
 */
export function safeHref(text: string): string | null {
  const isMail = /^[\w.+-]+@/.test(text);
  const address = isMail ? `mailto:${text}` : /^www\./i.test(text) ? `https://${text}` : text;
  if (address.length > hrefMax || !URL.canParse(address)) return null;
  const url = new URL(address);
  if (url.protocol === "mailto:") return url.pathname.includes("@") ? url.href : null;
  if (url.protocol !== "http:" && url.protocol !== "https:") return null;
  return url.username === "" && url.password === "" && url.hostname !== "" ? url.href : null;
}

/** Cuts a text into stretches, those that are links with their addresses; together they are the text. */
export function linksIn(text: string): Linked[] {
  const parts: Linked[] = [];
  let end = 0;
  for (const match of text.matchAll(candidate)) {
    // In the middle of a word it is none: `xhttps://`, or a mail address that goes on before.
    if (/[\p{L}\p{N}]$/u.test(text.slice(0, match.index))) continue;
    const found = withoutTail(match[0]);
    const href = safeHref(found);
    if (href === null) continue;
    if (match.index > end) parts.push({ text: text.slice(end, match.index) });
    parts.push({ text: found, href });
    end = match.index + found.length;
  }
  if (end < text.length) parts.push({ text: text.slice(end) });
  return parts;
}
