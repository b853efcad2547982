/** Inboxes: what admins make of them, and how conversations follow their agents and their end. */
import { strict as assert } from "node:assert";
import { eq } from "drizzle-orm";
import { settleInbox } from "../../domain/inbox_following.ts";
import { sweepVisitors } from "../../domain/visitor_ends.ts";
import { inboxAgents, inboxes, users } from "../../db/schema/mod.ts";
import type { Inbox } from "../../schemas/inboxes.ts";
import { changesOf, historyOf, listOf, viewOf } from "../support/chat.ts";
import {
  adminAt,
  asksIn,
  changesSupport,
  identityOf,
  identitySecret,
  inboxOf,
  supportList,
  supportOf,
  visits,
} from "../support/inboxes.ts";
import { assertRefused, openWorld, type Person, test } from "../support/world.ts";

const world = await openWorld();
const server = await world.instance();
const admin = await adminAt(world, server);

async function people(...names: string[]): Promise<Person[]> {
  return await Promise.all(names.map((name) => server.person(name)));
}

function patch(id: string, change: object): Promise<Inbox> {
  return admin.do<Inbox>("PATCH", `/v1/inboxes/${id}`, change);
}

const agentsAre = (id: string, agents: Person[]) =>
  patch(id, { agents: agents.map((agent) => agent.id) });

async function membersOf(person: Person, id: string): Promise<[string, boolean][]> {
  const { members } = await changesOf(person, id, "?limit=100");
  return members.map(({ userId, leftAt }): [string, boolean] => [userId, leftAt === null]);
}

test("an inbox comes back as it was made, but for its secret", async () => {
  const [ana] = await people("ana");
  const hours = { timeZone: "Asia/Shanghai", days: [{ day: 1, from: "09:00", to: "18:00" }] };
  const input = {
    greeting: "Hi",
    allowedOrigins: ["https://shop.example", "http://localhost:3000"],
    hours,
    offlineMessage: "Later",
    identitySecret,
  };
  const made = await inboxOf(admin, [ana!], input);
  const { id, key, createdAt, ...rest } = made;
  assert.match(key, /^[A-Za-z0-9_-]{16}$/);
  assert.ok(createdAt);
  assert.deepEqual(rest, {
    name: "Help",
    greeting: "Hi",
    agents: [ana!.id],
    allowedOrigins: input.allowedOrigins,
    hasIdentitySecret: true,
    hours,
    offlineMessage: "Later",
  });
  assert.deepEqual(await admin.do("GET", `/v1/inboxes/${id}`), made);
  const { items } = await admin.do<{ items: Inbox[] }>("GET", "/v1/inboxes?limit=100");
  assert.deepEqual(items.find((one) => one.id === id), made);
  assert.ok(!JSON.stringify(items).includes(identitySecret));
});

test("a change says what is to change; null clears", async () => {
  const { id } = await inboxOf(admin, [], { greeting: "Hi", identitySecret });
  const cleared = await patch(id, { greeting: null, identitySecret: null, name: "Sales" });
  const { greeting, hasIdentitySecret, name } = cleared;
  assert.deepEqual([greeting, hasIdentitySecret, name], [null, false, "Sales"]);
  assert.deepEqual(await patch(id, {}), cleared);
});

test("what is no origin, no time, no zone, or too short a secret is refused with its path", async () => {
  const refused: [object, string][] = [
    ...[
      "https://shop.example/",
      "https://shop.example/a",
      "https://Shop.example",
      "http://shop.example",
      "https://*.shop.example",
      "*",
      "https://a;script-src 'unsafe-inline'",
      "https://a,b",
      "https://shop.example:443",
      "https://shop.example:99999",
      "javascript:alert(1)",
      "null",
    ].map((origin): [object, string] => [{ allowedOrigins: [origin] }, "allowedOrigins.0"]),
    [{ identitySecret: "x".repeat(31) }, "identitySecret"],
    [{ hours: { timeZone: "Europe/Atlantis", days: [] } }, "hours.timeZone"],
    [{ hours: { timeZone: "+02:00", days: [] } }, "hours.timeZone"],
    [
      { hours: { timeZone: "UTC", days: [{ day: 7, from: "09:00", to: "10:00" }] } },
      "hours.days.0.day",
    ],
    [
      { hours: { timeZone: "UTC", days: [{ day: 1, from: "10:00", to: "09:00" }] } },
      "hours.days.0.to",
    ],
    [
      { hours: { timeZone: "UTC", days: [{ day: 1, from: "0:30", to: "10:00" }] } },
      "hours.days.0.from",
    ],
  ];
  for (const [more, path] of refused) {
    const answer = await admin.ask("POST", "/v1/inboxes", { name: "Help", ...more });
    assertRefused(answer, 400, "invalidInput");
    assert.deepEqual(answer.body.errors?.map((error) => error.path), [path], JSON.stringify(more));
  }
});

test("agents are people and bots who exist, not guests", async () => {
  const { body: guest } = await server.ask<Person["session"]>("POST", "/v1/auth/guest", {});
  const [bot] = await people("bot");
  await world.database.orm.update(users).set({ role: "bot" }).where(eq(users.id, bot!.id));
  const ask = (id: string) => admin.ask("POST", "/v1/inboxes", { name: "Help", agents: [id] });
  assertRefused(await ask(guest.user.id), 404, "notFound");
  assertRefused(await ask(crypto.randomUUID()), 404, "notFound");
  assert.equal((await ask(bot!.id)).status, 201);
  assert.equal((await ask(admin.id)).status, 201);
});

test("a new agent is in every conversation, with all of its history; a former one in none", async () => {
  const [ana, bo] = await people("ana", "bo") as [Person, Person];
  const { id: inboxId, key } = await inboxOf(admin, [ana]);
  const came = [await visits(server, key), await visits(server, key)];
  for (const { person, id } of came) await person.says("before", id);
  await changesSupport(ana, came[0]!.id, { assigneeId: ana.id });
  await agentsAre(inboxId, [bo]);
  for (const { person, id } of came) {
    assert.deepEqual((await historyOf(bo, id)).items.length, 1);
    assert.deepEqual(await membersOf(person, id), [
      [person.id, true],
      [bo.id, true],
      [ana.id, false],
    ]);
    assert.equal((await viewOf(person, id)).memberCount, 2);
    await person.says("after", id);
    assert.equal((await historyOf(ana, id)).items.length, 1, "what came later is not ana's");
    const text = { clientId: "late", kind: "text", body: { text: "late" } };
    const late = await ana.ask("POST", `/v1/conversations/${id}/messages`, text);
    assertRefused(late, 403, "notMember");
  }
  assert.equal((await supportOf(bo, came[0]!.id)).assigneeId, null);
  assert.deepEqual(await supportList(ana), []);
  assert.equal((await supportList(bo)).length, 2);
});

test("whoever is away and comes back as an agent is in again", async () => {
  const [ana, bo] = await people("ana", "bo") as [Person, Person];
  const { id: inboxId, key } = await inboxOf(admin, [ana, bo]);
  const { person, id } = await visits(server, key);
  await agentsAre(inboxId, [bo]);
  await person.says("meanwhile", id);
  await agentsAre(inboxId, [ana, bo]);
  assert.equal((await historyOf(ana, id)).items.length, 1);
  const { memberCount, my } = await viewOf(ana, id);
  assert.deepEqual([memberCount, my.role, my.leftAt], [3, "manager", null]);
});

test("live connections follow and stop following, with every step of rev", async () => {
  const [ana, bo, cy] = await people("ana", "bo", "cy") as [Person, Person, Person];
  const { id: inboxId, key } = await inboxOf(admin, [ana, bo]);
  const { person, id } = await visits(server, key);
  const [leaving, coming, staying] = [
    await ana.connect(),
    await cy.connect(),
    await person.connect(),
  ];
  await agentsAre(inboxId, [cy]);
  assert.equal((await leaving.next("conversation.left")).reason, "removed");
  assert.equal((await coming.next("conversation.joined")).conversation.id, id);
  await person.says("now", id);
  await coming.sees("now");
  await staying.sees("now");
  assert.deepEqual(leaving.texts(id), []);
  let rev = 0;
  for (const { prevRev, rev: next } of staying.all("changes")) {
    if (rev !== 0) assert.equal(prevRev, rev);
    rev = next;
  }
  assert.equal(rev, (await viewOf(person, id)).lastRev);
});

test("a change of agents that was broken off is gone on with", async () => {
  const [ana, bo] = await people("ana", "bo") as [Person, Person];
  const { id: inboxId, key } = await inboxOf(admin, [ana]);
  const { person, id } = await visits(server, key);
  const { orm } = world.database;
  // As if the process had ended after its first commit.
  await orm.insert(inboxAgents).values({ inboxId, userId: bo.id });
  await orm.update(inboxes).set({ agentsVersion: 2 }).where(eq(inboxes.id, inboxId));
  await settleInbox(server.patter.app);
  assert.equal((await viewOf(bo, id)).my.role, "manager");
  assert.equal((await viewOf(person, id)).memberCount, 3);
});

test("visitors who come while agents change meet those of one moment, and in the end those of now", async () => {
  const [ana, bo] = await people("ana", "bo") as [Person, Person];
  const { id: inboxId, key } = await inboxOf(admin, [ana]);
  const came = await Promise.all([
    ...Array.from({ length: 6 }, () => visits(server, key)),
    agentsAre(inboxId, [bo]),
    agentsAre(inboxId, [ana, bo]),
  ]);
  const { agents } = await admin.do<Inbox>("GET", `/v1/inboxes/${inboxId}`);
  for (const one of came) {
    if (!("person" in one)) continue;
    const living = (await membersOf(one.person, one.id)).filter(([, isIn]) => isIn);
    const expected = [one.person.id, ...agents].sort();
    assert.deepEqual(living.map(([id]) => id).sort(), expected);
  }
});

test("a deleted inbox opens nothing, and what was said in it stays readable", async () => {
  const [ana] = await people("ana") as [Person];
  const { id: inboxId, key } = await inboxOf(admin, [ana]);
  const { person, id } = await visits(server, key);
  await person.says("before", id);
  const live = await person.connect();
  await admin.do("DELETE", `/v1/inboxes/${inboxId}`);
  assert.equal((await live.next("conversation.left")).reason, "dismissed");
  assertRefused(await asksIn(server, { key }), 404, "notFound");
  assertRefused(await admin.ask("GET", `/v1/inboxes/${inboxId}`), 404, "notFound");
  for (const who of [ana, person]) {
    assert.equal((await historyOf(who, id)).items.length, 1);
    const text = { clientId: "late", kind: "text", body: { text: "late" } };
    const late = await who.ask("POST", `/v1/conversations/${id}/messages`, text);
    assertRefused(late, 409, "conversationDismissed");
  }
  assert.equal((await listOf(ana)).items[0]!.dismissedAt !== null, true);
  assert.deepEqual(await supportList(ana), []);
  const path = `/v1/support/conversations/${id}`;
  assert.equal((await supportOf(ana, id)).status, "resolved");
  assertRefused(await ana.ask("PATCH", path, { status: "open" }), 409, "conversationDismissed");
  const note = await ana.ask("POST", `${path}/notes`, { text: "x" });
  assertRefused(note, 409, "conversationDismissed");
});

test("a visitor who cannot come back is followed by nobody any more, whom the site signs is", async () => {
  const [ana] = await people("ana") as [Person];
  const { key } = await inboxOf(admin, [ana], { identitySecret });
  const identityToken = identityOf("back some day");
  const [gone, here, signed] = [
    await visits(server, key),
    await visits(server, key),
    await visits(server, key, { identityToken }),
  ];
  await gone.person.says("bye", gone.id);
  const live = await ana.connect();
  for (const { person } of [gone, signed]) await person.do("POST", "/v1/auth/logout");
  await sweepVisitors(server.patter.app);
  assert.equal((await live.next("conversation.left")).conversationId, gone.id);
  assert.equal((await historyOf(ana, gone.id)).items.length, 1);
  assert.equal((await supportOf(ana, gone.id)).status, "resolved");
  for (const { id } of [here, signed]) assert.equal((await viewOf(ana, id)).dismissedAt, null);
});
