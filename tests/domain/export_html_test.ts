/** Exports as pages: whatever people write stays text, and nothing on the page runs or loads. */
import { strict as assert } from "node:assert";
import { download, exportPath, fileOf } from "../support/exports.ts";
import { acts } from "../support/rich.ts";
import { openWorld, type Person, test } from "../support/world.ts";

const world = await openWorld();
const server = await world.instance();

async function pageOf(person: Person, id: string): Promise<string> {
  return new TextDecoder().decode(await fileOf(person, exportPath(id, "html")));
}

function send(person: Person, id: string, message: object) {
  const path = `/v1/conversations/${id}/messages`;
  return person.do("POST", path, { clientId: crypto.randomUUID(), ...message });
}

const attack = `"><script>alert(1)</script><img src=x onerror=alert(1)>'\`</p></title></style>&lt;`;
const escaped =
  "&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;&lt;img src=x onerror=alert(1)&gt;" +
  "&#39;&#96;&lt;/p&gt;&lt;/title&gt;&lt;/style&gt;&amp;lt;";

// All that the page may be made of. An attribute's value is quoted and holds none of <>"'`.
const tags = new Set(
  ("html head meta title style body h1 h2 p time article header b bdi a div blockquote").split(" "),
);
const attributes = new Set(
  "lang charset http-equiv content name dir class id datetime href rel".split(" "),
);

/** Takes every tag of a page apart; what is not on the lists above fails. */
function assertHarmless(page: string): void {
  const [before, after] = page.split("</style>");
  assert.ok(before !== undefined && after !== undefined && page.split("</style>").length === 2);
  const markup = page.replace(/<style>[^]*?<\/style>/, "").replace(/^<!doctype html>/, "");
  // The policy is the one attribute that holds quotes.
  const plain = markup.replace(/ content="default-src 'none'; style-src 'unsafe-inline'"/, "");
  for (const [piece] of plain.matchAll(/<[^>]*>?|[^<]+/g)) {
    if (!piece.startsWith("<")) {
      assert.doesNotMatch(piece, /[>"'`]|&(?!(?:amp|lt|gt|quot|#39|#96);)/, piece);
      continue;
    }
    const [, name, rest] = /^<\/?([a-z0-9]+)((?: [a-z-]+="[^"<>'`]*")*)>$/.exec(piece) ??
      assert.fail(piece);
    assert.ok(tags.has(name!), piece);
    for (const [, attribute, value] of rest!.matchAll(/ ([a-z-]+)="([^"]*)"/g)) {
      assert.ok(attributes.has(attribute!), piece);
      if (attribute === "href") assert.match(value!, /^(?:https:\/\/|#m\d+$)/);
    }
  }
}

test("names, titles and texts of every kind are escaped, and only https links are links", async () => {
  const [owner, friend] = [await server.person("owner"), await server.person("friend")];
  for (const person of [owner, friend]) {
    await person.do("PATCH", "/v1/users/me", { nickname: `<b onclick=x>'"` });
  }
  const id = await server.group(owner, [friend], { name: `</title><script>"'` });
  await friend.do("PATCH", `/v1/groups/${id}/members/${friend.id}`, { alias: "<i>&" });
  await owner.do("PATCH", `/v1/groups/${id}`, { announcement: attack });
  await friend.says(attack, id);
  await send(friend, id, { kind: "location", body: { latitude: 1, longitude: 2, title: attack } });
  const url = `https://example.org/?a="><script>'\``;
  await send(friend, id, {
    kind: "card",
    body: { title: attack, text: "javascript:alert(1)", url, imageUrl: url },
  });
  await send(friend, id, {
    kind: "custom",
    body: { type: attack.slice(0, 64), data: { [attack]: attack } },
  });
  const forward = { clientId: "f", from: { conversationId: id, seqs: [3, 4, 5, 6] }, merged: true };
  await friend.do("POST", `/v1/conversations/${id}/messages/forward`, forward);
  const page = await pageOf(owner, id);
  assertHarmless(page);
  assert.equal(page.split(`<p dir="auto">${escaped}</p>`).length - 1, 6, "in all the places");
  assert.equal(page.split('<a href="https://').length - 1, 4);
  assert.ok(page.includes("<title>&lt;/title&gt;&lt;script&gt;&quot;&#39;</title>"));
  assert.ok(page.includes("<bdi>&lt;i&gt;&amp;</bdi>"));
  assert.ok(page.includes(`announced: ${escaped}`));
});

test("the check of the page finds what is not escaped", async () => {
  const { ana, id } = await server.pair();
  await ana.says("SAFE", id);
  const page = await pageOf(ana, id);
  assertHarmless(page);
  for (const bad of ["<script>", '<p onclick="x">', `"`, "&nbsp;", `<a href="javascript:x">`]) {
    assert.throws(() => assertHarmless(page.replace("SAFE", bad)), assert.AssertionError);
  }
});

test("a page tells by day who said what, what was edited, recalled, answered and reacted to", async () => {
  const { ana, bo, id } = await server.pair();
  const { seq } = await ana.says("before", id);
  await acts(ana, id).edit(seq, "after\nwards");
  await acts(bo, id).react(seq, "🎉");
  const { seq: gone } = await bo.says("gone for good", id);
  await acts(bo, id).recall(gone);
  world.clock.advanceMs(86_400_000);
  const later = await bo.again();
  await send(later, id, { kind: "text", body: { text: "שלום" }, replyTo: seq });
  const page = await pageOf(later, id);
  assertHarmless(page);
  assert.equal(page.split("<h2>").length - 1, 2, "two days");
  assert.ok(page.includes(`<p dir="auto">after\nwards</p><div class="note"><bdi>🎉</bdi> 1</div>`));
  assert.match(page, / · edited <time/);
  assert.match(page, /<p class="note">Recalled <time/);
  assert.ok(!page.includes("gone for good") && !page.includes("before"));
  assert.match(page, / · reply to <a href="#m1">#1<\/a>/);
  assert.match(page, /<article id="m1">/);
  assert.match(page, /prefers-color-scheme:dark/);
});

test("what the server said is a sentence, each name kept apart from its direction", async () => {
  const [owner, friend] = [await server.person("owner"), await server.person("friend")];
  const id = await server.group(owner, [friend]);
  await owner.do("PATCH", `/v1/groups/${id}`, { name: "Other", mutedAll: true });
  await owner.do("PATCH", `/v1/groups/${id}/members/${friend.id}`, { role: "manager" });
  await owner.do("DELETE", `/v1/groups/${id}/members/${friend.id}`);
  const page = await pageOf(owner, id);
  assertHarmless(page);
  const [one, other] = ["\u2068owner\u2069", "\u2068friend\u2069"];
  for (
    const sentence of [
      `${one} created the group with ${other}`,
      `${one} named the group Other`,
      `${one} muted everyone`,
      `${one} removed ${other}`,
    ]
  ) assert.ok(page.includes(sentence), sentence);
});

test("a browser that shows the page at once is told to run and load nothing", async () => {
  const { ana, id } = await server.pair();
  const response = await download(ana, exportPath(id, "html"));
  const page = await response.text();
  assert.equal(response.headers.get("content-type"), "text/html; charset=utf-8");
  assert.match(response.headers.get("content-disposition")!, /^attachment;/);
  assert.match(response.headers.get("content-security-policy")!, /default-src 'none'/);
  assert.match(page, /http-equiv="Content-Security-Policy" content="default-src 'none'/);
});
