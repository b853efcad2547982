/** Finds what a TypeScript file declares. */
import type { Source } from "./source.ts";

/** A declaration, and whether others may import it. */
export interface Declaration {
  /** As written: a name, or the pattern of a destructuring. */
  readonly name: string;
  readonly kind: string;
  readonly exported: boolean;
  readonly offset: number;
}

const DECLARATION = new RegExp(
  String.raw`^[ \t]*(export\s+(?:default\s+)?)?(?:(?:declare|abstract|async)\s+)*` +
    String.raw`(function|class|const enum|const|let|interface|type|enum|namespace)(?:\s*\*)?\s+` +
    String.raw`([\w$]+|\{[^}]*\}(?=\s*=)|\[[^\]]*\](?=\s*=))`,
  "gm",
);

/** Every declaration of `source` that starts a line, exported or not, in the order of the file. */
export function declarationsIn(source: Source): Declaration[] {
  return [...source.code.matchAll(DECLARATION)].map(({ index, 1: prefix, 2: kind, 3: name }) => ({
    name: name ?? "",
    kind: kind ?? "",
    exported: prefix !== undefined,
    offset: index,
  }));
}
