/** What of presence is durable: how a user wants to be seen, and when they were seen last. */
import type { Database } from "../db/client.ts";
import type { PresenceStatus } from "../schemas/presence.ts";
import type { Actor, App } from "./app.ts";
import { limitRate } from "./rate_limits.ts";

/** How a user wants to be seen, and since when (milliseconds; 0: they never said). */
export interface Standing {
  readonly status: PresenceStatus;
  readonly since: number;
}

/** How everybody is seen who never said how. */
export const plainStanding: Standing = { status: "online", since: 0 };

// Each change may be told to everyone who watches.
const changesMax = 60;
const windowMs = 60_000;

// Of two that are set at once, on whichever instance, the later has the later time. What others see
// of whoever is invisible stands still.
const setSql = `
  insert into presences as p (user_id, status, status_at, last_seen_at)
  values ($1::uuid, $2::text, $3::timestamptz, $3::timestamptz)
  on conflict (user_id) do update set
    status = excluded.status,
    status_at = case when p.status = excluded.status then p.status_at
      else greatest(excluded.status_at, p.status_at + interval '1 millisecond') end,
    last_seen_at = case when p.status = 'invisible' then p.last_seen_at
      else greatest(p.last_seen_at, excluded.last_seen_at) end
  returning (extract(epoch from status_at) * 1000)::float8 as since`;

/**
 * Says how I want to be seen, on all my devices: it outlasts connections.
 * @throws `rateLimited`.
 */
export async function setPresence(
  app: App,
  actor: Actor,
  { status }: { status: PresenceStatus },
): Promise<void> {
  const { userId } = actor;
  await limitRate(app, `presence/${userId}`, { max: changesMax, windowMs });
  const params = [userId, status, app.clock.now().toISOString()];
  const [row] = await app.database.query(setSql, params);
  app.live.presence.set(userId, { status, since: Number(row!.since ?? 0) });
}

const standingsSql = `
  select p.user_id::text as user_id, p.status,
    (extract(epoch from p.status_at) * 1000)::float8 as since
  from jsonb_array_elements_text($1::text::jsonb) asked(id)
  join presences p on p.user_id = asked.id::uuid
  where p.status_at is not null`;

/** How these users want to be seen; those who never said are left out. */
export async function standingsOf(
  database: Pick<Database, "query">,
  userIds: readonly string[],
): Promise<Map<string, Standing>> {
  const rows = await database.query(standingsSql, [JSON.stringify(userIds)]);
  return new Map(rows.map((row) => [
    String(row.user_id),
    { status: row.status as PresenceStatus, since: Number(row.since) },
  ]));
}

// In one order, so that two instances which write the same users do not wait for each other in a ring.
const seenSql = `
  insert into presences as p (user_id, last_seen_at)
  select u.id, to_timestamp(seen.ms / 1000)
  from jsonb_to_recordset($1::text::jsonb) seen(id uuid, ms float8)
  join users u on u.id = seen.id
  order by u.id
  on conflict (user_id) do update set last_seen_at = excluded.last_seen_at
  where p.status <> 'invisible'
    and (p.last_seen_at is null or p.last_seen_at < excluded.last_seen_at)`;

/** Keeps when these users were seen (milliseconds). Nobody's last time moves back, or while invisible. */
export async function keepLastSeen(
  database: Pick<Database, "query">,
  seen: ReadonlyMap<string, number>,
): Promise<void> {
  const rows = [...seen].map(([id, ms]) => ({ id, ms }));
  await database.query(seenSql, [JSON.stringify(rows)]);
}
