/** What must be so in the rows whatever has happened, each as a statement that lists what breaks it. */
import { strict as assert } from "node:assert";
import { sql } from "drizzle-orm";
import { type Queryable, rowsOf } from "../../db/client.ts";

// Who came into a group and went, as the conversation itself tells it.
const moves = `moves as (
  select m.conversation_id, m.seq, who.user_id,
    m.body ->> 'event' in ('created', 'joined', 'invited') as comes
  from messages m, lateral (
    select jsonb_array_elements_text(m.body -> 'userIds')::uuid as user_id
    union
    select (m.body ->> 'actorId')::uuid where m.body ->> 'event' = 'created'
  ) who
  where m.kind = 'system'
    and m.body ->> 'event' in ('created', 'joined', 'invited', 'left', 'removed')
)`;

const reigns = `reigns as (
  select conversation_id, seq, body ->> 'actorId' as by,
    case body ->> 'event' when 'created' then body ->> 'actorId' else body #>> '{userIds,0}' end
      as owner
  from messages
  where kind = 'system' and body ->> 'event' in ('created', 'ownerChanged')
)`;

const groups = {
  "a group has one owner, a living member, whom its row names": `
    select c.id from conversations c
    where c.kind = 'group' and array[c.owner_id] is distinct from (
      select array_agg(m.user_id) filter (where m.left_at is null or m.role = 'owner')
      from members m where m.conversation_id = c.id and m.role = 'owner'
    ) or exists (
      select from members m
      where m.conversation_id = c.id and m.role = 'owner' and m.left_at is not null
    )`,
  "a group is handed on by its owner, and the last heir owns it": `
    with ${reigns}, chain as (
      select *, lag(owner) over told as before, lead(owner) over told as after from reigns
      window told as (partition by conversation_id order by seq)
    )
    select r.conversation_id, r.seq from chain r
    join conversations c on c.id = r.conversation_id
    where coalesce(r.before, r.by) <> r.by
      or r.after is null and r.owner is distinct from c.owner_id::text`,
  "member_count is the number of living members": `
    select c.id from conversations c
    where c.member_count <> (
      select count(*) from members m where m.conversation_id = c.id and m.left_at is null
    )`,
  "nobody comes in twice, or goes without being in": `
    with ${moves}
    select conversation_id, user_id, seq from (
      select *, lag(comes) over (partition by conversation_id, user_id order by seq) as before
      from moves
    ) told where comes = coalesce(before, false)`,
  "the members are those who came last and have not gone": `
    with ${moves}, last as (
      select distinct on (conversation_id, user_id) * from moves
      order by conversation_id, user_id, seq desc
    ), rows as (
      select m.* from members m join conversations c on c.id = m.conversation_id
      where c.kind = 'group'
    )
    select conversation_id, user_id from last full join rows using (conversation_id, user_id)
    where last.comes is null or rows.joined_at is null or last.comes <> (rows.left_at is null)`,
  "a former member's history ends with its going, a living one's does not": `
    select m.conversation_id, m.user_id from members m
    join conversations c on c.id = m.conversation_id and c.kind = 'group'
    left join messages told on told.conversation_id = m.conversation_id and told.seq = m.last_seq
    where case when m.left_at is null
      then num_nonnulls(m.left_reason, m.left_state, m.last_seq, m.last_rev) > 0
      else num_nulls(m.left_reason, m.left_state, m.last_seq, m.last_rev) > 0
        or m.last_rev <> m.rev
        or told.body ->> 'event' is distinct from m.left_reason
        or told.body #>> '{userIds,0}' is distinct from m.user_id::text
    end`,
  "nothing changes a group after its dismissal": `
    select c.id from conversations c
    left join messages m on m.conversation_id = c.id and m.body ->> 'event' = 'dismissed'
      and m.kind = 'system'
    where case when c.dismissed_at is null then m.seq is not null
      else m.seq is distinct from c.last_seq or c.state_rev <> c.last_rev
        or exists (select from members x where x.conversation_id = c.id and x.rev > m.rev)
    end`,
  "only members have written": `
    with ${moves}
    select m.conversation_id, m.seq from messages m
    join conversations c on c.id = m.conversation_id and c.kind = 'group'
    left join moves v on v.conversation_id = m.conversation_id and v.user_id = m.sender_id
      and v.seq < m.seq
    where m.sender_id is not null
    group by m.conversation_id, m.seq
    having not coalesce((array_agg(v.comes order by v.seq desc))[1], false)`,
  "a direct conversation has its two members for ever": `
    select c.id from conversations c
    where c.kind = 'direct' and array[c.direct_low, c.direct_high] is distinct from (
      select array_agg(m.user_id order by m.user_id) from members m
      where m.conversation_id = c.id and m.left_at is null and m.role = 'member'
    )`,
};

const requests = {
  "a request to join is pending, or handled at a time and by somebody": `
    select id from group_requests
    where (status = 'pending') <> (handled_at is null)
      or (status = 'pending' and handled_by is not null)
      or (status = 'refused' and handled_by is null)`,
  "no member waits to be let in": `
    select r.id from group_requests r
    join members m on m.conversation_id = r.group_id and m.user_id = r.requester_id
    where r.status = 'pending' and m.left_at is null`,
  "nobody waits for a dismissed group": `
    select r.id from group_requests r join conversations c on c.id = r.group_id
    where r.status = 'pending' and c.dismissed_at is not null`,
  "who was accepted came in": `
    select r.id from group_requests r
    left join members m on m.conversation_id = r.group_id and m.user_id = r.requester_id
    where r.status = 'accepted' and m.user_id is null`,
  "a link is not used more often than it may be": `
    select code from group_invites where uses > max_uses`,
};

const friends = {
  "a friend request is pending, or handled at a time": `
    select id from friend_requests where (status = 'pending') <> (handled_at is null)`,
  "friendship is mutual": `
    select f.user_id, f.friend_id from friendships f
    left join friendships g on g.user_id = f.friend_id and g.friend_id = f.user_id
      and g.since = f.since and g.source is not distinct from f.source
    where g.user_id is null`,
  "nobody is a friend of whom they block, or who blocks them": `
    select f.user_id, f.friend_id from friendships f
    join blocks b on b.user_id = f.user_id and b.blocked_id = f.friend_id
      or b.user_id = f.friend_id and b.blocked_id = f.user_id`,
  "friends have nothing more to ask each other": `
    select r.id from friend_requests r
    join friendships f on f.user_id = r.requester_id and f.friend_id = r.addressee_id
    where r.status = 'pending'`,
  "who blocks asks nothing and hears nothing": `
    select r.id from friend_requests r
    join blocks b on b.user_id = r.requester_id and b.blocked_id = r.addressee_id
      or b.user_id = r.addressee_id and b.blocked_id = r.requester_id and not r.silent
    where r.status = 'pending'`,
  "two do not wait for each other": `
    select r.id from friend_requests r
    join friend_requests o on o.requester_id = r.addressee_id and o.addressee_id = r.requester_id
    where r.status = 'pending' and o.status = 'pending'`,
  "nobody is one's own friend, or blocked by oneself": `
    select id from friend_requests where requester_id = addressee_id
    union all select user_id from friendships where user_id = friend_id
    union all select user_id from blocks where user_id = blocked_id`,
};

const counters = {
  "seq runs from 1 to last_seq": `
    select c.id from conversations c left join messages m on m.conversation_id = c.id
    group by c.id
    having count(m.seq) <> c.last_seq or c.last_seq > 0 and (min(m.seq), max(m.seq)) <> (1, c.last_seq)`,
  "rev and time rise with seq": `
    select conversation_id, seq from (
      select *, lag(rev) over told as before, lag(at) over told as earlier from messages
      window told as (partition by conversation_id order by seq)
    ) m where rev <= before or at < earlier`,
  "each rev is one change's, and last_rev the last one's": `
    with taken as (
      select conversation_id as id, rev from messages
      union all select conversation_id, rev from members
      union all select id, state_rev from conversations
    )
    select c.id from conversations c join taken t on t.id = c.id
    group by c.id
    having count(*) <> count(distinct t.rev) or min(t.rev) < 1 or max(t.rev) <> c.last_rev`,
};

/** Each invariant by its sentence, with the statement that gives a row for whatever breaks it. */
export const invariants: Readonly<Record<string, string>> = {
  ...groups,
  ...requests,
  ...friends,
  ...counters,
};

/** The invariants that do not hold in the whole database, each with the rows that break it. */
export async function brokenInvariants(on: Queryable): Promise<Map<string, unknown[]>> {
  const broken = new Map<string, unknown[]>();
  for (const [sentence, statement] of Object.entries(invariants)) {
    const rows = await rowsOf<unknown>(on, sql.raw(statement));
    if (rows.length > 0) broken.set(sentence, rows);
  }
  return broken;
}

/** All invariants hold in the whole database. */
export async function assertInvariants(on: Queryable): Promise<void> {
  const broken = await brokenInvariants(on);
  const report = [...broken].map(([sentence, rows]) =>
    `${sentence}: not so for ${rows.length}, as ${JSON.stringify(rows.slice(0, 3))}`
  );
  assert.equal(broken.size, 0, report.join("\n"));
}
