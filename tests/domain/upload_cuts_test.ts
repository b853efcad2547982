/** Uploads that are cut off, gone on with, and written to by two at once. */
import { strict as assert } from "node:assert";
import { createHash } from "node:crypto";
import { eq, sql } from "drizzle-orm";
import { attachments } from "../../db/schema/mod.ts";
import { SlowPatch } from "../support/cut_upload.ts";
import { begun, head, offsetOf, patch, sha256Of, someBytes, tus } from "../support/uploads.ts";
import { until } from "../support/waiting.ts";
import { openWorld, test } from "../support/world.ts";

const world = await openWorld();
const server = await world.instance();
const other = await world.instance();
const ana = await server.person("ana");
const bytes = someBytes(150_000);

/** The bytes that the store holds, as one digest. */
async function storedSha256(id: string): Promise<string> {
  const { blobs } = server.patter.app;
  const stream = blobs.read(id, { start: 0, end: await blobs.size(id) });
  return sha256Of(await new Response(stream).bytes());
}

/** Nobody writes to it any more. */
async function isFree(id: string): Promise<boolean> {
  const [row] = await world.database.orm.select().from(attachments).where(eq(attachments.id, id));
  return row!.leaseToken === null;
}

test("what came before a cut counts, at whatever byte it was, and the rest goes on from there", async () => {
  for (const cut of [0, 1, 4_095, 65_535, 65_536, 65_537, 149_999]) {
    const id = await begun(ana, bytes.length);
    {
      using slow = await SlowPatch.open(ana, id, { offset: 0, length: bytes.length });
      await slow.send(bytes.subarray(0, cut));
      await until(`${cut} bytes are stored`, async () => await offsetOf(ana, id) === cut);
      await until("it is written to", async () => !await isFree(id));
    }
    await until("the cut is noticed", () => isFree(id));
    assert.equal(await offsetOf(ana, id), cut);
    const { status } = await patch(ana, id, cut, { body: bytes.slice(cut), at: other });
    assert.equal(status, 204);
    assert.equal(await storedSha256(id), sha256Of(bytes));
  }
});

test("of a piece with a checksum nothing counts when it is cut", async () => {
  const id = await begun(ana, bytes.length);
  await patch(ana, id, 0, { body: bytes.slice(0, 1_000) });
  const sha1 = createHash("sha1").update(bytes.subarray(1_000)).digest("base64");
  const headers = { "upload-checksum": `sha1 ${sha1}` };
  {
    using slow = await SlowPatch.open(ana, id, { offset: 1_000, length: 149_000, headers });
    await slow.send(bytes.subarray(1_000, 90_000));
    const { blobs } = server.patter.app;
    await until("bytes are stored", async () => await blobs.size(id) === 90_000);
    assert.equal(await offsetOf(ana, id), 1_000, "they are not checked yet");
  }
  await until("the cut is noticed", () => isFree(id));
  assert.equal(await offsetOf(ana, id), 1_000);
  assert.equal((await patch(ana, id, 1_000, { headers, body: bytes.slice(1_000) })).status, 204);
  assert.equal(await storedSha256(id), sha256Of(bytes));
});

test("while one writes, another is refused with 423, on each instance, and nothing is mixed", async () => {
  const id = await begun(ana, bytes.length);
  using slow = await SlowPatch.open(ana, id, { offset: 0, length: bytes.length });
  await slow.send(bytes.subarray(0, 50_000));
  await until("half is stored", async () => await offsetOf(ana, id) === 50_000);
  for (const at of [server, other]) {
    for (const offset of [0, 50_000]) {
      const { status, problem } = await patch(ana, id, offset, { body: "intruder", at });
      assert.deepEqual([status, problem?.code], [423, "uploadLocked"]);
    }
    const ended = await tus(ana, "DELETE", `/v1/uploads/${id}`, { at });
    assert.deepEqual([ended.status, ended.problem?.code], [423, "uploadLocked"]);
  }
  await slow.send(bytes.subarray(50_000));
  assert.equal(await slow.status(), 204);
  assert.equal(await storedSha256(id), sha256Of(bytes));
});

test("of many that begin to write at the same moment one does", async () => {
  const id = await begun(ana, 5);
  const answers = await Promise.all(
    Array.from(
      { length: 8 },
      (_, place) => patch(ana, id, 0, { body: "12345", at: place % 2 ? server : other }),
    ),
  );
  const statuses = answers.map(({ status }) => status);
  assert.equal(statuses.filter((status) => status === 204).length, 1, String(statuses));
  assert.ok(statuses.every((status) => [204, 409, 423].includes(status)), String(statuses));
  assert.equal(await storedSha256(id), sha256Of("12345"));
});

test("the lease of an instance that died ends by itself; what it left unchecked is gone", async () => {
  const id = await begun(ana, 10);
  await patch(ana, id, 0, { body: "12345" });
  const { orm } = world.database;
  const lease = { leaseToken: crypto.randomUUID(), uncheckedFrom: 3 };
  const inSeconds = (seconds: string) => sql`clock_timestamp() + ${seconds}::interval`;
  await orm.update(attachments).set({ ...lease, leasedUntil: inSeconds("10 seconds") })
    .where(eq(attachments.id, id));
  assert.equal((await patch(ana, id, 3, { body: "45678" })).status, 423);
  await orm.update(attachments).set({ leasedUntil: inSeconds("-1 second") })
    .where(eq(attachments.id, id));
  assert.equal(await offsetOf(ana, id), 3);
  assert.equal((await patch(ana, id, 3, { body: "4567890" })).status, 204);
  assert.equal(await storedSha256(id), sha256Of("1234567890"));
});

test("an upload whose end was cut off is ended when it is asked about", async () => {
  // Not what is there already: that would be whole at once.
  const id = await begun(ana, 5, { filename: "x", sha256: sha256Of("abcde") });
  assert.equal((await patch(ana, id, 0, { body: "abc" })).status, 204);
  const { blobs } = server.patter.app;
  await blobs.write(id, 3, new Blob(["de"]).stream());
  assert.equal(await offsetOf(ana, id, other), 5);
  const [row] = await world.database.orm.select().from(attachments).where(eq(attachments.id, id));
  assert.deepEqual([row!.status, row!.sha256], ["ready", sha256Of("abcde")]);
  assert.equal((await head(ana, id)).headers.has("upload-expires"), false);
});
