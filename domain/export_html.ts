/** A conversation as one page that needs nothing else: no script, nothing loaded, all text escaped. */
import type { Message } from "../schemas/messages.ts";
import { type ExportedMessage, type ExportSource, systemBodyOf } from "./export_source.ts";
import { senderOf, sentenceOf, titleOf, wordsOf } from "./export_words.ts";

const entities: Record<string, string> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
  "`": "&#96;",
};

/** Text as it may stand in an element or in a quoted attribute; what no page may hold is left out. */
export function escapeHtml(text: string): string {
  // HTML, "preprocessing the input stream": controls but for white space are errors.
  return text.replace(/[^\P{Cc}\t\n]/gu, "")
    .replace(/[&<>"'`]/g, (character) => entities[character]!);
}

const style = `
:root{color-scheme:light dark;--line:#d5d9e0;--soft:#667080;--link:#0b57d0}
@media (prefers-color-scheme:dark){:root{--line:#3a414c;--soft:#9aa4b2;--link:#8ab4f8}}
body{font:16px/1.45 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem}
h2{font-size:.9rem;color:var(--soft);border-bottom:1px solid var(--line);margin:2rem 0 1rem}
article{margin:.75rem 0}
article p{margin:.1rem 0;white-space:pre-wrap;overflow-wrap:anywhere;unicode-bidi:isolate}
header,.note,.system{color:var(--soft);font-size:.85rem}
article header b{color:CanvasText;font-size:1rem}
.system{text-align:center}
blockquote{margin:.3rem 0;padding-inline-start:.75rem;border-inline-start:3px solid var(--line)}
a{color:var(--link);overflow-wrap:anywhere}
`;

// Even if something slipped through, no browser would run or load it.
const policy = "default-src 'none'; style-src 'unsafe-inline'";

function opening({ conversation, exportedAt }: ExportSource): string {
  const title = escapeHtml(titleOf(conversation));
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="referrer" content="no-referrer">
<meta name="viewport" content="width=device-width,initial-scale=1">
<title>${title}</title><style>${style}</style></head><body>
<h1 dir="auto">${title}</h1>
<p class="note">Exported ${timeOf(exportedAt.toISOString())}; times are UTC</p>
`;
}

function timeOf(at: string, shown = `${at.slice(0, 10)} ${at.slice(11, 16)}`): string {
  return `<time datetime="${escapeHtml(at)}">${escapeHtml(shown)}</time>`;
}

function paragraph(text: unknown): string {
  return typeof text === "string" && text !== "" ? `<p dir="auto">${escapeHtml(text)}</p>` : "";
}

function link(url: unknown): string {
  if (typeof url !== "string") return "";
  const shown = escapeHtml(url);
  if (!/^https:\/\//i.test(url)) return paragraph(url);
  return `<p dir="ltr"><a href="${shown}" rel="noopener noreferrer nofollow">${shown}</a></p>`;
}

interface Item {
  readonly name?: unknown;
  readonly at?: unknown;
  readonly kind: string;
  readonly body: unknown;
}

function itemOf(item: Item): string {
  const name = escapeHtml(String(item.name ?? ""));
  const header = `<header><bdi>${name}</bdi> ${escapeHtml(String(item.at ?? ""))}</header>`;
  return `<blockquote>${header}${bodyOf(item, paragraph(JSON.stringify(item.body)))}</blockquote>`;
}

/** A body by its kind; `otherwise` where the kind has no look of its own. */
function bodyOf({ kind, body }: Pick<Item, "kind" | "body">, otherwise: string): string {
  if (typeof body !== "object" || body === null) return "";
  const { text, title, url, imageUrl, latitude, longitude, items } = body as Record<
    string,
    unknown
  >;
  switch (kind) {
    case "text":
      return paragraph(text);
    case "location":
      return paragraph(title) + paragraph(`${latitude}, ${longitude}`);
    case "card":
      return paragraph(title) + paragraph(text) + link(url) + link(imageUrl);
    case "merged":
      return paragraph(title) + (Array.isArray(items) ? items.map(itemOf).join("") : "");
    default:
      return otherwise;
  }
}

function marksOf({ replyTo, editedAt }: Message): string {
  const marks = [];
  if (replyTo !== undefined) marks.push(`reply to <a href="#m${replyTo}">#${replyTo}</a>`);
  if (editedAt !== undefined) marks.push(`edited ${timeOf(editedAt)}`);
  return marks.map((mark) => ` · ${mark}`).join("");
}

function reactionsOf({ reactions = [] }: Message): string {
  if (reactions.length === 0) return "";
  const shown = reactions.map(({ emoji, count }) => `<bdi>${escapeHtml(emoji)}</bdi> ${count}`);
  return `<div class="note">${shown.join(" · ")}</div>`;
}

// Each name by itself: one of another direction must not turn the sentence around.
function systemOf(exported: ExportedMessage): string {
  const { message: { seq, at }, names } = exported;
  const isolated = (text: string) => `\u2068${text}\u2069`;
  const body = systemBodyOf(exported.message);
  const sentence = body === null ? "" : sentenceOf(body, (id) => isolated(names.get(id) ?? id));
  return `<p class="system" id="m${seq}">${escapeHtml(sentence)} · ${
    timeOf(at, at.slice(11, 16))
  }</p>\n`;
}

function articleOf(exported: ExportedMessage): string {
  const { message } = exported;
  if (message.kind === "system") return systemOf(exported);
  const { seq, at, recalledAt } = message;
  const time = timeOf(at, at.slice(11, 16));
  const said = recalledAt === undefined
    ? bodyOf(message, paragraph(wordsOf(exported)))
    : `<p class="note">Recalled ${timeOf(recalledAt)}</p>`;
  return `<article id="m${seq}"><header><b><bdi>${escapeHtml(senderOf(exported))}</bdi></b> ` +
    `${time}${marksOf(message)}</header>${said}${reactionsOf(message)}</article>\n`;
}

/** The page, by day. */
export async function* htmlPage(source: ExportSource): AsyncGenerator<string> {
  yield opening(source);
  let day = "";
  for await (const page of source.pages()) {
    const pieces: string[] = [];
    for (const exported of page) {
      const { at } = exported.message;
      if (at.slice(0, 10) !== day) pieces.push(`<h2>${timeOf(at, day = at.slice(0, 10))}</h2>\n`);
      pieces.push(articleOf(exported));
    }
    yield pieces.join("");
  }
  yield "</body></html>\n";
}
