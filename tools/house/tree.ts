/** Reads the tree that the house rules check, without what is generated or ignored by git. */
import { type TextFile, type Tree, treeOf } from "./source.ts";

const NEVER = [".git/", "node_modules/", "data/", "db/migrations/"];
const TEXT =
  /\.(?:tsx?|js|md|jsonc?|ya?ml|toml|sh|html|css)$|(?:^|\/)Dockerfile$|^\.ci\/|^\.[\w.]+$/;

/** The text files under the current directory, in the order of their paths. */
export async function readTree(): Promise<Tree> {
  const ignored = ignoredBy(await Deno.readTextFile(".gitignore"));
  const paths: string[] = [];
  for await (const path of walk("", ignored)) if (TEXT.test(path)) paths.push(path);
  const files = paths.sort().map(async (path): Promise<TextFile> => ({
    path,
    text: await Deno.readTextFile(path),
  }));
  return treeOf(await Promise.all(files));
}

/**
 * Whether a path is ignored, by the plain part of gitignore's language that we use: names and
 * paths with `*`; no negation, no `**`. Folders are asked with a slash at their end.
 */
export function ignoredBy(gitignore: string): (path: string) => boolean {
  const lines = gitignore.split("\n").map((line) => line.trim());
  const patterns = [...NEVER, ...lines.filter((line) => line && !line.startsWith("#"))].map(glob);
  return (path) => patterns.some((pattern) => pattern.test(path));
}

async function* walk(folder: string, ignored: (path: string) => boolean): AsyncGenerator<string> {
  for await (const { name, isDirectory, isFile } of Deno.readDir(folder || ".")) {
    const path = `${folder}${name}${isDirectory ? "/" : ""}`;
    if (ignored(path)) continue;
    if (isDirectory) yield* walk(path, ignored);
    else if (isFile) yield path;
  }
}

function glob(line: string): RegExp {
  const rooted = line.slice(0, -1).includes("/");
  const literal = line.replace(/^\//, "").replace(/[.+?^${}()|[\]\\]/g, "\\$&");
  const body = literal.replace(/\*+/g, "[^/]*");
  return new RegExp(`${rooted ? "^" : "(?:^|/)"}${body}${line.endsWith("/") ? "" : "/?"}$`);
}
