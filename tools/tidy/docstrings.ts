/** Files open with what they are for, and exports say what they do. */
import { declarationsIn } from "../house/declarations.ts";
import { type Finding, findingAt } from "../house/finding.ts";
import { liesIn, type Source, type Tree } from "../house/source.ts";

/** Files that do not open with a doc comment. */
export function missingOpenings({ sources }: Tree): Finding[] {
  return sources
    .filter(({ path, text }) => !liesIn(path, ["tests"]) && !/^(?:#!.*)?\s*\/\*\*/.test(text))
    .map((source) => findingAt(source, 0, "opens with no `/** ... */` on what it is for"));
}

/** Exports without a docstring right above; a name needs one only once (overloads, type and value). */
export function missingDocstrings({ sources }: Tree): Finding[] {
  return sources.filter(({ path }) => !liesIn(path, ["tests", "bench"])).flatMap((source) => {
    const documented = new Set<string>();
    return declarationsIn(source).filter(({ exported }) => exported).flatMap(({ name, offset }) => {
      if (documented.has(name)) return [];
      documented.add(name);
      return hasDocstring(source, offset)
        ? []
        : [findingAt(source, offset, `${name} has no docstring`)];
    });
  });
}

/** Whether a doc comment ends on the line above `offset`, line comments in between aside. */
function hasDocstring({ text, spans }: Source, offset: number): boolean {
  const comments = spans.filter(({ kind, end }) => kind === "comment" && end < offset);
  for (let below = offset; comments.length > 0;) {
    const { start, end } = comments.pop()!;
    if (!/^\r?\n[ \t]*$/.test(text.slice(end, below))) return false;
    if (text.startsWith("/**", start)) return true;
    if (!text.startsWith("//", start)) return false;
    below = start;
  }
  return false;
}
