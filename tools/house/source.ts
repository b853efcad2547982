/** What the house rules look at: the text files of the tree, and the code of those in TypeScript. */
import { blank, type Span, spansOf } from "./spans.ts";

/** A text file; `path` starts at the root of the tree and has forward slashes. */
export interface TextFile {
  readonly path: string;
  readonly text: string;
}

/** A TypeScript file with its code laid bare. */
export interface Source extends TextFile {
  /** The text with comments, strings, patterns and markup turned to spaces; same offsets. */
  readonly code: string;
  readonly spans: readonly Span[];
}

/** Everything a rule may look at. */
export interface Tree {
  readonly files: readonly TextFile[];
  readonly sources: readonly Source[];
}

/** The tree that `files` make. */
export function treeOf(files: readonly TextFile[]): Tree {
  return { files, sources: files.filter(({ path }) => /\.tsx?$/.test(path)).map(sourceOf) };
}

/** Whether `path` lies in one of `folders`. */
export function liesIn(path: string, folders: readonly string[]): boolean {
  return folders.some((folder) => path.startsWith(`${folder}/`));
}

function sourceOf({ path, text }: TextFile): Source {
  const spans = spansOf(text, { jsx: path.endsWith(".tsx") });
  return { path, text, spans, code: blank(text, spans) };
}
