/** Users: oneself read and changed, others seen without their phone number, and a name's limits. */
import { strict as assert } from "node:assert";
import type { Conversation } from "../../schemas/conversations.ts";
import type { Me, User } from "../../schemas/users.ts";
import { assertRefused, openWorld, type Person, test } from "../support/world.ts";

const world = await openWorld();
const server = await world.instance();

async function assertInvalid(person: Person, patch: unknown, path: string): Promise<void> {
  const answer = await person.ask("PATCH", "/v1/users/me", patch);
  assertRefused(answer, 400, "invalidInput");
  const paths = answer.body.errors?.map((error) => error.path) ?? [];
  assert.ok(paths.includes(path), `${path} in ${JSON.stringify(answer.body)}`);
}

function change(person: Person, patch: unknown): Promise<Me> {
  return person.do<Me>("PATCH", "/v1/users/me", patch);
}

test("I see all of myself", async () => {
  const ana = await server.person("ana", { phone: "+4915112347001" });
  const me = await ana.do<Me>("GET", "/v1/users/me");
  assert.deepEqual(me, ana.session.user);
  assert.deepEqual(Object.keys(me).sort(), [
    "avatarUrl",
    "bio",
    "createdAt",
    "findableByPhone",
    "id",
    "locale",
    "nickname",
    "phone",
    "role",
    "sex",
    "username",
  ]);
});

test("others see the fields of a user and no more", async () => {
  const ana = await server.person("ana", { phone: "+4915112347002", sex: "male" });
  const bo = await server.person("bo");
  assert.deepEqual(await bo.do<User>("GET", `/v1/users/${ana.id}`), {
    id: ana.id,
    username: ana.username,
    nickname: "ana",
    avatarUrl: null,
    sex: "male",
    bio: null,
    role: "user",
  });
  assert.deepEqual(
    Object.keys(await ana.do<User>("GET", `/v1/users/${ana.id}`)).sort(),
    Object.keys(await bo.do<User>("GET", `/v1/users/${ana.id}`)).sort(),
  );
});

test("a user who does not exist is not found, a malformed id is malformed", async () => {
  const ana = await server.person("ana");
  assertRefused(await ana.ask("GET", `/v1/users/${crypto.randomUUID()}`), 404, "notFound");
  for (const id of ["ana", "1", ana.id.toUpperCase(), `${ana.id}0`, "%00", "..%2fme"]) {
    assertRefused(await ana.ask("GET", `/v1/users/${id}`), 400, "invalidInput");
  }
});

test("PATCH changes what is given, null clears, and the rest stays", async () => {
  const ana = await server.person("ana");
  const all = {
    nickname: "Ana B",
    avatarUrl: "https://example.org/a.png",
    sex: "female",
    bio: "About me",
    locale: "pt-BR",
    findableByPhone: false,
  };
  assert.deepEqual(await change(ana, all), { ...ana.session.user, ...all });
  assert.deepEqual(await change(ana, {}), { ...ana.session.user, ...all });
  const cleared = { avatarUrl: null, bio: null, locale: null };
  assert.deepEqual(await change(ana, cleared), { ...ana.session.user, ...all, ...cleared });
  assert.deepEqual(await ana.do("GET", "/v1/users/me"), {
    ...ana.session.user,
    ...all,
    ...cleared,
  });
});

test("what cannot be cleared is not cleared", async () => {
  const ana = await server.person("ana");
  for (const field of ["nickname", "sex", "findableByPhone"]) {
    await assertInvalid(ana, { [field]: null }, field);
  }
});

test("what is not mine to change is an unknown field, and nothing beside it changes", async () => {
  const ana = await server.person("ana");
  const foreign = {
    username: "x_y_z",
    phone: "+4915100000000",
    role: "admin",
    id: ana.id,
    email: 1,
  };
  for (const [field, value] of Object.entries(foreign)) {
    await assertInvalid(ana, { nickname: "Changed", [field]: value }, field);
  }
  await assertInvalid(ana, '{"nickname":"Changed","__proto__":{"role":"admin"}}', "__proto__");
  assert.deepEqual(await ana.do("GET", "/v1/users/me"), ana.session.user);
});

test("lengths count code points after NFC, and text is stored so", async () => {
  const ana = await server.person("ana");
  const decomposed = "e\u0301";
  const me = await change(ana, { nickname: decomposed.repeat(64), bio: decomposed.repeat(500) });
  assert.equal(me.nickname, "é".repeat(64));
  assert.equal(me.bio, "é".repeat(500));
  const emoji = await change(ana, { nickname: "😀".repeat(64), bio: "👍".repeat(500) });
  assert.equal(emoji.bio, "👍".repeat(500));
  await assertInvalid(ana, { nickname: "😀".repeat(65) }, "nickname");
  await assertInvalid(ana, { bio: "é".repeat(501) }, "bio");
  // Composed from outside the Basic Multilingual Plane: NFC makes it longer, not shorter.
  await assertInvalid(ana, { nickname: "\u{1d15e}".repeat(64) }, "nickname");
  await assertInvalid(ana, { nickname: "" }, "nickname");
  await assertInvalid(ana, { nickname: " \u00a0\u3000" }, "nickname");
});

test("NUL characters and lone surrogates are refused, whole pairs are not", async () => {
  const ana = await server.person("ana");
  for (const bad of ["a\u0000b", "\u0000", "a\ud800", "\udc00a", "\udc00\ud800"]) {
    await assertInvalid(ana, { nickname: bad }, "nickname");
    await assertInvalid(ana, { bio: bad }, "bio");
  }
  await assertInvalid(ana, '{"nickname":"\\ud83d"}', "nickname");
  const me = await change(ana, '{"nickname":"\\ud83d\\ude00"}');
  assert.equal(me.nickname, "😀");
});

test("fields of another type are refused", async () => {
  const ana = await server.person("ana");
  const wrong = {
    nickname: 7,
    avatarUrl: "http://example.org/a.png",
    sex: "x",
    bio: ["a"],
    locale: "not a locale",
    findableByPhone: "yes",
  };
  for (const [field, value] of Object.entries(wrong)) {
    await assertInvalid(ana, { [field]: value }, field);
  }
});

test("nobody but the owner ever sees a phone number", async () => {
  const phone = "+4915112347003";
  const [ana, bo] = [await server.person("ana", { phone }), await server.person("bo")];
  const live = await bo.connect();
  await ana.do("POST", "/v1/friend-requests", { userId: bo.id });
  const requests = await bo.do<{ items: { id: string }[] }>("GET", "/v1/friend-requests");
  const path = `/v1/friend-requests/${requests.items[0]!.id}/accept`;
  const accepted = await bo.do("POST", path, {});
  const direct = await bo.do<Conversation>("POST", "/v1/conversations/direct", { userId: ana.id });
  const groupId = await server.group(ana, [bo]);
  const seen = [
    requests,
    accepted,
    direct,
    await bo.do("GET", "/v1/friends"),
    await bo.do("GET", "/v1/conversations"),
    await bo.do("GET", `/v1/groups/${groupId}`),
    await bo.do("GET", `/v1/groups/${groupId}/members`),
    await bo.do("GET", `/v1/users?query=${ana.username}`),
    await bo.do("GET", `/v1/users?ids=${ana.id}`),
    await bo.do("GET", `/v1/users?phone=${encodeURIComponent(phone)}`),
    await bo.do("PATCH", `/v1/friends/${ana.id}`, { remark: "A" }),
  ];
  await live.call("ping");
  const everything = JSON.stringify([seen, live.received]);
  assert.ok(everything.includes(ana.id));
  assert.ok(!everything.includes(phone));
  assert.ok(!/"(phone|passwordHash|findableByPhone)"/.test(everything));
});
