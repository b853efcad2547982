/** Finding users by any part of their names: in every script, in one order, on any number of pages. */
import { strict as assert } from "node:assert";
import { Buffer } from "node:buffer";
import { eq } from "drizzle-orm";
import fc from "fast-check";
import { transact } from "../../db/client.ts";
import { userNames, users } from "../../db/schema/mod.ts";
import { addNames, fold, tailsOf } from "../../domain/user_names.ts";
import type { Page } from "../../schemas/fields.ts";
import type { User } from "../../schemas/users.ts";
import { assertRefused, openWorld, test } from "../support/world.ts";

const world = await openWorld();
const server = await world.instance();
const seeker = await server.person("seeker");

interface Named {
  readonly id: string;
  readonly nickname: string;
  readonly username: string | null;
}

/** Writes users as registering does, without hashing a password for each. */
async function settle(
  all: readonly { nickname: string; username?: string | null }[],
): Promise<Named[]> {
  const named = all.map(({ nickname, username = null }) => ({
    id: crypto.randomUUID(),
    nickname: nickname.normalize("NFC"),
    username,
  }));
  await transact(world.database, async (tx) => {
    for (const one of named) {
      await tx.insert(users).values({ ...one, createdAt: world.clock.now() });
      await addNames(tx, one);
    }
  });
  return named;
}

function page(query: string, more: Record<string, string> = {}): Promise<Page<User>> {
  return seeker.do("GET", `/v1/users?${new URLSearchParams({ query, ...more })}`);
}

/** All pages together. */
async function find(query: string, limit = 100): Promise<User[]> {
  const found: User[] = [];
  let pages = 0;
  for (let cursor: string | null = ""; cursor !== null;) {
    assert.ok(++pages < 500, "pages come to an end");
    const after: Record<string, string> = cursor === "" ? {} : { cursor };
    const { items, nextCursor }: Page<User> = await page(query, { limit: `${limit}`, ...after });
    assert.ok(items.length <= limit);
    found.push(...items);
    cursor = nextCursor;
  }
  return found;
}

async function nicknames(query: string): Promise<string[]> {
  return (await find(query)).map(({ nickname }) => nickname);
}

async function assertFoundByAllTails({ id, nickname, username }: Named): Promise<void> {
  const rows = await world.database.orm.select().from(userNames).where(eq(userNames.userId, id));
  const held = rows.map(({ tail }) => tail);
  assert.deepEqual(held.sort(), [...tailsOf({ nickname, username })].sort());
}

test("names of every script are found by each part of them, from one character on", async () => {
  const all = {
    "诸葛孔明": ["诸", "葛", "孔明", "诸葛孔明"],
    "さくらカオリ": ["さ", "らカ", "リ"],
    "김민준": ["김", "민준"],
    "عبد الرحمن": ["ع", "الرح", "من"],
    "नमिता": ["न", "मित"],
    "👩‍👩‍👧‍👦 kin": ["👩‍👩‍👧‍👦", "👧", "👦 K"],
    "𝔊othic 𠮷": ["𝔊", "c 𠮷"],
  };
  await settle(Object.keys(all).map((nickname) => ({ nickname })));
  for (const [nickname, queries] of Object.entries(all)) {
    for (const query of queries) assert.deepEqual(await nicknames(query), [nickname], query);
  }
  assert.deepEqual(await nicknames("孔诸"), []);
});

test("letters are one, whatever their case and wherever they stand", async () => {
  const same = [
    ["İpek", "i\u0307PEK"],
    ["Großmann", "GROSSMANN", "großMANN", "grossmann"],
    ["Οδυσσεύς", "ΟΔΥΣΣΕΎΣ", "ύσ", "οδυς"],
    ["Énée", "énÉe", "E\u0301NE\u0301E", "ÉN"],
    ["ŒUVRE ǅ", "œuvre ǆ", "Ǆ"],
  ];
  await settle(same.map(([nickname]) => ({ nickname: nickname! })));
  for (const [nickname, ...queries] of same) {
    for (const query of queries) assert.deepEqual(await nicknames(query), [nickname], query);
  }
  assert.deepEqual(await nicknames("enee"), [], "an accent is a part of its letter");
});

test("first come names that begin with the query, the shortest and then the alphabet", async () => {
  await settle([
    { nickname: "my rowan" },
    { nickname: "Rowan Z" },
    { nickname: "Erwin", username: "rowan_b" },
    { nickname: "a rowan a" },
    { nickname: "ROWAN" },
    { nickname: "Rowan A" },
    { nickname: "Zed", username: "zz_rowan" },
  ]);
  const inOrder = ["ROWAN", "Rowan A", "Rowan Z", "Erwin", "my rowan", "a rowan a"];
  const found = await nicknames("rowan");
  // Whose tails are the same lie in the order of their ids.
  assert.deepEqual(found.filter((name) => name !== "Zed"), inOrder);
  assert.ok([4, 5].includes(found.indexOf("Zed")));
});

test("a user who is found by several tails is on one page alone", async () => {
  const named = await settle(
    Array.from({ length: 25 }, (_, place) => ({
      nickname: `hoho ${place} hoho`,
      username: `x_hoho_hoho${place}`,
    })),
  );
  for (const limit of [1, 2, 3, 7, 25, 26]) {
    const found = (await find("ho", limit)).map(({ id }) => id);
    assert.deepEqual(found.toSorted(), named.map(({ id }) => id).toSorted());
  }
});

test("where few of the tails count, pages are short, but nobody is left out", async () => {
  const named = await settle(
    Array.from({ length: 45 }, () => ({ nickname: `.${"kq".repeat(16)}` })),
  );
  const first = await page("kq", { limit: "1" });
  assert.deepEqual(first.items, [], "what is read for one page has an end");
  assert.notEqual(first.nextCursor, null);
  const found = (await find("kq", 1)).map(({ id }) => id);
  assert.deepEqual(found, named.map(({ id }) => id).toSorted());
});

test("deep pages follow one another, also from the beginnings to the other parts", async () => {
  const number = (place: number) => String(place).padStart(3, "0");
  await settle(Array.from({ length: 230 }, (_, place) => ({ nickname: `deep ${number(place)}` })));
  await settle(Array.from({ length: 70 }, (_, place) => ({ nickname: `.deep ${number(place)}` })));
  const expected = [
    ...Array.from({ length: 230 }, (_, place) => `deep ${number(place)}`),
    ...Array.from({ length: 70 }, (_, place) => `.deep ${number(place)}`),
  ];
  assert.deepEqual((await find("deep", 7)).map(({ nickname }) => nickname), expected);
  assert.deepEqual((await find("DEEP", 100)).map(({ nickname }) => nickname), expected);
});

test("a query of 64 characters is compared with the whole name", async () => {
  const long = "m".repeat(40) + "n".repeat(24);
  const named = [long, `${"m".repeat(40)}${"n".repeat(23)}o`, `${"m".repeat(63)}n`];
  await settle(named.map((nickname) => ({ nickname })));
  assert.deepEqual(await nicknames(long), [long]);
  assert.deepEqual((await nicknames("m".repeat(33))).sort(), named.toSorted());
  assert.deepEqual((await nicknames(`${"m".repeat(33)}n`)).sort(), named.toSorted());
  assert.deepEqual(await nicknames(`${"m".repeat(41)}n`), [named[2]]);
  assert.deepEqual(await nicknames("o".repeat(64)), []);
  const emoji = "🦩".repeat(64);
  await settle([{ nickname: emoji }]);
  assert.deepEqual(await nicknames(emoji), [emoji]);
  assert.deepEqual(await nicknames("🦩"), [emoji]);
});

test("after a change of nickname the new one is found, the old one is not", async () => {
  const ana = await server.person("Lorelei", { nickname: "Lorelei Fontane" });
  const named = { id: ana.id, username: ana.username };
  await assertFoundByAllTails({ ...named, nickname: "Lorelei Fontane" });
  await ana.do("PATCH", "/v1/users/me", { nickname: "Undine Fontaß" });
  assert.deepEqual(await nicknames("lorelei font"), []);
  assert.deepEqual(await nicknames("fontane"), []);
  assert.deepEqual(await nicknames("undine"), ["Undine Fontaß"]);
  assert.deepEqual(await nicknames("fontass"), ["Undine Fontaß"]);
  assert.deepEqual(await nicknames("lorelei"), ["Undine Fontaß"], "the username is as it was");
  await assertFoundByAllTails({ ...named, nickname: "Undine Fontaß" });
});

test("changes of nickname at the same moment leave no tail of the losers", async () => {
  const ana = await server.person("gleich");
  for (let round = 0; round < 10; round++) {
    const wanted = Array.from({ length: 6 }, (_, place) => `Name ${round} of ${place}`);
    await Promise.all(wanted.map((nickname) => ana.do("PATCH", "/v1/users/me", { nickname })));
    const { nickname } = await ana.do<User>("GET", "/v1/users/me");
    await assertFoundByAllTails({ id: ana.id, username: ana.username, nickname });
  }
});

function forged(...values: unknown[]): string {
  return Buffer.from(JSON.stringify(values)).toString("base64url");
}

test("a cursor that is not of this query's list is refused", async () => {
  await settle([{ nickname: "cursed a" }, { nickname: "cursed b" }]);
  const { nextCursor } = await page("cursed", { limit: "1" });
  const { id } = seeker;
  const cursors = {
    cursed: ["x", "", forged(), forged("0cursed"), forged(id), forged("0cursed", id, 1)],
    "cursed b": [
      nextCursor!,
      forged("1cursed", id),
      forged("2cursed b", id),
      forged("cursed b", id),
    ],
    c: [forged("0c", "x"), forged("0c\u0000", id), forged("0c\ud800", id), forged("0c", "1' or 1")],
  };
  for (const [query, each] of Object.entries(cursors)) {
    for (const cursor of each) {
      const path = `/v1/users?${new URLSearchParams({ query, cursor })}`;
      assertRefused(await seeker.ask("GET", path), 400, "invalidInput");
    }
  }
  const path = `/v1/users?${new URLSearchParams({ ids: id, cursor: nextCursor! })}`;
  assertRefused(await seeker.ask("GET", path), 400, "invalidInput");
});

const letters = [..."abAB.%_é\u0301ßſΣςσİıK张三😀", "\u{10ffff}", "\ud7ff", "\ue000"];
const text = (maxLength: number) =>
  fc.string({ unit: fc.constantFrom(...letters), minLength: 1, maxLength });
const nickname = fc.oneof(
  text(6),
  text(6),
  fc.constantFrom("a", "ab", "😀").map((one) => one.repeat(21)),
)
  // Registering would refuse what is longer.
  .filter((name) => [...name.normalize("NFC")].length <= 64);

test("whatever the names and the query, those are found whose folded names include it", async () => {
  const everyone: Named[] = [];
  let made = 0;
  const username = fc.option(fc.constantFrom("ab", "Ba", "a_a"))
    .map((one) => one === null ? null : `${one}${++made}`);
  const people = fc.array(fc.record({ nickname, username }), { minLength: 2, maxLength: 4 });
  const queries = fc.array(fc.record({ query: text(3), limit: fc.integer({ min: 1, max: 9 }) }), {
    minLength: 3,
    maxLength: 3,
  });
  await fc.assert(
    fc.asyncProperty(people, queries, async (newcomers, asked) => {
      everyone.push(...await settle(newcomers));
      for (const { query, limit } of asked) {
        const ours = new Set(everyone.map(({ id }) => id));
        const found = (await find(query, limit)).filter(({ id }) => ours.has(id));
        assertOrdered(found, fold(query));
        assert.deepEqual(found.map(({ id }) => id).sort(), naively(everyone, query));
      }
    }),
    { seed: 20_260_131, numRuns: 60, endOnFailure: true },
  );
});

function namesOf({ nickname, username }: Omit<Named, "id">): string[] {
  return [nickname, ...username === null ? [] : [username]].map(fold);
}

function naively(all: readonly Named[], query: string): string[] {
  // As it arrives at the server.
  const part = fold(query.normalize("NFC"));
  return all.filter((one) => namesOf(one).some((name) => name.includes(part)))
    .map(({ id }) => id).sort();
}

/** Those whose name begins with it come first, and they by that name. */
function assertOrdered(found: readonly User[], part: string): void {
  const beginnings = found.map((user) => namesOf(user).find((name) => name.startsWith(part)));
  const count = beginnings.filter((name) => name !== undefined).length;
  const leading = beginnings.slice(0, count);
  assert.ok(leading.every((name) => name !== undefined));
  const shown = leading.map((name) => Buffer.from([...name!].slice(0, 32).join("")));
  assert.deepEqual(shown, shown.toSorted(Buffer.compare));
}
