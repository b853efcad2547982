/** What visitors send: files that their agents may read and other visitors not, up to a limit of their own. */
import { strict as assert } from "node:assert";
import { adminAt, inboxOf, visits } from "../support/inboxes.ts";
import { shares } from "../support/media.ts";
import { begin, upload } from "../support/uploads.ts";
import { assertRefused, openWorld, test } from "../support/world.ts";

const world = await openWorld();
const server = await world.instance({ ATTACHMENTS_BYTES_PER_GUEST_MAX: "20000" });
const admin = await adminAt(world, server);
const ana = await server.person("ana");
const { key } = await inboxOf(admin, [ana]);

test("what a visitor sends its agents read, and what they send the visitor; another visitor neither", async () => {
  const [one, other] = [await visits(server, key), await visits(server, key)];
  const theirs = await upload(one.person, "a picture of it");
  await shares(one.person, one.id, theirs);
  const ours = await upload(ana, "how to mend it");
  await shares(ana, one.id, ours);
  for (const path of [theirs, ours].map((id) => `/v1/attachments/${id}/info`)) {
    assert.equal((await ana.ask("GET", path)).status, 200);
    assert.equal((await one.person.ask("GET", path)).status, 200);
    assertRefused(await other.person.ask("GET", path), 404, "notFound");
    assertRefused(await admin.ask("GET", path), 404, "notFound");
  }
});

test("a guest has less room than an account", async () => {
  const { person } = await visits(server, key);
  assert.equal((await begin(person, 10_000)).status, 201);
  assert.equal((await begin(person, 10_001)).status, 413);
  assert.equal((await begin(ana, 30_000)).status, 201);
});
