/** The package `@patter/client`: one module for all runtimes, its declarations, and what it says of itself. */
import { build, stop } from "esbuild";
import { join } from "node:path/posix";
import { gzipSync } from "node:zlib";
import { writeDeclarations } from "./declarations.ts";

const manifest = {
  name: "@patter/client",
  version: "0.1.0",
  description: "Talks to a Patter server: connection, outbox, sync, uploads",
  type: "module",
  sideEffects: false,
  exports: { ".": { types: "./types/mod.d.ts", default: "./mod.js" } },
  types: "./types/mod.d.ts",
  files: ["mod.js", "types"],
  engines: { node: ">=22" },
};

/** Properties of objects that never leave the library; in the module they have shorter names. */
export const inner = [
  "answerMs",
  "cancelTimer",
  "counted",
  "failAll",
  "hasMembers",
  "isLeader",
  "isRunning",
  "isShown",
  "isUncertain",
  "lastShown",
  "openMs",
  "putMember",
  "readAhead",
  "shownIn",
  "tellAll",
  "unreadFrom",
] as const;

/** Writes the module, minified. */
export async function bundleClient(root: string, file: string): Promise<void> {
  await build({
    entryPoints: [join(root, "client/mod.ts")],
    outfile: file,
    bundle: true,
    minify: true,
    mangleProps: new RegExp(`^(?:${inner.join("|")})$`),
    format: "esm",
    target: "es2022",
    legalComments: "none",
    // A parameter that is a property need not be declared a second time; no class here overrides one.
    tsconfigRaw: { compilerOptions: { useDefineForClassFields: false } },
    logLevel: "error",
  });
  // It keeps a process of its own otherwise, and ours would not end.
  await stop();
}

/** Writes the whole package to a folder. */
export async function buildClient(root: string, folder: string): Promise<void> {
  await Deno.mkdir(folder, { recursive: true });
  await bundleClient(root, join(folder, "mod.js"));
  await writeDeclarations(root, join(folder, "types"));
  await Deno.writeTextFile(join(folder, "package.json"), `${JSON.stringify(manifest, null, 2)}\n`);
}

/** How large a file is as a server sends it that has compressed it beforehand. */
export async function gzippedBytes(file: string): Promise<number> {
  return gzipSync(await Deno.readFile(file), { level: 9 }).byteLength;
}
