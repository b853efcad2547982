/** Something that was said, in a line. */
import { type BodyOf, type MergedBody, type Said, textOf } from "./kinds.ts";
import { words } from "./words.ts";

const lineMax = 200;

function nameIn({ kind, body }: Said): string {
  if (kind === "file") return (body as BodyOf<"file">).name ?? "";
  if (kind === "location") return (body as BodyOf<"location">).title ?? "";
  if (kind === "card" || kind === "merged") return (body as MergedBody).title;
  return "";
}

/** What it says, or of which kind it is; called while rendering it is in the language of the page. */
export function excerptOf(said: Said): string {
  if (!said.body) return "";
  const kind = words().kinds[said.kind];
  const text = textOf(said) || nameIn(said);
  const line = kind === undefined || text !== "" && said.kind !== "merged" ? text : kind;
  return line.slice(0, lineMax).replaceAll(/\s+/g, " ");
}
