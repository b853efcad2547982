/** Attachments as they are served: type by the bytes, names, ranges, caching, links, and their end. */
import { strict as assert } from "node:assert";
import { fetchBytes, gif, infoOf, mp3, pdf, png, statusOf } from "../support/media.ts";
import { begin, sha256Of, someBytes, tus, upload } from "../support/uploads.ts";
import { assertRefused, openWorld, test } from "../support/world.ts";

const world = await openWorld();
const server = await world.instance();
const other = await world.instance();
const ana = await server.person("ana");
const bytes = someBytes(200_000);
const file = await upload(ana, bytes, { filename: "file.bin", filetype: "image/png" });

test("info tells name, size, type and content", async () => {
  const { status, body } = await infoOf(ana, file);
  assert.equal(status, 200);
  assert.deepEqual(body, {
    id: file,
    name: "file.bin",
    mime: "application/octet-stream",
    size: 200_000,
    sha256: sha256Of(bytes),
  });
});

test("the type comes from the bytes, whatever is declared; images are measured", async () => {
  const cases = [
    [png(640, 480), "image/png", { width: 640, height: 480 }],
    [gif(3, 5), "image/gif", { width: 3, height: 5 }],
    [mp3, "audio/mpeg", {}],
    [pdf, "application/pdf", {}],
    ["<!doctype html><script>alert(1)</script>", "application/octet-stream", {}],
    ["<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", "application/octet-stream", {}],
    [
      "<?xml version='1.0'?><svg xmlns='http://www.w3.org/2000/svg'/>",
      "application/octet-stream",
      {},
    ],
    ["just words", "application/octet-stream", {}],
    ["", "application/octet-stream", {}],
  ] as const;
  for (const [content, mime, measures] of cases) {
    const id = await upload(ana, content, { filename: "a.html", filetype: "text/html" });
    const { body: { id: _, name: __, size: ___, sha256: ____, ...rest } } = await infoOf(ana, id);
    assert.deepEqual(rest, { mime, ...measures });
    assert.equal((await fetchBytes(ana, id)).headers.get("content-type"), mime);
  }
});

test("a pixel bomb is kept but not measured, and nothing is unpacked for it", async () => {
  const id = await upload(ana, png(60_000, 60_000), { filename: "bomb.png" });
  const { body } = await infoOf(ana, id);
  assert.equal(body.mime, "image/png");
  assert.equal(body.width, undefined);
});

test("a page with the head of an image is an image to everyone, and can run nothing", async () => {
  const page = "/*<html><script>alert(document.domain)</script></html>";
  const id = await upload(ana, gif(10, 10, page), { filename: "x.html", filetype: "text/html" });
  const { headers } = await fetchBytes(ana, id);
  assert.equal(headers.get("content-type"), "image/gif");
  assert.equal(headers.get("x-content-type-options"), "nosniff");
  assert.equal(headers.get("content-security-policy"), "sandbox; default-src 'none'");
});

test("all but images, audio and video is only ever downloaded", async () => {
  const cases = [[png(1, 1), "inline"], [mp3, "inline"], [pdf, "attachment"], [
    "<b>",
    "attachment",
  ]];
  for (const [content, way] of cases as [string, string][]) {
    const { headers } = await fetchBytes(ana, await upload(ana, content));
    assert.equal(headers.get("content-disposition")!.split(";")[0], way);
    assert.equal(headers.get("content-security-policy"), "sandbox; default-src 'none'");
    assert.equal(headers.get("x-content-type-options"), "nosniff");
  }
});

test("names lose folders, control characters and turned writing, and nothing else", async () => {
  const cases = {
    "../../etc/passwd": "passwd",
    "..\\..\\windows\\win.ini": "win.ini",
    "..": "file",
    "/": "file",
    "photo\u202Egpj.exe": "photogpj.exe",
    "a\u2066b\u2069\u200Fc\uFEFF.txt": "abc.txt",
    "new\r\nline\u0000.txt": "newline.txt",
    'quote"; filename="evil.html': 'quote"; filename="evil.html',
    "résumé 简历 👩‍👧.pdf": "résumé 简历 👩‍👧.pdf",
    ["e\u0301".repeat(300)]: "é".repeat(255),
  };
  for (const [given, kept] of Object.entries(cases)) {
    const id = await upload(ana, "x", { filename: given });
    assert.equal((await infoOf(ana, id)).body.name, kept);
  }
});

test("a name is told to browsers in full and in ASCII, and cannot break out of its header", async () => {
  const id = await upload(ana, "x", { filename: `";x='1%'.pdf` });
  assert.equal(
    (await fetchBytes(ana, id)).headers.get("content-disposition"),
    `attachment; filename="_;x='1_'.pdf"; filename*=UTF-8''%22%3Bx%3D%271%25%27.pdf`,
  );
  const chinese = await upload(ana, "x", { filename: `简"历(1).pdf` });
  assert.equal(
    (await fetchBytes(ana, chinese)).headers.get("content-disposition"),
    `attachment; filename="___(1).pdf"; filename*=UTF-8''%E7%AE%80%22%E5%8E%86%281%29.pdf`,
  );
});

test("all bytes come, with what lets a reader keep them and ask for parts", async () => {
  const whole = await fetchBytes(ana, file);
  assert.equal(whole.status, 200);
  assert.equal(sha256Of(whole.bytes), sha256Of(bytes));
  assert.equal(whole.headers.get("accept-ranges"), "bytes");
  assert.equal(whole.headers.get("content-length"), "200000");
  assert.match(whole.headers.get("cache-control")!, /^private, max-age=\d+/);
  assert.equal(whole.headers.get("etag"), `"${sha256Of(bytes)}"`);
  const head = await fetchBytes(ana, file, {}, "HEAD");
  assert.deepEqual([head.status, head.bytes.length], [200, 0]);
});

test("a range is the bytes asked for, and says where they lie", async () => {
  const cases = [
    ["bytes=0-0", 0, 1],
    ["bytes=5-9", 5, 10],
    ["bytes=65530-65545", 65_530, 65_546],
    ["bytes=199990-", 199_990, 200_000],
    ["bytes=-10", 199_990, 200_000],
    ["bytes=-999999", 0, 200_000],
    ["bytes=199999-999999", 199_999, 200_000],
  ] as const;
  for (const [range, start, end] of cases) {
    const part = await fetchBytes(ana, file, { range });
    assert.equal(part.status, 206, range);
    assert.deepEqual(part.bytes, bytes.slice(start, end), range);
    assert.equal(part.headers.get("content-range"), `bytes ${start}-${end - 1}/200000`);
  }
});

test("what lies beyond the end is 416; what is no single range gets all", async () => {
  for (const range of ["bytes=200000-", "bytes=200000-200001", "bytes=-0"]) {
    const answer = await fetchBytes(ana, file, { range });
    assert.equal(answer.status, 416, range);
    assert.equal(answer.headers.get("content-range"), "bytes */200000");
  }
  for (const range of ["bytes=5-2", "bytes=0-1,5-6", "lines=1-2", "bytes=-", "bytes=a-b"]) {
    const answer = await fetchBytes(ana, file, { range });
    assert.deepEqual([answer.status, answer.bytes.length], [200, 200_000], range);
  }
  const empty = await upload(ana, "");
  assert.equal((await fetchBytes(ana, empty, { range: "bytes=0-" })).status, 416);
  assert.equal((await fetchBytes(ana, empty)).bytes.length, 0);
});

test("who has the content already is told so; a range of other content is not mixed in", async () => {
  const etag = `"${sha256Of(bytes)}"`;
  for (const known of [etag, `W/${etag}`, `"x", ${etag}`, "*"]) {
    const answer = await fetchBytes(ana, file, { "if-none-match": known });
    assert.deepEqual([answer.status, answer.bytes.length], [304, 0], known);
    assert.equal(answer.headers.get("etag"), etag);
  }
  assert.equal((await fetchBytes(ana, file, { "if-none-match": '"x"' })).status, 200);
  const range = "bytes=0-4";
  assert.equal((await fetchBytes(ana, file, { range, "if-range": etag })).status, 206);
  assert.equal((await fetchBytes(ana, file, { range, "if-range": '"x"' })).status, 200);
});

interface Link {
  url: string;
  expiresAt: string;
}

test("a link opens the bytes without a token for five minutes, on every instance", async () => {
  const { url, expiresAt } = await ana.do<Link>("GET", `/v1/attachments/${file}/link`);
  const leftMs = Date.parse(expiresAt) - world.clock.now().getTime();
  assert.ok(leftMs > 290_000 && leftMs <= 300_000, String(leftMs));
  const there = url.replace(server.url, other.url);
  for (const address of [url, there]) {
    const response = await fetch(address, { headers: { range: "bytes=0-9" } });
    assert.equal(response.status, 206);
    assert.equal((await response.bytes()).length, 10);
    assert.equal(response.headers.get("cross-origin-resource-policy"), "cross-origin");
  }
  const of = (path: string) => server.ask("GET", path);
  const query = new URL(url).search;
  const another = await upload(ana, "another");
  assertRefused(await of(`/v1/attachments/${another}${query}`), 401, "tokenInvalid");
  assertRefused(await of(`/v1/attachments/${file}${query}x`), 401, "tokenInvalid");
  assertRefused(await of(`/v1/attachments/${file}/info${query}`), 401, "tokenMissing");
  assertRefused(await of(`/v1/attachments/${file}`), 401, "tokenMissing");
  const { accessToken } = ana.session;
  assertRefused(await of(`/v1/attachments/${file}?link=${accessToken}`), 401, "tokenInvalid");
  const authorization = `Bearer ${new URL(url).searchParams.get("link")}`;
  assertRefused(
    await server.ask("GET", "/v1/users/me", undefined, { authorization }),
    401,
    "tokenInvalid",
  );
  world.clock.advanceMs(300_001);
  assertRefused(await of(`/v1/attachments/${file}${query}`), 401, "tokenExpired");
});

test("a deleted attachment answers 410; its bytes go with the last that has them", async () => {
  const content = someBytes(3_000);
  const first = await upload(ana, content);
  const linked = await begin(ana, 3_000, { filename: "again", sha256: sha256Of(content) });
  const second = linked.headers.get("location")!.split("/").at(-1)!;
  const { url } = await ana.do<Link>("GET", `/v1/attachments/${first}/link`);
  assert.equal((await ana.ask("DELETE", `/v1/attachments/${first}`)).status, 204);
  assert.equal(await statusOf(ana, first), 410);
  assertRefused(await infoOf(ana, first), 410, "gone");
  assertRefused(await ana.ask("DELETE", `/v1/attachments/${first}`), 410, "gone");
  assertRefused(await server.ask("GET", url.slice(server.url.length)), 410, "gone");
  assert.equal((await tus(ana, "HEAD", `/v1/uploads/${first}`)).status, 410);
  assert.deepEqual((await fetchBytes(ana, second)).bytes, content);
  const { blobs } = server.patter.app;
  assert.equal(await blobs.size(first), 3_000);
  assert.equal((await ana.ask("DELETE", `/v1/attachments/${second}`)).status, 204);
  assert.equal(await blobs.size(first), 0);
});

test("an upload that is not whole is no attachment yet", async () => {
  const { headers } = await begin(ana, 10);
  const id = headers.get("location")!.split("/").at(-1)!;
  assertRefused(await infoOf(ana, id), 404, "notFound");
  assert.equal(await statusOf(ana, id), 404);
  assertRefused(await ana.ask("DELETE", `/v1/attachments/${id}`), 404, "notFound");
});
