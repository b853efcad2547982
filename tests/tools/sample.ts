/** Tries a house rule on files that exist nowhere. */
import type { Rule } from "../../tools/house/finding.ts";
import { type Source, treeOf } from "../../tools/house/source.ts";

/** What `rule` says of `files`, each finding as the programs print it. */
export function findingsOn(files: Record<string, string>, rule: Rule): string[] {
  const tree = treeOf(Object.entries(files).map(([path, text]) => ({ path, text })));
  return rule(tree).map(({ path, line, message }) => `${path}:${line}: ${message}`);
}

/** One TypeScript file as the rules see it. */
export function sourceOf(text: string, path = "sample.ts"): Source {
  const [source] = treeOf([{ path, text }]).sources;
  if (!source) throw new TypeError(`Not a TypeScript file: "${path}"`);
  return source;
}
