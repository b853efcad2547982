/** What agents write beside the messages: notes about a visitor's conversation, and canned replies. */
import { strict as assert } from "node:assert";
import type { CannedReply } from "../../schemas/inboxes.ts";
import { adminAt, inboxOf, notes, visits } from "../support/inboxes.ts";
import { assertRefused, openWorld, type Person, test } from "../support/world.ts";

const world = await openWorld();
const server = await world.instance();
const admin = await adminAt(world, server);

async function people(...names: string[]): Promise<Person[]> {
  return await Promise.all(names.map((name) => server.person(name)));
}

test("replies are added, changed, listed and deleted by any agent", async () => {
  const [ana, bo] = await people("ana", "bo") as [Person, Person];
  const { id } = await inboxOf(admin, [ana, bo]);
  const path = `/v1/inboxes/${id}/replies`;
  const list = async () => (await bo.do<{ items: CannedReply[] }>("GET", path)).items;
  const made = await ana.do<CannedReply>("POST", path, { title: "Hours", text: "Nine to five" });
  assert.deepEqual(await list(), [made]);
  const one = `${path}/${made.id}`;
  const changed = await bo.do<CannedReply>("PATCH", one, { text: "Ten to six" });
  assert.deepEqual(changed, { ...made, text: "Ten to six" });
  assert.deepEqual(await bo.do("PATCH", one, {}), changed);
  await bo.do("DELETE", one);
  assert.deepEqual(await list(), []);
  assertRefused(await bo.ask("DELETE", one), 404, "notFound");
});

test("notes come back in their order, page by page, and a deleted one does not", async () => {
  const [ana, bo] = await people("ana", "bo") as [Person, Person];
  const { key } = await inboxOf(admin, [ana, bo]);
  const { id } = await visits(server, key);
  const made = [
    await notes(ana, id, "one"),
    await notes(bo, id, "two"),
    await notes(ana, id, "three"),
  ];
  const path = `/v1/support/conversations/${id}/notes`;
  const page = (query: string) =>
    bo.do<{ items: unknown[]; nextCursor: string | null }>("GET", path + query);
  const first = await page("?limit=2");
  assert.deepEqual(first.items, made.slice(0, 2));
  assert.deepEqual((await page(`?limit=2&cursor=${first.nextCursor}`)).items, made.slice(2));
  await bo.do("DELETE", `${path}/${made[1]!.id}`);
  assert.deepEqual((await page("")).items, [made[0], made[2]]);
  const again = await ana.ask("POST", path, { text: "once" }, { "idempotency-key": "n-1" });
  const repeated = await ana.ask("POST", path, { text: "once" }, { "idempotency-key": "n-1" });
  assert.deepEqual(repeated.body, again.body);
  assert.equal((await page("")).items.length, 3);
});
