/** What a house rule gives: findings, each with its place, one line each when printed. */
import type { TextFile, Tree } from "./source.ts";

/** Something out of order, at a line that counts from 1. */
export interface Finding {
  readonly path: string;
  readonly line: number;
  readonly message: string;
}

/** A house rule: pure, so that a test can try it on files that exist nowhere. */
export type Rule = (tree: Tree) => Finding[];

/** A finding at an offset of `file`. */
export function findingAt(file: TextFile, offset: number, message: string): Finding {
  return { path: file.path, line: file.text.slice(0, offset).split("\n").length, message };
}

/** A finding for each match of `pattern` in `view`, a text with the offsets of `file`. */
export function findingsOf(
  file: TextFile,
  { view, pattern, message }: { view: string; pattern: RegExp; message: string },
): Finding[] {
  return [...view.matchAll(pattern)].map(({ index }) => findingAt(file, index, message));
}

/** Prints the findings, or that `count` files are in order; findings make the process fail. */
export function report(program: string, findings: readonly Finding[], count: number): void {
  const lines = findings
    .toSorted((a, b) => a.path < b.path ? -1 : a.path > b.path ? 1 : a.line - b.line)
    .map(({ path, line, message }) => `${path}:${line}: ${message}\n`);
  print(lines.join("") || `${program}: ${count} files in order\n`);
  if (lines.length > 0) Deno.exitCode = 1;
}

function print(text: string): void {
  let rest = new TextEncoder().encode(text);
  // A pipe may take less than all at once.
  while (rest.length > 0) rest = rest.subarray(Deno.stdout.writeSync(rest));
}
