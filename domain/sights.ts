/** Sights: what one user may see of another's presence. */
import type { Database } from "../db/client.ts";
import type { LoadMany } from "../db/gather.ts";

/**
 * What one may see: all of it; only how it was when the other blocked them, which looks like somebody
 * who has been away since; or nothing, as of a stranger.
 */
export interface Sight {
  readonly of: "all" | "past" | "nothing";
  readonly lastSeenAt: Date | null;
}

/** Of strangers, and of those who do not exist. */
export const noSight: Sight = { of: "nothing", lastSeenAt: null };

/** Names the sight that a watcher has of a user. */
export function sightKey(watcherId: string, userId: string): string {
  return `${watcherId}/${userId}`;
}

const sightsSql = `
  select a.pair,
    b.user_id is not null as is_blocked,
    (extract(epoch from case when b.user_id is null then p.last_seen_at else b.seen_at end)
      * 1000)::float8 as seen_ms
  from (
    select pair, split_part(pair, '/', 1)::uuid as watcher_id, split_part(pair, '/', 2)::uuid as user_id
    from jsonb_array_elements_text($1::text::jsonb) pairs(pair)
  ) a
  left join presences p on p.user_id = a.user_id
  left join blocks b on b.user_id = a.user_id and b.blocked_id = a.watcher_id
  where a.user_id = a.watcher_id
    or exists (
      select from friendships f where f.user_id = a.watcher_id and f.friend_id = a.user_id
    )
    or exists (
      select from members theirs
      join members mine on mine.conversation_id = theirs.conversation_id
        and mine.user_id = a.watcher_id and mine.left_at is null
      join conversations c on c.id = theirs.conversation_id and c.dismissed_at is null
      where theirs.user_id = a.user_id and theirs.left_at is null
    )`;

/** Reads sights by their keys; who may see nothing is left out. */
export function sightLoader(database: Pick<Database, "query">): LoadMany<Sight> {
  return async (keys) => {
    const rows = await database.query(sightsSql, [JSON.stringify(keys)]);
    return new Map(rows.map((row): [string, Sight] => [String(row.pair), {
      of: row.is_blocked === true ? "past" : "all",
      lastSeenAt: row.seen_ms === null ? null : new Date(Math.round(Number(row.seen_ms))),
    }]));
  };
}
