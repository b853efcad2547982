/** Bugs that a run must find: each breaks one guarantee, in an instance of the test's own. */
import { sql } from "drizzle-orm";
import type { Patter } from "../../app.ts";
import { type Database, rowsOf } from "../../db/client.ts";
import type { Room } from "../../realtime/room.ts";

/** A bug, in whichever part it lies. */
export interface Bug {
  /** Run on the migrated database before anything is sent. */
  readonly ddl?: string;
  readonly database?: (database: Database) => Database;
  readonly patter?: (patter: Patter) => void;
}

const uncommittedMs = 400;

function isAppend(text: string): boolean {
  return text.includes("append_messages");
}

/** The sender is answered while the transaction is still open; it commits a moment later. */
function acknowledgesEarly(database: Database): Database {
  const append = ([batch]: unknown[]) =>
    new Promise<Record<string, unknown>[]>((answer, refuse) => {
      database.orm.transaction(async (tx) => {
        const call =
          sql`select outcome, seq, rev, at_ms from append_messages(${batch}::text::jsonb)`;
        answer(await rowsOf<Record<string, unknown>>(tx, call));
        await new Promise((resolve) => setTimeout(resolve, uncommittedMs));
      }).catch(refuse);
    });
  return {
    ...database,
    query: (text, params) => isAppend(text) ? append(params) : database.query(text, params),
  };
}

/** Without it the others would hear of what is not committed either, which is another bug. */
function deliversLater({ hub }: Patter): void {
  const changed = hub.changed.bind(hub);
  hub.changed = async (changes, departures) => {
    await new Promise((resolve) => setTimeout(resolve, 2 * uncommittedMs));
    await changed(changes, departures);
  };
}

// The look for an earlier message finds none, and no index stands in the way of a second one.
const withoutKey = `
  drop index messages_client;
  create function forget_key() returns trigger language plpgsql as
    $$ begin new.client_id := split_part(new.client_id, '~', 1); return new; end $$;
  create trigger forget_key before insert on messages for each row execute function forget_key();
`;

function forgetsKey(database: Database): Database {
  const renamed = ([batch]: unknown[]) => {
    const entries = JSON.parse(String(batch)) as { k: string }[];
    return [
      JSON.stringify(entries.map((one) => ({ ...one, k: `${one.k}~${crypto.randomUUID()}` }))),
    ];
  };
  return {
    ...database,
    query: (text, params) => database.query(text, isAppend(text) ? renamed(params) : params),
  };
}

/** Of each room one change with a message goes missing, and nobody ever looks for it. */
function losesOne({ hub }: Patter): void {
  const unlucky = new Set<string>();
  const deliver = hub.deliver.bind(hub);
  hub.deliver = (event) => {
    const { conversationId, messages } = event.changes;
    const room = hub.rooms.get(conversationId);
    const isLost = messages.length > 0 && (room?.connections.size ?? 0) > 1;
    if (isLost && !unlucky.has(conversationId)) unlucky.add(conversationId);
    else deliver(event);
  };
  const { repair } = hub;
  const [schedule, mendNow] = [repair.schedule.bind(repair), repair.mendNow.bind(repair)];
  repair.schedule = (room: Room, afterMs) =>
    unlucky.has(room.id) ? undefined : schedule(room, afterMs);
  repair.mendNow = (room) => unlucky.has(room.id) ? Promise.resolve(true) : mendNow(room);
}

/** Nobody is taken out of a room. */
function keepsThemAll({ hub }: Patter): void {
  const deliver = hub.deliver.bind(hub);
  hub.deliver = (event) => deliver({ ...event, departures: [] });
}

/** Connections outlive their sessions, whatever is told and whoever looks. */
function sparesTheEnded({ hub }: Patter): void {
  hub.endSessions = () => {};
  hub.repair.endRevoked = () => Promise.resolve();
}

/** Every bug by its name. */
export const bugs: Readonly<Record<string, Bug>> = {
  "acknowledge before commit": { database: acknowledgesEarly, patter: deliversLater },
  "drop one packet without repair": { patter: losesOne },
  "forget the unique key": { ddl: withoutKey, database: forgetsKey },
  "deliver after removal": { patter: keepsThemAll },
  "deliver after the session's end": { patter: sparesTheEnded },
};
