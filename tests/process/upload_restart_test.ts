/** `kill -9` in the middle of an upload: what has come is there after the restart, and the rest follows. */
import { strict as assert } from "node:assert";
import { SlowPatch } from "../support/cut_upload.ts";
import { makeHome, startServer } from "../support/server_process.ts";
import { begun, offsetOf, patch, sha256Of, someBytes } from "../support/uploads.ts";
import { until } from "../support/waiting.ts";
import { test } from "../support/world.ts";

const bytes = someBytes(200_000);

test("an upload goes on after `kill -9` where it stood, and its content is whole", async () => {
  await using home = await makeHome();
  const { ana, id } = await (async () => {
    await using server = await startServer(home);
    const ana = await server.site.person("ana");
    const id = await begun(ana, bytes.length, { filename: "x", sha256: sha256Of(bytes) });
    using slow = await SlowPatch.open(ana, id, { offset: 0, length: bytes.length });
    await slow.send(bytes.subarray(0, 123_456));
    await until("a part is stored", async () => await offsetOf(ana, id) === 123_456);
    server.process.kill("SIGKILL");
    await server.process.ended;
    return { ana, id };
  })();
  await using server = await startServer(home);
  assert.equal(await offsetOf(ana, id, server.site), 123_456);
  const rest = { body: bytes.slice(123_456), at: server.site };
  // On a database that instances share, the dead one's lease has to end by itself.
  await until("the rest is taken", async () => {
    const { status } = await patch(ana, id, 123_456, rest);
    assert.ok(status === 204 || status === 423, String(status));
    return status === 204;
  }, 20_000);
  assert.equal(await offsetOf(ana, id, server.site), bytes.length);
});
