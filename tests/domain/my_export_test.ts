/** Everything about me in one archive: mine and nobody else's, as I may read it. */
import { unzipSync } from "fflate";
import { strict as assert } from "node:assert";
import { exportMe } from "../../domain/my_export.ts";
import type { Friend, FriendRequest } from "../../schemas/friends.ts";
import type { GroupRequest, Invite } from "../../schemas/groups.ts";
import { viewOf } from "../support/chat.ts";
import { download, fileOf, fill, linesIn, linesOf } from "../support/exports.ts";
import { acts } from "../support/rich.ts";
import { upload } from "../support/uploads.ts";
import { until } from "../support/waiting.ts";
import { assertRefused, openWorld, type Person, test } from "../support/world.ts";

const world = await openWorld();
const server = await world.instance();
const path = "/v1/users/me/export";

async function archiveOf(person: Person) {
  const files = unzipSync(await fileOf(person, path));
  const json = <T>(name: string): T => JSON.parse(new TextDecoder().decode(files[name]));
  return { files, json };
}

test("an archive holds me, my sessions, friends, requests, blocks, and every conversation I was in", async () => {
  const { ana, bo, id } = await server.pair();
  const [asked, blocked, asks] = [
    await server.person("asked"),
    await server.person("blocked"),
    await server.person("asks"),
  ];
  await ana.do("POST", "/v1/friend-requests", { userId: asked.id });
  await asks.do("POST", "/v1/friend-requests", { userId: ana.id });
  await ana.do("PUT", `/v1/blocks/${blocked.id}`);
  await bo.says("hello", id);
  const left = await server.group(bo, [ana], { name: "Left" });
  await bo.says("seen", left);
  await ana.do("DELETE", `/v1/groups/${left}/members/${ana.id}`);
  await bo.says("unseen", left);
  const foreign = await server.group(bo, [asked]);
  const { files, json } = await archiveOf(ana);
  assert.deepEqual(json("me.json"), await ana.do("GET", "/v1/users/me"));
  const sessions = await ana.do<{ items: unknown[] }>("GET", "/v1/auth/sessions");
  assert.deepEqual(json("sessions.json"), sessions.items);
  assert.deepEqual(json<Friend[]>("friends.json").map(({ user }) => user.id), [bo.id]);
  const requests = json<FriendRequest[]>("friend_requests.json");
  const others = requests.map(({ requester, addressee }) => [requester.id, addressee.id]);
  for (const pair of [[ana.id, asked.id], [asks.id, ana.id]]) {
    assert.ok(others.some((other) => other.join() === pair.join()));
  }
  assert.deepEqual(json<Friend[]>("blocks.json").map(({ user }) => user.id), [blocked.id]);
  const views = [await viewOf(ana, id), await viewOf(ana, left)];
  assert.deepEqual(json("conversations.json"), views.sort((a, b) => a.id < b.id ? -1 : 1));
  for (const one of [id, left]) {
    assert.deepEqual(
      linesIn(files[`conversations/${one}.jsonl`]!).lines,
      (await linesOf(ana, one)).lines,
    );
  }
  assert.ok(!(`conversations/${foreign}.jsonl` in files));
  assert.ok(!new TextDecoder().decode(files[`conversations/${left}.jsonl`]).includes("unseen"));
});

test("an archive holds what I left beside messages, and of others nothing", async () => {
  const { ana, bo, id } = await server.pair();
  const first = await ana.says("tpyo", id);
  await acts(ana, id).edit(first.seq, "typo");
  const his = await bo.says("hsi", id);
  await acts(bo, id).edit(his.seq, "his");
  for (const emoji of ["👍", "🎉"]) await acts(ana, id).react(his.seq, emoji);
  await acts(bo, id).react(first.seq, "🙂");
  const group = await server.group(bo, [ana], { joinPolicy: "open" });
  const mine = await ana.do<Invite>("POST", `/v1/groups/${group}/invites`, {});
  await bo.do("POST", `/v1/groups/${group}/invites`, {});
  const closed = await server.group(bo, [], { joinPolicy: "approval" });
  await ana.do("POST", `/v1/groups/${closed}/join`, { message: "Let me in" });
  const [attachmentId] = [await upload(ana, "mine"), await upload(bo, "his")];
  const { json } = await archiveOf(ana);
  const reacted = json<{ emoji: string; seq: number }[]>("reactions.json");
  assert.deepEqual(reacted.map(({ emoji, seq }) => [emoji, seq]).sort(), [
    ["🎉", his.seq],
    ["👍", his.seq],
  ]);
  const edits = json<{ seq: number; body: unknown }[]>("edits.json");
  assert.deepEqual(edits.map(({ seq, body }) => [seq, body]), [[first.seq, { text: "tpyo" }]]);
  assert.deepEqual(json<Invite[]>("invites.json").map(({ code }) => code), [mine.code]);
  const asked = json<GroupRequest[]>("group_requests.json");
  assert.deepEqual(asked.map(({ groupId, message }) => [groupId, message]), [
    [closed, "Let me in"],
  ]);
  const info = await ana.do("GET", `/v1/attachments/${attachmentId}/info`);
  assert.deepEqual(json("attachments.json"), [info]);
});

test("nothing in an archive tells of who blocks me or asks me in vain, or holds a secret", async () => {
  const [ana, bo, cy] = [
    await server.person("ana"),
    await server.person("bo"),
    await server.person("cy"),
  ];
  await bo.do("PUT", `/v1/blocks/${ana.id}`);
  await ana.do("PUT", `/v1/blocks/${cy.id}`);
  await cy.do("POST", "/v1/friend-requests", { userId: ana.id });
  const { files, json } = await archiveOf(ana);
  assert.deepEqual(json<Friend[]>("blocks.json").map(({ user }) => user.id), [cy.id]);
  assert.deepEqual(json("friend_requests.json"), []);
  assert.deepEqual(json("conversations.json"), []);
  const all = Object.values(files).map((bytes) => new TextDecoder().decode(bytes)).join("");
  assert.doesNotMatch(all, /password|refreshKey|hash|token/i);
});

test("lists longer than a page are whole", async () => {
  const ana = await server.person("ana");
  const ids: string[] = [];
  for (let number = 0; number < 53; number++) ids.push(await server.group(ana, []));
  const { files, json } = await archiveOf(ana);
  assert.deepEqual(json<{ id: string }[]>("conversations.json").map(({ id }) => id), ids.sort());
  const names = Object.keys(files).filter((name) => name.startsWith("conversations/"));
  assert.deepEqual(names.sort(), ids.map((id) => `conversations/${id}.jsonl`));
});

test("one archive at a time, and the place is free again when the reader has gone", async () => {
  const { ana, bo, id } = await server.pair();
  await fill(world, id, bo, { count: 600 });
  const { body } = exportMe(server.patter.app, ana.actor);
  const refused = await ana.ask("GET", path);
  assertRefused(refused, 429, "rateLimited");
  assert.ok(Number(refused.headers.get("retry-after")) > 0);
  assert.ok((await linesOf(ana, id)).lines.length === 600, "exports of conversations go on");
  const reader = body.getReader();
  await reader.read();
  await reader.cancel();
  assert.ok("me.json" in (await archiveOf(ana)).files);
});

test("an archive is a file to keep, and kept nowhere on its way", async () => {
  const ana = await server.person("ana");
  const { headers, body } = await download(ana, path);
  await body?.cancel();
  const day = world.clock.now().toISOString().slice(0, 10);
  assert.equal(headers.get("content-type"), "application/zip");
  assert.equal(headers.get("cache-control"), "no-store");
  assert.equal(headers.get("x-content-type-options"), "nosniff");
  assert.match(
    headers.get("content-disposition")!,
    new RegExp(`^attachment; filename="patter ${day}.zip"`),
  );
  await until("a reader that went away frees the place", async () => {
    const { status } = await download(ana, path, "HEAD");
    return status === 200;
  });
});
