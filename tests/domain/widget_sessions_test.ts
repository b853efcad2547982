/** Widget sessions: who comes in, from which pages, and that each visitor has a conversation of its own. */
import { strict as assert } from "node:assert";
import { and, eq } from "drizzle-orm";
import { widgetFrameOrigins } from "../../domain/widget_sessions.ts";
import { supportConversations, users } from "../../db/schema/mod.ts";
import type { Inbox } from "../../schemas/inboxes.ts";
import type { InboxFace } from "../../schemas/support.ts";
import { changesOf, historyOf, listOf, viewOf } from "../support/chat.ts";
import {
  adminAt,
  asksIn,
  identityOf,
  identitySecret,
  inboxOf,
  supportOf,
  visits,
} from "../support/inboxes.ts";
import { assertRefused, openWorld, Person, test } from "../support/world.ts";

const world = await openWorld();
const server = await world.instance();
const elsewhere = await world.instance();
const admin = await adminAt(world, server);
const ana = await server.person("ana");
const inbox = await inboxOf(admin, [ana], {
  identitySecret,
  allowedOrigins: ["https://shop.example"],
});

const token = (sub: string, name?: string) => ({ identityToken: identityOf(sub, name) });

test("a visitor comes to a conversation with the inbox's agents, as a plain member", async () => {
  const { person, id } = await visits(server, inbox.key, { visitor: { name: "Vi", locale: "zh" } });
  const { user } = person.session;
  assert.deepEqual([user.role, user.nickname, user.locale], ["guest", "Vi", "zh"]);
  const { kind, memberCount, ownerId, name, my } = await viewOf(person, id);
  assert.deepEqual([kind, memberCount, ownerId, name], ["support", 2, null, null]);
  assert.deepEqual([my.role, my.peer], ["member", null]);
  const mine = await viewOf(ana, id);
  assert.deepEqual([mine.my.role, mine.my.peer?.nickname], ["manager", "Vi"]);
  const { members } = await changesOf(person, id);
  assert.deepEqual(members.map(({ userId, role }) => [userId, role]), [
    [person.id, "member"],
    [ana.id, "manager"],
  ]);
});

test("one visitor sees nothing of another", async () => {
  const [one, other] = [await visits(server, inbox.key), await visits(server, inbox.key)];
  await one.person.says("mine", one.id);
  assert.notEqual(one.id, other.id);
  assert.deepEqual((await listOf(other.person)).items.map(({ id }) => id), [other.id]);
  for (const path of ["", "/messages", "/changes", "/export?format=jsonl"]) {
    const url = `/v1/conversations/${one.id}${path}`;
    assertRefused(await other.person.ask("GET", url), 404, "notFound");
  }
  const search = `/v1/messages/search?q=mine&conversationId=${one.id}`;
  assertRefused(await other.person.ask("GET", search), 404, "notFound");
  assertRefused(await other.person.ask("GET", `/v1/users/${one.person.id}`), 403, "notAllowed");
});

test("whom the site has signed is the same visitor on every device", async () => {
  const [one, other] = [
    await visits(server, inbox.key, token("c-1", "Cleo")),
    await visits(elsewhere, inbox.key, token("c-1", "Cleo")),
  ];
  assert.deepEqual([other.person.id, other.id], [one.person.id, one.id]);
  assert.notEqual(one.person.session.sessionId, other.person.session.sessionId);
  await one.person.says("from here", one.id);
  const { items } = await historyOf(other.person, one.id);
  assert.equal(items.length, 1);
  assert.equal((await supportOf(ana, one.id)).visitor.verified, true);
  const third = await visits(server, inbox.key, token("c-2"));
  assert.notEqual(third.person.id, one.person.id);
});

test("asking whether somebody is known begins nothing", async () => {
  const asks = (identityToken: string, key = inbox.key) =>
    server.ask<{ known: boolean }>("POST", "/v1/widget/identity", { key, identityToken });
  assert.deepEqual((await asks(identityOf("k-1"))).body, { known: false });
  assert.deepEqual((await asks(identityOf("k-1"))).body, { known: false }, "and not by asking");
  await visits(server, inbox.key, token("k-1"));
  assert.deepEqual((await asks(identityOf("k-1"))).body, { known: true });
  const other = await inboxOf(admin, [ana], { identitySecret });
  assert.deepEqual((await asks(identityOf("k-1"), other.key)).body, { known: false });
  assertRefused(await asks("no token"), 401, "tokenInvalid");
  assertRefused(await asks(identityOf("k-1", "K", Date.now() - 86_400_000)), 401, "tokenExpired");
  assertRefused(await asks(identityOf("k-1"), "nothing"), 404, "notFound");
});

test("the same visitor twice at once is one user with one conversation", async () => {
  const at = [server, elsewhere, server, elsewhere, server, elsewhere];
  const came = await Promise.all(at.map((site) => visits(site, inbox.key, token("at once"))));
  assert.equal(new Set(came.map(({ person }) => person.id)).size, 1);
  assert.equal(new Set(came.map(({ id }) => id)).size, 1);
  const rows = await world.database.orm.select().from(supportConversations).where(and(
    eq(supportConversations.inboxId, inbox.id),
    eq(supportConversations.identity, "at once"),
  ));
  assert.equal(rows.length, 1);
});

test("the name that the site signed goes before the visitor's, and is not the visitor's to change", async () => {
  const named = { visitor: { name: "Boss" } };
  const { person } = await visits(server, inbox.key, { ...named, ...token("d-1", "Dora") });
  assert.equal(person.session.user.nickname, "Dora");
  const renamed = { nickname: "Boss" };
  assertRefused(await person.ask("PATCH", "/v1/users/me", renamed), 403, "notAllowed");
  const patch = { name: "Boss" };
  assertRefused(await person.ask("PATCH", "/v1/widget/visitor", patch), 403, "notAllowed");
  const again = await visits(server, inbox.key, token("d-1", "Dorothea"));
  assert.equal(again.person.session.user.nickname, "Dorothea");
  const unnamed = await visits(server, inbox.key, { ...named, ...token("d-1") });
  assert.equal(unnamed.person.session.user.nickname, "Dorothea");
});

test("the same name at two sites is two people", async () => {
  const other = await inboxOf(admin, [ana], { identitySecret });
  const here = await visits(server, inbox.key, token("shared"));
  const there = await visits(server, other.key, token("shared"));
  assert.notEqual(here.person.id, there.person.id);
});

test("without a token everyone who comes is new, and goes on by its own refresh token", async () => {
  const [one, other] = [await visits(server, inbox.key), await visits(server, inbox.key)];
  assert.notEqual(one.person.id, other.person.id);
  const { refreshToken } = one.person.session;
  const { status, body } = await server.ask<Person["session"]>("POST", "/v1/auth/refresh", {
    refreshToken,
  });
  assert.deepEqual([status, body.user.id], [200, one.person.id]);
});

test("a browser's origin must be the chat's own or the site's", async () => {
  const { key } = inbox;
  const own = server.url;
  const allowed = [own, "https://shop.example"];
  for (const origin of allowed) {
    assert.equal((await asksIn(server, { key }, { origin })).status, 201, origin);
  }
  const refused = [
    "https://evil.example",
    "http://shop.example",
    "https://shop.example:444",
    "https://shop.example.evil.example",
    "https://www.shop.example",
    "null",
  ];
  for (const origin of refused) {
    assertRefused(await asksIn(server, { key }, { origin }), 403, "originNotAllowed");
  }
});

test("an unknown key opens nothing", async () => {
  assertRefused(await asksIn(server, { key: "nothing" }), 404, "notFound");
  assertRefused(await server.ask("GET", "/v1/widget/inbox?key=nothing"), 404, "notFound");
  assert.equal(await widgetFrameOrigins(server.patter.app, "nothing"), null);
  assert.deepEqual(await widgetFrameOrigins(server.patter.app, inbox.key), [
    "https://shop.example",
  ]);
});

test("what anyone may know of an inbox is what to greet with, and no more", async () => {
  const made = await inboxOf(admin, [ana], { greeting: "Hi!", offlineMessage: "Later" });
  const face = async ({ key }: Inbox) =>
    (await server.ask<InboxFace>("GET", `/v1/widget/inbox?key=${key}`)).body;
  assert.deepEqual(await face(made), {
    name: "Help",
    greeting: "Hi!",
    open: true,
    hours: null,
    offlineMessage: "Later",
    identityRequired: false,
  });
  assert.equal((await face(inbox)).identityRequired, true);
});

test("whoever is locked does not come in again", async () => {
  const { person } = await visits(server, inbox.key, token("locked"));
  await admin.do("PUT", `/v1/admin/users/${person.id}/lock`);
  assertRefused(await person.ask("GET", "/v1/users/me"), 403, "accountLocked");
  const again = { key: inbox.key, ...token("locked") };
  assertRefused(await asksIn(server, again), 403, "accountLocked");
});

test("nobody finds a guest by its name, whatever it is called since", async () => {
  const { person } = await visits(server, inbox.key, { visitor: { name: "Quirinus" } });
  await person.do("PATCH", "/v1/users/me", { nickname: "Quirina" });
  for (const query of ["Quirinus", "Quirina", "Quir"]) {
    const { items } = await ana.do<{ items: unknown[] }>("GET", `/v1/users?query=${query}`);
    assert.deepEqual(items, [], query);
  }
});

test("guests and widget sessions from one address are limited together", async () => {
  const limited = await world.instance({
    RATE_LIMITS: "on",
    PASSWORD_COST: "14",
    GUESTS_PER_ADDRESS_MAX: "3",
  });
  const asks = () => asksIn(limited, { key: inbox.key });
  assert.equal((await limited.ask("POST", "/v1/auth/guest", {})).status, 201);
  assert.equal((await asks()).status, 201);
  assert.equal((await asks()).status, 201);
  assertRefused(await asks(), 429, "rateLimited");
  assertRefused(await limited.ask("POST", "/v1/auth/guest", {}), 429, "rateLimited");
});

test("a policy of one session a user does not part a visitor's devices", async () => {
  const single = await world.instance({ SESSION_POLICY: "single" });
  const one = await visits(single, inbox.key, token("two devices"));
  await visits(single, inbox.key, token("two devices"));
  assert.equal((await one.person.ask("GET", "/v1/users/me")).status, 200);
});

test("a guest without an inbox has a name that tells it apart, and no conversation", async () => {
  const { status, body } = await server.ask<Person["session"]>("POST", "/v1/auth/guest", {});
  assert.equal(status, 201);
  assert.match(body.user.nickname, /^Guest [0-9a-f]{4}$/);
  const person = new Person(server, "guest", body);
  assert.deepEqual((await listOf(person)).items, []);
  const [row] = await world.database.orm.select().from(users).where(eq(users.id, person.id));
  assert.equal(row!.findableByPhone, false);
  const more = { nickname: "Gus", device: { platform: "web" } };
  const named = await server.ask<Person["session"]>("POST", "/v1/auth/guest", more);
  assert.equal(named.body.user.nickname, "Gus");
});
