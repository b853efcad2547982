/** What a new connection begins with: whether its session lives, what it follows, what waits for it. */
import type { Database } from "../db/client.ts";
import type { LoadMany } from "../db/gather.ts";
import { positionSql } from "../db/positions.ts";
import type { Platform } from "../schemas/auth.ts";
import type { PresenceStatus } from "../schemas/presence.ts";
import type { Clock, SessionEnd } from "./app.ts";
import { syncCursorAt } from "./conversations.ts";
import type { Standing } from "./presence.ts";

/** Read in one snapshot, which is also the one that the cursor names. */
export interface Welcome {
  /** Why the session has ended; null while it lives. */
  readonly ended: SessionEnd | null;
  readonly syncCursor: string;
  /** Where that snapshot stands. */
  readonly position: string;
  /** The conversations to follow, how far each had come, and where in it one may read. */
  readonly revs: readonly (readonly [conversationId: string, rev: number, firstSeq: number])[];
  /** Where the session was begun from, and how its user wants to be seen. */
  readonly platform: Platform;
  readonly standing: Standing;
  readonly friendRequests: number;
  /** Those of the groups that I lead. */
  readonly groupRequests: number;
}

// One statement for all who connect at this moment: after a restart that is everybody.
const welcomeSql = `
  select s.id::text as session_id,
    case when s.ended_at is not null then coalesce(s.end_reason, 'sessionRevoked')
      when s.expires_at <= $2::timestamptz then 'sessionRevoked'
    end as ended,
    ${positionSql} as position,
    s.platform, p.status, (extract(epoch from p.status_at) * 1000)::float8 as status_since,
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
  join sessions s on s.id = asked.id::uuid
  left join presences p on p.user_id = s.user_id`;

/** Reads the welcomes of many sessions. */
export function welcomeLoader(database: Database, clock: Clock): LoadMany<Welcome> {
  return async (sessionIds) => {
    const params = [JSON.stringify(sessionIds), clock.now().toISOString()];
    const rows = await database.query(welcomeSql, params);
    return new Map(rows.map((row) => [String(row.session_id), {
      ended: row.ended as SessionEnd | null,
      syncCursor: syncCursorAt(database, String(row.position)),
      position: String(row.position),
      revs: row.revs === null ? [] : JSON.parse(String(row.revs)) as Welcome["revs"],
      platform: row.platform as Platform,
      standing: {
        status: (row.status ?? "online") as PresenceStatus,
        since: Number(row.status_since ?? 0),
      },
      friendRequests: Number(row.friend_requests),
      groupRequests: Number(row.group_requests),
    }]));
  };
}
