/** The scripts and styles of the pages: split where they are loaded later, named by what is in them. */
import { build, type Metafile } from "esbuild";
import { basename, relative } from "node:path/posix";
import type { BuiltFile } from "./files.ts";

/** The pages, by name, with where their scripts begin. */
export const pageEntries = {
  app: "web/app/main.tsx",
  frame: "web/frame/main.tsx",
} as const;

/** The name of a page. */
export type PageName = keyof typeof pageEntries;

/** What a page loads at once, as paths of URLs. */
export interface PageLoads {
  readonly script: string;
  readonly styles: readonly string[];
  /** Scripts that the first one imports: asked for beside it, not after it. */
  readonly preloads: readonly string[];
}

/** All files of the pages, and which page begins with which. */
export interface BuiltPages {
  readonly files: readonly BuiltFile[];
  readonly loads: Readonly<Record<PageName, PageLoads>>;
}

const outFolder = "dist/assets";

/** What all bundles for browsers have in common. */
export const bundleOptions = {
  bundle: true,
  minify: true,
  write: false,
  metafile: true,
  target: "es2022",
  legalComments: "none",
  jsx: "automatic",
  jsxImportSource: "preact",
  logLevel: "error",
  // As the client library's own package is built.
  tsconfigRaw: {
    compilerOptions: {
      useDefineForClassFields: false,
      jsx: "react-jsx",
      jsxImportSource: "preact",
    },
  },
} as const;

async function bundlePage(root: string, page: PageName) {
  const { outputFiles, metafile } = await build({
    ...bundleOptions,
    absWorkingDir: root.replace(/\/$/, ""),
    entryPoints: { [page]: pageEntries[page] },
    outdir: outFolder,
    format: "esm",
    splitting: true,
    entryNames: "[name]-[hash]",
    chunkNames: "[name]-[hash]",
    assetNames: "[name]-[hash]",
  });
  const files = outputFiles.map(({ path, contents }) => ({
    path: urlOf(relative(root, path)),
    type: path.endsWith(".css") ? "text/css; charset=utf-8" : "text/javascript; charset=utf-8",
    bytes: contents,
    isHashed: true,
  }));
  return { files, loads: loadsOf(metafile, page) };
}

/**
 * Bundles each page by itself: nobody loads both, and what they would share would be cut into many small
 * files.
 */
export async function bundlePages(root: string): Promise<BuiltPages> {
  const [app, frame] = [await bundlePage(root, "app"), await bundlePage(root, "frame")];
  // What is the same in both has the same name too.
  const files = new Map([...app.files, ...frame.files].map((file) => [file.path, file]));
  return { files: [...files.values()], loads: { app: app.loads, frame: frame.loads } };
}

function urlOf(output: string): string {
  return `/assets/${basename(output)}`;
}

function loadsOf({ outputs }: Metafile, page: PageName): PageLoads {
  const [script, output] = Object.entries(outputs)
    .find(([, { entryPoint }]) => entryPoint === pageEntries[page])!;
  const preloads = new Set<string>();
  const follow = (path: string) => {
    for (const { path: next, kind } of outputs[path]?.imports ?? []) {
      if (kind !== "import-statement" || preloads.has(next)) continue;
      preloads.add(next);
      follow(next);
    }
  };
  follow(script);
  return {
    script: urlOf(script),
    styles: output.cssBundle === undefined ? [] : [urlOf(output.cssBundle)],
    preloads: [...preloads].map(urlOf),
  };
}
