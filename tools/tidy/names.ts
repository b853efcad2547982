/** Names say something: files, exports, functions and classes are not called by an empty word. */
import { declarationsIn } from "../house/declarations.ts";
import { type Finding, findingAt } from "../house/finding.ts";
import type { Source, Tree } from "../house/source.ts";

const EMPTY = new Set(
  "utils util helpers helper manager service data info handle common misc".split(" "),
);
const LIST = /^export\s+(?:type\s+)?\{([^}]*)\}/gm;

/** Files, folders and declarations whose whole name is an empty word. */
export function emptyNames({ sources }: Tree): Finding[] {
  return [inPath, inDeclarations, inLists].flatMap((part) => sources.flatMap(part));
}

function inPath(source: Source): Finding[] {
  return source.path.replace(/\.\w+$/, "").split("/").filter(isEmpty)
    .map((name) => findingAt(source, 0, `"${name}" says nothing about what is inside`));
}

function inDeclarations(source: Source): Finding[] {
  return declarationsIn(source)
    .filter(({ kind, exported }) => exported || kind === "function" || kind === "class")
    .flatMap(({ name, offset }) =>
      words(name).filter(isEmpty).map((word) => findingAt(source, offset, `"${word}" says nothing`))
    );
}

function inLists(source: Source): Finding[] {
  return [...source.code.matchAll(LIST)].flatMap(({ index, 1: list = "" }) =>
    list.split(",").map((item) => words(item).at(-1) ?? "").filter(isEmpty)
      .map((name) => findingAt(source, index, `"${name}" says nothing`))
  );
}

function words(text: string): string[] {
  return text.match(/[\w$]+/g) ?? [];
}

function isEmpty(name: string): boolean {
  return EMPTY.has(name.toLowerCase());
}
