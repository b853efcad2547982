/** The HTML documents: written by hand in web/, with the names of what they load filled in. */
import { join } from "node:path/posix";
import type { BuiltPages, PageLoads, PageName } from "./bundle.ts";
import type { BuiltFile } from "./files.ts";

const documents: Readonly<Record<PageName, { source: string; path: string }>> = {
  app: { source: "web/app/index.html", path: "/" },
  frame: { source: "web/frame/index.html", path: "/widget/frame" },
};
const place = "<!-- loads -->";

function tagsOf({ script, styles, preloads }: PageLoads, first: string | undefined): string {
  return [
    ...first === undefined ? [] : [`<script src="${first}"></script>`],
    ...styles.map((path) => `<link rel="stylesheet" href="${path}">`),
    ...preloads.map((path) => `<link rel="modulepreload" href="${path}">`),
    `<script type="module" src="${script}"></script>`,
  ].join("\n    ");
}

/** Reads and fills in the documents; `firstPaint` is the script that the application runs first. */
export function documentsOf(
  root: string,
  { loads }: BuiltPages,
  firstPaint: BuiltFile,
): Promise<BuiltFile[]> {
  const names = Object.keys(documents) as PageName[];
  return Promise.all(names.map(async (name) => {
    const { source, path } = documents[name];
    const html = await Deno.readTextFile(join(root, source));
    if (!html.includes(place)) throw new Error(`${source} has no ${place}`);
    const tags = tagsOf(loads[name], name === "app" ? firstPaint.path : undefined);
    return {
      path,
      type: "text/html; charset=utf-8",
      bytes: new TextEncoder().encode(html.replace(place, tags)),
    };
  }));
}
