/** What is kept of conversations for a start without a network. */
import { strict as assert } from "node:assert";
import type { ConversationView, Message, My } from "../../client/mod.ts";
import {
  bounded,
  laidOver,
  mergedMessages,
  messagesMax,
  withChanges,
} from "../../web/app/state/shelf_contents.ts";

const my = { clearedSeq: 0, deletedRanges: [] as [number, number][] } as unknown as My;

function said(seq: number, text = "", rev = seq): Message {
  return { seq, rev, from: "bo", kind: "text", body: { text } } as Message;
}

function run(from: number, to: number): Message[] {
  return Array.from({ length: to - from + 1 }, (_, nth) => said(from + nth));
}

const seqs = (messages: readonly Message[]) => messages.map(({ seq }) => seq);

Deno.test("mergedMessages() joins what meets, and forgets what lies behind a hole", () => {
  assert.deepEqual(seqs(mergedMessages(run(1, 3), run(4, 5), my)), [1, 2, 3, 4, 5]);
  assert.deepEqual(seqs(mergedMessages(run(1, 3), run(3, 5), my)), [1, 2, 3, 4, 5]);
  assert.deepEqual(seqs(mergedMessages(run(1, 3), run(5, 6), my)), [5, 6]);
  assert.deepEqual(seqs(mergedMessages(run(1, 3), [], my)), []);
});

Deno.test("mergedMessages() keeps the newer state, and nothing that I cleared or deleted", () => {
  const merged = mergedMessages([said(1, "old"), said(2, "new", 9)], [said(2, "stale", 2)], my);
  assert.deepEqual(merged.map(({ body }) => (body as { text: string }).text), ["old", "new"]);
  const cleared = { ...my, clearedSeq: 2, deletedRanges: [[4, 5]] } as My;
  assert.deepEqual(seqs(mergedMessages(run(1, 3), run(4, 6), cleared)), [3, 6]);
});

Deno.test("bounded() keeps the newest that fit, by number and by length", () => {
  assert.deepEqual(seqs(bounded(run(1, 80))), seqs(run(80 - messagesMax + 1, 80)));
  const long = run(1, 10).map(({ seq }) => said(seq, "x".repeat(10_000)));
  assert.deepEqual(seqs(bounded(long)), [6, 7, 8, 9, 10]);
});

Deno.test("withChanges() lays what is newer over what is there, and adds nothing", () => {
  const recalled = { ...said(2, "", 9), body: null };
  assert.deepEqual(withChanges(run(1, 3), [recalled, said(7)])?.[1], recalled);
  assert.equal(withChanges(run(1, 3), [said(7), said(2, "", 1)]), null);
});

Deno.test("laidOver() puts live conversations in the place of those that were kept", () => {
  const view = (id: string, unread: number) => ({ id, unread }) as ConversationView;
  const all = laidOver([view("a", 0), view("b", 0)], [view("b", 2), view("c", 1)]);
  assert.deepEqual(all.map(({ id, unread }) => `${id}${unread}`), ["c1", "a0", "b2"]);
});
