/** Uploads by tus: begun, continued where they stand, checked, given up, and refused. */
import { strict as assert } from "node:assert";
import { createHash } from "node:crypto";
import { sweepAttachments } from "../../domain/attachment_sweep.ts";
import {
  base64,
  begin,
  begun,
  head,
  metadata,
  offsetOf,
  patch,
  sha256Of,
  someBytes,
  tus,
  upload,
} from "../support/uploads.ts";
import { openWorld, test } from "../support/world.ts";

const world = await openWorld();
const server = await world.instance({ ALLOWED_ORIGINS: "https://elsewhere.example" });
const ana = await server.person("ana");
const bytes = someBytes(100_000);
const dayMs = 86_400_000;

const refusal = ({ status, problem }: { status: number; problem: { code: string } | null }) => [
  status,
  problem?.code,
];

/** How many bytes lie in the store. */
function storedBytes(id: string): Promise<number> {
  return server.patter.app.blobs.size(id);
}

test("OPTIONS tells what of tus is spoken, to anyone, and to pages elsewhere", async () => {
  for (const origin of [{}, { origin: "https://elsewhere.example" }]) {
    const response = await fetch(`${server.url}/v1/uploads`, {
      method: "OPTIONS",
      headers: origin,
    });
    await response.body?.cancel();
    assert.equal(response.status, 204);
    assert.equal(response.headers.get("tus-version"), "1.0.0");
    assert.equal(
      response.headers.get("tus-extension"),
      "creation,expiration,checksum,termination",
    );
    assert.equal(response.headers.get("tus-max-size"), "104857600");
    assert.equal(response.headers.get("tus-checksum-algorithm"), "sha1,sha256");
  }
});

test("a page elsewhere may send what tus needs and read what it answers", async () => {
  const response = await fetch(`${server.url}/v1/uploads`, {
    method: "OPTIONS",
    headers: {
      origin: "https://elsewhere.example",
      "access-control-request-method": "PATCH",
      "access-control-request-headers": "tus-resumable,upload-offset,upload-checksum",
    },
  });
  await response.body?.cancel();
  const allowed = response.headers.get("access-control-allow-headers")!;
  for (const name of ["tus-resumable", "upload-offset", "upload-length", "upload-metadata"]) {
    assert.ok(allowed.includes(name), name);
  }
  assert.match(response.headers.get("access-control-allow-methods")!, /PATCH/);
});

test("a file comes in pieces, each where the last one ended", async () => {
  const { status, headers } = await begin(ana, bytes.length);
  assert.equal(status, 201);
  assert.equal(headers.get("upload-offset"), "0");
  assert.equal(headers.get("tus-resumable"), "1.0.0");
  const expires = Date.parse(headers.get("upload-expires")!);
  assert.ok(Math.abs(expires - world.clock.now().getTime() - dayMs) < 60_000);
  const id = headers.get("location")!.split("/").at(-1)!;
  for (const [from, to] of [[0, 1], [1, 70_000], [70_000, 100_000]] as const) {
    assert.equal(await offsetOf(ana, id), from);
    const answer = await patch(ana, id, from, { body: bytes.slice(from, to) });
    assert.equal(answer.status, 204);
    assert.equal(answer.headers.get("upload-offset"), String(to));
    assert.equal(answer.headers.has("upload-expires"), to < bytes.length);
  }
  const whole = await head(ana, id);
  assert.equal(whole.headers.get("upload-offset"), "100000");
  assert.equal(whole.headers.get("upload-length"), "100000");
  assert.equal(whole.headers.get("cache-control"), "no-store");
  const again = await patch(ana, id, 100_000);
  assert.equal(again.status, 204, "the last answer was lost: asked again it is the same");
});

test("an empty file is whole at once", async () => {
  const { status, headers } = await begin(ana, 0);
  assert.deepEqual([status, headers.get("upload-offset")], [201, "0"]);
  assert.equal(headers.has("upload-expires"), false);
});

test("a wrong offset is refused with 409 and changes nothing", async () => {
  const id = await begun(ana, 10);
  await patch(ana, id, 0, { body: "12345" });
  for (const offset of [0, 4, 6]) {
    assert.deepEqual(refusal(await patch(ana, id, offset, { body: "x" })), [409, "wrongOffset"]);
  }
  assert.equal(await offsetOf(ana, id), 5);
});

test("offsets and lengths that are no whole numbers are refused", async () => {
  const id = await begun(ana, 10);
  for (const offset of ["-1", "1.5", "", "1e3", "0x1", "9".repeat(20)]) {
    const headers = { "upload-offset": offset };
    assert.deepEqual(refusal(await patch(ana, id, 0, { headers, body: "x" })), [
      400,
      "invalidInput",
    ]);
    const created = await tus(ana, "POST", "/v1/uploads", { headers: { "upload-length": offset } });
    assert.deepEqual(refusal(created), [400, "invalidInput"], offset);
  }
  assert.deepEqual(refusal(await tus(ana, "POST", "/v1/uploads")), [400, "invalidInput"]);
  assert.equal(await offsetOf(ana, id), 0);
});

test("more than was said is refused, and nothing of it stays", async () => {
  const id = await begun(ana, 10);
  await patch(ana, id, 0, { body: "12345" });
  assert.deepEqual(refusal(await patch(ana, id, 5, { body: "123456" })), [413, "tooLarge"]);
  const unannounced = new Blob([bytes]).stream();
  assert.deepEqual(refusal(await patch(ana, id, 5, { body: unannounced })), [413, "tooLarge"]);
  assert.equal(await offsetOf(ana, id), 5);
  assert.equal(await storedBytes(id), 5);
  assert.equal((await patch(ana, id, 5, { body: "67890" })).status, 204);
});

test("another version of tus is refused with 412, another type of body with 415", async () => {
  const headers = { "tus-resumable": "0.2.2", "upload-length": "1" };
  const answer = await tus(ana, "POST", "/v1/uploads", { headers });
  assert.deepEqual(refusal(answer), [412, "wrongTusVersion"]);
  assert.equal(answer.headers.get("tus-version"), "1.0.0");
  const id = await begun(ana, 10);
  const json = { "content-type": "application/json" };
  assert.deepEqual(refusal(await patch(ana, id, 0, { headers: json, body: "{}" })), [
    415,
    "unsupportedMedia",
  ]);
});

test("a checksum is of what one request brings: sha1 or sha256, 460 when it does not fit", async () => {
  const id = await begun(ana, 10);
  const sha1 = createHash("sha1").update("12345").digest("base64");
  const good = { "upload-checksum": `sha1 ${sha1}` };
  assert.equal((await patch(ana, id, 0, { headers: good, body: "12345" })).status, 204);
  const bad = { "upload-checksum": `sha256 ${base64(someBytes(32))}` };
  const refused = await patch(ana, id, 5, { headers: bad, body: "67890" });
  assert.deepEqual(refusal(refused), [460, "wrongChecksum"]);
  assert.equal(await offsetOf(ana, id), 5);
  assert.equal(await storedBytes(id), 5);
  const unknown = { "upload-checksum": "md5 AAAA" };
  assert.deepEqual(refusal(await patch(ana, id, 5, { headers: unknown, body: "6" })), [
    400,
    "invalidInput",
  ]);
  const sha256 = createHash("sha256").update("67890").digest("base64");
  const right = { "upload-checksum": `sha256 ${sha256}` };
  assert.equal((await patch(ana, id, 5, { headers: right, body: "67890" })).status, 204);
});

test("what does not come to the sha256 that was announced is gone", async () => {
  const id = await begun(ana, 5, { filename: "x", sha256: sha256Of("other") });
  assert.deepEqual(refusal(await patch(ana, id, 0, { body: "12345" })), [460, "wrongChecksum"]);
  assert.equal((await head(ana, id)).status, 404);
  assert.equal(await storedBytes(id), 0);
});

test("an upload is ended by DELETE, with its bytes", async () => {
  const id = await begun(ana, 10);
  await patch(ana, id, 0, { body: "12345" });
  assert.equal((await tus(ana, "DELETE", `/v1/uploads/${id}`)).status, 204);
  assert.equal((await head(ana, id)).status, 404);
  assert.deepEqual(refusal(await patch(ana, id, 5, { body: "6" })), [404, "notFound"]);
  assert.equal(await storedBytes(id), 0);
});

test("only the owner knows of an upload", async () => {
  const bo = await server.person("bo");
  const id = await begun(ana, 10);
  assert.equal((await head(bo, id)).status, 404);
  assert.deepEqual(refusal(await patch(bo, id, 0, { body: "1" })), [404, "notFound"]);
  assert.deepEqual(refusal(await tus(bo, "DELETE", `/v1/uploads/${id}`)), [404, "notFound"]);
  assert.equal(await offsetOf(ana, id), 0);
});

test("one over the limit is refused before a byte is sent", async () => {
  assert.deepEqual(refusal(await begin(ana, 104_857_601)), [413, "tooLarge"]);
});

test("a user's attachments together have a limit; what is deleted makes room", async () => {
  const small = await world.instance({ ATTACHMENTS_BYTES_PER_USER_MAX: "20000" });
  const cy = await small.person("cy");
  const first = await upload(cy, someBytes(9_000));
  const second = await begun(cy, 9_000);
  assert.deepEqual(refusal(await begin(cy, 9_000)), [413, "tooLarge"]);
  assert.equal((await tus(cy, "DELETE", `/v1/uploads/${second}`)).status, 204);
  assert.equal((await begin(cy, 9_000)).status, 201);
  assert.deepEqual(refusal(await begin(cy, 9_000)), [413, "tooLarge"]);
  assert.equal((await tus(cy, "DELETE", `/v1/uploads/${first}`)).status, 204);
  assert.equal((await begin(cy, 9_000)).status, 201);
});

test("of many that begin at once only one gets the last room", async () => {
  const small = await world.instance({ ATTACHMENTS_BYTES_PER_USER_MAX: "10000" });
  for (const name of ["cy", "dee", "eve"]) {
    const person = await small.person(name);
    const answers = await Promise.all(Array.from({ length: 10 }, () => begin(person, 6_000)));
    const statuses = answers.map(({ status }) => status).sort();
    assert.deepEqual(statuses, [201, ...Array(9).fill(413)]);
  }
});

test("known content of the same user is linked: nothing is to be sent", async () => {
  const content = someBytes(5_000);
  const pairs = { filename: "again.bin", sha256: sha256Of(content) };
  await upload(ana, content, { filename: "first.bin" });
  const { status, headers } = await begin(ana, 5_000, pairs);
  assert.deepEqual([status, headers.get("upload-offset")], [201, "5000"]);
  const id = headers.get("location")!.split("/").at(-1)!;
  assert.equal(await offsetOf(ana, id), 5_000);
  assert.equal(await storedBytes(id), 0, "it has no bytes of its own");
  const bo = await server.person("bo");
  assert.equal((await begin(bo, 5_000, pairs)).headers.get("upload-offset"), "0");
  const otherSize = await begin(ana, 5_001, pairs);
  assert.equal(otherSize.headers.get("upload-offset"), "0");
});

test("metadata that is not as tus has it is refused", async () => {
  const wrong = [
    "filename ???",
    "filename YQ== YQ==",
    "filename YQ==,filename YQ==",
    "sha256 YQ==",
  ];
  for (const text of wrong) {
    const headers = { "upload-length": "1", "upload-metadata": text };
    assert.deepEqual(
      refusal(await tus(ana, "POST", "/v1/uploads", { headers })),
      [400, "invalidInput"],
      text,
    );
  }
  const headers = { "upload-length": "1", "upload-metadata": `is_secret,${metadata({ a: "b" })}` };
  assert.equal((await tus(ana, "POST", "/v1/uploads", { headers })).status, 201);
});

test("an upload that nobody goes on with expires after a day, and is swept", async () => {
  const id = await begun(ana, 10);
  const { blobs } = server.patter.app;
  world.clock.advanceMs(dayMs - 60_000);
  const dee = await server.person("dee");
  const young = await begun(dee, 10);
  await patch(dee, young, 0, { body: "1" });
  const again = await ana.again();
  await patch(again, id, 0, { body: "12345" });
  world.clock.advanceMs(120_000);
  assert.equal(await offsetOf(await ana.again(), id), 5, "a PATCH gives it another day");
  world.clock.advanceMs(dayMs);
  const late = await ana.again();
  assert.equal((await head(late, id)).status, 410);
  assert.deepEqual(refusal(await patch(late, id, 5, { body: "6" })), [410, "gone"]);
  await sweepAttachments(server.patter.app);
  assert.equal((await head(late, id)).status, 404);
  assert.equal(await blobs.size(id), 0);
});
