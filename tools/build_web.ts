/** Builds the pages for browsers into dist/web.js: `deno task build:web`, with `--if-stale` only when they changed. */
import { buildWeb, isStale, WEB_MODULE } from "./web/build.ts";

const root = new URL("..", import.meta.url).pathname;
if (!Deno.args.includes("--if-stale") || await isStale(root)) {
  const sizes = await buildWeb(root);
  const lines = sizes.map(({ path, gzipBytes }) =>
    `${(gzipBytes / 1_024).toFixed(1).padStart(6)} KiB  ${path}`
  );
  const said = `${lines.join("\n")}\n${WEB_MODULE}\n`;
  Deno.stdout.writeSync(new TextEncoder().encode(said));
}
