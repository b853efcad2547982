/** The widget's frame and loader as they are served: to whom, under which policy, and how large. */
import { strict as assert } from "node:assert";
import { gzipSync } from "node:zlib";
import { adminAt, asksIn, identitySecret, inboxOf } from "../support/inboxes.ts";
import { buildPages } from "../support/pages.ts";
import { openWorld, test } from "../support/world.ts";

await buildPages();
const world = await openWorld();
const server = await world.instance();
const admin = await adminAt(world, server);

const frame = (key: string) => fetch(`${server.url}/widget/frame?key=${key}`);

async function textOf(path: string): Promise<string> {
  return await (await fetch(server.url + path)).text();
}

async function gzipBytesOf(path: string): Promise<number> {
  return gzipSync(await textOf(path), { level: 9 }).byteLength;
}

test("only the inbox's own sites may frame the widget", async () => {
  const allowedOrigins = ["https://shop.example", "http://localhost:3000"];
  const { key } = await inboxOf(admin, [], { allowedOrigins });
  const response = await frame(key);
  assert.equal(response.status, 200);
  const policy = response.headers.get("content-security-policy")!;
  const [, ancestors] = /frame-ancestors ([^;]+)/.exec(policy)!;
  assert.deepEqual(ancestors!.split(" "), ["'self'", ...allowedOrigins]);
  assert.match(policy, /default-src 'none'/);
  assert.match(policy, /require-trusted-types-for 'script'/);
  assert.doesNotMatch(policy, /unsafe/);
  assert.equal(response.headers.get("x-frame-options"), null, "It would forbid all of them");
  assert.equal(response.headers.get("x-content-type-options"), "nosniff");
  assert.doesNotMatch(await response.text(), /<script(?![^>]*\ssrc=)|\son\w+=|\sstyle=/);
});

test("other pages stay unframed", async () => {
  const response = await fetch(`${server.url}/`);
  await response.body?.cancel();
  assert.equal(response.headers.get("x-frame-options"), "SAMEORIGIN");
});

test("an unknown key has no frame", async () => {
  for (const key of ["nobodys", "", "a b", "%00", "x".repeat(65)]) {
    const response = await frame(key);
    assert.equal(response.status, 404, key);
    assert.equal((await response.json()).code, "notFound", key);
  }
  const without = await fetch(`${server.url}/widget/frame`);
  await without.body?.cancel();
  assert.equal(without.status, 404);
});

test("a frame that is kept is asked for again once other sites are allowed", async () => {
  const { id, key } = await inboxOf(admin, [], { allowedOrigins: ["https://one.example"] });
  const first = await frame(key);
  await first.body?.cancel();
  const known = { "if-none-match": first.headers.get("etag")! };
  const again = () => fetch(`${server.url}/widget/frame?key=${key}`, { headers: known });
  const same = await again();
  await same.body?.cancel();
  assert.equal(same.status, 304);
  await admin.do("PATCH", `/v1/inboxes/${id}`, { allowedOrigins: ["https://two.example"] });
  const other = await again();
  await other.body?.cancel();
  assert.equal(other.status, 200);
  assert.match(other.headers.get("content-security-policy")!, /https:\/\/two\.example/);
});

test("the frame of an inbox that is deleted is gone", async () => {
  const { id, key } = await inboxOf(admin, []);
  await admin.do("DELETE", `/v1/inboxes/${id}`);
  const response = await frame(key);
  await response.body?.cancel();
  assert.equal(response.status, 404);
});

test("the loader is at most 4 KiB compressed", async () => {
  const bytes = await gzipBytesOf("/widget.js");
  assert.ok(bytes <= 4_096, `${bytes} bytes`);
});

test("all scripts that the frame begins with are at most 40 KiB compressed", async () => {
  const { key } = await inboxOf(admin, []);
  const html = await textOf(`/widget/frame?key=${key}`);
  const paths = [...html.matchAll(/(?:src|href)="(\/assets\/[^"]+\.js)"/g)].map(([, path]) =>
    path!
  );
  assert.ok(paths.length > 0);
  let bytes = 0;
  for (const path of paths) bytes += await gzipBytesOf(path);
  assert.ok(bytes <= 40 * 1_024, `${bytes} bytes`);
});

test("a token that is signed as the docs show names a visitor", async () => {
  const page = await Deno.readTextFile(new URL("../../docs/widget.md", import.meta.url));
  const [, code] = /```js\n(import \{ createHmac.+?)```/s.exec(page)!;
  const module =
    `import { Buffer } from "node:buffer"; import process from "node:process"; ${code}`;
  Deno.env.set("CHAT_IDENTITY_SECRET", identitySecret);
  const { identityToken } = await import(`data:text/javascript,${encodeURIComponent(module)}`);
  const { key } = await inboxOf(admin, [], { identitySecret });
  const token = identityToken({ id: "user-7", name: "Vi" });
  const { status, body } = await asksIn(server, { key, identityToken: token });
  assert.equal(status, 201, JSON.stringify(body));
  assert.equal(body.user.nickname, "Vi");
});

test("the loader may be loaded by every site", async () => {
  const response = await fetch(`${server.url}/widget.js`);
  await response.body?.cancel();
  assert.equal(response.headers.get("cross-origin-resource-policy"), "cross-origin");
  assert.match(response.headers.get("content-type")!, /^text\/javascript/);
});
