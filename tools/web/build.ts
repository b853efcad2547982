/**
 * All that browsers load, as one module of compressed files: it needs no permission to be read, and
 * goes to the edge with the code.
 */
import { stop } from "esbuild";
import { dirname, join } from "node:path/posix";
import { bundlePages } from "./bundle.ts";
import { documentsOf } from "./documents.ts";
import { type BuiltFile, packed, type PackedFile } from "./files.ts";
import { bundleFirstPaint, bundleLoader, bundleWorker } from "./scripts.ts";

/** Where the module lies, from the root. */
export const WEB_MODULE = "dist/web.js";

const sourceFolders = ["web", "client", "schemas", "tools/web"];
const sourceFiles = ["deno.json", "errors.ts"];
const types: Readonly<Record<string, string>> = {
  svg: "image/svg+xml",
  png: "image/png",
  webmanifest: "application/manifest+json",
};

/** What a page costs. */
export interface FileSize {
  readonly path: string;
  readonly gzipBytes: number;
}

async function staticFiles(root: string): Promise<BuiltFile[]> {
  const folder = join(root, "web/static");
  const files: BuiltFile[] = [];
  for await (const { name } of Deno.readDir(folder)) {
    const type = types[name.split(".").at(-1)!];
    if (type === undefined) throw new Error(`no type is known for web/static/${name}`);
    files.push({ path: `/${name}`, type, bytes: await Deno.readFile(join(folder, name)) });
  }
  return files.sort((a, b) => a.path < b.path ? -1 : 1);
}

/** Builds everything, and says how large each file is as it is sent. */
export async function buildWeb(root: string): Promise<FileSize[]> {
  try {
    const pages = await bundlePages(root);
    const firstPaint = await bundleFirstPaint(root);
    const documents = await documentsOf(root, pages, firstPaint);
    const statics = await staticFiles(root);
    const shell = [...documents, ...pages.files, firstPaint, ...statics];
    const worker = await bundleWorker(root, shell);
    const loader = await bundleLoader(root);
    const files = [...shell, loader, worker].map(packed);
    await replace(join(root, WEB_MODULE), moduleOf(files));
    return files.map(({ path, gzipBytes }) => ({ path, gzipBytes }));
  } finally {
    // It keeps a process of its own otherwise, and ours would not end.
    await stop();
  }
}

// In one step: a server may start, or somebody else build, at the same moment.
async function replace(file: string, text: string): Promise<void> {
  await Deno.mkdir(dirname(file), { recursive: true });
  const draft = `${file}.${crypto.randomUUID()}`;
  await Deno.writeTextFile(draft, text);
  await Deno.rename(draft, file);
}

function moduleOf(files: readonly PackedFile[]): string {
  return `export const files = ${JSON.stringify(files, null, 1)};\n`;
}

/** Builds everything if something was changed since the last time; null if nothing was. */
export async function buildWebIfStale(root: string): Promise<FileSize[] | null> {
  return await isStale(root) ? await buildWeb(root) : null;
}

async function isStale(root: string): Promise<boolean> {
  const builtAt = (await changedAt(join(root, WEB_MODULE))) ?? 0;
  for (const file of sourceFiles) if ((await changedAt(join(root, file)))! > builtAt) return true;
  for (const folder of sourceFolders) {
    if (await newestIn(join(root, folder)) > builtAt) return true;
  }
  return false;
}

async function changedAt(path: string): Promise<number | undefined> {
  try {
    return (await Deno.stat(path)).mtime?.getTime();
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
}

// A folder's own time tells of files that are gone.
async function newestIn(folder: string): Promise<number> {
  let newest = (await changedAt(folder)) ?? 0;
  for await (const { name, isDirectory } of Deno.readDir(folder)) {
    const path = join(folder, name);
    newest = Math.max(newest, isDirectory ? await newestIn(path) : (await changedAt(path))!);
  }
  return newest;
}
