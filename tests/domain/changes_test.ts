/** Catching up: pages of changes are complete up to their `rev`, whatever their size and whoever asks. */
import { strict as assert } from "node:assert";
import type { ChangesPage } from "../../schemas/conversations.ts";
import { changesOf, reduced, refusalOf, textOf, viewOf, walkChanges } from "../support/chat.ts";
import { numbersOf } from "../support/numbering.ts";
import { until } from "../support/waiting.ts";
import { assertRefused, openWorld, type Person, test } from "../support/world.ts";

const world = await openWorld();
const server = await world.instance();

async function trio(more: Record<string, unknown> = {}) {
  const people = [await server.person("ana"), await server.person("bo"), await server.person("cy")];
  const [ana, bo, cy] = people as [Person, Person, Person];
  return { ana, bo, cy, id: await server.group(ana, [bo], more) };
}

const add = (by: Person, id: string, ...who: Person[]) =>
  by.do("POST", `/v1/groups/${id}/members`, { userIds: who.map((one) => one.id) });
const remove = (by: Person, id: string, who: Person) =>
  by.do("DELETE", `/v1/groups/${id}/members/${who.id}`);

/** Every `rev` that a page's parts carry, ascending. */
function revsOf({ messages, members, conversation }: ChangesPage): number[] {
  return [...messages, ...members, ...(conversation === null ? [] : [conversation])]
    .map(({ rev }) => rev).sort((a, b) => a - b);
}

/** A group with comings, goings and messages among them. */
async function eventful(more: Record<string, unknown> = {}) {
  const { ana, bo, cy, id } = await trio(more);
  for (const word of ["one", "two", "three"]) await ana.says(word, id);
  await add(ana, id, cy);
  for (const word of ["four", "five"]) await cy.says(word, id);
  await remove(ana, id, bo);
  await ana.says("six", id);
  await bo.do("POST", `/v1/groups/${id}/join`, {});
  await bo.says("seven", id);
  return { ana, bo, cy, id };
}

test("a new direct conversation's changes number each thing once, 1, 2, 3…", async () => {
  const { ana, bo, id } = await server.pair();
  const page = await changesOf(bo, id);
  const { lastRev } = await viewOf(bo, id);
  assert.deepEqual([page.conversationId, page.prevRev, page.rev], [id, 0, lastRev]);
  assert.deepEqual(revsOf(page), [1, 2, 3]);
  assert.equal(page.conversation?.rev, 3);
  assert.deepEqual(page.members.map(({ userId }) => userId).sort(), [ana.id, bo.id].sort());
  assert.deepEqual([page.messages, page.hasMore], [[], false]);
});

test("a new group's changes number each thing once, its state too, and the next goes on from there", async () => {
  const { ana, id } = await trio();
  const page = await changesOf(ana, id);
  assert.deepEqual(revsOf(page), [1, 2, 3, 4]);
  assert.equal(page.rev, 4);
  assert.deepEqual(page.conversation, pick(await viewOf(ana, id), page.conversation!));
  assert.equal((await ana.says("hello", id)).rev, 5);
});

function pick<T extends object>(from: object, like: T): Partial<T> {
  const keys = new Set(Object.keys(like));
  return Object.fromEntries(Object.entries(from).filter(([key]) => keys.has(key))) as Partial<T>;
}

test("no two things ever carry the same rev, and none is beyond the last", async () => {
  const { ana, id } = await eventful({ historyVisible: "all" });
  const page = await changesOf(ana, id, "?limit=100");
  const revs = revsOf(page);
  assert.equal(new Set(revs).size, revs.length, revs.join());
  assert.equal(page.rev, (await viewOf(ana, id)).lastRev);
  assert.ok(revs.at(-1)! <= page.rev, "nothing is beyond the page");
  assert.ok(page.conversation !== null && page.conversation.rev <= page.rev);
});

test("limit counts messages and members together, each part on the page of its rev", async () => {
  const { ana, id } = await eventful();
  for (let limit = 1; limit <= 9; limit++) {
    const pages = await walkChanges(ana, id, { limit });
    for (const page of pages) {
      const count = page.messages.length + page.members.length;
      assert.ok(page.hasMore ? count === limit : count <= limit, `${count} of ${limit}`);
      for (const part of [page.messages, page.members]) {
        const revs = part.map(({ rev }) => rev);
        assert.deepEqual(revs, revs.toSorted((a, b) => a - b));
      }
      for (const rev of revsOf(page)) assert.ok(rev > page.prevRev && rev <= page.rev);
    }
  }
});

test("walking all pages, of whatever size, from wherever, gives the same as one fresh page", async () => {
  const { ana, id } = await eventful();
  const fresh = reduced([await changesOf(ana, id, "?limit=100")]);
  assert.equal(fresh.messages.size, (await viewOf(ana, id)).lastSeq);
  for (let limit = 1; limit <= 9; limit++) {
    assert.deepEqual(reduced(await walkChanges(ana, id, { limit })), fresh);
  }
  for (let held = 0; held <= fresh.rev; held++) {
    const before = await walkChanges(ana, id, { limit: 100 });
    const pages = await walkChanges(ana, id, { afterRev: held, limit: 3 });
    assert.deepEqual(reduced([...before, ...pages]), fresh);
    for (const page of pages) for (const rev of revsOf(page)) assert.ok(rev > held);
  }
});

test("a page at the end, or beyond it, is empty and moves nothing", async () => {
  const { ana, bo, id } = await server.pair();
  await ana.says("hello", id);
  const { lastRev } = await viewOf(bo, id);
  for (const afterRev of [lastRev, lastRev + 1, Number.MAX_SAFE_INTEGER]) {
    const page = await changesOf(bo, id, `?afterRev=${afterRev}`);
    assert.deepEqual([page.prevRev, page.rev, page.hasMore], [afterRev, afterRev, false]);
    assert.deepEqual(revsOf(page), []);
  }
});

test("what is no rev or limit is refused, over REST and the socket", async () => {
  const { ana, id } = await server.pair();
  const wrong = ["afterRev=-1", "afterRev=1.5", "afterRev=x", "limit=0", "limit=101", "after=1"];
  for (const query of wrong) {
    const answer = await ana.ask("GET", `/v1/conversations/${id}/changes?${query}`);
    assertRefused(answer, 400, "invalidInput");
    assert.deepEqual(answer.body.errors?.map(({ path }) => path), [query.split("=")[0]]);
  }
  const live = await ana.connect();
  for (
    const input of [{ afterRev: -1 }, { afterRev: "1" }, { limit: 0 }, { limit: "5" }, { x: 1 }]
  ) {
    const call = live.call("conversation.changes", { conversationId: id, ...input });
    assert.equal(await refusalOf(call), "invalidInput");
  }
});

test("the socket gives the same pages as REST", async () => {
  const { ana, id } = await eventful();
  const live = await ana.connect();
  for (const afterRev of [0, 3, 8]) {
    const params = { conversationId: id, afterRev, limit: 4 };
    const overSocket = await live.call("conversation.changes", params);
    assert.deepEqual(overSocket, await changesOf(ana, id, `?afterRev=${afterRev}&limit=4`));
  }
});

test("a new member's changes begin with its joining, all members included", async () => {
  const { ana, bo, cy, id } = await trio();
  await ana.says("before", id);
  await add(ana, id, cy);
  await ana.says("after", id);
  const { messages, members } = reduced(await walkChanges(cy, id, { limit: 2 }));
  assert.deepEqual([...messages.values()].map(textOf), ["", "after"]);
  assert.equal(messages.get((await viewOf(cy, id)).firstSeq)?.kind, "system");
  assert.deepEqual([...members.keys()].sort(), [ana.id, bo.id, cy.id].sort());
});

test("with historyVisible all a new member's changes hold everything", async () => {
  const { ana, cy, id } = await trio({ historyVisible: "all" });
  await ana.says("before", id);
  await add(ana, id, cy);
  const mine = reduced(await walkChanges(cy, id, { limit: 2 }));
  assert.deepEqual(mine, reduced(await walkChanges(ana, id, { limit: 100 })));
});

test("a former member's pages end at the change that removed it, whatever comes after", async () => {
  const { ana, bo, cy, id } = await trio();
  await ana.says("before", id);
  await remove(ana, id, bo);
  const ends = (await viewOf(bo, id)).lastRev;
  const then = reduced(await walkChanges(bo, id, { limit: 2 }));
  await ana.says("after", id);
  await add(ana, id, cy);
  const now = await walkChanges(bo, id, { limit: 2 });
  assert.deepEqual([now.at(-1)?.rev, now.at(-1)?.hasMore], [ends, false]);
  const { messages, members } = reduced(now);
  assert.deepEqual([messages, members], [then.messages, then.members]);
  assert.equal([...messages.values()].at(-1)?.kind, "system");
  assert.equal(members.get(bo.id)?.rev, ends);
  assert.ok(members.get(bo.id)?.leftAt);
  assert.equal(members.has(cy.id), false);
  const live = await bo.connect();
  const page = await live.call("conversation.changes", { conversationId: id, afterRev: ends });
  assert.deepEqual([page.rev, revsOf(page)], [ends, []]);
});

test("who came back does not read what lies between", async () => {
  const { ana, bo, id } = await trio();
  await remove(ana, id, bo);
  const { lastRev } = await viewOf(bo, id);
  await ana.says("meanwhile", id);
  await bo.do("POST", `/v1/groups/${id}/join`, {});
  await ana.says("welcome", id);
  for (const afterRev of [0, lastRev]) {
    const { messages, members } = reduced(await walkChanges(bo, id, { afterRev, limit: 2 }));
    assert.deepEqual([...messages.values()].map(textOf), ["", "welcome"]);
    assert.equal(members.get(bo.id)?.leftAt, null);
  }
});

test("what comes live and what is caught up with are reduced to the same", async () => {
  const { ana, bo, cy, id } = await trio();
  const before = await walkChanges(ana, id, { limit: 100 });
  const live = await ana.connect();
  await Promise.all([ana.says("one", id), bo.says("two", id), add(ana, id, cy)]);
  await Promise.all([cy.says("three", id), remove(ana, id, bo)]);
  await bo.do("POST", `/v1/groups/${id}/join`, {});
  const { lastRev } = await viewOf(ana, id);
  const notices = () => live.all("changes").filter(({ conversationId }) => conversationId === id);
  await until("all has come", () => notices().at(-1)?.rev === lastRev);
  const pages = notices().map((changes) => ({ ...changes, hasMore: false }));
  const seen = reduced([...before, ...pages]);
  assert.deepEqual(seen, reduced(await walkChanges(ana, id, { limit: 100 })));
});

test("pages read while others write are complete up to their rev", async () => {
  const { ana, bo, id } = await trio();
  let isOver = false;
  const walks: ReturnType<typeof reduced>[] = [];
  const reader = (async () => {
    do walks.push(reduced(await walkChanges(bo, id, { limit: 7 }))); while (!isOver);
  })();
  await Promise.all([ana, bo].map(async (person) => {
    for (let place = 0; place < 40; place++) await person.says(`${place}`, id);
  }));
  isOver = true;
  await reader;
  const { messages } = await numbersOf(world, id);
  for (const walk of walks) {
    const expected = messages.filter(({ rev }) => rev <= walk.rev).map(({ seq }) => seq);
    assert.deepEqual([...walk.messages.keys()], expected);
  }
});

test("pages of the largest messages stay under 1 MiB and lose nothing", async () => {
  const { ana, bo, cy, id } = await trio();
  const writer = await ana.connect();
  const params = { conversationId: id, kind: "text", body: { text: "語".repeat(10_000) } };
  const send = (place: number) =>
    writer.call("message.send", { ...params, clientId: `c-${place}` });
  await Promise.all(Array.from({ length: 40 }, (_, place) => send(place)));
  await add(ana, id, cy);
  await send(40);
  const live = await bo.connect();
  const pages: ChangesPage[] = [];
  for (let afterRev = 0, hasMore = true; hasMore;) {
    const page = await live.call("conversation.changes", {
      conversationId: id,
      afterRev,
      limit: 100,
    });
    pages.push(page);
    ({ hasMore, rev: afterRev } = page);
  }
  const fresh = reduced(await walkChanges(bo, id, { limit: 3 }));
  assert.deepEqual(reduced(pages), fresh);
  assert.equal(fresh.messages.size, 43);
  assert.ok(pages.length >= 2);
  const heaviest = Math.max(...live.frames.map((frame) => new TextEncoder().encode(frame).length));
  assert.ok(heaviest < 1_048_576, `a frame of ${heaviest} bytes`);
});
