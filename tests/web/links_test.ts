/** Links, names and emoji in what people write. */
import { strict as assert } from "node:assert";
import { isOnlyEmoji, piecesOf } from "../../web/ui/text/pieces.ts";
import { linksIn, safeHref } from "../../web/ui/text/links.ts";

function hrefs(text: string): (string | undefined)[] {
  return linksIn(text).filter(({ href }) => href !== undefined).map(({ href }) => href);
}

Deno.test("addresses are found in a sentence, without the signs around them", () => {
  assert.deepEqual(hrefs("See https://a.example/x, (http://b.example/y_(z)). Or www.c.example!"), [
    "https://a.example/x",
    "http://b.example/y_(z)",
    "https://www.c.example/",
  ]);
  assert.deepEqual(hrefs("请看https://a.example/路。谢谢"), []);
  assert.deepEqual(hrefs("请看 https://a.example/x。谢谢"), ["https://a.example/x"]);
  assert.deepEqual(hrefs("write to ana@chat.example."), ["mailto:ana@chat.example"]);
});

Deno.test("together the pieces are the text, whatever it is", () => {
  const texts = [
    "https://a.example",
    "a https://a.example b@c.example @Ann and <b>https://x.example</b>",
    "@@Ann @Anna@Ann",
    "https://",
    "javascript:alert(1) data:text/html,x file:///etc/passwd",
  ];
  const called = [{ name: "Ann", isMe: true }, { name: "Anna", isMe: false }];
  for (const text of texts) {
    assert.equal(piecesOf(text, called).map((piece) => piece.text).join(""), text);
  }
});

Deno.test("nothing but http, https and mailto is a link, and none that shows another host", () => {
  const bad = [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "data:text/html,<script>alert(1)</script>",
    "vbscript:x",
    "file:///etc/passwd",
    "blob:null/1",
    "https://bank.example@evil.example/",
    "https://user:secret@a.example/",
    "//a.example",
    "mailto:",
    "https://",
    `https://a.example/${"x".repeat(2_048)}`,
  ];
  for (const text of bad) assert.equal(safeHref(text), null, text);
  for (const text of bad.slice(0, 8)) assert.deepEqual(hrefs(text), [], text);
});

Deno.test("a name that is called is marked where it stands, the longest that fits", () => {
  const called = [{ name: "Ann", isMe: false }, { name: "Ann Lee", isMe: true }];
  const mentions = piecesOf("Hi @Ann Lee, and @Ann; not @Bob", called)
    .filter(({ kind }) => kind === "mention");
  assert.deepEqual(mentions, [
    { kind: "mention", text: "@Ann Lee", isMe: true },
    { kind: "mention", text: "@Ann", isMe: false },
  ]);
});

Deno.test("one to three emoji alone are shown large", () => {
  for (const text of ["🎉", "👨‍👩‍👧 ❤️", "👍🏽👍🏽👍🏽"]) assert.ok(isOnlyEmoji(text), text);
  for (const text of ["", "1", "a🎉", "🎉🎉🎉🎉", "ok"]) assert.ok(!isOnlyEmoji(text), text);
});
