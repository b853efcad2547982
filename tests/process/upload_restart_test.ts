/** `kill -9` in the middle of an upload: what has come is there after the restart, and the rest follows. */
import { assertOutlivesKill } from "../support/killed_upload.ts";
import { makeHome } from "../support/server_process.ts";
import { test } from "../support/world.ts";

test("an upload goes on after `kill -9` where it stood, and its content is whole", async () => {
  await using home = await makeHome();
  await assertOutlivesKill(home, { takenMs: 20_000 });
});
