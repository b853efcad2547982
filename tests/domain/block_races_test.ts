/** A block at the same moment as what it forbids: afterwards nothing of both is true at once. */
import { strict as assert } from "node:assert";
import { and, eq, or, sql } from "drizzle-orm";
import { rowsOf } from "../../db/client.ts";
import { blocks, friendRequests } from "../../db/schema/mod.ts";
import { blockUser, unblockUser } from "../../domain/blocks.ts";
import { acceptFriend, askFriend, cancelFriend } from "../../domain/friend_requests.ts";
import { removeFriend } from "../../domain/friends.ts";
import { sendMessage } from "../../domain/messages.ts";
import { Failure } from "../../errors.ts";
import { memoryBus } from "../../realtime/bus_memory.ts";
import { crowd } from "../support/groups.ts";
import { assertSeqUnbroken, numbersOf } from "../support/numbering.ts";
import { type Instance, openWorld, type Person, test } from "../support/world.ts";

const world = await openWorld();
const bus = memoryBus();
const server = await world.instance({}, { bus });
const second = await world.instance({}, { bus });
const anyone = await world.instance({ DIRECT_POLICY: "anyone" }, { bus });
/** Hears nothing of the others: what it keeps in memory goes stale. */
const deaf = await world.instance({ DIRECT_POLICY: "anyone" });

const rounds = 30;

async function two(): Promise<[ana: Person, bo: Person]> {
  return await crowd(server, 2) as [Person, Person];
}

/** "ok", or the code of the refusal; anything else ends the test. */
async function outcomeOf(act: Promise<unknown>): Promise<string> {
  try {
    await act;
    return "ok";
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return error.code;
  }
}

function block(at: Instance, by: Person, whom: Person) {
  return outcomeOf(blockUser(at.patter.app, by.actor, whom.id));
}

function ask(at: Instance, by: Person, whom: Person) {
  return outcomeOf(askFriend(at.patter.app, by.actor, { userId: whom.id }));
}

function accept(at: Instance, by: Person, id: string) {
  return outcomeOf(acceptFriend(at.patter.app, by.actor, { id }));
}

async function asked(by: Person, whom: Person): Promise<string> {
  const input = { userId: whom.id };
  return (await askFriend(server.patter.app, by.actor, input)).request.id;
}

/** The rows of friendships that lack their other half, or stand beside a block. */
async function brokenFriendships(): Promise<number> {
  const [row] = await rowsOf<{ count: number }>(
    world.database.orm,
    sql`select count(*)::int as count from friendships f
      where not exists (
        select 1 from friendships o where o.user_id = f.friend_id and o.friend_id = f.user_id
          and o.since = f.since
      ) or exists (
        select 1 from blocks b where (b.user_id = f.user_id and b.blocked_id = f.friend_id)
          or (b.user_id = f.friend_id and b.blocked_id = f.user_id)
      )`,
  );
  return row!.count;
}

/** The statuses of what was asked between two; in brackets what the addressee does not know of. */
async function requestsBetween(one: Person, other: Person): Promise<string[]> {
  const { requesterId, addresseeId } = friendRequests;
  const rows = await world.database.orm.select().from(friendRequests).where(or(
    and(eq(requesterId, one.id), eq(addresseeId, other.id)),
    and(eq(requesterId, other.id), eq(addresseeId, one.id)),
  ));
  return rows.map(({ status, silent }) => silent ? `(${status})` : status).sort();
}

async function assertParted(blocker: Person, blocked: Person): Promise<string[]> {
  assert.equal(await brokenFriendships(), 0);
  const found = await world.database.orm.select().from(blocks)
    .where(and(eq(blocks.userId, blocker.id), eq(blocks.blockedId, blocked.id)));
  assert.equal(found.length, 1);
  const requests = await requestsBetween(blocker, blocked);
  assert.ok(!requests.includes("pending"), `the addressee sees one of ${requests}`);
  for (const person of [blocker, blocked]) {
    const { items } = await person.do<{ items: unknown[] }>("GET", "/v1/friends");
    assert.deepEqual(items, []);
  }
  return requests;
}

test("blocking while the one who is asked accepts: whichever side blocks, no friends are left", async () => {
  for (let round = 0; round < rounds; round++) {
    const [ana, bo] = await two();
    const id = await asked(ana, bo);
    const [blocker, blocked] = round % 2 === 0 ? [ana, bo] : [bo, ana];
    const [accepted, done] = await Promise.all([
      accept(server, bo, id),
      block(second, blocker, blocked),
    ]);
    assert.equal(done, "ok");
    const requests = await assertParted(blocker, blocked);
    const otherwise = blocker === ana
      ? { code: "alreadyHandled", left: "cancelled" }
      : { code: "notFound", left: "(pending)" };
    if (accepted === "ok") assert.deepEqual(requests, ["accepted"]);
    else assert.deepEqual([accepted, requests], [otherwise.code, [otherwise.left]]);
  }
});

test("blocking while the other asks: the request is silent or met its end, and is answered as ever", async () => {
  for (let round = 0; round < rounds; round++) {
    const [ana, bo] = await two();
    const outcomes = await Promise.all([
      ask(server, ana, bo),
      block(second, bo, ana),
      ask(second, ana, bo),
    ]);
    assert.deepEqual(outcomes, ["ok", "ok", "ok"]);
    assert.deepEqual(await assertParted(bo, ana), ["(pending)"]);
  }
});

test("blocking while the other asks back: friends for a moment or never, and none afterwards", async () => {
  for (let round = 0; round < rounds; round++) {
    const [ana, bo] = await two();
    await asked(bo, ana);
    const outcomes = await Promise.all([ask(server, ana, bo), block(second, bo, ana)]);
    assert.deepEqual(outcomes, ["ok", "ok"]);
    const requests = await assertParted(bo, ana);
    const possible = [["accepted"], ["(pending)", "cancelled"]];
    assert.ok(possible.some((statuses) => `${statuses}` === `${requests}`), `${requests}`);
  }
});

test("blocking while the other takes its request back, and while both end the friendship", async () => {
  for (let round = 0; round < rounds; round++) {
    const [ana, bo] = await two();
    const id = await asked(ana, bo);
    const cancelled = await Promise.all([
      outcomeOf(cancelFriend(server.patter.app, ana.actor, id)),
      block(second, bo, ana),
    ]);
    assert.deepEqual(cancelled, ["ok", "ok"]);
    const requests = await assertParted(bo, ana);
    assert.ok(["cancelled", "(cancelled)"].includes(`${requests}`), `${requests}`);
    await unblockUser(server.patter.app, bo.actor, ana.id);
    await server.befriend(ana, bo);
    const [removed, done] = await Promise.all([
      outcomeOf(removeFriend(server.patter.app, ana.actor, bo.id)),
      block(second, bo, ana),
    ]);
    assert.ok(removed === "ok" || removed === "notFound", removed);
    assert.equal(done, "ok");
    await assertParted(bo, ana);
  }
});

test("two who block each other at once both do, and whoever asks is told blocked", async () => {
  for (let round = 0; round < rounds; round++) {
    const [ana, bo] = await two();
    if (round % 2 === 0) await server.befriend(ana, bo);
    else await asked(ana, bo);
    const done = await Promise.all([block(server, ana, bo), block(second, bo, ana)]);
    assert.deepEqual(done, ["ok", "ok"]);
    await assertParted(ana, bo);
    await assertParted(bo, ana);
    assert.deepEqual([await ask(server, bo, ana), await ask(second, ana, bo)], [
      "blocked",
      "blocked",
    ]);
  }
});

/** Sends one after the other until refused; gives how many were acknowledged, and the refusal. */
class Sender {
  readonly #begun = Promise.withResolvers<void>();
  readonly ended: Promise<{ sent: number; refusal: string }>;

  constructor(at: Instance, by: Person, conversationId: string) {
    this.ended = this.#run(at, by, conversationId);
  }

  /** Resolves once a few are acknowledged. */
  get begun(): Promise<void> {
    return this.#begun.promise;
  }

  async #run({ patter: { app } }: Instance, { actor }: Person, conversationId: string) {
    let sent = 0;
    for (; sent < 5_000; sent++) {
      const clientId = crypto.randomUUID();
      const message = { conversationId, clientId, kind: "text", body: { text: "x" } } as const;
      const refusal = await outcomeOf(sendMessage(app, actor, message));
      if (refusal !== "ok") return { sent, refusal };
      if (sent === 2) this.#begun.resolve();
    }
    return { sent, refusal: "none" };
  }
}

test("blocking in the middle of sends, on all instances, ends them for both at one point", async () => {
  for (let round = 0; round < rounds; round++) {
    const [ana, bo] = await crowd(anyone, 2) as [Person, Person];
    if (round % 2 === 0) await server.befriend(ana, bo);
    const opening = { userId: bo.id };
    const { id } = await ana.do<{ id: string }>("POST", "/v1/conversations/direct", opening);
    const senders = [
      new Sender(anyone, ana, id),
      new Sender(anyone, bo, id),
      new Sender(deaf, bo, id),
    ];
    await Promise.all(senders.map(({ begun }) => begun));
    assert.equal(await block(second, ana, bo), "ok");
    const { lastSeq } = await numbersOf(world, id);
    const outcomes = await Promise.all(senders.map(({ ended }) => ended));
    const refusals = outcomes.map(({ refusal }) => refusal);
    assert.deepEqual(refusals, ["blocked", "notFriends", "notFriends"]);
    const numbers = await numbersOf(world, id);
    assertSeqUnbroken(numbers);
    assert.equal(numbers.lastSeq, lastSeq, "nothing came after the block was answered");
    assert.equal(outcomes.reduce((sum, { sent }) => sum + sent, 0), lastSeq);
  }
});
