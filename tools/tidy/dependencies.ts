/** Packages: each is pinned in deno.json, and each that is pinned there is used. */
import { type Finding, findingAt } from "../house/finding.ts";
import { importsOf } from "../house/imports.ts";
import type { TextFile, Tree } from "../house/source.ts";

/** Packages that no file of ours imports, each with the reason to pin it all the same. */
const NEEDED: ReadonlyMap<string, string> = new Map([
  ["@hono/zod-validator", "a required peer of @hono/zod-openapi"],
  ["socket.io", "imported by bench/peers/socketio.mjs, which runs in Node"],
]);

/** What this rule reads of deno.json. */
interface Manifest {
  readonly imports?: Record<string, string>;
  readonly tasks?: Record<string, unknown>;
  readonly compilerOptions?: Record<string, unknown>;
}

/** Packages in deno.json that nothing imports and no task runs. */
export function unusedPackages({ files, sources }: Tree): Finding[] {
  const found = manifestIn(files);
  if (!found) return [];
  const { file, manifest: { imports = {}, tasks = {}, compilerOptions = {} } } = found;
  const specifiers = sources.flatMap(importsOf).map(({ specifier }) => specifier);
  const settings = JSON.stringify([tasks, compilerOptions]);
  const isUsed = (name: string) =>
    NEEDED.has(name) || specifiers.some((specifier) => belongsTo(specifier, name)) ||
    settings.includes(`npm:${name}`) || settings.includes(`"${name}"`);
  return Object.keys(imports).filter((name) => !isUsed(name)).map((name) =>
    findingAt(file, file.text.indexOf(`"${name}":`), `no file imports ${name}`)
  );
}

/** Imports of packages that deno.json does not pin, and versions outside of it. */
export function strayPackages({ files, sources }: Tree): Finding[] {
  const pinned = Object.keys(manifestIn(files)?.manifest.imports ?? {});
  return sources.flatMap((source) =>
    importsOf(source).flatMap(({ specifier, offset }) => {
      if (/^(?:\.\.?\/|node:)/.test(specifier)) return [];
      if (pinned.some((name) => belongsTo(specifier, name))) return [];
      return [findingAt(source, offset, `${specifier} is not pinned in the imports of deno.json`)];
    })
  );
}

function manifestIn(
  files: readonly TextFile[],
): { file: TextFile; manifest: Manifest } | undefined {
  const file = files.find(({ path }) => path === "deno.json");
  return file && { file, manifest: JSON.parse(file.text) };
}

function belongsTo(specifier: string, name: string): boolean {
  return specifier === name || specifier.startsWith(name.endsWith("/") ? name : `${name}/`);
}
