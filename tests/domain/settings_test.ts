/** What is mine alone: settings, drafts, what I have cleared or deleted; on all my devices, on nobody else's. */
import { strict as assert } from "node:assert";
import { withSeq } from "../../domain/settings.ts";
import type { My } from "../../schemas/conversations.ts";
import { changesOf, historyOf, listOf, reads, textOf, viewOf } from "../support/chat.ts";
import { acts } from "../support/rich.ts";
import { assertRefused, openWorld, type Person, test } from "../support/world.ts";

const world = await openWorld();
const server = await world.instance();

function set(person: Person, id: string, patch: Record<string, unknown>): Promise<My> {
  return person.do<My>("PATCH", `/v1/conversations/${id}/settings`, patch);
}

test("a setting goes to all my connections, to nobody else's, and takes no rev", async () => {
  const { ana, bo, id } = await server.pair();
  const mine = [await ana.connect(), await (await ana.again()).connect()];
  const theirs = await bo.connect();
  const { lastRev } = await viewOf(ana, id);
  const patch = { pinned: true, notify: "mentions", draft: "half a thou" };
  const my = await set(ana, id, patch);
  assert.deepEqual(my, (await viewOf(ana, id)).my);
  assert.deepEqual([my.pinned, my.notify, my.draft], [true, "mentions", "half a thou"]);
  for (const client of mine) {
    assert.deepEqual((await client.next("conversation.my")).my, my);
  }
  await theirs.call("ping");
  assert.deepEqual(theirs.all("conversation.my"), []);
  assert.equal((await viewOf(bo, id)).my.draft, null);
  assert.equal((await viewOf(ana, id)).lastRev, lastRev);
});

test("null and nothing clear a draft; nothing given changes nothing; the rest is refused", async () => {
  const { ana, id } = await server.pair();
  const stranger = await server.person("stranger");
  await set(ana, id, { draft: "x" });
  assert.equal((await set(ana, id, {})).draft, "x");
  assert.equal((await set(ana, id, { draft: null })).draft, null);
  await set(ana, id, { draft: "x" });
  assert.equal((await set(ana, id, { draft: "" })).draft, null);
  const path = `/v1/conversations/${id}/settings`;
  const wrong = [{ notify: "some" }, { pinned: 1 }, { clearedSeq: -1 }, { readSeq: 1 }];
  for (const patch of [...wrong, { draft: "x".repeat(10_001) }]) {
    assertRefused(await ana.ask("PATCH", path, patch), 400, "invalidInput");
  }
  assertRefused(await stranger.ask("PATCH", path, { pinned: true }), 404, "notFound");
});

test("pinned conversations come first, page by page, each part by its latest activity", async () => {
  const ana = await server.person("ana");
  const ids: string[] = [];
  for (let number = 0; number < 7; number++) ids.push(await server.group(ana, []));
  for (const place of [1, 4]) await set(ana, ids[place]!, { pinned: true });
  await ana.says("newer", ids[1]!);
  const expected = [1, 4, 6, 5, 3, 2, 0].map((place) => ids[place]!);
  for (const limit of [1, 2, 3, 10]) {
    const seen: string[] = [];
    for (let query = `?limit=${limit}`;;) {
      const { items, nextCursor } = await listOf(ana, query);
      seen.push(...items.map(({ id }) => id));
      if (nextCursor === null) break;
      query = `?limit=${limit}&cursor=${nextCursor}`;
    }
    assert.deepEqual(seen, expected);
  }
});

test("a hidden conversation comes back with the next message", async () => {
  const { ana, bo, id } = await server.pair();
  await bo.says("one", id);
  assert.equal((await set(ana, id, { hidden: true })).hidden, true);
  assert.equal((await viewOf(ana, id)).my.hidden, true);
  await bo.says("two", id);
  assert.equal((await viewOf(ana, id)).my.hidden, false);
  await set(ana, id, { hidden: true });
  assert.equal((await set(ana, id, { hidden: false })).hidden, false);
});

test("marked as unread it stays so until it is read, also when there is nothing to read", async () => {
  const { ana, bo, id } = await server.pair();
  const { seq } = await bo.says("one", id);
  await reads(ana, id, seq);
  assert.equal((await set(ana, id, { markedUnread: true })).markedUnread, true);
  const device = await ana.connect();
  await reads(ana, id, seq);
  assert.equal("markedUnread" in (await device.next("conversation.my")).my, false);
});

test("cleared history is gone for me, from lists and counts, and stays gone", async () => {
  const { ana, bo, id } = await server.pair();
  for (const text of ["one", "two", "three"]) await bo.says(text, id);
  assert.equal((await set(ana, id, { clearedSeq: 2 })).clearedSeq, 2);
  const { my, lastMessage } = await viewOf(ana, id);
  assert.deepEqual([my.unreadCount, lastMessage?.seq], [1, 3]);
  assert.deepEqual((await historyOf(ana, id)).items.map(textOf), ["three"]);
  assert.equal((await historyOf(bo, id)).items.length, 3);
  assert.equal((await set(ana, id, { clearedSeq: 1 })).clearedSeq, 2);
  assert.equal((await set(ana, id, { clearedSeq: 99 })).clearedSeq, 3);
  assert.equal((await viewOf(ana, id)).lastMessage, null);
});

test("deleted for me it is gone for me alone: from lists, the preview and the unread", async () => {
  const { ana, bo, id } = await server.pair();
  for (const text of ["one", "two", "three"]) await bo.says(text, id);
  const device = await ana.connect();
  const { lastRev } = await viewOf(ana, id);
  assert.equal((await acts(ana, id).forget(3)).status, 204);
  assert.deepEqual((await device.next("conversation.my")).my.deletedRanges, [[3, 3]]);
  assert.equal((await acts(ana, id).forget(3)).status, 204);
  assert.equal((await acts(ana, id).forget(2)).status, 204);
  const { my, lastMessage, lastRev: rev } = await viewOf(ana, id);
  assert.deepEqual([my.deletedRanges, my.unreadCount, lastMessage?.seq], [[[2, 3]], 1, 1]);
  assert.equal(rev, lastRev);
  assert.deepEqual((await historyOf(ana, id)).items.map(textOf), ["one"]);
  assert.deepEqual((await historyOf(bo, id)).items.map(textOf), ["one", "two", "three"]);
  assertRefused(await acts(ana, id).forget(4), 404, "notFound");
  const stranger = await server.person("stranger");
  assertRefused(await acts(stranger, id).forget(1), 404, "notFound");
  await acts(bo, id).edit(3, "three again");
  assert.equal((await changesOf(ana, id, `?afterRev=${rev}`)).messages[0]?.seq, 3);
  assert.deepEqual((await historyOf(ana, id)).items.map(textOf), ["one"]);
});

test("two devices that delete at once lose neither's deletion", async () => {
  const { ana, bo, id } = await server.pair();
  for (let number = 0; number < 12; number++) await bo.says(`${number}`, id);
  const seqs = [1, 3, 5, 7, 9, 11, 2, 4, 8];
  await Promise.all(seqs.map((seq) => acts(ana, id).forget(seq)));
  assert.deepEqual((await viewOf(ana, id)).my.deletedRanges, [[1, 5], [7, 9], [11, 11]]);
});

test("ranges are kept in order and joined where they touch", () => {
  assert.deepEqual(withSeq([], 5), [[5, 5]]);
  assert.deepEqual(withSeq([[1, 2], [6, 9]], 4), [[1, 2], [4, 4], [6, 9]]);
  assert.deepEqual(withSeq([[1, 2], [4, 9]], 3), [[1, 9]]);
  assert.deepEqual(withSeq([[4, 9]], 3), [[3, 9]]);
  assert.deepEqual(withSeq([[4, 9]], 6), [[4, 9]]);
});
