/** The lines of a conversation: by day, by who said it, and where unread begins. */
import { strict as assert } from "node:assert";
import type { Message, OutboxItem } from "../../client/mod.ts";
import { type Content, reuse, type Row, rowsOf } from "../../web/app/thread/rows/rows.ts";

const start = new Date(2026, 2, 1, 12).getTime();

function said(seq: number, from: string | null, minutes: number): Message {
  const at = new Date(start + minutes * 60_000).toISOString();
  const clientId = from === null ? null : `id-${seq}`;
  return { seq, rev: seq, from, clientId, at, kind: from === null ? "system" : "text", body: {} };
}

function content(messages: Message[], more: Partial<Content> = {}): Content {
  const none = { pending: [], sendings: [], unreadAfter: null, hasOlder: false, hasNewer: false };
  return { me: "me", messages, ...none, ...more };
}

function shapeOf(rows: readonly Row[]): string[] {
  return rows.slice(1, -1).map((row) => {
    if (row.kind !== "message" && row.kind !== "pending") return row.kind;
    return `${row.kind}${row.isFirst ? " first" : ""}${row.isLast ? " last" : ""}`;
  });
}

Deno.test("messages of one person within five minutes are a group, a day or another person ends it", () => {
  const messages = [
    said(1, "bo", 0),
    said(2, "bo", 1),
    said(3, "me", 2),
    said(4, "me", 10),
    said(5, null, 11),
    said(6, "me", 12),
    said(7, "me", 12 * 60 + 1),
  ];
  assert.deepEqual(shapeOf(rowsOf(content(messages))), [
    "day",
    "message first",
    "message last",
    "message first last",
    "message first last",
    "system",
    "message first last",
    "day",
    "message first last",
  ]);
});

Deno.test("the line stands before the first of others behind what I have read", () => {
  const messages = [said(1, "bo", 0), said(2, "me", 1), said(3, null, 2), said(4, "bo", 3)];
  const at = (unreadAfter: number | null) =>
    rowsOf(content(messages, { unreadAfter })).findIndex(({ kind }) => kind === "unread");
  assert.deepEqual([at(null), at(0), at(1), at(3), at(4)], [-1, 2, 5, 5, -1]);
});

Deno.test("what I have sent keeps its key when it comes as a message", () => {
  const item: OutboxItem = {
    clientId: "id-2",
    conversationId: "c",
    message: { kind: "text", body: { text: "hi" } },
    at: new Date(start).toISOString(),
    order: 1,
    state: "sending",
  };
  const before = rowsOf(content([said(1, "me", 0)], { pending: [item] }));
  const after = rowsOf(content([said(1, "me", 0), said(2, "me", 0)]));
  assert.deepEqual(before.map(({ key }) => key), after.map(({ key }) => key));
});

Deno.test("lines that have not changed are the same objects", () => {
  const messages = [said(1, "bo", 0), said(2, "bo", 1)];
  const before = rowsOf(content(messages));
  const after = reuse(before, rowsOf(content([...messages, said(3, "bo", 2)])));
  assert.equal(after[2], before[2]);
  assert.notEqual(after[3], before[3], "the second is not the last of its group any more");
});
