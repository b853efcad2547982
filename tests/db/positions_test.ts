/** Positions: exact while Postgres lives, lower by a margin after a crash, whoever asks first. */
import { strict as assert } from "node:assert";
import { type Database, openDatabase } from "../../db/client.ts";
import { migrate } from "../../db/migrate.ts";
import { positionSql } from "../../db/positions.ts";
import { createDatabase, startPostgres } from "../../tools/services.ts";
import { databaseKind } from "../support/database.ts";
import { until } from "../support/waiting.ts";
import { openWorld, test } from "../support/world.ts";

const { database } = await openWorld();
const margin = 16_384n;

async function ask(database: Pick<Database, "query">, expression: string, ...params: unknown[]) {
  const [row] = await database.query(`select (${expression})::text as found`, params);
  return String(row!["found"]);
}

const idOf = (position: string) => BigInt(position.split(".")[1]!);

test("a position means its own id, until a crash has wiped out the mark", async () => {
  const position = await ask(database, positionSql);
  assert.equal(await ask(database, "xid_since($1)", position), String(idOf(position)));
  // What a crash does to an unlogged table.
  await database.query("truncate crash_marks", []);
  const later = await Promise.all([1, 2, 3].map(() => ask(database, positionSql)));
  assert.equal(new Set(later.map((one) => one.split(".")[0])).size, 1);
  assert.notEqual(later[0]!.split(".")[0], position.split(".")[0]);
  const since = BigInt(await ask(database, "xid_since($1)", position));
  assert.equal(since, idOf(position) > margin ? idOf(position) - margin : 0n);
  assert.equal(await ask(database, "xid_since($1)", later[0]), String(idOf(later[0]!)));
});

if (databaseKind === "postgres") {
  test("a restart in order keeps the mark, kill -9 does not", async () => {
    await using server = await startPostgres();
    const { url } = await createDatabase(server.url);
    const its = await openDatabase({ databaseUrl: url, poolMax: 1 });
    await migrate(its, { databaseUrl: url });
    const markOf = () => ask(its, "select crash_mark()").catch(() => "");
    const before = await markOf();
    await server.stop();
    await server.start();
    await until("it answers", async () => await markOf() !== "");
    assert.equal(await markOf(), before);
    await server.kill();
    await server.start();
    await until("it answers again", async () => await markOf() !== "");
    assert.notEqual(await markOf(), before);
    await its.close();
  });
}
