/** The invariants themselves: each holds in a healthy database, and notices the damage that it is there for. */
import { strict as assert } from "node:assert";
import { sql } from "drizzle-orm";
import { blockUser } from "../../domain/blocks.ts";
import { openDirect } from "../../domain/conversations.ts";
import { acceptFriend, askFriend } from "../../domain/friend_requests.ts";
import { acceptInvite, createInvite } from "../../domain/invites.ts";
import { brokenInvariants, invariants } from "../support/invariants.ts";
import { crowd } from "../support/groups.ts";
import { openWorld, type Person, test } from "../support/world.ts";
import { adds, dismisses, joins, newGroup, removes, transfers } from "./group_acts.ts";

const world = await openWorld();
const server = await world.instance();
const { app } = server.patter;
const { orm } = world.database;
const [ana, bo, cy, dee] = await crowd(server, 4) as [Person, Person, Person, Person];

/** Ana's by way of bo; bo has gone, cy stayed, dee was accepted. */
const group = await newGroup(app, bo, { others: [ana, cy], joinPolicy: "approval" });
await joins(app, dee, group);
await adds(app, bo, { id: group, who: [dee] });
await cy.says("hello", group);
await transfers(app, bo, { id: group, to: ana });
await removes(app, bo, { id: group, who: bo });
const { code } = await createInvite(app, ana.actor, { groupId: group, maxUses: 1 });
await acceptInvite(app, bo.actor, code);
await removes(app, ana, { id: group, who: bo });
/** Dee waits for it. */
const waitedFor = await newGroup(app, ana, { joinPolicy: "approval" });
await joins(app, dee, waitedFor);
/** Dee waited for it in vain. */
const dismissed = await newGroup(app, ana, { others: [bo], joinPolicy: "approval" });
await joins(app, dee, dismissed);
await dismisses(app, ana, dismissed);
/** Ana and bo are friends, cy has asked dee, ana has asked cy, who blocks her. */
const { request } = await askFriend(app, ana.actor, { userId: bo.id, source: "search" });
await acceptFriend(app, bo.actor, { id: request.id });
const { id: direct } = await openDirect(app, ana.actor, bo.id);
await askFriend(app, cy.actor, { userId: dee.id });
await askFriend(app, ana.actor, { userId: cy.id });
await blockUser(app, cy.actor, ana.id);

const asks = (one: Person, other: Person) =>
  `insert into friend_requests (id, requester_id, addressee_id, status, created_at)
    values (gen_random_uuid(), '${one.id}', '${other.id}', 'pending', now())`;
const say = (id: string, event: string, actor: Person, user: Person = actor) =>
  `with c as (
    update conversations set last_seq = last_seq + 1, last_rev = last_rev + 1
    where id = '${id}' returning *
  ) insert into messages (conversation_id, seq, rev, at, kind, body)
    select id, last_seq, last_rev, now(), 'system', jsonb_build_object(
      'event', '${event}', 'actorId', '${actor.id}', 'userIds', jsonb_build_array('${user.id}')
    ) from c`;
const member = (id: string, who: Person, set: string) =>
  `update members set ${set} where conversation_id = '${id}' and user_id = '${who.id}'`;
const conversation = (id: string, set: string) =>
  `update conversations set ${set} where id = '${id}'`;
const request_ = (id: string, set: string) =>
  `update group_requests set ${set} where group_id = '${id}'`;

/** What is done to the rows, by the invariant that must notice it. */
const damages: Record<string, string[]> = {
  "a group has one owner, a living member, whom its row names": [
    member(group, cy, "role = 'owner'"),
    member(group, ana, "role = 'manager'"),
    member(group, ana, "left_at = now()"),
    member(group, bo, "role = 'owner'"),
    conversation(group, `owner_id = '${cy.id}'`),
    conversation(group, "owner_id = null"),
  ],
  "a group is handed on by its owner, and the last heir owns it": [
    say(group, "ownerChanged", bo, ana),
    say(group, "ownerChanged", ana, cy),
  ],
  "member_count is the number of living members": [
    conversation(group, "member_count = member_count + 1"),
    member(group, cy, "left_at = now()"),
  ],
  "nobody comes in twice, or goes without being in": [
    say(group, "joined", cy),
    say(group, "left", bo),
  ],
  "the members are those who came last and have not gone": [
    member(group, bo, "left_at = null"),
    say(group, "joined", bo),
    `delete from members where conversation_id = '${group}' and user_id = '${cy.id}'`,
  ],
  "a former member's history ends with its going, a living one's does not": [
    member(group, bo, "left_state = null"),
    member(group, bo, "last_seq = null"),
    member(group, bo, "last_rev = last_rev + 1"),
    member(group, bo, "last_seq = 1"),
    member(group, bo, "left_reason = 'left'"),
    member(group, cy, "last_rev = 1"),
  ],
  "nothing changes a group after its dismissal": [
    say(dismissed, "left", bo),
    member(dismissed, bo, "rev = 1000"),
    conversation(dismissed, "dismissed_at = null"),
    conversation(group, "dismissed_at = now()"),
  ],
  "only members have written": [
    `update messages set sender_id = '${bo.id}' where conversation_id = '${waitedFor}'`,
  ],
  "a direct conversation has its two members for ever": [
    member(direct, bo, "left_at = now()"),
    member(direct, ana, "role = 'owner'"),
  ],
  "a request to join is pending, or handled at a time and by somebody": [
    request_(waitedFor, "handled_at = now()"),
    request_(waitedFor, "status = 'accepted'"),
    request_(dismissed, "handled_by = null"),
  ],
  "no member waits to be let in": [
    request_(group, "status = 'pending', handled_at = null, handled_by = null"),
  ],
  "nobody waits for a dismissed group": [
    request_(dismissed, "status = 'pending', handled_at = null, handled_by = null"),
  ],
  "who was accepted came in": [request_(dismissed, "status = 'accepted'")],
  "a link is not used more often than it may be": ["update group_invites set uses = 2"],
  "a friend request is pending, or handled at a time": [
    "update friend_requests set handled_at = now() where status = 'pending'",
    "update friend_requests set handled_at = null where status = 'accepted'",
  ],
  "friendship is mutual": [
    `delete from friendships where user_id = '${ana.id}'`,
    `update friendships set since = now() where user_id = '${bo.id}'`,
  ],
  "nobody is a friend of whom they block, or who blocks them": [
    `insert into blocks values ('${bo.id}', '${ana.id}', now())`,
  ],
  "friends have nothing more to ask each other": [asks(bo, ana)],
  "who blocks asks nothing and hears nothing": [
    asks(cy, ana),
    "update friend_requests set silent = false",
  ],
  "two do not wait for each other": [asks(dee, cy)],
  "nobody is one's own friend, or blocked by oneself": [
    asks(ana, ana),
    `insert into blocks values ('${ana.id}', '${ana.id}', now())`,
    `insert into friendships (user_id, friend_id, since) values ('${ana.id}', '${ana.id}', now())`,
  ],
  "seq runs from 1 to last_seq": [
    conversation(group, "last_seq = last_seq + 1"),
    `update messages set seq = 1000 where conversation_id = '${group}' and seq = 2`,
    `delete from messages where conversation_id = '${dismissed}' and seq = 1`,
  ],
  "rev and time rise with seq": [
    `update messages set rev = 1000 where conversation_id = '${group}' and seq = 1`,
    `update messages set at = now() + interval '1 hour'
      where conversation_id = '${group}' and seq = 1`,
  ],
  "each rev is one change's, and last_rev the last one's": [
    member(
      group,
      ana,
      `rev = (select rev from members
      where conversation_id = '${group}' and user_id = '${cy.id}')`,
    ),
    conversation(group, "last_rev = last_rev + 1"),
    conversation(group, "state_rev = state_rev - 1"),
    member(group, cy, "rev = 0"),
  ],
};

/** Does the damage, looks, and takes it back. */
async function brokenBy(damage: string): Promise<Set<string>> {
  let broken = new Set<string>();
  const rolledBack = orm.transaction(async (tx) => {
    await tx.execute(sql.raw(damage));
    broken = new Set((await brokenInvariants(tx)).keys());
    tx.rollback();
  });
  await rolledBack.catch(() => {});
  return broken;
}

test("all invariants hold in a healthy database", async () => {
  assert.deepEqual(await brokenInvariants(orm), new Map());
});

test("each invariant notices the damage that it is there for", async () => {
  assert.deepEqual(Object.keys(damages), Object.keys(invariants));
  for (const [sentence, statements] of Object.entries(damages)) {
    for (const damage of statements) {
      assert.ok((await brokenBy(damage)).has(sentence), `"${sentence}" overlooks: ${damage}`);
    }
  }
  assert.deepEqual(await brokenInvariants(orm), new Map(), "the damage was taken back");
});
