/** The frames that the load generator patches in place. */
import assert from "node:assert/strict";
import { bare, type Dialect, patter, socketIo } from "../../bench/dialects.ts";
import { FrameReader } from "../../bench/frames.ts";
import { FrameMint, messageText } from "../../bench/sender.ts";

const conversationId = "0190b3c0-0000-7000-8000-000000000000";

function minted(dialect: Dialect, counts: readonly number[]): string[] {
  const texts: string[] = [];
  const reader = new FrameReader({
    onText: (payload) => texts.push(new TextDecoder().decode(payload)),
  });
  const mint = new FrameMint(dialect, conversationId, Math.max(...counts));
  for (const count of counts) reader.push(mint.mint(count));
  return texts;
}

Deno.test("a message of the bench has 100 bytes of text", () => {
  assert.equal(new TextEncoder().encode(messageText).length, 100);
});

Deno.test("FrameMint gives every frame another id, in id and clientId alike", () => {
  const texts = minted(patter, [1, 5, 64]);
  const requests = texts.map((text) => JSON.parse(text));
  assert.equal(new Set(requests.map((request) => request.id)).size, 70);
  for (const { id, method, params } of requests) {
    assert.equal(method, "message.send");
    assert.deepEqual(params, {
      conversationId,
      clientId: `bench-${id}`,
      kind: "text",
      body: { text: messageText },
    });
  }
});

Deno.test("the observer finds the client id in what each plain server passes on", () => {
  const [sent] = minted(bare, [1]);
  assert.deepEqual(bare.clientIdsIn(sent!), [JSON.parse(sent!).clientId]);
  assert.deepEqual(bare.clientIdsIn(`{"ok":true}`), []);
  const [packet] = minted(socketIo, [1]);
  const message = JSON.parse(packet!.replace(/^42\d+/, ""))[1];
  const event = `42${JSON.stringify(["message", message])}`;
  assert.deepEqual(socketIo.clientIdsIn(event), [message.clientId]);
});

Deno.test("the observer finds the client ids in changes of Patter, alone or in a batch", () => {
  const changes = {
    method: "changes",
    params: { messages: [{ clientId: "a" }, { clientId: "b" }] },
  };
  assert.deepEqual(patter.clientIdsIn(JSON.stringify(changes)), ["a", "b"]);
  const batch = [{ method: "ping", params: {} }, changes];
  assert.deepEqual(patter.clientIdsIn(JSON.stringify(batch)), ["a", "b"]);
});

Deno.test("bytes of a ping that shares a frame with changes are not counted as the room's", () => {
  const changes = { method: "changes", params: { messages: [{ clientId: "ä" }] } };
  const alone = new TextEncoder().encode(JSON.stringify(changes)).length;
  const shared = JSON.stringify([{ method: "ping", params: {} }, changes]);
  const whole = new TextEncoder().encode(shared).length;
  assert.equal(whole - patter.foreignBytesIn(shared), alone);
});
