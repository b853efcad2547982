/** `POST /v1/auth/login`: signing in by either name, and one answer for all that is wrong. */
import { strict as assert } from "node:assert";
import { changePassword, logIn } from "../../domain/auth.ts";
import { Passwords } from "../../domain/passwords.ts";
import type { Problem } from "../../errors.ts";
import type { Session, SessionSummary } from "../../schemas/auth.ts";
import { assertFails, assertRefused, openWorld, test } from "../support/world.ts";

const world = await openWorld();
const server = await world.instance();
const password = "secret word 1";

function logInWith<T = Session>(input: unknown) {
  return server.ask<T>("POST", "/v1/auth/login", input);
}

async function account(username: string, more: Record<string, unknown> = {}): Promise<Session> {
  const input = { username, password, nickname: "Ana", ...more };
  return (await server.ask<Session>("POST", "/v1/auth/register", input)).body;
}

test("log in answers 200 with a new session of the same user", async () => {
  const first = await account("ana_1");
  const { status, body } = await logInWith({ username: "ana_1", password });
  assert.equal(status, 200);
  assert.deepEqual(body.user, first.user);
  assert.notEqual(body.sessionId, first.sessionId);
  assert.notEqual(body.refreshToken, first.refreshToken);
});

test("log in takes the username without regard to case, or the phone number", async () => {
  const { user } = await account("Bo_Case", { phone: "+4915112346001" });
  assert.equal((await logInWith({ username: "bo_CASE", password })).body.user.id, user.id);
  assert.equal((await logInWith({ phone: "+4915112346001", password })).body.user.id, user.id);
});

test("a username is not a pattern, and a phone number is not a username", async () => {
  await account("cy_x", { phone: "+4915112346002" });
  for (const username of ["cy%x", "cy%", "___x", "+4915112346002"]) {
    assertRefused(await logInWith({ username, password }), 401, "badCredentials");
  }
  assertRefused(await logInWith({ phone: "cy_x", password }), 401, "badCredentials");
});

test("an unknown name and a wrong password get the very same answer", async () => {
  await account("dana");
  const wrong = await logInWith<Problem>({ username: "dana", password: "secret word 2" });
  const unknown = await logInWith<Problem>({ username: "nobody_here", password });
  const unknownPhone = await logInWith<Problem>({ phone: "+4915199999999", password });
  assertRefused(wrong, 401, "badCredentials");
  assert.deepEqual(unknown.body, wrong.body);
  assert.deepEqual(unknownPhone.body, wrong.body);
  const names = ({ headers }: typeof wrong) => [...headers.keys()].sort();
  assert.deepEqual(names(unknown), names(wrong));
});

test("passwords that nobody could have are wrong, not malformed", async () => {
  await account("eve_1");
  for (const tried of ["x", "a".repeat(500), "nul\u0000 here 1", "half \ud800 1"]) {
    assertRefused(await logInWith({ username: "eve_1", password: tried }), 401, "badCredentials");
  }
});

test("a password is the same however its accents were typed", async () => {
  await account("fay_1", { password: "cafe\u0301 au lait 1" });
  assert.equal((await logInWith({ username: "fay_1", password: "café au lait 1" })).status, 200);
});

test("log in with both names, none, NUL, or unknown fields is refused as malformed", async () => {
  const bad: [unknown, string][] = [
    [{ password }, "username"],
    [{ username: "a_b", phone: "+4915112346003", password }, "username"],
    [{ username: "a\u0000b", password }, "username"],
    [{ phone: "+49\u0000", password }, "phone"],
    [{ username: "a\udc00b", password }, "username"],
    [{ username: "a_b" }, "password"],
    [{ username: "a_b", password: "" }, "password"],
    [{ username: ["a_b"], password }, "username"],
    [{ username: "a_b", password, remember: true }, "remember"],
    [{ username: "a_b", password, device: { platform: "tv" } }, "device.platform"],
  ];
  for (const [input, path] of bad) {
    const answer = await logInWith<Problem>(input);
    assertRefused(answer, 400, "invalidInput");
    assert.ok(answer.body.errors?.some((error) => error.path === path), `${path}`);
  }
});

test("the device of a sign-in stands in the list of sessions", async () => {
  await account("gus_1");
  const device = { name: "Kitchen", platform: "web" };
  const { body } = await logInWith({ username: "gus_1", password, device });
  const { body: list } = await server.ask<{ items: SessionSummary[] }>(
    "GET",
    "/v1/auth/sessions",
    undefined,
    { authorization: `Bearer ${body.accessToken}` },
  );
  assert.deepEqual(list.items.map((one) => one.device), [
    device,
    { platform: "other" },
  ]);
  assert.ok(list.items.every(({ address }) => address === "127.0.0.1"));
});

/** Checks like any other, but something happens before the answer is known. */
class Interrupted extends Passwords {
  constructor(readonly meanwhile: () => Promise<void>) {
    super({ cost: 4, atOnceMax: 1, queueMax: 10 });
  }
  override async verify(tried: string, stored: string | null): Promise<boolean> {
    const isRight = await super.verify(tried, stored);
    if (isRight) await this.meanwhile();
    return isRight;
  }
}

test("an unknown name costs the check of a password, like a known one", async () => {
  const { app } = server.patter;
  const passwords = new Interrupted(() => Promise.resolve());
  const checked: (string | null)[] = [];
  await account("kim_1");
  passwords.verify = (_tried, stored) => Promise.resolve(checked.push(stored) === 0);
  for (const username of ["nobody_there", "kim_1"]) {
    await assertFails(
      "badCredentials",
      () => logIn({ ...app, passwords }, { username, password }, null),
    );
  }
  assert.deepEqual(checked.map((stored) => stored?.startsWith("$scrypt$")), [undefined, true]);
});

test("a sign-in whose password is changed while it is checked does not go through", async () => {
  const { user, sessionId } = await account("hal_1");
  const { app } = server.patter;
  const actor = { userId: user.id, sessionId, role: "user" } as const;
  const newPassword = "another word 2";
  const change = () => changePassword(app, actor, { oldPassword: password, newPassword });
  const slow = { ...app, passwords: new Interrupted(change) };
  await assertFails("badCredentials", () => logIn(slow, { username: "hal_1", password }, null));
  assertRefused(await logInWith({ username: "hal_1", password }), 401, "badCredentials");
  const after = await logInWith({ username: "hal_1", password: newPassword });
  assert.equal(after.status, 200);
});

test("an outdated hash that is renewed at sign-in does not undo a change of the password", async () => {
  const { user, sessionId } = await account("ida_1");
  const { app } = server.patter;
  const actor = { userId: user.id, sessionId, role: "user" } as const;
  const newPassword = "another word 2";
  const change = () => changePassword(app, actor, { oldPassword: password, newPassword });
  const slow = new Interrupted(change);
  slow.isOutdated = () => true;
  const signIn = () => logIn({ ...app, passwords: slow }, { username: "ida_1", password }, null);
  await assertFails("badCredentials", signIn);
  assert.equal((await logInWith({ username: "ida_1", password: newPassword })).status, 200);
});
