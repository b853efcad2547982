/** Two people meet and chat, over REST and the socket: the whole path once through. */
import { strict as assert } from "node:assert";
import type { Conversation } from "../../schemas/conversations.ts";
import type { MessagePage } from "../../schemas/messages.ts";
import { openWorld, test } from "../support/world.ts";

const world = await openWorld();
const server = await world.instance();

test("two people become friends, chat both ways live, and read the history", async () => {
  const [ana, bo] = [await server.person("ana"), await server.person("bo")];
  const [anaLive, boLive] = [await ana.connect(), await bo.connect()];

  await ana.do("POST", "/v1/friend-requests", { userId: bo.id, message: "It is me" });
  const request = await boLive.next("friend.requested");
  assert.equal(request.message, "It is me");
  await bo.do("POST", `/v1/friend-requests/${request.id}/accept`, {});
  assert.equal((await anaLive.next("friend.added")).user.id, bo.id);
  assert.equal((await boLive.next("friend.added")).user.id, ana.id);

  const { id } = await ana.do<Conversation>("POST", "/v1/conversations/direct", { userId: bo.id });
  const joined = await boLive.next("conversation.joined");
  assert.equal(joined.conversation.id, id);
  assert.equal(joined.conversation.my.peer?.id, ana.id);

  const sent = await anaLive.call("message.send", {
    conversationId: id,
    clientId: "a1",
    kind: "text",
    body: { text: "Hello Bo" },
  });
  assert.equal(sent.seq, 1);
  assert.equal(sent.duplicate, false);
  await boLive.sees("Hello Bo");
  await bo.says("Hello Ana", id);
  await anaLive.sees("Hello Ana");

  const page = await bo.do<MessagePage>("GET", `/v1/conversations/${id}/messages`);
  assert.deepEqual(page.items.map(({ seq, from }) => [seq, from]), [[1, ana.id], [2, bo.id]]);
  assert.equal(page.hasMore, false);
});
