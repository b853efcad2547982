/** What begins to be heard is compared with the database once: what was said before has gone by. */
import { strict as assert } from "node:assert";
import { type Heard, type Receive, roomTopic, userTopic } from "../../realtime/bus.ts";
import { memoryBus } from "../../realtime/bus_memory.ts";
import { reaches } from "../support/chain.ts";
import { say } from "../support/chatter.ts";
import { within } from "../support/waiting.ts";
import { openWorld, test } from "../support/world.ts";

const world = await openWorld();
const one = await world.instance();
let heard: Heard = () => {};
let receive: Receive = () => {};
const deaf = await world.instance({}, {
  bus: (take, tell) => {
    receive = take;
    heard = tell!;
    return memoryBus()(take);
  },
});
// Else it would find everything by itself, only later.
deaf.patter.hub.repair.sweep = () => Promise.resolve();

test("messages, memberships and ended sessions are found when their topics begin to be heard", async () => {
  const { ana, bo, id } = await one.pair();
  const [here, there] = [await ana.connect(), await bo.connect(deaf)];
  const { rev } = await say(here, id, "gone by");
  heard([roomTopic(id), roomTopic("of nobody"), userTopic("nobody")]);
  await reaches(there, id, rev);
  const group = await one.group(ana, [bo]);
  heard([userTopic(bo.id)]);
  assert.equal((await there.next("conversation.joined")).conversation.id, group);
  await bo.do("POST", "/v1/auth/logout");
  // The look-up before may still be under way and find it, or this one does.
  heard([userTopic(bo.id)]);
  assert.equal((await within("the socket closes", there.closed)).code, 4501);
});

test("a word of changes that were too large brings them from the database", async () => {
  const { ana, bo, id } = await one.pair();
  const [here, there] = [await ana.connect(), await bo.connect(deaf)];
  const { rev } = await say(here, id, "large");
  receive(roomTopic(id), { type: "changed", conversationId: id, rev });
  receive(roomTopic("of nobody"), { type: "changed", conversationId: "of nobody", rev });
  await reaches(there, id, rev);
});
