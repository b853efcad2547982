/** Scripts that stand alone: what other sites embed, what runs before the first paint, and the worker. */
import { build } from "esbuild";
import { bundleOptions } from "./bundle.ts";
import { type BuiltFile, digestOf } from "./files.ts";

const type = "text/javascript; charset=utf-8";

async function bundleScript(
  root: string,
  entry: string,
  define: Record<string, string> = {},
): Promise<Uint8Array> {
  const { outputFiles } = await build({
    ...bundleOptions,
    absWorkingDir: root.replace(/\/$/, ""),
    entryPoints: [entry],
    format: "iife",
    define,
  });
  return outputFiles[0]!.contents;
}

/** What the application's document runs before anything is painted. */
export async function bundleFirstPaint(root: string): Promise<BuiltFile> {
  const bytes = await bundleScript(root, "web/app/first_paint.ts");
  return { path: `/assets/first_paint-${digestOf(bytes)}.js`, type, bytes, isHashed: true };
}

/** What a site embeds. */
export async function bundleLoader(root: string): Promise<BuiltFile> {
  return { path: "/widget.js", type, bytes: await bundleScript(root, "web/loader/loader.ts") };
}

/**
 * The service worker. It knows the application's own files by name, and another set of them makes
 * another worker: that is how a browser notices that there is a new version.
 */
export async function bundleWorker(root: string, files: readonly BuiltFile[]): Promise<BuiltFile> {
  // Pictures of the icon are the system's, which keeps them itself.
  const shell = files.filter(({ path }) => !path.startsWith("/widget") && !path.endsWith(".png"));
  const parts = shell.map(({ path, bytes }) => `${path} ${digestOf(bytes)}`).join("\n");
  const bytes = await bundleScript(root, "web/worker/worker.ts", {
    SHELL_PATHS: JSON.stringify(shell.map(({ path }) => path)),
    SHELL_VERSION: JSON.stringify(digestOf(new TextEncoder().encode(parts))),
  });
  return { path: "/sw.js", type, bytes };
}
