/** Changes as text: merged to their last state, in order, and never in a frame over 1 MiB. */
import { strict as assert } from "node:assert";
import { encodeChanges, headChanges, trimChanges } from "../../realtime/encode.ts";
import type { Changes, ConversationState } from "../../schemas/conversations.ts";
import { changes, member, message, says, stageId } from "../support/stage.ts";

const mebibyte = 1_048_576;

function decode(frames: readonly string[]): Changes[] {
  return frames.map((frame) => JSON.parse(frame).params as Changes);
}

function state(rev: number, name: string): ConversationState {
  const at = new Date(0).toISOString();
  return {
    id: stageId,
    kind: "group",
    name,
    avatarUrl: null,
    ownerId: null,
    joinPolicy: "open",
    historyVisible: "joined",
    announcement: null,
    mutedAll: false,
    retentionDays: null,
    memberCount: 2,
    rev,
    updatedAt: at,
    dismissedAt: null,
  };
}

Deno.test("consecutive changes become one notification from the first prevRev to the last rev", () => {
  const list = [says(11).changes, says(13, 11).changes, says(14).changes];
  const frames = encodeChanges(list);
  assert.equal(frames.length, 1);
  assert.deepEqual(JSON.parse(frames[0]!), {
    jsonrpc: "2.0",
    method: "changes",
    params: changes(10, 14, { messages: [11, 12, 13, 14].map((rev) => message(rev)) }),
  });
});

Deno.test("no changes are no notification", () => {
  assert.deepEqual(encodeChanges([]), []);
});

Deno.test("changes that hold nothing still move rev on", () => {
  assert.deepEqual(decode(encodeChanges([changes(4, 7)])), [changes(4, 7)]);
});

Deno.test("what changed twice appears once, in its last state", () => {
  const edited = { ...message(3), rev: 6, body: { text: "edited" } };
  const list = [
    says(3, 2).changes,
    changes(3, 4, { members: [member("ana", 4)] }),
    changes(4, 5, { conversation: state(5, "old") }),
    changes(5, 6, { messages: [edited] }),
    changes(6, 7, { members: [member("ana", 7), member("bo", 7)] }),
    changes(7, 8, { conversation: state(8, "new") }),
    says(9).changes,
  ];
  const [merged, ...more] = decode(encodeChanges(list));
  assert.deepEqual(more, []);
  const { messages, members, conversation, prevRev, rev } = merged!;
  assert.deepEqual([prevRev, rev], [2, 9]);
  assert.deepEqual(messages.map(({ seq, rev }) => [seq, rev]), [[3, 6], [9, 9]]);
  assert.deepEqual(messages[0]!.body, { text: "edited" });
  assert.deepEqual(members.map(({ userId, rev }) => [userId, rev]), [["ana", 7], ["bo", 7]]);
  assert.deepEqual([conversation!.name, conversation!.rev], ["new", 8]);
});

Deno.test("messages keep the order in which they came", () => {
  const list = Array.from({ length: 100 }, (_, place) => says(place + 1).changes);
  const [merged] = decode(encodeChanges(list));
  assert.deepEqual(merged!.messages.map(({ seq }) => seq), list.map((_, place) => place + 1));
});

for (
  const [name, character] of [
    ["one-byte", "a"],
    ["three-byte", "語"],
    ["four-byte", "😀"],
    ["escaped", "\u0001"],
    ["quoted", '"'],
  ] as const
) {
  Deno.test(`frames of messages full of ${name} characters stay under 1 MiB and in one chain`, () => {
    const text = character.repeat(10_000 / character.length);
    const list = Array.from({ length: 250 }, (_, place) => {
      const rev = place + 1;
      return changes(place, rev, { messages: [message(rev, text)] });
    });
    const frames = encodeChanges(list);
    const sizes = frames.map((frame) => new TextEncoder().encode(frame).length);
    assert.ok(Math.max(...sizes) < mebibyte, `a frame of ${Math.max(...sizes)} bytes`);
    assert.ok(frames.length > 1);
    const decoded = decode(frames);
    assert.equal(decoded[0]!.prevRev, 0);
    assert.equal(decoded.at(-1)!.rev, 250);
    decoded.slice(1).forEach(({ prevRev }, place) => assert.equal(prevRev, decoded[place]!.rev));
    const messages = decoded.flatMap(({ messages }) => messages);
    assert.deepEqual(messages.map(({ seq }) => seq), list.map((_, place) => place + 1));
    assert.deepEqual(messages[249]!.body, { text });
  });
}

Deno.test("many members with long names stay under 1 MiB", () => {
  const list = Array.from({ length: 5_000 }, (_, place) => {
    const rev = place + 1;
    const alias = "語".repeat(64);
    return changes(place, rev, { members: [{ ...member(`${stageId}${place}`, rev), alias }] });
  });
  for (const frame of encodeChanges(list)) {
    assert.ok(new TextEncoder().encode(frame).length < mebibyte);
  }
});

Deno.test("trimming leaves what lies after a rev, heading what lies up to it", () => {
  const whole = changes(10, 16, {
    messages: [message(11), message(13), message(16)],
    members: [member("ana", 12), member("bo", 14)],
    conversation: state(15, "group"),
  });
  const [head, rest] = [headChanges(whole, 13), trimChanges(whole, 13)];
  assert.deepEqual([head.prevRev, head.rev, rest.prevRev, rest.rev], [10, 13, 13, 16]);
  assert.deepEqual(head.messages.map(({ rev }) => rev), [11, 13]);
  assert.deepEqual(rest.messages.map(({ rev }) => rev), [16]);
  assert.deepEqual(head.members.map(({ rev }) => rev), [12]);
  assert.deepEqual(rest.members.map(({ rev }) => rev), [14]);
  assert.deepEqual([head.conversation, rest.conversation?.rev], [null, 15]);
});

Deno.test("trimming before the beginning and heading after the end change nothing", () => {
  const { changes: whole } = says(14, 10);
  assert.equal(trimChanges(whole, 10), whole);
  assert.equal(trimChanges(whole, 4), whole);
  assert.equal(headChanges(whole, 14), whole);
  assert.equal(headChanges(whole, 20), whole);
});
