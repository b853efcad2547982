/** Gaps in which people come and go: repair shows nobody what happened while they were away. */
import { strict as assert } from "node:assert";
import { chainOf, chainsOf, messagesOf, reaches } from "../support/chain.ts";
import { say } from "../support/chatter.ts";
import type { Client } from "../support/client.ts";
import { asksGap, asksWelcome, LateDatabase } from "../support/late_database.ts";
import { LossyBus } from "../support/lossy_bus.ts";
import { until } from "../support/waiting.ts";
import { openWorld, type Person, test } from "../support/world.ts";

const world = await openWorld();
const bus = new LossyBus();
const late = new LateDatabase(world.database);
const server = await world.instance({}, { bus: bus.connect });
const other = await world.instance({}, { bus: bus.connect, database: late.database });

interface Scene {
  readonly owner: Person;
  readonly bo: Person;
  readonly id: string;
  /** Bo's, on the other instance. */
  readonly client: Client;
  /** Of somebody who stays, on the other instance. */
  readonly control: Client;
  add(): Promise<unknown>;
  remove(): Promise<unknown>;
}

/** A group of three, two of them on the other instance; from now on the bus loses everything. */
async function scene(): Promise<Scene> {
  bus.heal();
  const [owner, bo] = [await server.person("owner"), await other.person("bo")];
  const cy = await other.person("cy");
  const id = await server.group(owner, [bo, cy]);
  const [client, control] = [await bo.connect(), await cy.connect()];
  bus.drop(() => true);
  const path = `/v1/groups/${id}/members`;
  return {
    owner,
    bo,
    id,
    client,
    control,
    add: () => owner.do("POST", path, { userIds: [bo.id] }),
    remove: () => owner.do("DELETE", `${path}/${bo.id}`),
  };
}

/** The bus is well again: the next message shows the gap, and all who stayed get all of it. */
async function heals({ owner, control, id }: Scene, said: string[]): Promise<number> {
  bus.heal();
  const { rev } = await owner.says("healed", id);
  await reaches(control, id, rev);
  assert.deepEqual(control.texts(id), [...said, "healed"]);
  return rev;
}

test("a gap that holds a leave shows who left all up to it, and nothing after", async () => {
  const it = await scene();
  await it.owner.says("one", it.id);
  await it.remove();
  await it.owner.says("two", it.id);
  await heals(it, ["one", "two"]);
  await it.client.next("conversation.left");
  const chain = chainOf(it.client, it.id);
  assert.deepEqual(it.client.texts(it.id), ["one"]);
  assert.equal(chain.changes.at(-1)!.members.at(-1)!.userId, it.bo.id);
  assert.equal(other.patter.hub.seat(it.id, it.bo.id), undefined);
});

test("a gap that holds a leave and a return shows nothing of the absence", async () => {
  const it = await scene();
  await it.owner.says("one", it.id);
  await it.remove();
  await it.owner.says("secret", it.id);
  await it.add();
  await it.owner.says("two", it.id);
  await heals(it, ["one", "secret", "two"]);
  await it.client.next("conversation.joined");
  const { rev } = await it.owner.says("three", it.id);
  const chain = await reaches(it.client, it.id, rev);
  assert.equal(chain.hasLeft, false);
  assert.ok(it.client.frames.every((frame) => !frame.includes("secret")));
});

test("a return that lies pages after the leave still hides all that lies between", async () => {
  const it = await scene();
  const sender = await it.owner.connect();
  await it.remove();
  for (let round = 0; round < 6; round++) {
    await Promise.all(Array.from({ length: 200 }, () => say(sender, it.id, "secret")));
  }
  await it.add();
  await heals(it, Array(1_200).fill("secret"));
  const { rev } = await it.owner.says("open", it.id);
  await reaches(it.client, it.id, rev);
  assert.ok(it.client.frames.every((frame) => !frame.includes("secret")));
});

test("a gap that holds a leave, a return and a leave ends with the word, and shows nothing between", async () => {
  const it = await scene();
  await it.remove();
  await it.owner.says("secret one", it.id);
  await it.add();
  await it.remove();
  await it.owner.says("secret two", it.id);
  const rev = await heals(it, ["secret one", "secret two"]);
  await it.client.next("conversation.left");
  await it.client.call("ping");
  assert.ok((chainsOf(it.client).get(it.id)?.rev ?? 0) < rev);
  assert.ok(it.client.frames.every((frame) => !frame.includes("secret")));
});

test("a return that is stored while repair reads shows nothing of the absence either", async () => {
  const it = await scene();
  await it.remove();
  await it.owner.says("secret", it.id);
  const held = late.hold("how far it has come", asksGap);
  bus.heal();
  await it.owner.says("still away", it.id);
  await held.reached;
  bus.drop(() => true);
  await it.add();
  held.release();
  await heals(it, ["secret", "still away"]);
  const { rev } = await it.owner.says("open", it.id);
  await reaches(it.client, it.id, rev);
  for (const hidden of ["secret", "still away"]) {
    assert.ok(it.client.frames.every((frame) => !frame.includes(hidden)), hidden);
  }
});

test("who comes back by the bus while repair reads is not let in a second time", async () => {
  const it = await scene();
  await it.remove();
  bus.heal();
  const held = late.hold("how far it has come", asksGap);
  await it.owner.says("while away", it.id);
  await held.reached;
  await it.add();
  await it.owner.says("together", it.id);
  held.release();
  const { rev } = await it.owner.says("open", it.id);
  for (const client of [it.client, it.control]) await reaches(client, it.id, rev);
  assert.equal(chainOf(it.client, it.id).joins, 1);
  assert.ok(it.client.frames.every((frame) => !frame.includes("while away")));
});

test("several who joined within a gap are each let in from their own beginning", async () => {
  const it = await scene();
  const joiners: { person: Person; client: Client }[] = [];
  for (let number = 1; number <= 4; number++) {
    const person = await other.person(`j${number}`);
    joiners.push({ person, client: await person.connect() });
  }
  for (const [place, { person }] of joiners.entries()) {
    await it.owner.says(`before ${place}`, it.id);
    await person.do("POST", `/v1/groups/${it.id}/join`, {});
  }
  bus.heal();
  const { rev } = await it.owner.says("all here", it.id);
  for (const [place, { client }] of joiners.entries()) {
    const chain = await reaches(client, it.id, rev);
    assert.equal(chain.joins, 1);
    const { conversation } = client.all("conversation.joined")[0]!;
    assert.equal(chain.changes[0]?.prevRev ?? rev, conversation.lastRev);
    const texts = messagesOf(chain).map(({ body }) => (body as { text?: string }).text);
    assert.ok(!texts.includes(`before ${place}`));
  }
});

test("a removal that repair found keeps out a connection that was being set up", async () => {
  const it = await scene();
  const held = late.hold("the welcome", asksWelcome);
  const connecting = it.bo.connect();
  await held.reached;
  await it.remove();
  await heals(it, []);
  held.release();
  const client = await connecting;
  const { rev } = await it.owner.says("secret", it.id);
  await reaches(it.control, it.id, rev);
  await client.call("ping");
  assert.equal(chainsOf(client).get(it.id), undefined);
  assert.ok(client.frames.every((frame) => !frame.includes("secret")));
});

test("a gap stays open while the database is away, and is filled when it is back", async () => {
  const it = await scene();
  for (let number = 1; number <= 3; number++) await it.owner.says(`${number}`, it.id);
  late.refuse(asksGap);
  bus.heal();
  await it.owner.says("4", it.id);
  const failed = () =>
    other.log.lines.filter(({ event, fields }) =>
      event === "repair failed" && fields.conversationId === it.id
    );
  await until("repair was tried twice", () => failed().length >= 2);
  assert.deepEqual(it.control.texts(it.id), []);
  const { rev } = await it.owner.says("5", it.id);
  late.refuse(() => false);
  for (const client of [it.client, it.control]) {
    await reaches(client, it.id, rev);
    assert.deepEqual(client.texts(it.id), ["1", "2", "3", "4", "5"]);
  }
});

test("a removal is answered although repair cannot read: who is out hears nothing, then the word", async () => {
  const it = await scene();
  await it.owner.says("before", it.id);
  late.refuse(asksGap);
  const authorization = `Bearer ${it.owner.session.accessToken}`;
  const path = `/v1/groups/${it.id}/members/${it.bo.id}`;
  const answer = await other.ask("DELETE", path, undefined, { authorization });
  assert.equal(answer.status, 204);
  bus.heal();
  await it.owner.says("secret", it.id);
  await it.client.call("ping");
  assert.deepEqual(it.client.texts(it.id), []);
  late.refuse(() => false);
  await it.client.next("conversation.left");
  assert.deepEqual(it.client.texts(it.id), ["before"]);
});

test("people who come and go on two instances over a bad bus all end whole", async () => {
  const it = await scene();
  bus.heal();
  bus.faults = { drop: 0.3, duplicate: 0.2, delay: 0.3, delayMs: 80 };
  const here = await it.owner.connect();
  for (let round = 0; round < 25; round++) {
    if (round % 3 === 0) await it.remove();
    else if (round % 3 === 1) await it.add();
    const away = round % 3 === 0;
    await Promise.all(
      [1, 2, 3].map((number) => say(here, it.id, `${away ? "secret" : "open"} ${round}.${number}`)),
    );
  }
  await it.add();
  bus.heal();
  const { rev } = await it.owner.says("the end", it.id);
  for (const client of [it.client, it.control]) await reaches(client, it.id, rev, 20_000);
  assert.equal(chainOf(it.client, it.id).hasLeft, false);
  assert.ok(it.client.frames.every((frame) => !frame.includes("secret")));
  assert.equal(it.control.texts(it.id).length, 76);
});

test("a gap in which somebody leaves and the state goes on changing ends for them with theirs", async () => {
  const it = await scene();
  await it.owner.do("PATCH", `/v1/groups/${it.id}`, { name: "Theirs" });
  await it.remove();
  await it.owner.do("PATCH", `/v1/groups/${it.id}`, { name: "Not theirs" });
  await heals(it, []);
  await it.client.next("conversation.left");
  const states = chainOf(it.client, it.id).changes.flatMap(({ conversation }) =>
    conversation ?? []
  );
  const { name, memberCount } = states.at(-1)!;
  assert.deepEqual([name, memberCount], ["Theirs", 2]);
});
