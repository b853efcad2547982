/** Previews of attachments: what is told of them, who gets them, and how long they are kept. */
import { eq } from "drizzle-orm";
import { strict as assert } from "node:assert";
import { attachments } from "../../db/schema/mod.ts";
import { sweepAttachments } from "../../domain/attachment_sweep.ts";
import type { AttachmentLink } from "../../schemas/attachments.ts";
import { fetchBytes, infoOf, pdf, png, shares, statusOf } from "../support/media.ts";
import { partsOfWebp, sample, wholePng } from "../support/pictures.ts";
import { begin, begun, sha256Of, upload } from "../support/uploads.ts";
import { assertRefused, openWorld, type Person, test } from "../support/world.ts";

const world = await openWorld();
const server = await world.instance();
const { blobs } = server.patter.app;
const ana = await server.person("ana");
const photo = wholePng(640, 320);
const file = await upload(ana, photo, { filename: "photo.png" });

async function rowOf(id: string) {
  const [row] = await world.database.orm.select().from(attachments).where(eq(attachments.id, id));
  return row!;
}

/** What lies in the store of an attachment: its bytes, and its thumbnail. */
async function keptOf(id: string) {
  const { blobId, thumbnailBlobId } = await rowOf(id);
  return { bytes: blobId!, thumbnail: thumbnailBlobId! };
}

function thumbnail(person: Person, id: string, headers?: Record<string, string>) {
  return fetchBytes(person, `${id}/thumbnail`, headers);
}

test("a picture is told with its measures, its blur and its thumbnail's size", async () => {
  const { body } = await infoOf(ana, file);
  assert.deepEqual([body.width, body.height], [640, 320]);
  assert.deepEqual(body.thumbnail, { width: 320, height: 160 });
  assert.equal(body.blurHash!.length, 28);
  assert.equal(body.durationMs, undefined);
});

test("a thumbnail is a WebP that a reader may keep, and that can run nothing", async () => {
  const { status, headers, bytes } = await thumbnail(ana, file);
  assert.equal(status, 200);
  assert.deepEqual(partsOfWebp(bytes), ["VP8 "]);
  assert.equal(headers.get("content-type"), "image/webp");
  assert.equal(headers.get("content-length"), String(bytes.length));
  assert.equal(headers.get("content-disposition"), "inline");
  assert.match(headers.get("cache-control")!, /^private, max-age=\d+/);
  assert.equal(headers.get("x-content-type-options"), "nosniff");
  assert.equal(headers.get("content-security-policy"), "sandbox; default-src 'none'");
  const etag = headers.get("etag")!;
  assert.notEqual(etag, (await fetchBytes(ana, file)).headers.get("etag"));
  const again = await thumbnail(ana, file, { "if-none-match": etag });
  assert.deepEqual([again.status, again.bytes.length], [304, 0]);
});

test("recordings are told with how long they play, films with their measures", async () => {
  const cases = [
    ["voice.webm", "video/webm", 1_501, undefined],
    ["voice.ogg", "audio/ogg", 1_500, undefined],
    ["film.mp4", "video/mp4", 1_500, 64],
  ] as const;
  for (const [name, mime, durationMs, width] of cases) {
    const id = await upload(ana, sample(name));
    const { body } = await infoOf(ana, id);
    assert.ok(body.mime.startsWith(mime), body.mime);
    assert.deepEqual([body.durationMs, body.width], [durationMs, width], name);
    assert.equal((await thumbnail(ana, id)).status, 404);
  }
});

test("who may read an attachment may see its thumbnail, and nobody else", async () => {
  const [bo, cy] = [await server.person("bo"), await server.person("cy")];
  const group = await server.group(ana, [bo]);
  const id = await upload(ana, wholePng(20, 10));
  assert.equal((await thumbnail(bo, id)).status, 404);
  await shares(ana, group, id, { kind: "image" });
  assert.equal((await thumbnail(bo, id)).status, 200);
  assert.equal((await thumbnail(cy, id)).status, 404);
  assertRefused(await server.ask("GET", `/v1/attachments/${id}/thumbnail`), 401, "tokenMissing");
});

test("a link opens the thumbnail too; one to another attachment does not", async () => {
  const link = await ana.do<AttachmentLink>("GET", `/v1/attachments/${file}/link`);
  const response = await fetch(link.thumbnailUrl!);
  assert.deepEqual([response.status, response.headers.get("content-type")], [200, "image/webp"]);
  assert.equal((await response.bytes()).length > 0, true);
  const other = await upload(ana, pdf);
  const { url, thumbnailUrl } = await ana.do<AttachmentLink>(
    "GET",
    `/v1/attachments/${other}/link`,
  );
  assert.equal(thumbnailUrl, undefined);
  const path = `/v1/attachments/${file}/thumbnail${new URL(url).search}`;
  assertRefused(await server.ask("GET", path), 401, "tokenInvalid");
});

test("known content has its preview at once, which goes with the last that has it", async () => {
  const content = wholePng(30, 60);
  const first = await upload(ana, content);
  const { headers } = await begin(ana, content.length, { sha256: sha256Of(content) });
  const second = headers.get("location")!.split("/").at(-1)!;
  const { id: _, name: __, ...facts } = (await infoOf(ana, second)).body;
  const { id: ___, name: ____, ...same } = (await infoOf(ana, first)).body;
  assert.deepEqual(facts, same);
  assert.deepEqual(facts.thumbnail, { width: 30, height: 60 });
  const kept = await keptOf(first);
  await ana.do("DELETE", `/v1/attachments/${first}`);
  assert.equal((await thumbnail(ana, first)).status, 410);
  assert.equal((await thumbnail(ana, second)).status, 200);
  await ana.do("DELETE", `/v1/attachments/${second}`);
  assert.deepEqual([await blobs.size(kept.bytes), await blobs.size(kept.thumbnail)], [0, 0]);
  assert.equal((await rowOf(second)).thumbnailBlobId, null);
});

test("what was kept of a thumbnail when the server died goes with the upload", async () => {
  const id = await begun(ana, 10);
  const thumbnailBlobId = crypto.randomUUID();
  await world.database.orm.update(attachments).set({ thumbnailBlobId })
    .where(eq(attachments.id, id));
  await blobs.write(
    thumbnailBlobId,
    0,
    (async function* () {
      yield new Uint8Array(7);
    })(),
  );
  await ana.ask("DELETE", `/v1/uploads/${id}`, undefined, { "tus-resumable": "1.0.0" });
  assert.equal(await blobs.size(thumbnailBlobId), 0);
});

test("a picture of too many pixels is kept, but neither measured nor shown small", async () => {
  const strict = await world.instance({ IMAGE_PIXELS_MAX: "5000" });
  const me = await strict.person("me");
  const [large, small] = [await upload(me, wholePng(100, 51)), await upload(me, wholePng(100, 50))];
  const { body } = await infoOf(me, large);
  assert.deepEqual([body.mime, body.width, body.thumbnail], ["image/png", undefined, undefined]);
  assert.deepEqual([await statusOf(me, large), (await thumbnail(me, large)).status], [200, 404]);
  assert.deepEqual((await infoOf(me, small)).body.thumbnail, { width: 100, height: 50 });
});

test("a picture that cannot be unpacked is an attachment like any other", async () => {
  const { body } = await infoOf(ana, await upload(ana, png(50, 40)));
  assert.deepEqual([body.mime, body.width, body.height], ["image/png", 50, 40]);
  assert.deepEqual([body.thumbnail, body.blurHash], [undefined, undefined]);
});

test("a file that is two things is what it begins with, and can run neither", async () => {
  const page = new TextEncoder().encode("<html><script>alert(1)</script></html>");
  const zip = new TextEncoder().encode("PK\x05\x06".padEnd(22, "\0"));
  const cases = [
    [sample("turned.jpg"), page, "image/jpeg", "inline"],
    [wholePng(5, 5), page, "image/png", "inline"],
    [pdf, zip, "application/pdf", "attachment"],
    [page, wholePng(5, 5), "application/octet-stream", "attachment"],
  ] as const;
  for (const [first, second, mime, way] of cases) {
    const both = Uint8Array.from([...first, ...second]);
    const id = await upload(ana, both, { filename: "x.html", filetype: "text/html" });
    const { headers } = await fetchBytes(ana, id);
    assert.equal(headers.get("content-type"), mime);
    assert.equal(headers.get("content-disposition")!.split(";")[0], way);
    assert.equal(headers.get("x-content-type-options"), "nosniff");
    assert.equal(headers.get("content-security-policy"), "sandbox; default-src 'none'");
    const small = await thumbnail(ana, id);
    // Whatever hung on it is not in the picture that was made of it.
    if (way === "inline") assert.deepEqual(partsOfWebp(small.bytes), ["VP8 "]);
    else assert.equal(small.status, 404);
  }
});

test("thumbnails do not count in what one may keep", async () => {
  const content = wholePng(300, 300);
  const room = await world.instance({ ATTACHMENTS_BYTES_PER_USER_MAX: "8192" });
  const me = await room.person("me");
  assert.ok(content.length <= 4_096);
  await upload(me, content);
  assert.equal((await begin(me, 4_096)).status, 201);
  assert.equal((await begin(me, 1)).status, 413);
});

test("the sweep takes thumbnails with what no message has held for a day", async () => {
  const id = await upload(ana, wholePng(8, 8));
  const kept = await keptOf(id);
  assert.ok(await blobs.size(kept.thumbnail) > 0);
  world.clock.advanceMs(86_460_000);
  await sweepAttachments(server.patter.app);
  assert.deepEqual([await blobs.size(kept.bytes), await blobs.size(kept.thumbnail)], [0, 0]);
});
