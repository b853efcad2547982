/** The truth: what the database holds, and every state that each `rev` was taken for, kept by triggers. */
import postgres from "postgres";
import type { ConversationState, Member } from "../../schemas/conversations.ts";
import type { Message } from "../../schemas/messages.ts";
import { connectPostgres } from "../../db/postgres.ts";
import { memberOf, messageOf, type Row, stateOf } from "./rows.ts";

// A thing that changes again overwrites its `rev`; here each stays, written by the same transaction.
const recorder = `
  create schema faults;
  create table faults.taken (
    id bigserial primary key,
    conversation_id uuid not null,
    rev bigint not null,
    kind text not null,
    key text not null,
    state jsonb not null
  );
  create function faults.record() returns trigger language plpgsql as $$
  declare
    state jsonb := to_jsonb(new);
    rev_of text := case tg_table_name when 'conversations' then 'state_rev' else 'rev' end;
    key text := coalesce(state ->> 'seq', state ->> 'user_id', state ->> 'id');
  begin
    if tg_op = 'UPDATE' and to_jsonb(old) -> rev_of = state -> rev_of then return null; end if;
    if state ->> rev_of = '0' then return null; end if;
    insert into faults.taken (conversation_id, rev, kind, key, state) values (
      coalesce(state ->> 'conversation_id', state ->> 'id')::uuid,
      (state ->> rev_of)::bigint, tg_table_name, key, state
    );
    return null;
  end $$;
  create trigger faults_record after insert or update on messages
    for each row execute function faults.record();
  create trigger faults_record after insert or update on members
    for each row execute function faults.record();
  create trigger faults_record after insert or update on conversations
    for each row execute function faults.record();
`;

/** What one `rev` was taken for: a message by its `seq`, a member by its user, or the state. */
export type Taken =
  | { readonly kind: "messages"; readonly rev: number; readonly state: Message }
  | { readonly kind: "members"; readonly rev: number; readonly state: Member }
  | { readonly kind: "conversations"; readonly rev: number; readonly state: ConversationState };

/** A stretch of `rev` in which somebody was a member. */
export interface Stay {
  readonly from: number;
  /** The change that ended it; null while it lasts. */
  to: number | null;
  readonly firstSeq: number;
}

/** A conversation with all its past. */
export interface Past {
  readonly id: string;
  readonly lastSeq: number;
  readonly lastRev: number;
  /** In the order of `rev`; `taken[rev - 1]` when there is no hole. */
  readonly taken: Taken[];
  readonly stays: Map<string, Stay[]>;
  /** As the table has them now, by `seq`. */
  readonly messages: Message[];
}

/** Reads the truth past all links and all our own code. */
export interface Truth extends AsyncDisposable {
  readonly sql: postgres.Sql;
}

/** Connects, and begins to record. */
export async function openTruth(url: string, ddl = ""): Promise<Truth> {
  const sql = connectPostgres(url, { max: 2, timeLimitMs: 60_000 });
  await sql.unsafe(recorder + ddl);
  return { sql, [Symbol.asyncDispose]: () => sql.end({ timeout: 5 }) };
}

function takenOf(kind: Taken["kind"], rev: number, row: Row): Taken {
  if (kind === "messages") return { kind, rev, state: messageOf(row) };
  if (kind === "members") return { kind, rev, state: memberOf(row) };
  return { kind, rev, state: stateOf(row) };
}

function staysOf(rows: readonly Row[]): Map<string, Stay[]> {
  const stays = new Map<string, Stay[]>();
  for (const { rev, kind, state } of rows) {
    if (kind !== "members") continue;
    const { user_id, left_at, joined_rev, first_seq } = state as Row;
    const mine = stays.get(String(user_id)) ?? [];
    stays.set(String(user_id), mine);
    if (left_at !== null) mine.at(-1)!.to = Number(rev);
    else if (mine.at(-1)?.to !== null) {
      mine.push({ from: Number(joined_rev), to: null, firstSeq: Number(first_seq) });
    }
  }
  return stays;
}

/** How far somebody should have come in a conversation that they are in. */
export interface Standing {
  readonly userId: string;
  readonly id: string;
  readonly lastRev: number;
}

/** All living memberships. */
export async function readStandings({ sql }: Truth): Promise<Standing[]> {
  return await sql<Standing[]>`
    select m.user_id as "userId", c.id, c.last_rev as "lastRev"
    from members m join conversations c on c.id = m.conversation_id
    where m.left_at is null`;
}

/** Every conversation with its past. */
export async function readPasts({ sql }: Truth): Promise<Map<string, Past>> {
  const pasts = new Map<string, Past>();
  const conversations = await sql`select id, last_seq, last_rev from conversations`;
  for (const { id, last_seq, last_rev } of conversations) {
    const rows = await sql`
      select rev, kind, state from faults.taken where conversation_id = ${id} order by rev, id`;
    const messages = await sql`
      select to_jsonb(m) as row from messages m where conversation_id = ${id} order by seq`;
    pasts.set(id, {
      id,
      lastSeq: Number(last_seq),
      lastRev: Number(last_rev),
      taken: rows.map(({ kind, rev, state }) => takenOf(kind, Number(rev), state)),
      stays: staysOf(rows),
      messages: messages.map(({ row }) => messageOf(row)),
    });
  }
  return pasts;
}
