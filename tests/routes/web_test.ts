/** The pages for browsers as they are served: what may be kept, what may run, how they are sent. */
import { strict as assert } from "node:assert";
import { gunzipSync } from "node:zlib";
import { buildPages } from "../support/pages.ts";
import { openWorld, test } from "../support/world.ts";

await buildPages();
const world = await openWorld();
const server = await world.instance();

function ask(path: string, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${server.url}${path}`, { headers: { "accept-encoding": "identity", ...headers } });
}

async function assets(): Promise<string[]> {
  const html = await (await ask("/")).text();
  return [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path]) => path!);
}

test("the application is at /, under a policy that lets nothing run but its own files", async () => {
  const response = await ask("/");
  assert.equal(response.status, 200);
  assert.equal(response.headers.get("content-type"), "text/html; charset=utf-8");
  const policy = response.headers.get("content-security-policy")!;
  for (
    const part of [
      "default-src 'none'",
      "script-src 'self'",
      "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
    ]
  ) assert.ok(policy.includes(part), part);
  assert.doesNotMatch(policy, /unsafe/);
  const html = await response.text();
  assert.doesNotMatch(html, /<script(?![^>]*\ssrc=)|\son\w+=|\sstyle=/, "Nothing inline");
});

test("all that it loads is there, and may be kept for ever", async () => {
  const paths = await assets();
  assert.ok(
    paths.some((path) => path.endsWith(".js")) && paths.some((path) => path.endsWith(".css")),
  );
  for (const path of paths) {
    const response = await ask(path);
    await response.body?.cancel();
    assert.equal(response.status, 200, path);
    assert.match(response.headers.get("cache-control")!, /immutable/, path);
    assert.equal(response.headers.get("x-content-type-options"), "nosniff", path);
  }
});

test("what keeps its name is asked for again, and answered in one word while it is the same", async () => {
  for (const path of ["/", "/widget.js", "/sw.js", "/app.webmanifest"]) {
    const first = await ask(path);
    await first.body?.cancel();
    assert.equal(first.headers.get("cache-control"), "no-cache", path);
    const etag = first.headers.get("etag")!;
    const again = await ask(path, { "if-none-match": etag });
    await again.body?.cancel();
    assert.equal(again.status, 304, path);
  }
});

test("files go compressed to who takes that, and plain to who does not", async () => {
  const [path] = await assets();
  const plain = await ask(path!);
  assert.equal(plain.headers.get("content-encoding"), null);
  const text = await plain.text();
  // `fetch` would unpack it and not say so.
  const raw = await server.patter.fetch(
    new Request(`${server.url}${path}`, { headers: { "accept-encoding": "gzip, br" } }),
    "127.0.0.1",
  );
  assert.equal(raw.headers.get("content-encoding"), "gzip");
  assert.equal(gunzipSync(new Uint8Array(await raw.arrayBuffer())).toString(), text);
});

test("what is not a page is not found, as a problem", async () => {
  const response = await ask("/assets/nothing.js");
  assert.equal(response.status, 404);
  assert.equal((await response.json()).code, "notFound");
});

test("the worker may fetch the files that it keeps, and nothing else", async () => {
  const policy = (await ask("/sw.js")).headers.get("content-security-policy")!;
  assert.match(policy, /^default-src 'none'; connect-src 'self';/);
});

test("the manifest's icons are there, as pictures of the sizes that it says", async () => {
  const { icons } = await (await ask("/app.webmanifest")).json() as {
    icons: { src: string; sizes: string; type: string }[];
  };
  for (const { src, sizes, type } of icons.filter((icon) => icon.type === "image/png")) {
    const response = await ask(src);
    assert.equal(response.headers.get("content-type"), type);
    // Width and height stand in a PNG's first chunk.
    const header = new DataView(await response.arrayBuffer());
    assert.equal(`${header.getUint32(16)}x${header.getUint32(20)}`, sizes);
  }
});
