/** Exports of a conversation: what is in them, who gets them, and what they cost while nobody reads. */
import { strict as assert } from "node:assert";
import { eq } from "drizzle-orm";
import { users } from "../../db/schema/mod.ts";
import { exportConversation } from "../../domain/exports.ts";
import { pulled } from "../../domain/export_streams.ts";
import { historyOf, textOf, viewOf } from "../support/chat.ts";
import { download, exportPath, fill, linesOf } from "../support/exports.ts";
import { add } from "../support/groups.ts";
import { acts } from "../support/rich.ts";
import { until, within } from "../support/waiting.ts";
import { assertRefused, openWorld, type Person, test } from "../support/world.ts";

const world = await openWorld();
const server = await world.instance();

function ask(person: Person, id: string, format = "jsonl") {
  return person.ask("GET", exportPath(id, format));
}

test("JSON lines begin with the conversation and hold each message as the API gives it, with names", async () => {
  const { ana, bo, id } = await server.pair();
  const { seq } = await ana.says("first", id);
  await bo.says("second", id);
  await acts(bo, id).react(seq, "👍");
  await acts(ana, id).edit(seq, "first, edited");
  const { head, lines } = await linesOf(ana, id);
  assert.deepEqual(head, await viewOf(ana, id));
  const { items } = await historyOf(ana, id);
  assert.deepEqual(lines.map(({ name: _, ...message }) => message), items);
  assert.deepEqual(lines.map(({ name }) => name), ["ana", "bo"]);
  assert.deepEqual(lines[0]!.reactions, [{ emoji: "👍", count: 1, userIds: [bo.id] }]);
});

test("whoever a system message or a mention names is named, by the alias if there is one", async () => {
  const [owner, friend] = [await server.person("owner"), await server.person("friend")];
  const id = await server.group(owner, [friend]);
  await friend.do("PATCH", `/v1/groups/${id}/members/${friend.id}`, { alias: "Alias" });
  const path = `/v1/conversations/${id}/messages`;
  const body = { clientId: "m", kind: "text", body: { text: "hi" }, mentions: [friend.id, "all"] };
  await owner.do("POST", path, body);
  const { lines } = await linesOf(owner, id);
  const [created, mention] = lines;
  assert.deepEqual([created!.name, created!.names], [null, {
    [owner.id]: "owner",
    [friend.id]: "Alias",
  }]);
  assert.deepEqual([mention!.name, mention!.names], ["owner", { [friend.id]: "Alias" }]);
});

test("an export spans pages without a gap, and leaves out what was cleared or deleted for oneself", async () => {
  const { ana, bo, id } = await server.pair();
  await fill(world, id, bo, { count: 1_000 });
  await ana.do("PATCH", `/v1/conversations/${id}/settings`, { clearedSeq: 3 });
  for (const seq of [5, 6, 400, 1_000]) await acts(ana, id).forget(seq);
  const expected = Array.from({ length: 1_000 }, (_, index) => index + 1)
    .filter((seq) => seq > 3 && ![5, 6, 400, 1_000].includes(seq));
  assert.deepEqual((await linesOf(ana, id)).lines.map(({ seq }) => seq), expected);
  assert.equal((await linesOf(bo, id)).lines.length, 1_000);
});

test("a newcomer gets what it may read, a former member what there was when it left", async () => {
  const [owner, former, late] = [
    await server.person("owner"),
    await server.person("former"),
    await server.person("late"),
  ];
  const id = await server.group(owner, [former], { name: "Then" });
  const { seq } = await owner.says("then", id);
  await former.do("DELETE", `/v1/groups/${id}/members/${former.id}`);
  await add(owner, id, late);
  await acts(owner, id).edit(seq, "now");
  await owner.says("after", id);
  await owner.do("PATCH", `/v1/groups/${id}/members/${owner.id}`, { alias: "Since" });
  await owner.do("PATCH", `/v1/groups/${id}`, { name: "Now" });
  const asFormer = await linesOf(former, id);
  assert.equal(asFormer.head.name, "Then");
  assert.deepEqual(asFormer.lines.map(textOf).filter(Boolean), ["then"]);
  assert.ok(asFormer.lines.every(({ name }) => name !== "Since"));
  const asNew = (await linesOf(late, id)).lines;
  assert.deepEqual(asNew, (await linesOf(owner, id)).lines.slice(-asNew.length));
  assert.deepEqual(asNew.map(textOf).filter(Boolean), ["after"]);
});

test("a stranger learns nothing, and an unknown format is refused", async () => {
  const { ana, id } = await server.pair();
  const stranger = await server.person("stranger");
  for (const format of ["jsonl", "xlsx", "html"]) {
    assertRefused(await ask(stranger, id, format), 404, "notFound");
  }
  assertRefused(await ask(ana, id, "pdf"), 400, "invalidInput");
  assertRefused(await ana.ask("GET", `/v1/conversations/${id}/export`), 400, "invalidInput");
});

test("files are never kept, never guessed at, and named safely whatever the group is called", async () => {
  const owner = await server.person("owner");
  const id = await server.group(owner, [], { name: `../"x";\\ \u202egnp.<b>été*` });
  const response = await download(owner, exportPath(id, "html"));
  await response.body?.cancel();
  const day = world.clock.now().toISOString().slice(0, 10);
  assert.equal(response.headers.get("cache-control"), "no-store");
  assert.equal(response.headers.get("x-content-type-options"), "nosniff");
  assert.equal(
    response.headers.get("content-disposition"),
    `attachment; filename="x _ gnp. b _t_ ${day}.html"; ` +
      `filename*=UTF-8''x%20%3B%20gnp.%20b%20%C3%A9t%C3%A9%20${day}.html`,
  );
});

test("two exports at a time: a third waits until a reader is done or gone", async () => {
  const { ana, bo, id } = await server.pair();
  await fill(world, id, bo, { count: 4_000, units: 8_000 });
  const path = exportPath(id, "jsonl");
  const unread = [await download(ana, path), await download(ana, path)];
  assert.deepEqual(unread.map(({ status }) => status), [200, 200]);
  const third = await ask(ana, id);
  assertRefused(third, 429, "rateLimited");
  assert.ok(Number(third.headers.get("retry-after")) > 0);
  const others = await download(bo, path);
  assert.equal(others.status, 200, "the other has places of its own");
  await Promise.all([unread[0]!.body!.cancel(), others.body!.cancel()]);
  const free = async () => {
    const response = await download(ana, path, "HEAD");
    await response.body?.cancel();
    return response.status === 200;
  };
  await until("the place of who has gone is free", free);
  await unread[1]!.text();
  for (let time = 0; time < 3; time++) {
    assert.equal((await download(ana, path, "HEAD")).status, 200);
  }
});

test("a file that nobody reads is not made, and one whose reader has gone is not made any further", async () => {
  let made = 0;
  let hasStopped = false;
  async function* pages() {
    try {
      for (;;) yield await Promise.resolve(`page ${++made}`);
    } finally {
      hasStopped = true;
    }
  }
  const ends: unknown[] = [];
  const { body } = pulled(pages(), (error) => ends.push(error));
  const reader = body.getReader();
  for (let turn = 0; turn < 100; turn++) await new Promise((resolve) => setTimeout(resolve, 0));
  assert.equal(made, 0);
  await reader.read();
  await reader.read();
  assert.equal(made, 2);
  await reader.cancel();
  assert.deepEqual([made, hasStopped, ends], [2, true, [undefined]]);
});

test("a file that fails in the middle breaks off instead of ending, and says so once", async () => {
  async function* pages() {
    yield await Promise.resolve("page 1");
    throw new Error("The database is gone");
  }
  const ends: unknown[] = [];
  const { body, stop } = pulled(pages(), (error) => ends.push(error));
  const options = { port: 0, hostname: "127.0.0.1", onListen() {} };
  const host = Deno.serve(options, () => new Response(body));
  const response = await fetch(`http://127.0.0.1:${host.addr.port}`);
  await assert.rejects(response.text());
  await stop();
  assert.deepEqual(ends.map(String), ["Error: The database is gone"]);
  await host.shutdown();
});

test("the longer the messages, the fewer are held at a time", async () => {
  const { ana, bo, id } = await server.pair();
  await fill(world, id, bo, { count: 400, units: 10_000 });
  const input = { conversationId: id, format: "jsonl" } as const;
  const { body } = await exportConversation(server.patter.app, ana.actor, input);
  const sizes = (await Array.fromAsync(body)).map(({ length }) => length);
  assert.ok(sizes.reduce((sum, size) => sum + size, 0) > 4_000_000);
  assert.ok(Math.max(...sizes) < 600_000, sizes.join());
});

for (const how of ["logged out", "locked"] as const) {
  test(`an export breaks off when its reader is ${how} meanwhile, and that is no fault`, async () => {
    const { ana, bo, id } = await server.pair();
    await fill(world, id, bo, { count: 1_000 });
    const { app } = server.patter;
    const input = { conversationId: id, format: "jsonl" } as const;
    const { body } = await exportConversation(app, ana.actor, input);
    const reader = body.getReader();
    await reader.read();
    if (how === "logged out") await ana.do("POST", "/v1/auth/logout");
    else {
      await world.database.orm.update(users).set({ lockedAt: new Date() })
        .where(eq(users.id, ana.id));
    }
    world.clock.advanceMs(2_000);
    await assert.rejects(within("it breaks off", reader.read()), /broke off/);
    const faults = server.log.lines.filter(({ event }) => event === "export failed");
    assert.deepEqual(faults, []);
  });
}

test("what is sent while an export is read is not in it, and who is removed meanwhile gets no more", async () => {
  const [owner, friend] = [await server.person("owner"), await server.person("friend")];
  const id = await server.group(owner, [friend]);
  await fill(world, id, owner, { count: 600 });
  const { lastSeq } = await viewOf(friend, id);
  const input = { conversationId: id, format: "jsonl" } as const;
  const { body } = await exportConversation(server.patter.app, friend.actor, input);
  const reader = body.getReader();
  const read = async () => new TextDecoder().decode((await reader.read()).value);
  await read();
  const { length } = (await read()).trimEnd().split("\n");
  assert.ok(length < lastSeq, "there is more to come");
  await owner.says("since", id);
  await owner.do("DELETE", `/v1/groups/${id}/members/${friend.id}`);
  await acts(owner, id).edit(lastSeq, "a secret");
  let rest = "";
  for (;;) {
    const { done, value } = await within("the next page", reader.read());
    if (done) break;
    rest += new TextDecoder().decode(value);
  }
  const seqs = rest.trimEnd().split("\n").map((line) => JSON.parse(line).seq);
  assert.deepEqual([seqs.length, seqs.at(-1)], [lastSeq - length, lastSeq]);
  assert.ok(!rest.includes("a secret"));
});
