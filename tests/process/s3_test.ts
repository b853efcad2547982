/** A server whose attachments lie in S3: its start, `kill -9` in an upload, and S3 gone and back. */
import { strict as assert } from "node:assert";
import { startS3 } from "../../tools/services.ts";
import { assertOutlivesKill } from "../support/killed_upload.ts";
import { fetchBytes, statusOf } from "../support/media.ts";
import { makeHome, runToEnd, startServer } from "../support/server_process.ts";
import { begin, begun, patch, someBytes, upload } from "../support/uploads.ts";
import { test } from "../support/world.ts";

const bytes = someBytes(200_000);
const limitMs = 30_000;

test("an upload into S3 goes on after `kill -9` where it stood, and its content is whole", async () => {
  await using s3 = await startS3();
  await using home = await makeHome();
  const start = { folder: home.folder, env: { ...home.env, ...s3.settings } };
  await assertOutlivesKill(start, { storedMs: limitMs, takenMs: limitMs });
  await assert.rejects(Deno.stat(`${home.folder.data}/attachments`), Deno.errors.NotFound);
});

test("while S3 is away chats go on, attachments are unavailable, and all is there afterwards", async () => {
  await using s3 = await startS3();
  await using home = await makeHome();
  await using server = await startServer({ ...home, env: { ...home.env, ...s3.settings } });
  const { ana, id } = await server.site.pair();
  const file = await upload(ana, bytes);
  const begunBefore = await begun(ana, 5);
  await s3.kill();
  assert.equal((await patch(ana, begunBefore, 0, { body: "12345" })).problem?.code, "unavailable");
  assert.equal((await begin(ana, 6)).status, 201, "Beginning asks S3 nothing");
  assert.equal((await ana.says("still here", id)).seq > 0, true);
  assert.equal((await ana.at.ask("GET", "/readyz")).status, 200);
  await s3.start();
  assert.equal((await patch(ana, begunBefore, 0, { body: "12345" })).status, 204);
  assert.deepEqual((await fetchBytes(ana, file)).bytes, bytes);
  assert.equal(await statusOf(ana, begunBefore), 200);
  const { secret, key } = {
    secret: s3.settings["S3_SECRET_ACCESS_KEY"]!,
    key: s3.settings["S3_ACCESS_KEY_ID"]!,
  };
  assert.ok(!server.process.stdout.includes(secret) && !server.process.stdout.includes(key));
  assert.equal(server.process.stderr, "");
});

test("a server starts without its S3, and says so", async () => {
  await using home = await makeHome();
  await using s3 = await startS3();
  await s3.kill();
  await using server = await startServer({ ...home, env: { ...home.env, ...s3.settings } });
  await server.process.logged("attachments out of reach");
  await s3.start();
  const ana = await server.site.person("ana");
  assert.equal(await statusOf(ana, await upload(ana, "all the same")), 200);
});

test("a bucket that is not there, a wrong key and half of the settings end the start, by name", async () => {
  await using home = await makeHome();
  await using s3 = await startS3();
  const cases = [
    [{ S3_BUCKET: "not-there" }, 'S3_BUCKET: cannot use "not-there": S3 answered 404 NoSuchBucket'],
    [
      { S3_SECRET_ACCESS_KEY: "a wrong secret" },
      `S3_BUCKET: cannot use "${s3.bucket}": S3 answered 403 SignatureDoesNotMatch`,
    ],
    [{ S3_SECRET_ACCESS_KEY: "" }, "S3_SECRET_ACCESS_KEY: needed with the other settings of S3"],
    [{ S3_BUCKET: "../etc" }, "S3_BUCKET: expected the name of a bucket"],
  ] as const;
  for (const [wrong, message] of cases) {
    const env = { ...home.env, ...s3.settings, ...wrong };
    const { code, stderr } = await runToEnd({ ...home, env });
    assert.deepEqual([code, stderr.trim()], [78, message]);
  }
});
