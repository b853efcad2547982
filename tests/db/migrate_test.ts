/** Migrating over a connection that breaks: it fails, or it is done, but it never hangs. */
import { strict as assert } from "node:assert";
import { type Database, openDatabase } from "../../db/client.ts";
import { migrate, MigrationLost } from "../../db/migrate.ts";
import { createDatabase } from "../../tools/services.ts";
import { Link } from "../faults/proxy.ts";
import { adminUrl, databaseKind } from "../support/database.ts";
import { until, within } from "../support/waiting.ts";
import { test } from "../support/world.ts";

const rounds = 12;

async function isLocked(database: Database): Promise<boolean> {
  const [row] = await database.query(
    `select exists (select 1 from pg_locks l join pg_database d on d.oid = l.database
     where l.locktype = 'advisory' and d.datname = current_database()) as found`,
    [],
  );
  return row?.["found"] === true;
}

if (databaseKind === "postgres") {
  test("a migration whose connection breaks ends, and the next one does what is left", async () => {
    const { url, drop } = await createDatabase(adminUrl());
    const database = await openDatabase({ databaseUrl: url, poolMax: 2 });
    const through = new URL(url);
    using link = new Link(Number(through.port || 5432));
    through.host = link.host;
    const outcomes = new Set<string>();
    for (let round = 1; round <= rounds; round++) {
      const migrating = migrate(database, { databaseUrl: through.href })
        .then(() => "done", () => "broken");
      // Cut a little later each time: while it waits, while it migrates, when it is done.
      await Promise.race([until("it has begun", () => isLocked(database)), migrating]);
      await new Promise((resolve) => setTimeout(resolve, 15 * (round - 1)));
      link.become("cut");
      await new Promise((resolve) => setTimeout(resolve, 20));
      link.become("open");
      outcomes.add(await within(`migration ${round} ends`, migrating, 30_000));
    }
    assert.ok(outcomes.has("broken"), "No connection broke");
    await migrate(database, { databaseUrl: url });
    const [row] = await database.query("select count(*)::int as count from users", []);
    assert.equal(row?.["count"], 0);
    await database.close();
    await drop();
  });

  test("a migration whose connection is lost without a word is given up, and says so", async () => {
    const { url, drop } = await createDatabase(adminUrl());
    const [holder, watcher] = [
      await openDatabase({ databaseUrl: url, poolMax: 1 }),
      await openDatabase({ databaseUrl: url, poolMax: 1 }),
    ];
    const through = new URL(url);
    using link = new Link(Number(through.port || 5432));
    through.host = link.host;
    await holder.query("select pg_advisory_lock(7283461)", []);
    const migrating = migrate(watcher, { databaseUrl: through.href })
      .then(() => "done", (error: unknown) => error instanceof MigrationLost ? "lost" : error);
    const waits = async () => {
      const [row] = await watcher.query(
        "select count(*)::int as n from pg_locks where not granted",
        [],
      );
      return Number(row?.["n"]) > 0;
    };
    await until("it waits for the lock", waits);
    // The answer that it waits for will never arrive; a look over a new connection is answered.
    link.lose();
    assert.equal(await within("it is given up", migrating, 60_000), "lost");
    await holder.close();
    await migrate(watcher, { databaseUrl: url });
    await watcher.close();
    await drop();
  });

  test("a migration that waits for another one is not taken for lost", async () => {
    const { url, drop } = await createDatabase(adminUrl());
    const holder = await openDatabase({ databaseUrl: url, poolMax: 1 });
    await holder.query("select pg_advisory_lock(7283461)", []);
    const migrating = migrate(holder, { databaseUrl: url });
    // Longer than the watch bears silence.
    await new Promise((resolve) => setTimeout(resolve, 13_000));
    await holder.query("select pg_advisory_unlock(7283461)", []);
    await within("it ends", migrating, 30_000);
    await holder.close();
    await drop();
  });
}
