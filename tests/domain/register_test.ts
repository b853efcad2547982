/** `POST /v1/auth/register`: who may make an account, and what is in the answer. */
import { strict as assert } from "node:assert";
import type { Problem } from "../../errors.ts";
import type { Session } from "../../schemas/auth.ts";
import { assertRefused, openWorld, test } from "../support/world.ts";

const world = await openWorld();
const server = await world.instance();
const password = "secret word 1";
let last = 0;

function someone(more: Record<string, unknown> = {}): Record<string, unknown> {
  return { username: `someone_${++last}`, password, nickname: "Some One", ...more };
}

function register(input: unknown) {
  return server.ask<Session>("POST", "/v1/auth/register", input);
}

async function assertInvalid(input: unknown, path: string): Promise<void> {
  const answer = await register(input);
  assertRefused(answer, 400, "invalidInput");
  const paths = (answer.body as unknown as Problem).errors?.map((error) => error.path) ?? [];
  assert.ok(paths.includes(path), `${path} in ${JSON.stringify(answer.body)}`);
}

async function assertTaken(input: unknown): Promise<void> {
  assertRefused(await register(input), 409, "usernameTaken");
}

test("register answers 201 with all fields of a session and of oneself", async () => {
  const { status, body } = await register(someone({ username: "Full_Name_1" }));
  assert.equal(status, 201);
  assert.deepEqual(Object.keys(body).sort(), [
    "accessToken",
    "accessTokenExpiresAt",
    "refreshToken",
    "refreshTokenExpiresAt",
    "sessionId",
    "user",
  ]);
  const { id, createdAt, ...user } = body.user;
  assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  assert.match(createdAt, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  assert.deepEqual(user, {
    username: "Full_Name_1",
    nickname: "Some One",
    avatarUrl: null,
    sex: "unknown",
    bio: null,
    role: "user",
    phone: null,
    locale: null,
    findableByPhone: true,
  });
});

test("register takes a phone number in place of a username, and all that is optional", async () => {
  const { status, body } = await register({
    phone: "+4915112345001",
    password,
    nickname: "Phone",
    avatarUrl: "https://example.org/a.png",
    sex: "female",
    device: { name: "My phone", platform: "ios" },
  });
  assert.equal(status, 201);
  assert.equal(body.user.username, null);
  assert.equal(body.user.phone, "+4915112345001");
  assert.equal(body.user.avatarUrl, "https://example.org/a.png");
  assert.equal(body.user.sex, "female");
});

test("register without username and phone is refused", async () => {
  await assertInvalid({ password, nickname: "Nobody" }, "username");
  await assertInvalid({ username: null, password, nickname: "Nobody" }, "username");
});

test("usernames are 3 to 30 letters, digits and underscores", async () => {
  for (const username of ["abc", "A_9", "x".repeat(30)]) {
    assert.equal((await register(someone({ username }))).status, 201, username);
  }
  const refused = [
    "ab",
    "x".repeat(31),
    "a b c",
    "äbc",
    "abc-d",
    "abc.d",
    "",
    "abc\n",
    "ab\u0000c",
  ];
  for (const username of refused) await assertInvalid(someone({ username }), "username");
});

test("a username is taken in every case of its letters", async () => {
  await register(someone({ username: "TakenName" }));
  for (const username of ["TakenName", "takenname", "TAKENNAME"]) {
    await assertTaken(someone({ username }));
  }
});

test("a phone number is taken once", async () => {
  const phone = "+4915112345002";
  assert.equal((await register(someone({ phone }))).status, 201);
  assertRefused(await register(someone({ phone })), 409, "phoneTaken");
});

test("of many who register one username at once, one gets it and no half account stays", async () => {
  const answers = await Promise.all(
    Array.from({ length: 8 }, () => register(someone({ username: "RaceForIt" }))),
  );
  const statuses = answers.map(({ status }) => status).sort();
  assert.deepEqual(statuses, [201, ...Array<number>(7).fill(409)]);
});

test("phone numbers are E.164", async () => {
  const refused = [
    "015112345678",
    "+0151123456",
    "+49 151 123",
    "+49151abc",
    "+",
    "+1234567890123456",
  ];
  for (const phone of refused) await assertInvalid(someone({ phone }), "phone");
});

test("passwords have 8 to 128 characters with a letter and a digit", async () => {
  for (
    const good of [
      "abcdefg1",
      `${"a".repeat(127)}1`,
      "пароль12",
      "密码密码密码密码1",
      `1${"😀".repeat(126)}a`,
    ]
  ) {
    assert.equal((await register(someone({ password: good }))).status, 201, good);
  }
  const refused = ["abcdef1", `${"a".repeat(128)}1`, "abcdefgh", "12345678", "", "a1\u0000aaaaaa"];
  for (const bad of refused) await assertInvalid(someone({ password: bad }), "password");
});

test("a nickname has 1 to 64 characters that are more than spaces, counted after NFC", async () => {
  const composed = await register(someone({ nickname: "e\u0301".repeat(64) }));
  assert.equal(composed.status, 201);
  assert.equal(composed.body.user.nickname, "é".repeat(64));
  assert.equal((await register(someone({ nickname: "😀".repeat(64) }))).status, 201);
  for (const nickname of ["", " \t ", "😀".repeat(65), "a\u0000b", "a\ud800b", 7, null]) {
    await assertInvalid(someone({ nickname }), "nickname");
  }
});

test("an avatar is an absolute https URL of at most 2,048 characters", async () => {
  const longest = "https://example.org/".padEnd(2_048, "a");
  assert.equal((await register(someone({ avatarUrl: longest }))).status, 201);
  const refused = [
    "http://example.org/a.png",
    "javascript:alert(1)",
    "data:image/png;base64,AAAA",
    "//example.org/a.png",
    "https:example.org",
    " https://example.org/",
    "https://example.org/\na",
    "https://",
    `${longest}a`,
    "",
  ];
  for (const avatarUrl of refused) await assertInvalid(someone({ avatarUrl }), "avatarUrl");
});

test("fields that are unknown or of another type are refused by their dotted path", async () => {
  await assertInvalid(someone({ role: "admin" }), "role");
  await assertInvalid(someone({ id: crypto.randomUUID() }), "id");
  await assertInvalid(someone({ sex: "other" }), "sex");
  await assertInvalid(someone({ password: 12345678 }), "password");
  await assertInvalid(someone({ device: { name: "x", model: "y" } }), "device.model");
  await assertInvalid(someone({ device: { name: "x".repeat(101) } }), "device.name");
  await assertInvalid(someone({ device: { platform: "toaster" } }), "device.platform");
  await assertInvalid([], "");
});

test("a failed registration names every field that is wrong", async () => {
  const { body } = await register({ username: "a", password: "b", nickname: "", extra: 1 });
  const paths = (body as unknown as Problem).errors?.map(({ path }) => path).sort();
  assert.deepEqual(paths?.filter((path, place) => paths.indexOf(path) === place), [
    "extra",
    "nickname",
    "password",
    "username",
  ]);
});
