/** Builds `@patter/client` into dist/client: `deno task build:client`. */
import { buildClient, gzippedBytes } from "./client/bundle.ts";

const root = new URL("..", import.meta.url).pathname;
const folder = `${root}dist/client`;
await buildClient(root, folder);
const kib = (await gzippedBytes(`${folder}/mod.js`) / 1_024).toFixed(1);
Deno.stdout.writeSync(new TextEncoder().encode(`dist/client/mod.js: ${kib} KiB compressed\n`));
