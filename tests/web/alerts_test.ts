/** Of which messages somebody is told, and what is counted. */
import { strict as assert } from "node:assert";
import type { ConversationView, Message, My } from "../../client/mod.ts";
import { isWorthTelling, titleWith, waitingIn } from "../../web/app/alerts/rules.ts";

const message = { seq: 1, from: "bo", kind: "text", body: { text: "hi" } } as Message;

function isTold(more: Partial<Message>, notify: My["notify"] = "all"): boolean {
  return isWorthTelling({ ...message, ...more }, notify, "ana");
}

Deno.test("isWorthTelling() knows mine, the server's, recalled ones and mentions", () => {
  assert.equal(isTold({}), true);
  assert.equal(isTold({ from: "ana" }), false);
  assert.equal(isTold({ from: null, kind: "system" }), false);
  assert.equal(isTold({ recalledAt: "2026-01-01T00:00:00.000Z" }), false);
  assert.equal(isTold({}, "mentions"), false);
  assert.equal(isTold({ mentions: ["cy"] }, "mentions"), false);
  assert.equal(isTold({ mentions: ["ana"] }, "mentions"), true);
  assert.equal(isTold({ mentions: ["all"] }, "mentions"), true);
  assert.equal(isTold({ mentions: ["ana"] }, "none"), false);
});

function view(unread: number, my: Partial<My>, mentioned = false): ConversationView {
  return { unread, mentioned, my: { notify: "all", ...my } } as ConversationView;
}

Deno.test("waitingIn() counts what is not muted, and a mark as one", () => {
  assert.equal(waitingIn([view(3, {}), view(4, { notify: "none" }), view(0, {})]), 3);
  assert.equal(waitingIn([view(3, { notify: "mentions" })]), 0);
  assert.equal(waitingIn([view(3, { notify: "mentions" }, true)]), 3);
  assert.equal(waitingIn([view(0, { markedUnread: true }), view(2, { markedUnread: true })]), 3);
});

Deno.test("titleWith() says how many, up to what fits", () => {
  assert.equal(titleWith(0), "Patter");
  assert.equal(titleWith(3), "(3) Patter");
  assert.equal(titleWith(100), "(99+) Patter");
});
