/** Reading back: pages of messages by `seq`, whole, in order, and never too heavy. */
import { strict as assert } from "node:assert";
import type { Message } from "../../schemas/messages.ts";
import { historyOf, textOf } from "../support/chat.ts";
import { StillClock } from "../support/still_clock.ts";
import { assertRefused, openWorld, type Person, test } from "../support/world.ts";

const world = await openWorld();
const server = await world.instance();
const seqs = ({ items }: { items: Message[] }) => items.map(({ seq }) => seq);
const range = (from: number, to: number) =>
  Array.from({ length: to - from + 1 }, (_, place) => from + place);

async function saysMany(person: Person, id: string, texts: string[]): Promise<void> {
  const live = await person.connect();
  const sends = texts.map((text, place) =>
    live.call("message.send", {
      conversationId: id,
      clientId: `many-${place}`,
      kind: "text",
      body: { text },
    })
  );
  await Promise.all(sends);
  await live.close();
}

test("the newest page comes when no side is given, in ascending order", async () => {
  const { ana, bo, id } = await server.pair();
  assert.deepEqual(await historyOf(bo, id), { items: [], hasMore: false });
  for (const word of ["a", "b", "c", "d", "e"]) await ana.says(word, id);
  const newest = await historyOf(bo, id, "?limit=2");
  assert.deepEqual(newest.items.map(textOf), ["d", "e"]);
  assert.equal(newest.hasMore, true);
  const all = await historyOf(bo, id, "?limit=5");
  assert.deepEqual(all.items.map(textOf), ["a", "b", "c", "d", "e"]);
  assert.equal(all.hasMore, false);
});

test("50 come when no limit is given, 100 at most", async () => {
  const { ana, bo, id } = await server.pair();
  await saysMany(ana, id, range(1, 120).map(String));
  assert.deepEqual(seqs(await historyOf(bo, id)), range(71, 120));
  assert.deepEqual(seqs(await historyOf(bo, id, "?limit=100")), range(21, 120));
  assert.deepEqual(seqs(await historyOf(bo, id, "?afterSeq=0")), range(1, 50));
});

test("paging by seq loses and doubles nothing among messages of the same millisecond", async () => {
  const still = await world.instance({}, { clock: new StillClock() });
  const { ana, bo, id } = await still.pair();
  await Promise.all([saysMany(ana, id, range(1, 30).map(String)), saysMany(bo, id, ["x", "y"])]);
  const all = (await historyOf(bo, id, "?limit=100")).items;
  assert.equal(new Set(all.map(({ at }) => at)).size, 1);

  const backwards: number[][] = [];
  for (let before = 33, hasMore = true; hasMore;) {
    const page = await historyOf(bo, id, `?beforeSeq=${before}&limit=7`);
    backwards.unshift(seqs(page));
    ({ hasMore } = page);
    before = page.items[0]!.seq;
  }
  assert.deepEqual(backwards.flat(), range(1, 32));
  assert.deepEqual(backwards.map(({ length }) => length), [4, 7, 7, 7, 7]);

  const forwards: number[][] = [];
  for (let after = 0, hasMore = true; hasMore;) {
    const page = await historyOf(bo, id, `?afterSeq=${after}&limit=8`);
    forwards.push(seqs(page));
    ({ hasMore } = page);
    after = page.items.at(-1)!.seq;
  }
  assert.deepEqual(forwards.flat(), range(1, 32));
  assert.equal(forwards.length, 4, "a last page that is full knows that nothing follows");
});

test("hasMore looks in the direction asked, from whatever edge", async () => {
  const { ana, bo, id } = await server.pair();
  await saysMany(ana, id, ["1", "2", "3"]);
  const expected: [string, number[], boolean][] = [
    ["?afterSeq=0&limit=3", [1, 2, 3], false],
    ["?afterSeq=0&limit=2", [1, 2], true],
    ["?afterSeq=1&limit=2", [2, 3], false],
    ["?afterSeq=3", [], false],
    ["?afterSeq=9007199254740991", [], false],
    ["?beforeSeq=1", [], false],
    ["?beforeSeq=3&limit=1", [2], true],
    ["?beforeSeq=3&limit=2", [1, 2], false],
    ["?beforeSeq=9007199254740991&limit=1", [3], true],
  ];
  for (const [query, wanted, hasMore] of expected) {
    const page = await historyOf(bo, id, query);
    assert.deepEqual([seqs(page), page.hasMore], [wanted, hasMore], query);
  }
});

/** All that a person can reach of a conversation, by whichever edge. */
async function reachable(person: Person, id: string): Promise<number[][]> {
  const queries = ["?limit=100", "?afterSeq=0", "?beforeSeq=1000", "?limit=100&afterSeq=1"];
  return await Promise.all(queries.map(async (query) => seqs(await historyOf(person, id, query))));
}

test("a newcomer reads from its joining, a former member up to its leaving, by whichever edge", async () => {
  const people = [await server.person("ana"), await server.person("bo"), await server.person("cy")];
  const [ana, bo, cy] = people as [Person, Person, Person];
  const id = await server.group(ana, [bo]);
  await ana.says("2", id);
  await ana.do("POST", `/v1/groups/${id}/members`, { userIds: [cy.id] });
  await ana.says("4", id);
  await ana.do("DELETE", `/v1/groups/${id}/members/${bo.id}`);
  await ana.says("6", id);
  assert.deepEqual(await reachable(cy, id), Array(4).fill([3, 4, 5, 6]));
  assert.deepEqual((await reachable(bo, id)).slice(0, 3), Array(3).fill([1, 2, 3, 4, 5]));
  assert.deepEqual(await historyOf(cy, id, "?beforeSeq=3"), { items: [], hasMore: false });
  assert.equal((await historyOf(cy, id, "?beforeSeq=5&limit=2")).hasMore, false);
  assert.equal((await historyOf(bo, id, "?afterSeq=3&limit=2")).hasMore, false);
  await bo.do("POST", `/v1/groups/${id}/join`, {});
  assert.deepEqual(await reachable(bo, id), Array(4).fill([7]));
});

test("with historyVisible all a newcomer reads everything", async () => {
  const [ana, bo] = [await server.person("ana"), await server.person("bo")];
  const id = await server.group(ana, [], { historyVisible: "all" });
  await ana.says("2", id);
  await bo.do("POST", `/v1/groups/${id}/join`, {});
  assert.deepEqual(seqs(await historyOf(bo, id)), [1, 2, 3]);
});

test("an instance that has not heard of a removal shows nothing that came after it", async () => {
  const [ana, bo] = [await server.person("ana"), await server.person("bo")];
  const id = await server.group(ana, [bo]);
  // No bus between the two: this one still takes bo for a member.
  const live = await bo.connect(await world.instance());
  const say = { clientId: "c-1", kind: "text", body: { text: "2" } };
  await live.call("message.send", { conversationId: id, ...say });
  await ana.do("DELETE", `/v1/groups/${id}/members/${bo.id}`);
  await ana.says("secret", id);
  const { items } = await live.call("message.list", { conversationId: id });
  assert.deepEqual(seqs({ items }), [1, 2, 3]);
  const { messages, rev } = await live.call("conversation.changes", { conversationId: id });
  assert.deepEqual([messages.length, rev], [3, messages.at(-1)!.rev + 2]);
  const readers = `/v1/conversations/${id}/messages/4/readers`;
  assertRefused(await bo.ask("GET", readers), 404, "notFound");
  await bo.do("POST", `/v1/groups/${id}/join`, {});
  assert.deepEqual(seqs(await live.call("message.list", { conversationId: id })), [5]);
});

test("the socket gives the same pages as REST", async () => {
  const { ana, bo, id } = await server.pair();
  await saysMany(ana, id, ["1", "2", "3", "4"]);
  const live = await bo.connect();
  for (const side of [{}, { afterSeq: 1 }, { afterSeq: 0 }, { beforeSeq: 3 }]) {
    const query = new URLSearchParams(
      Object.entries({ ...side, limit: 2 }).map(([k, v]) => [k, `${v}`]),
    );
    const overSocket = await live.call("message.list", { conversationId: id, ...side, limit: 2 });
    assert.deepEqual(overSocket, await historyOf(bo, id, `?${query}`));
  }
});

test("both sides at once, and whatever is no number in its range, is refused with its path", async () => {
  const { ana, id } = await server.pair();
  const refused: [string, string][] = [
    ["beforeSeq=3&afterSeq=1", "afterSeq"],
    ["beforeSeq=0", "beforeSeq"],
    ["beforeSeq=", "beforeSeq"],
    ["beforeSeq=-1", "beforeSeq"],
    ["beforeSeq=1.5", "beforeSeq"],
    ["beforeSeq=9007199254740993", "beforeSeq"],
    ["afterSeq=-1", "afterSeq"],
    ["afterSeq=abc", "afterSeq"],
    ["afterSeq=1e400", "afterSeq"],
    ["limit=0", "limit"],
    ["limit=101", "limit"],
    ["limit=ten", "limit"],
    ["limit=", "limit"],
    ["limit=5&limit=6", "limit"],
    ["before=3", "before"],
  ];
  for (const [query, path] of refused) {
    const answer = await ana.ask("GET", `/v1/conversations/${id}/messages?${query}`);
    assertRefused(answer, 400, "invalidInput");
    assert.deepEqual(answer.body.errors?.map((error) => error.path), [path], query);
  }
});

test("a page of the largest messages stays under 1 MiB, each message whole, all reached", async () => {
  const { ana, bo, id } = await server.pair();
  const texts = range(1, 60).map((place) => `${place}${"語".repeat(9_990)}`);
  await saysMany(ana, id, texts);
  const live = await bo.connect();
  const seen: number[][] = [[], []];
  for (let after = 0, hasMore = true; hasMore;) {
    const params = { conversationId: id, afterSeq: after, limit: 100 };
    const page = await live.call("message.list", params);
    seen[0]!.push(...seqs(page));
    ({ hasMore } = page);
    after = page.items.at(-1)!.seq;
  }
  for (let before = 61, hasMore = true; hasMore;) {
    const page = await live.call("message.list", { conversationId: id, beforeSeq: before });
    assert.equal(page.items.at(-1)!.seq, before - 1, "a cut page keeps what is next to the reader");
    seen[1]!.unshift(...seqs(page));
    ({ hasMore } = page);
    before = page.items[0]!.seq;
  }
  assert.deepEqual(seen, [range(1, 60), range(1, 60)]);
  const heaviest = Math.max(...live.frames.map((frame) => new TextEncoder().encode(frame).length));
  assert.ok(heaviest < 1_048_576, `a frame of ${heaviest} bytes`);
  assert.ok(heaviest > 400_000, "and pages are not cut much smaller than they may be");
});
