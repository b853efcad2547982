/** Who may read an attachment: its owner, and whoever may read a message that holds it. */
import { strict as assert } from "node:assert";
import { infoOf, shares, statusOf } from "../support/media.ts";
import { acts } from "../support/rich.ts";
import { someBytes, upload } from "../support/uploads.ts";
import { assertRefused, openWorld, type Person, test } from "../support/world.ts";

const world = await openWorld();
const server = await world.instance();

/** What each of them gets when asking for the bytes. */
async function statusesOf(id: string, ...people: Person[]): Promise<number[]> {
  const statuses: number[] = [];
  for (const person of people) statuses.push(await statusOf(person, id));
  return statuses;
}

async function shared(person: Person, conversationId: string, attachmentId: string) {
  const { status, body } = await shares(person, conversationId, attachmentId);
  assert.equal(status, 201, JSON.stringify(body));
  return body.seq;
}

async function three() {
  const people = await Promise.all(["ana", "bo", "cy"].map((name) => server.person(name)));
  return people as [Person, Person, Person];
}

test("an attachment is its owner's alone until a message holds it, then the members'", async () => {
  const [ana, bo, cy] = await three();
  const group = await server.group(ana, [bo]);
  const id = await upload(ana, "secret");
  assert.deepEqual(await statusesOf(id, ana, bo, cy), [200, 404, 404]);
  await shared(ana, group, id);
  assert.deepEqual(await statusesOf(id, ana, bo, cy), [200, 200, 404]);
  assertRefused(await infoOf(cy, id), 404, "notFound");
  assertRefused(await cy.ask("GET", `/v1/attachments/${id}/link`), 404, "notFound");
});

test("what lies before a member's coming is not theirs, unless the group shows its history", async () => {
  const [ana, bo, cy] = await three();
  for (const [historyVisible, status] of [["joined", 404], ["all", 200]] as const) {
    const group = await server.group(ana, [bo], { historyVisible });
    const id = await upload(ana, `old ${historyVisible}`);
    await shared(ana, group, id);
    await ana.do("POST", `/v1/groups/${group}/members`, { userIds: [cy.id] });
    assert.equal(await statusOf(cy, id), status, historyVisible);
    const later = await upload(ana, `new ${historyVisible}`);
    await shared(ana, group, later);
    assert.equal(await statusOf(cy, later), 200);
  }
});

test("a former member keeps what it could read, and gets nothing that came after", async () => {
  const [ana, bo] = await three();
  const group = await server.group(ana, [bo]);
  const [before, after] = [await upload(ana, "before"), await upload(ana, "after")];
  await shared(ana, group, before);
  await ana.do("DELETE", `/v1/groups/${group}/members/${bo.id}`);
  await shared(ana, group, after);
  assert.deepEqual(await statusesOf(before, bo), [200]);
  assert.deepEqual(await statusesOf(after, bo), [404]);
});

test("a recall takes the attachment back, unless another message holds it too", async () => {
  const [ana, bo] = await three();
  const group = await server.group(ana, [bo]);
  const id = await upload(ana, "slip");
  const [one, two] = [await shared(ana, group, id), await shared(ana, group, id)];
  const { url } = await bo.do<{ url: string }>("GET", `/v1/attachments/${id}/link`);
  await acts(ana, group).recall(one);
  assert.deepEqual(await statusesOf(id, ana, bo), [200, 200]);
  await acts(ana, group).recall(two);
  assert.deepEqual(await statusesOf(id, ana, bo), [200, 404]);
  assert.equal((await server.ask("GET", url.slice(server.url.length))).status, 404);
});

test("forwarding hands it on: one by one, merged, and merged again", async () => {
  const [ana, bo, cy] = await three();
  const source = await server.group(ana, [bo]);
  const id = await upload(ana, "passed on");
  let from = { conversationId: source, seqs: [await shared(ana, source, id)] };
  for (const merged of [false, true, true]) {
    const reader = await server.person("reader");
    const target = await server.group(bo, [cy, reader]);
    const input = { clientId: "f", from, merged };
    const path = `/v1/conversations/${target}/messages/forward`;
    const { items } = await bo.do<{ items: { seq: number }[] }>("POST", path, input);
    assert.equal(await statusOf(reader, id), 200);
    await acts(bo, target).recall(items[0]!.seq);
    assert.equal(await statusOf(reader, id), 404, "recalled");
    const again = await bo.do<{ items: { seq: number }[] }>("POST", path, {
      ...input,
      clientId: "g",
    });
    from = { conversationId: target, seqs: again.items.map(({ seq }) => seq) };
  }
});

test("nobody gets hold of an attachment by naming it", async () => {
  const [ana, bo, cy] = await three();
  const id = await upload(ana, "private");
  const group = await server.group(bo, [cy]);
  assertRefused(await shares(bo, group, id), 404, "notFound");
  const path = `/v1/conversations/${group}/messages`;
  const item = { kind: "file", body: { attachmentId: id } };
  const data = { attachmentId: id, kind: "merged", items: [item] };
  const custom = { clientId: "c", kind: "custom", body: { type: "merged", data } };
  const { seq } = await bo.do<{ seq: number }>("POST", path, custom);
  await bo.do("POST", `${path}/forward`, {
    clientId: "m",
    from: { conversationId: group, seqs: [seq] },
    merged: true,
  });
  const merged = { clientId: "n", kind: "merged", body: { title: "x", items: [item] } };
  assertRefused(await bo.ask("POST", path, merged), 400, "invalidInput");
  assert.deepEqual(await statusesOf(id, bo, cy), [404, 404]);
});

test("a deleted one is 410 to all who could read it, and unknown to others", async () => {
  const [ana, bo, cy] = await three();
  const group = await server.group(ana, [bo]);
  const id = await upload(ana, "gone");
  await shared(ana, group, id);
  assertRefused(await bo.ask("DELETE", `/v1/attachments/${id}`), 403, "notAllowed");
  await ana.do("DELETE", `/v1/attachments/${id}`);
  assert.deepEqual(await statusesOf(id, ana, bo, cy), [410, 410, 404]);
  assert.equal(await server.patter.app.blobs.size(id), 0);
});

test("a long download breaks off when its reader is logged out meanwhile", async () => {
  const ana = await server.person("ana");
  const id = await upload(ana, someBytes(24 * 1_048_576));
  const request = new Request(`${server.url}/v1/attachments/${id}`, {
    headers: { authorization: `Bearer ${ana.session.accessToken}` },
  });
  const { body, status } = await server.patter.fetch(request, "127.0.0.1");
  assert.equal(status, 200);
  const reader = body!.getReader();
  await reader.read();
  await ana.do("POST", "/v1/auth/logout");
  world.clock.advanceMs(2_000);
  await assert.rejects(async () => {
    while (!(await reader.read()).done);
  });
});
