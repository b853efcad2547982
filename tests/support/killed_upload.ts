/** `kill -9` in the middle of an upload, wherever its bytes lie. */
import { strict as assert } from "node:assert";
import { SlowPatch } from "./cut_upload.ts";
import { type Home, startServer } from "./server_process.ts";
import { begun, offsetOf, patch, sha256Of, someBytes } from "./uploads.ts";
import { until } from "./waiting.ts";

const bytes = someBytes(200_000);

/** What has come is there after the restart, and the rest follows; its content is whole. */
export async function assertOutlivesKill(
  start: Pick<Home, "folder" | "env">,
  limits: { storedMs?: number; takenMs: number },
): Promise<void> {
  const { ana, id } = await (async () => {
    await using server = await startServer(start);
    const ana = await server.site.person("ana");
    const id = await begun(ana, bytes.length, { filename: "x", sha256: sha256Of(bytes) });
    using slow = await SlowPatch.open(ana, id, { offset: 0, length: bytes.length });
    await slow.send(bytes.subarray(0, 123_456));
    // What waits for more is stored too, after a while.
    const isStored = async () => await offsetOf(ana, id) === 123_456;
    await until("a part is stored", isStored, limits.storedMs);
    server.process.kill("SIGKILL");
    await server.process.ended;
    return { ana, id };
  })();
  await using server = await startServer(start);
  assert.equal(await offsetOf(ana, id, server.site), 123_456);
  const rest = { body: bytes.slice(123_456), at: server.site };
  // On a database that instances share, the dead one's lease has to end by itself.
  await until("the rest is taken", async () => {
    const { status } = await patch(ana, id, 123_456, rest);
    assert.ok(status === 204 || status === 423, String(status));
    return status === 204;
  }, limits.takenMs);
  assert.equal(await offsetOf(ana, id, server.site), bytes.length);
}
