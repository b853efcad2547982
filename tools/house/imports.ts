/** Finds what a TypeScript file imports. */
import { dirname, join } from "node:path/posix";
import type { Source } from "./source.ts";

/** An import, a re-export or a dynamic import with a literal specifier. */
export interface Import {
  readonly specifier: string;
  /** Gone at run time: `import type`, `export type`, or `import("x").Type` in a type. */
  readonly typeOnly: boolean;
  readonly offset: number;
}

// `import { type A }` is not type-only: verbatimModuleSyntax keeps the import at run time.
const STATIC =
  /^[ \t]*(?:import\s+(type\s+)?(?:[\w$*{},\s]+?\bfrom\s*)?|export\s+(type\s+)?(?:\*[\w$\s]*|\{[^}]*\})\s*from\s*)(["'])/gm;
const DYNAMIC = /(\btypeof\s+)?\bimport\s*\(\s*(["'])\s*\2\s*(?:,[^)]*)?\)(\.[A-Z])?/g;

/** Every import of `source`, in the order of the file. */
export function importsOf(source: Source): Import[] {
  const found = [...source.code.matchAll(STATIC)].map((match) => {
    const typeOnly = Boolean(match[1] ?? match[2]);
    return { specifier: literalAt(source, match.index + match[0].length - 1), typeOnly, match };
  });
  const lazy = [...source.code.matchAll(DYNAMIC)].map((match) => {
    const quote = match.index + match[0].search(/["']/);
    return { specifier: literalAt(source, quote), typeOnly: Boolean(match[1] ?? match[3]), match };
  });
  return [...found, ...lazy]
    .map(({ specifier, typeOnly, match }) => ({
      specifier,
      typeOnly,
      offset: match.index + match[0].search(/\S/),
    }))
    .sort((a, b) => a.offset - b.offset);
}

/** The path that a relative specifier means, or nothing for a package. */
export function targetOf(source: Source, specifier: string): string | undefined {
  return /^\.\.?\//.test(specifier) ? join(dirname(source.path), specifier) : undefined;
}

function literalAt({ text, code }: Source, quote: number): string {
  return text.slice(quote + 1, code.indexOf(code.charAt(quote), quote + 1));
}
