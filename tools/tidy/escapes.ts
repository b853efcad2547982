/** No way around the types or the lint, and nothing put off to a later day. */
import { type Finding, findingAt, findingsOf } from "../house/finding.ts";
import type { Source, Tree } from "../house/source.ts";

const ANY = /(?:[:<|&=]\s*|\b(?:as|satisfies|extends)\s+)any\b(?!\s*[(:.?])|,\s*any\s*>|\bany\[\]/g;
const DIRECTIVE = /^[\s/*]*(@ts-(?:ignore|expect-error|nocheck)|deno-lint-ignore)/m;
// In pieces, or this file would have to report itself.
const LATER = new RegExp(String.raw`\b(?:TO${"DO"}|FIX${"ME"}|X${"XX"})\b`, "g");

/** `any` as a type. */
export function anyTypes({ sources }: Tree): Finding[] {
  const message = "`any` turns the types off: use `unknown` and narrow it";
  return sources.flatMap((source) =>
    findingsOf(source, { view: source.code, pattern: ANY, message })
  );
}

/** Comments that silence the compiler or the linter. */
export function silencers({ sources }: Tree): Finding[] {
  return sources.flatMap((source) =>
    commentsOf(source).flatMap(({ text, start }) => {
      const directive = DIRECTIVE.exec(text)?.[1];
      return directive ? [findingAt(source, start, `${directive} hides a fault: mend it`)] : [];
    })
  );
}

/** Marks of work that was put off. */
export function putOff({ sources }: Tree): Finding[] {
  const message = "work put off: do it now or leave it out";
  return sources.flatMap((source) =>
    findingsOf(source, { view: source.text, pattern: LATER, message })
  );
}

function commentsOf({ text, spans }: Source): { text: string; start: number }[] {
  return spans.filter(({ kind }) => kind === "comment")
    .map(({ start, end }) => ({ text: text.slice(start, end), start }));
}
