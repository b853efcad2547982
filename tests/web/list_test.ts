/** The pure parts of the conversation list. */
import { strict as assert } from "node:assert";
import type { ConversationView, Message } from "../../client/mod.ts";
import { excerptOf } from "../../web/app/list/excerpt.ts";
import { foundTextOf } from "../../web/app/list/found_text.ts";
import { namesFound } from "../../web/app/list/search.ts";
import { snippetOf } from "../../web/app/list/snippet.ts";
import { rowHeight, scrolledTo, windowOf } from "../../web/app/list/window_of.ts";
import { language } from "../../web/ui/language.ts";

// Whatever the machine's own is.
language.value = "en";

function marked(text: string, ranges: [number, number][]): string {
  return snippetOf(text, ranges).map((piece) => piece.isHit ? `[${piece.text}]` : piece.text)
    .join("");
}

Deno.test("snippetOf() counts code points, not halves of them", () => {
  assert.equal(marked("🎈🎉 party 王小明", [[3, 8], [9, 11]]), "🎈🎉 [party] [王小]明");
});

Deno.test("snippetOf() begins before the first place of a long text, and ends after a line's worth", () => {
  const text = `${"a ".repeat(200)}needle ${"b ".repeat(200)}`;
  const shown = marked(text, [[400, 406]]);
  assert.match(shown, /^…(a ){8}\[needle\] (b )+b…$/);
  assert.ok(shown.length < 180);
});

Deno.test("snippetOf() takes places that overlap, and a text without any", () => {
  assert.equal(marked("abcdef", [[2, 4], [1, 3]]), "a[bc][d]ef");
  assert.equal(marked("abc", []), "abc");
});

Deno.test("windowOf() lays out what is in view and a little more, within the list", () => {
  assert.deepEqual(windowOf(0, 680, 1_000), { from: 0, to: 16 });
  assert.deepEqual(windowOf(500 * rowHeight, 680, 1_000), { from: 494, to: 516 });
  assert.deepEqual(windowOf(5_000 * rowHeight, 680, 3), { from: 3, to: 3 });
  assert.deepEqual(windowOf(0, 680, 2), { from: 0, to: 2 });
});

Deno.test("scrolledTo() moves no further than it must", () => {
  assert.equal(scrolledTo(3, 0, 680), 0);
  assert.equal(scrolledTo(10, 0, 680), rowHeight);
  assert.equal(scrolledTo(1, 5 * rowHeight, 680), rowHeight);
});

const nameOf = (id: string) => ({ a: "Ana", b: "Bo" })[id] ?? "";

function excerpt(kind: Message["kind"], body: unknown, more: Partial<Message> = {}): string {
  return excerptOf({ kind, body, ...more }, nameOf);
}

Deno.test("excerptOf() says every kind in one line", () => {
  assert.equal(excerpt("text", { text: "two\n\n lines " }), "two lines");
  assert.equal(excerpt("image", { attachmentId: "x" }), "Photo");
  assert.equal(excerpt("file", { attachmentId: "x", name: "plan.pdf" }), "File · plan.pdf");
  assert.equal(excerpt("custom", { type: "order", data: {} }), "Message");
  assert.equal(
    excerpt("text", null, { recalledAt: "2026-01-01T00:00:00.000Z" }),
    "Message recalled",
  );
  assert.equal(
    excerpt("system", { event: "invited", actorId: "a", userIds: ["b"] }),
    "Ana added Bo",
  );
  assert.equal(
    excerpt("system", { event: "invited", actorId: "z", userIds: ["a", "b", "c"] }),
    "Someone added 3 people",
  );
  assert.equal(excerpt("system", { event: "of a later server", actorId: "a" }), "");
});

Deno.test("foundTextOf() is what the places of a hit are counted in", () => {
  assert.equal(
    foundTextOf({ kind: "file", body: { name: "a.txt", caption: "see" } }),
    "a.txt\nsee",
  );
  const items = [{ kind: "text", body: { text: "one" } }, { kind: "system", body: {} }];
  assert.equal(foundTextOf({ kind: "merged", body: { title: "T", items } }), "T\none");
});

function called(id: string, name: string, leftAt: string | null = null): ConversationView {
  return { id, state: { kind: "group", name }, my: { leftAt } } as ConversationView;
}

Deno.test("namesFound() knows no case and no accents, and puts beginnings first", () => {
  const views = [
    called("1", "The Café"),
    called("2", "CAFE owners"),
    called("3", "cafeteria", "2026-01-01T00:00:00.000Z"),
    called("4", "Books"),
  ];
  assert.deepEqual(namesFound(views, " café").map(({ id }) => id), ["2", "1"]);
});
