/** `GET /v1/users`: by part of a name, by exact phone number, by ids, and exactly one of them. */
import { strict as assert } from "node:assert";
import type { Page } from "../../schemas/fields.ts";
import type { User } from "../../schemas/users.ts";
import { assertRefused, openWorld, test } from "../support/world.ts";

const world = await openWorld();
const server = await world.instance();
const seeker = await server.person("seeker");

function find(parameters: Record<string, string>): Promise<Page<User>> {
  return seeker.do("GET", `/v1/users?${new URLSearchParams(parameters)}`);
}

async function nicknames(parameters: Record<string, string>): Promise<string[]> {
  return (await find(parameters)).items.map(({ nickname }) => nickname);
}

async function assertInvalid(query: string): Promise<void> {
  assertRefused(await seeker.ask("GET", `/v1/users${query}`), 400, "invalidInput");
}

async function named(...all: string[]): Promise<void> {
  for (const nickname of all) await server.person("one", { nickname });
}

test("a query is found anywhere in a nickname, whatever its case", async () => {
  await named("Quentin Vale", "Mme QUENTINE", "quen-tin");
  assert.deepEqual(await nicknames({ query: "quentin" }), ["Quentin Vale", "Mme QUENTINE"]);
  assert.deepEqual(await nicknames({ query: "TIN V" }), ["Quentin Vale"]);
  assert.deepEqual(await nicknames({ query: "quentin!" }), []);
});

test("a query is found anywhere in a username, and each user once", async () => {
  const ana = await server.person("Xerxes", { nickname: "xerXES the great" });
  const bo = await server.person("zzXERXES", { nickname: "Somebody" });
  const found = await find({ query: "xErXeS" });
  assert.deepEqual(found.items.map(({ id }) => id), [ana.id, bo.id]);
});

test("a user without a username is found by nickname", async () => {
  const input = { phone: "+4915112348001", password: "secret word 1", nickname: "Namelessly" };
  assert.equal((await server.ask("POST", "/v1/auth/register", input)).status, 201);
  assert.deepEqual(await nicknames({ query: "nameless" }), ["Namelessly"]);
});

test("percent, underscore and backslash mean themselves", async () => {
  await named("p100%q", "p100xq", "p_r", "pxr", "p\\s", "p\\\\s", "ps");
  assert.deepEqual(await nicknames({ query: "p100%q" }), ["p100%q"]);
  assert.deepEqual(await nicknames({ query: "p_r" }), ["p_r"]);
  assert.deepEqual(await nicknames({ query: "p\\s" }), ["p\\s"]);
  assert.deepEqual(await nicknames({ query: "\\\\" }), ["p\\\\s"]);
  assert.deepEqual(await nicknames({ query: "%" }), ["p100%q"]);
  assert.deepEqual(await nicknames({ query: "'; drop table users --" }), []);
});

test("Chinese, accents and emoji are found, in the form that they were stored in", async () => {
  await named("张三丰", "李四", "Ärger Über", "Cafe\u0301 Noir", "a😀b");
  assert.deepEqual(await nicknames({ query: "三" }), ["张三丰"]);
  assert.deepEqual(await nicknames({ query: "张三" }), ["张三丰"]);
  assert.deepEqual(await nicknames({ query: "ärger ü" }), ["Ärger Über"]);
  assert.deepEqual(await nicknames({ query: "café" }), ["Café Noir"]);
  assert.deepEqual(await nicknames({ query: "CAFE\u0301" }), ["Café Noir"]);
  assert.deepEqual(await nicknames({ query: "😀" }), ["a😀b"]);
});

test("a query that is empty, too long, or holds NUL is refused", async () => {
  for (const query of ["", "x".repeat(65), "a\u0000b"]) {
    await assertInvalid(`?${new URLSearchParams({ query })}`);
  }
});

test("pages follow one another by cursor without a loss or a repetition", async () => {
  await named(...Array.from({ length: 7 }, (_, place) => `paged ${place}`));
  const seen: string[] = [];
  let cursor: string | null = null;
  const sizes: number[] = [];
  do {
    const more: Record<string, string> = cursor === null ? {} : { cursor };
    const page: Page<User> = await find({ query: "paged", limit: "3", ...more });
    seen.push(...page.items.map(({ nickname }) => nickname));
    sizes.push(page.items.length);
    cursor = page.nextCursor;
    // Who comes meanwhile does not disturb the pages that follow.
    if (sizes.length === 1) await named("paged late");
  } while (cursor !== null);
  assert.deepEqual(sizes, [3, 3, 2]);
  assert.deepEqual(seen, [...Array.from({ length: 7 }, (_, i) => `paged ${i}`), "paged late"]);
});

test("a page that is just full is the last", async () => {
  await named("brimful a", "brimful b");
  const page = await find({ query: "brimful", limit: "2" });
  assert.deepEqual([page.items.length, page.nextCursor], [2, null]);
});

test("a phone number finds exactly its owner", async () => {
  const phone = "+4915112348002";
  const ana = await server.person("ana", { phone });
  const { items, nextCursor } = await find({ phone });
  assert.deepEqual([items.map(({ id }) => id), nextCursor], [[ana.id], null]);
  assert.ok(!JSON.stringify(items).includes(phone));
  assert.deepEqual((await find({ phone: "+491511234800" })).items, []);
  assert.deepEqual((await find({ phone: "+49151123480021" })).items, []);
});

test("a plus that the caller forgot to escape is a plus", async () => {
  const ana = await server.person("ana", { phone: "+4915112348003" });
  const { items } = await seeker.do<Page<User>>("GET", "/v1/users?phone=+4915112348003");
  assert.deepEqual(items.map(({ id }) => id), [ana.id]);
});

test("who does not want to be found by phone number is not", async () => {
  const phone = "+4915112348004";
  const ana = await server.person("ana", { phone });
  await ana.do("PATCH", "/v1/users/me", { findableByPhone: false });
  assert.deepEqual((await find({ phone })).items, []);
  assert.deepEqual((await find({ query: phone.slice(1) })).items, []);
  await ana.do("PATCH", "/v1/users/me", { findableByPhone: true });
  assert.equal((await find({ phone })).items.length, 1);
});

test("a malformed phone number is refused", async () => {
  for (const phone of ["", "4915112348004", "+", "+49 151", "%", "+49151\u0000"]) {
    await assertInvalid(`?${new URLSearchParams({ phone })}`);
  }
});

test("ids give those users once each; unknown ids are left out", async () => {
  const people = [await server.person("ana"), await server.person("bo")];
  const [ana, bo] = people.map(({ id }) => id) as [string, string];
  const { items, nextCursor } = await find({
    ids: [bo, ana, bo, crypto.randomUUID(), ana].join(","),
  });
  assert.deepEqual(items.map(({ id }) => id).sort(), [ana, bo].sort());
  assert.equal(nextCursor, null);
  assert.deepEqual((await find({ ids: crypto.randomUUID() })).items, []);
});

test("a hundred ids are taken and answered in one page, one more is refused", async () => {
  const people = await Promise.all(Array.from({ length: 60 }, () => server.person("many")));
  const unknown = Array.from({ length: 41 }, () => crypto.randomUUID());
  const ids = [...people.map(({ id }) => id), ...unknown];
  const page = await find({ ids: ids.slice(0, 100).join(",") });
  assert.deepEqual([page.items.length, page.nextCursor], [60, null]);
  await assertInvalid(`?ids=${ids.join(",")}`);
  const first = await find({ ids: ids.slice(0, 100).join(","), limit: "50" });
  assert.equal(first.items.length, 50);
  assert.notEqual(first.nextCursor, null);
});

test("ids that are malformed, or none, are refused", async () => {
  const { id } = seeker;
  for (const ids of ["", ",", "x", `${id},`, `${id},x`, id.toUpperCase(), `${id};${id}`]) {
    await assertInvalid(`?${new URLSearchParams({ ids })}`);
  }
});

test("exactly one of query, phone and ids is needed", async () => {
  const { id } = seeker;
  await assertInvalid("");
  await assertInvalid("?limit=5");
  await assertInvalid(`?query=a&ids=${id}`);
  await assertInvalid(`?query=a&phone=%2B4915112348001`);
  await assertInvalid(`?phone=%2B4915112348001&ids=${id}`);
  await assertInvalid(`?query=a&phone=%2B4915112348001&ids=${id}`);
  await assertInvalid("?query=a&query=b");
});

test("a stranger finds nobody", async () => {
  assertRefused(await server.ask("GET", "/v1/users?query=a"), 401, "tokenMissing");
});
