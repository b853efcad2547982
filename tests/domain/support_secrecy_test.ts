/** What visitors must never get, over every way that anything reaches them: notes, pages, and one another. */
import { strict as assert } from "node:assert";
import { Buffer } from "node:buffer";
import { eq } from "drizzle-orm";
import { strFromU8, unzipSync } from "fflate";
import { users } from "../../db/schema/mod.ts";
import { memoryBus } from "../../realtime/bus_memory.ts";
import { adminAt, changesSupport, inboxOf, notes, visits } from "../support/inboxes.ts";
import { openWorld, type Person, test } from "../support/world.ts";

const world = await openWorld();
const bus = memoryBus();
const server = await world.instance({}, { bus });
const elsewhere = await world.instance({}, { bus });
const admin = await adminAt(world, server);

const noted = "zebranote";
const page = "https://shop.example/giraffepage";
const secrets = [noted, "giraffepage"];

async function scene() {
  const [ana, bo] = [await server.person("ana"), await server.person("bo")];
  const inbox = await inboxOf(admin, [ana, bo]);
  const { person: visitor, id } = await visits(server, inbox.key);
  return { ana, bo, visitor, id, inbox };
}

async function textOf(person: Person, path: string): Promise<string> {
  const headers = { authorization: `Bearer ${person.session.accessToken}` };
  const response = await fetch(person.at.url + path, { headers });
  return await response.text();
}

/** All that may be asked over REST about the conversation and oneself. */
function paths(id: string, seq: number): string[] {
  const one = `/v1/conversations/${id}`;
  return [
    "/v1/users/me",
    "/v1/auth/sessions",
    "/v1/conversations",
    one,
    `${one}/messages`,
    `${one}/messages?afterSeq=0&limit=100`,
    `${one}/changes?afterRev=0&limit=100`,
    `${one}/messages/${seq}/readers`,
    `${one}/messages/${seq}/edits`,
    ...["jsonl", "html", "xlsx"].map((format) => `${one}/export?format=${format}`),
    ...secrets.map((word) => `/v1/messages/search?q=${word}&conversationId=${id}`),
    `/v1/messages/search?q=${noted}`,
    `/v1/support/conversations/${id}`,
    `/v1/support/conversations/${id}/notes`,
    "/v1/support/conversations",
    "/v1/users/me/export",
  ];
}

test("notes and pages reach no visitor, by no path and over no socket", async () => {
  const { ana, bo, visitor, id } = await scene();
  const [live, far] = [await visitor.connect(), await visitor.connect(elsewhere)];
  const agent = await bo.connect(elsewhere);
  const { seq } = await visitor.says("hello", id);
  await notes(ana, id, noted);
  assert.equal((await agent.next("support.noted")).text, noted);
  await visitor.do("PATCH", "/v1/widget/visitor", { page });
  await agent.next("support.changed", (change) => change.visitor.page === page);
  await changesSupport(ana, id, { status: "resolved", assigneeId: bo.id });
  await ana.says("the end", id);
  for (const one of [live, far]) await one.sees("the end");
  for (const one of [live, far]) {
    await one.call("conversation.list");
    await one.call("conversation.changes", { conversationId: id });
    await one.call("message.list", { conversationId: id });
    for (const secret of secrets) assert.ok(!one.frames.join("\n").includes(secret), secret);
    assert.ok(!one.frames.join("\n").includes("support."), "no word of what agents do");
  }
  for (const path of paths(id, seq)) {
    // A search's answer does not repeat what was looked for.
    const text = await textOf(visitor, path);
    for (const secret of secrets) assert.ok(!text.includes(secret), `${secret} in ${path}`);
  }
});

test("an agent's search, exports and history hold no notes either", async () => {
  const { ana, id } = await scene();
  await ana.says("hello", id);
  await notes(ana, id, noted);
  const headers = { authorization: `Bearer ${ana.session.accessToken}` };
  for (const path of paths(id, 1).filter((path) => !path.includes("/support/"))) {
    const bytes = await (await fetch(server.url + path, { headers })).bytes();
    const isZip = bytes[0] === 0x50 && bytes[1] === 0x4b;
    const text = isZip
      ? Object.values(unzipSync(bytes)).map((file) => strFromU8(file)).join("\n")
      : Buffer.from(bytes).toString("utf8");
    assert.ok(!text.includes(noted), path);
  }
});

test("who is no agent of the inbox hears nothing of it", async () => {
  const { ana, visitor, id } = await scene();
  const other = await server.person("other");
  const [stranger, far] = [await other.connect(), await admin.connect()];
  await visitor.says("hello", id);
  await notes(ana, id, noted);
  await changesSupport(ana, id, { status: "resolved" });
  for (const one of [stranger, far]) {
    await one.call("ping");
    assert.deepEqual(one.told.map(({ method }) => method), ["session.ready"]);
  }
});

test("a former agent hears no more of it, on whichever instance", async () => {
  const { ana, bo, visitor, id, inbox } = await scene();
  const live = await bo.connect(elsewhere);
  await admin.do("PATCH", `/v1/inboxes/${inbox.id}`, { agents: [ana.id] });
  await live.next("conversation.left");
  const before = live.told.length;
  await visitor.says("later", id);
  await notes(ana, id, noted);
  await changesSupport(ana, id, { status: "resolved" });
  await live.call("ping");
  assert.deepEqual(live.told.slice(before), []);
});

test("a visitor's number and address are nobody's to see", async () => {
  const { ana, visitor, id } = await scene();
  const phone = "+4915100000001";
  await world.database.orm.update(users).set({ phone }).where(eq(users.id, visitor.id));
  await visitor.says("hello", id);
  const list = await textOf(ana, "/v1/support/conversations");
  assert.ok(list.includes(visitor.id));
  assert.ok(!list.includes(phone));
  assert.ok(!list.includes("127.0.0.1"));
});
