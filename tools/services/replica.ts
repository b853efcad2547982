/** Private read replicas, whose standing still a test decides. */
import { dirname } from "node:path";
import postgres from "postgres";
import { PostgresService, serveCluster } from "./postgres.ts";

const waitMs = 20_000;
const pollMs = 10;

/** A streaming replica of a private Postgres: it follows by itself until it is told to stand still. */
export class PostgresReplica extends PostgresService {
  /** From now on it keeps what its primary sends and shows nothing of it. */
  async standStill(): Promise<void> {
    await this.#until("select pg_wal_replay_pause()", "pg_get_wal_replay_pause_state() = 'paused'");
  }

  /** Goes on where it stood still. */
  async goOn(): Promise<void> {
    await this.#until("select pg_wal_replay_resume()", "not pg_is_wal_replay_paused()");
  }

  /** Resolves once it shows all that its primary holds at this moment. */
  async catchUp({ url }: PostgresService): Promise<void> {
    const primary = postgres(url, { max: 1 });
    const [row] = await primary`select pg_current_wal_insert_lsn()::text as place`;
    await primary.end();
    await this.#until("select 1", `pg_last_wal_replay_lsn() >= '${row!["place"]}'`);
  }

  async #until(act: string, condition: string): Promise<void> {
    const sql = postgres(this.url, { max: 1 });
    try {
      await sql.unsafe(act);
      const limit = Date.now() + waitMs;
      while (!(await sql.unsafe(`select ${condition} as holds`))[0]?.["holds"]) {
        if (Date.now() > limit) throw new Error(`The replica does not get so far: ${condition}`);
        await new Promise((resolve) => setTimeout(resolve, pollMs));
      }
    } finally {
      await sql.end();
    }
  }
}

/** Copies a primary's cluster and follows it. */
export function startReplica(primary: PostgresService): Promise<PostgresReplica> {
  const from = ["--dbname", primary.url, "--checkpoint=fast", "--wal-method=stream"];
  return serveCluster(PostgresReplica, {}, async (programs, data) => {
    // A folder of links may have those alone that a server needs; the client's lie beside the real ones.
    const real = dirname(await Deno.realPath(`${programs}/postgres`));
    const to = ["--pgdata", data, "--write-recovery-conf", "--no-sync"];
    return [`${real}/pg_basebackup`, ...to, ...from];
  });
}
