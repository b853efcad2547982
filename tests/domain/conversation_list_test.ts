/** My conversations: newest activity first, page by page, and what changed since I last looked. */
import { strict as assert } from "node:assert";
import { sql } from "drizzle-orm";
import { encodeCursor } from "../../domain/cursors.ts";
import type { Conversation, ConversationPage } from "../../schemas/conversations.ts";
import { listOf, reads, viewOf } from "../support/chat.ts";
import { StillClock } from "../support/still_clock.ts";
import { until } from "../support/waiting.ts";
import { assertRefused, openWorld, type Person, test } from "../support/world.ts";

const world = await openWorld();
const server = await world.instance();
const idsOf = ({ items }: { items: Conversation[] }) => items.map(({ id }) => id);

async function groupsOf(owner: Person, others: Person[], count: number): Promise<string[]> {
  const ids: string[] = [];
  for (let place = 0; place < count; place++) ids.push(await owner.at.group(owner, others));
  return ids;
}

/** All pages; each must carry the first one's `syncCursor`. */
async function walk(person: Person, query: string): Promise<Conversation[][]> {
  const first = await listOf(person, `?${query}`);
  const pages = [first.items];
  for (let cursor = first.nextCursor; cursor !== null;) {
    const page = await listOf(person, `?${query}&cursor=${cursor}`);
    assert.equal(page.syncCursor, first.syncCursor);
    pages.push(page.items);
    cursor = page.nextCursor;
  }
  return pages;
}

/** A cursor that nothing has happened after; transactions of others on the server may hold it back. */
function quietCursor(person: Person): Promise<string> {
  return until("nothing has changed since", async () => {
    const { syncCursor } = await listOf(person);
    const { items } = await listOf(person, `?changedSince=${syncCursor}`);
    return items.length === 0 ? syncCursor : "";
  });
}

test("newest activity comes first, be it mine or another's", async () => {
  const { ana, bo, id } = await server.pair();
  assert.deepEqual(await listOf(await server.person("cy")).then(({ items }) => items), []);
  const [one, two] = await groupsOf(ana, [bo], 2) as [string, string];
  assert.deepEqual(idsOf(await listOf(bo)), [two, one, id]);
  await bo.says("hello", one);
  assert.deepEqual(idsOf(await listOf(bo)), [one, two, id]);
  await ana.says("hello", id);
  assert.deepEqual(idsOf(await listOf(bo)), [id, one, two]);
  await reads(bo, two, 9);
  assert.deepEqual(idsOf(await listOf(bo)), [id, one, two], "reading is no activity");
  const page = await listOf(bo);
  assert.deepEqual(Object.keys(page).sort(), ["items", "nextCursor", "syncCursor"]);
  for (const item of page.items) assert.deepEqual(item, await viewOf(bo, item.id));
});

test("pages of any size show each conversation once, also when all moved in the same millisecond", async () => {
  const still = await world.instance({}, { clock: new StillClock() });
  const { ana, bo, id } = await still.pair();
  const ids = [...await groupsOf(ana, [bo], 6), id];
  const all = await listOf(bo);
  assert.deepEqual(idsOf(all).sort(), ids.sort());
  for (const limit of [1, 2, 3, 4, 7, 100]) {
    const pages = await walk(bo, `limit=${limit}`);
    assert.deepEqual(pages.flat(), all.items);
    assert.equal(pages.length, Math.ceil(7 / limit), "no page is empty");
  }
});

test("what moves while I page is on a later page or among the changes since", async () => {
  const { ana, bo, id } = await server.pair();
  const ids = [id, ...await groupsOf(ana, [bo], 5)];
  const seen = new Set<string>();
  const first = await listOf(bo, "?limit=2");
  let page = first;
  for (const moved of ids) {
    for (const one of idsOf(page)) seen.add(one);
    await ana.says("moved", moved);
    if (page.nextCursor === null) break;
    page = await listOf(bo, `?limit=2&cursor=${page.nextCursor}`);
  }
  const since = await listOf(bo, `?limit=100&changedSince=${first.syncCursor}`);
  for (const one of idsOf(since)) seen.add(one);
  assert.deepEqual([...seen].sort(), ids.toSorted());
});

test("changedSince gives what has changed, shared or mine, and leaves the rest out", async () => {
  const { ana, bo, id } = await server.pair();
  const [said, read, removed, left, joined, still] = await groupsOf(ana, [bo], 6) as [
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  await bo.do("DELETE", `/v1/groups/${joined}/members/${bo.id}`);
  await ana.says("unread", read);
  const cursor = await quietCursor(bo);
  await ana.says("hello", said);
  await reads(bo, read, 9);
  await ana.do("DELETE", `/v1/groups/${removed}/members/${bo.id}`);
  await bo.do("DELETE", `/v1/groups/${left}/members/${bo.id}`);
  await bo.do("POST", `/v1/groups/${joined}/join`, {});
  const [made] = await groupsOf(ana, [bo], 1);
  const changed = await listOf(bo, `?changedSince=${cursor}`);
  assert.deepEqual(idsOf(changed).sort(), [said, read, removed, left, joined, made].sort());
  const gone = changed.items.filter(({ my }) => my.leftAt !== null).map((item) => item.id);
  assert.deepEqual(gone.sort(), [removed, left].sort());
  const listed = idsOf(await listOf(bo));
  assert.deepEqual(listed.sort(), [id, said, read, joined, still, made].sort());
  const quiet = await quietCursor(bo);
  await ana.says("after", removed);
  const later = await listOf(bo, `?changedSince=${quiet}`);
  assert.deepEqual(idsOf(later), [], "what happens after I left is no change of mine");
});

test("the pages after a changedSince are of the same list, whether it is asked again or not", async () => {
  const { ana, bo } = await server.pair();
  const ids = await groupsOf(ana, [bo], 5);
  const cursor = await quietCursor(bo);
  for (const id of ids.slice(1)) await ana.do("DELETE", `/v1/groups/${id}/members/${bo.id}`);
  const first = await listOf(bo, `?limit=2&changedSince=${cursor}`);
  const next = await listOf(bo, `?limit=2&cursor=${first.nextCursor}`);
  assert.deepEqual([...idsOf(first), ...idsOf(next)].sort(), ids.slice(1).sort());
  const again = await listOf(bo, `?limit=2&changedSince=${cursor}&cursor=${first.nextCursor}`);
  assert.deepEqual(again, next);
});

test("the cursor of session.ready serves as well, and the socket lists as REST does", async () => {
  const { ana, bo, id } = await server.pair();
  const live = await bo.connect();
  const ready = live.all("session.ready")[0]!;
  await ana.says("hello", id);
  const changedSince = ready.syncCursor;
  const { items } = await live.call("conversation.list", { changedSince });
  assert.deepEqual(items, (await listOf(bo, `?changedSince=${changedSince}`)).items);
  assert.ok(items.some((item) => item.id === id));
  await groupsOf(ana, [bo], 2);
  const [first, same] = [
    await live.call("conversation.list", { limit: 1 }),
    await listOf(bo, "?limit=1"),
  ];
  assert.deepEqual(first.items, same.items);
  const next = await live.call("conversation.list", { limit: 1, cursor: first.nextCursor });
  assert.deepEqual(next.items, (await listOf(bo, `?limit=1&cursor=${same.nextCursor}`)).items);
});

test("a change that commits after the cursor was taken is not missed, however early it began", async () => {
  // The embedded database carries out one transaction at a time: there it cannot happen.
  if (world.database.kind === "pglite") return;
  const { ana, bo, id } = await server.pair();
  const [group] = await groupsOf(ana, [bo], 1) as [string];
  const cursor = await world.database.orm.transaction(async (tx) => {
    await tx.execute(sql`update conversations
      set updated_at = now(), changed_xid = pg_current_xact_id() where id = ${group}`);
    // Others begin and end meanwhile: the cursor must not go past the one that is still open.
    await ana.says("meanwhile", id);
    return (await listOf(bo)).syncCursor;
  });
  const since = idsOf(await listOf(bo, `?changedSince=${cursor}`));
  assert.ok(since.includes(group), "it began before the cursor and ended after it");
});

test("under concurrent writers a client that only follows changes never holds less than there is", async () => {
  const { ana, bo, id } = await server.pair();
  const ids = [id, ...await groupsOf(ana, [bo], 3)];
  const held = new Map<string, Conversation>();
  let { items, syncCursor } = await listOf(bo);
  let writing = true;
  const follow = async () => {
    for (const item of items) held.set(item.id, item);
    ({ items, syncCursor } = await listOf(bo, `?limit=100&changedSince=${syncCursor}`));
  };
  const reader = (async () => {
    while (writing) await follow();
  })();
  await Promise.all(ids.map(async (one, place) => {
    for (let round = 0; round < 12; round++) {
      await ana.says(`${round}`, one);
      if (round % 3 === 0) await reads(bo, one, round);
      if (place === 0 || round % 4 !== 0) continue;
      await bo.do("DELETE", `/v1/groups/${one}/members/${bo.id}`);
      if (round < 8) await bo.do("POST", `/v1/groups/${one}/join`, {});
    }
  }));
  writing = false;
  await reader;
  await follow();
  for (const item of items) held.set(item.id, item);
  for (const one of ids) assert.deepEqual(held.get(one), await viewOf(bo, one));
});

test("a cursor of another database cluster means that everything may have changed", async () => {
  const { ana, bo, id } = await server.pair();
  const [group] = await groupsOf(ana, [bo], 1) as [string];
  await bo.do("DELETE", `/v1/groups/${group}/members/${bo.id}`);
  const mark = crypto.randomUUID();
  const foreign = encodeCursor(["7000000000000000000", `${mark}.999999999`]);
  assert.deepEqual(idsOf(await listOf(bo, `?changedSince=${foreign}`)).sort(), [group, id].sort());
});

test("after a crash a cursor from before goes back to where ids may have been given again", async () => {
  const { ana, id } = await server.pair();
  const { syncCursor } = await listOf(ana);
  assert.deepEqual(idsOf(await listOf(ana, `?changedSince=${syncCursor}`)), []);
  // What a crash does to an unlogged table.
  await world.database.query("truncate crash_marks", []);
  const after = await listOf(ana, `?changedSince=${syncCursor}`);
  assert.deepEqual(idsOf(after), [id]);
  assert.deepEqual(idsOf(await listOf(ana, `?changedSince=${after.syncCursor}`)), []);
});

test("cursors that are none of ours are refused by name, over REST and the socket", async () => {
  const { ana, id } = await server.pair();
  const values = [[], {}, [1], ["a", "b"], ["a", "-1"], ["a", "9".repeat(20)], [null, "1"]];
  const places = [[0, id, "x"], [1e300, id, "x", ""], ["x", id, "x", ""], [0, "x", "x", ""]];
  places.push([-1, id, "x", ""], [1.5, id, "x", ""], [1e15, id, "x", ""], [0, id, "x", "y"]);
  places.push([8.64e15, id, "x", ""]);
  const encode = (value: unknown) => encodeCursor(value as string[]);
  const garbage: Record<string, string[]> = {
    changedSince: ["", "x", "%00", "x".repeat(513), ...values.map(encode)],
    cursor: [
      "",
      "x",
      "%F0%9F%98%80",
      "x".repeat(513),
      ...values.map(encode),
      ...places.map(encode),
    ],
  };
  const live = await ana.connect();
  for (const [name, cursors] of Object.entries(garbage)) {
    for (const cursor of cursors) {
      const answer = await ana.ask("GET", `/v1/conversations?${name}=${cursor}`);
      assertRefused(answer, 400, "invalidInput");
      const params = { [name]: decodeURIComponent(cursor) };
      live.send(JSON.stringify({ jsonrpc: "2.0", id: 1, method: "conversation.list", params }));
      const { error } = await live.answer(1);
      assert.equal(error?.data.code, "invalidInput", `${name}=${cursor}`);
    }
  }
});

test("a list of the heaviest conversations stays under 1 MiB a page and shows all", async () => {
  const { ana, bo } = await server.pair();
  const ids = await groupsOf(ana, [bo], 40);
  for (const id of ids) await ana.says("語".repeat(10_000), id);
  const live = await bo.connect();
  const seen: string[] = [];
  let pages = 0;
  let place: { cursor?: string } | null = {};
  while (place !== null) {
    const page: ConversationPage = await live.call("conversation.list", { ...place, limit: 100 });
    seen.push(...idsOf(page));
    place = page.nextCursor === null ? null : { cursor: page.nextCursor };
    pages++;
  }
  assert.deepEqual(seen.slice(0, 40), ids.toReversed());
  assert.equal(seen.length, 41);
  assert.ok(pages > 1);
  const heaviest = Math.max(...live.frames.map((frame) => new TextEncoder().encode(frame).length));
  assert.ok(heaviest < 1_048_576, `a frame of ${heaviest} bytes`);
});
