/** Builds the pages for browsers into dist/web.js: `deno task build:web`, with `--if-stale` only when they changed. */
import { buildWeb, buildWebIfStale, WEB_MODULE } from "./web/build.ts";

const root = new URL("..", import.meta.url).pathname;
const build = Deno.args.includes("--if-stale") ? buildWebIfStale : buildWeb;
const sizes = await build(root);
if (sizes !== null) {
  const lines = sizes.map(({ path, gzipBytes }) =>
    `${(gzipBytes / 1_024).toFixed(1).padStart(6)} KiB  ${path}`
  );
  const said = `${lines.join("\n")}\n${WEB_MODULE}\n`;
  Deno.stdout.writeSync(new TextEncoder().encode(said));
}
