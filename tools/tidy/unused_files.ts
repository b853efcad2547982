/** No dead files: each is imported, or something starts it. */
import { dirname, join } from "node:path/posix";
import { type Finding, findingAt } from "../house/finding.ts";
import { importsOf, targetOf } from "../house/imports.ts";
import { liesIn, type Source, type TextFile, type Tree } from "../house/source.ts";

/** Files that no other file imports or names, and that are no entry point. */
export function unusedFiles({ files, sources }: Tree): Finding[] {
  const typed = new Set(sources.map(({ path }) => path));
  // Prose proves no use: a file that only the manual names is as dead as one that nobody names.
  const others = files.filter(({ path }) => !typed.has(path) && !path.endsWith(".md"));
  const used = new Set([
    ...sources.flatMap((source) =>
      exceptSelf(source, [...imported(source), ...namedInStrings(source)])
    ),
    ...others.flatMap((file) => pathsIn(file, file.text)),
  ]);
  return sources.filter(({ path }) => !isEntry(path) && !used.has(path))
    .map((source) => findingAt(source, 0, "no other file imports or starts this one"));
}

function isEntry(path: string): boolean {
  return path === "main.ts" || path === "bench/run.ts" || path === "db/drizzle.config.ts" ||
    /^tests\/.*_test\.tsx?$/.test(path) || liesIn(path, ["db/schema", "examples"]);
}

function exceptSelf({ path }: Source, paths: string[]): string[] {
  return paths.filter((target) => target !== path);
}

function imported(source: Source): string[] {
  return importsOf(source).flatMap(({ specifier }) => targetOf(source, specifier) ?? []);
}

/** A process is started by its path, which stands in a string. */
function namedInStrings(source: Source): string[] {
  return source.spans.filter(({ kind }) => kind === "string")
    .flatMap(({ start, end }) => pathsIn(source, source.text.slice(start, end)));
}

/** The paths that the words of `text` may mean, seen from the root and from the file. */
function pathsIn(file: TextFile, text: string): string[] {
  return text.split(/[\s"'`,;=()[\]{}<>|&]+/).filter((word) => /\w\.tsx?$/.test(word))
    .map((word) => word.replace(/^\/+/, ""))
    .flatMap((word) => [join(word), join(dirname(file.path), word)]);
}
