/** Coming into a group by a leader's answer, a link or a proposal: live from the next message on. */
import { strict as assert } from "node:assert";
import { memoryBus } from "../../realtime/bus_memory.ts";
import type { GroupRequest, Invite } from "../../schemas/groups.ts";
import { chainOf, messagesOf, reaches } from "../support/chain.ts";
import { Chatter } from "../support/chatter.ts";
import type { Client } from "../support/client.ts";
import { crowd } from "../support/groups.ts";
import { numbersOf } from "../support/numbering.ts";
import { connectionsOf, namesOf, spyOn } from "../support/sockets.ts";
import { openWorld, type Person, test } from "../support/world.ts";

const world = await openWorld();
const bus = memoryBus();
const server = await world.instance({}, { bus });
const elsewhere = await world.instance({}, { bus });

type Page = { items: GroupRequest[] };

async function requestOf(leader: Person, id: string, userId: string): Promise<GroupRequest> {
  const { items } = await leader.do<Page>("GET", `/v1/groups/${id}/requests?status=pending`);
  return items.find(({ requester }) => requester.id === userId)!;
}

/** Each way of coming into a group of `approval`, done by or for one person. */
const ways: Record<string, (scene: Scene, newcomer: Person) => Promise<void>> = {
  async "a request that is accepted"({ id, owner }, newcomer) {
    await newcomer.do("POST", `/v1/groups/${id}/join`, { message: "Let me in" });
    const request = await requestOf(owner, id, newcomer.id);
    await owner.do("POST", `/v1/groups/${id}/requests/${request.id}/accept`);
  },
  async "a proposal that is accepted"({ id, owner, member }, newcomer) {
    await member.do("POST", `/v1/groups/${id}/members`, { userIds: [newcomer.id] });
    const request = await requestOf(owner, id, newcomer.id);
    await owner.do("POST", `/v1/groups/${id}/requests/${request.id}/accept`);
  },
  async "a link"({ id, owner }, newcomer) {
    const { code } = await owner.do<Invite>("POST", `/v1/groups/${id}/invites`, {});
    await newcomer.do("POST", `/v1/invites/${code}/accept`);
  },
};

interface Scene {
  readonly id: string;
  readonly owner: Person;
  readonly member: Person;
}

async function sceneOf(): Promise<Scene> {
  const [owner, member] = [await server.person("owner"), await server.person("member")];
  const id = await server.group(owner, [member], { joinPolicy: "approval" });
  return { id, owner, member };
}

for (const [way, comeIn] of Object.entries(ways)) {
  test(`${way} at full speed: nothing missed, nothing doubled, on every device and instance`, async () => {
    const scene = await sceneOf();
    const { id, owner, member } = scene;
    const chatters = [
      new Chatter(await owner.connect(), id),
      new Chatter(await member.connect(elsewhere), id),
    ];
    const newcomers = await crowd(server, 4);
    const clients: Client[] = [];
    for (const newcomer of newcomers) {
      clients.push(await newcomer.connect(), await newcomer.connect(elsewhere));
    }
    await Promise.all(newcomers.map((newcomer) => comeIn(scene, newcomer)));
    await Promise.all(chatters.map((chatter) => chatter.stop()));
    const { messages, lastRev } = await numbersOf(world, id);
    for (const client of clients) {
      const chain = await reaches(client, id, lastRev);
      const [joined, ...again] = client.all("conversation.joined");
      assert.deepEqual(again, []);
      const from = joined!.conversation.lastRev;
      assert.deepEqual(
        messagesOf(chain).map(({ seq }) => seq),
        messages.filter(({ rev }) => rev > from).map(({ seq }) => seq),
      );
    }
  });

  test(`${way}: the newcomer's connections follow before the answer is there`, async () => {
    const scene = await sceneOf();
    const newcomer = await server.person("newcomer");
    const client = await newcomer.connect();
    const handed = spyOn(connectionsOf(server, newcomer)[0]!);
    await comeIn(scene, newcomer);
    assert.ok(namesOf(handed).includes("conversation.joined"));
    const { seq, rev } = await scene.owner.says("next", scene.id);
    const chain = await reaches(client, scene.id, rev);
    assert.deepEqual(messagesOf(chain).map((message) => message.seq), [seq]);
  });
}

test("everybody already there is told of the newcomer with the changes", async () => {
  const scene = await sceneOf();
  const newcomer = await server.person("newcomer");
  const clients = [await scene.owner.connect(), await scene.member.connect(elsewhere)];
  await ways["a request that is accepted"]!(scene, newcomer);
  for (const client of clients) {
    const { members, messages, conversation } = await client.next("changes");
    assert.deepEqual(members.map(({ userId, role }) => [userId, role]), [[newcomer.id, "member"]]);
    const body = { event: "joined", actorId: newcomer.id, userIds: [newcomer.id] };
    assert.deepEqual(messages[0]!.body, body);
    assert.equal(conversation?.memberCount, 3);
    assert.equal(chainOf(client, scene.id).changes.length, 1);
  }
});

test("whoever asks and is not let in hears of the answer and of nothing else", async () => {
  const { id, owner } = await sceneOf();
  const asker = await server.person("asker");
  const client = await asker.connect();
  await asker.do("POST", `/v1/groups/${id}/join`, {});
  const request = await requestOf(owner, id, asker.id);
  await owner.do("POST", `/v1/groups/${id}/requests/${request.id}/refuse`);
  await owner.says("among us", id);
  const handled = await client.next("group.handled");
  assert.deepEqual([handled.id, handled.status, handled.handledBy], [
    request.id,
    "refused",
    owner.id,
  ]);
  await client.call("ping");
  const names = client.told.map(({ method }) => method);
  assert.deepEqual(names, ["session.ready", "group.handled"]);
});
