/** Previews in a process of its own: with the permissions that it is given, and gone when it ends. */
import { strict as assert } from "node:assert";
import { infoOf } from "../support/media.ts";
import { sample, wholePng } from "../support/pictures.ts";
import { makeHome, startServer } from "../support/server_process.ts";
import { upload } from "../support/uploads.ts";
import { within } from "../support/waiting.ts";
import { test } from "../support/world.ts";

test("the server as it is started makes previews, and ends in good order after it", async () => {
  await using home = await makeHome();
  await using server = await startServer(home);
  const ana = await server.site.person("ana");
  const picture = await infoOf(ana, await upload(ana, wholePng(400, 300)));
  assert.deepEqual(picture.body.thumbnail, { width: 320, height: 240 });
  const voice = await infoOf(ana, await upload(ana, sample("voice.webm")));
  assert.equal(voice.body.durationMs, 1_501);
  server.process.kill("SIGTERM");
  assert.equal(await within("the process ends", server.process.ended), 0);
  assert.equal(server.process.stderr, "");
});
