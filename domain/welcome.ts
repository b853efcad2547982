/** What a new connection begins with: whether its session lives, what it follows, what waits for it. */
import type { Database } from "../db/client.ts";
import type { LoadMany } from "../db/gather.ts";
import type { Clock } from "./app.ts";
import { syncCursorAt } from "./conversations.ts";

/** Read in one snapshot, which is also the one that the cursor names. */
export interface Welcome {
  readonly isSessionAlive: boolean;
  readonly syncCursor: string;
  /** The snapshot's xmin: what it did not see has a transaction id that is not below. */
  readonly xmin: string;
  /** The conversations to follow, how far each had come, and where in it one may read. */
  readonly revs: readonly (readonly [conversationId: string, rev: number, firstSeq: number])[];
  readonly friendRequests: number;
  /** Those of the groups that I lead. */
  readonly groupRequests: number;
}

// One statement for all who connect at this moment: after a restart that is everybody.
const welcomeSql = `
  select s.id::text as session_id,
    s.ended_at is null and s.expires_at > $2::timestamptz as alive,
    pg_snapshot_xmin(pg_current_snapshot())::text as xmin,
    (
      select json_agg(json_build_array(m.conversation_id, c.last_rev, m.first_seq))::text
      from members m join conversations c on c.id = m.conversation_id
      where m.user_id = s.user_id and m.left_at is null and c.dismissed_at is null
    ) as revs,
    (
      select count(*)::int from friend_requests f
      where f.addressee_id = s.user_id and f.status = 'pending' and not f.silent
    ) as friend_requests,
    (
      select count(*)::int
      from members m join group_requests r on r.group_id = m.conversation_id
      where m.user_id = s.user_id and m.left_at is null and m.role <> 'member'
        and r.status = 'pending'
    ) as group_requests
  from jsonb_array_elements_text($1::text::jsonb) asked(id)
  join sessions s on s.id = asked.id::uuid`;

/** Reads the welcomes of many sessions. */
export function welcomeLoader(database: Database, clock: Clock): LoadMany<Welcome> {
  return async (sessionIds) => {
    const params = [JSON.stringify(sessionIds), clock.now().toISOString()];
    const rows = await database.query(welcomeSql, params);
    return new Map(rows.map((row) => [String(row.session_id), {
      isSessionAlive: row.alive === true,
      syncCursor: syncCursorAt(database, String(row.xmin)),
      xmin: String(row.xmin),
      revs: row.revs === null ? [] : JSON.parse(String(row.revs)) as Welcome["revs"],
      friendRequests: Number(row.friend_requests),
      groupRequests: Number(row.group_requests),
    }]));
  };
}
