/** Ten processes that start at once on an empty Postgres: one migration, one first key, one service. */
import { strict as assert } from "node:assert";
import postgres from "postgres";
import { databaseKind } from "../support/database.ts";
import { makeHome, type RunningServer, startServer } from "../support/server_process.ts";
import { test } from "../support/world.ts";

const count = 10;

if (databaseKind === "postgres") {
  test("ten processes start at once on an empty database and are one service", async () => {
    await using home = await makeHome();
    await using servers = new AsyncDisposableStack();
    const env = { ...home.env, DATABASE_POOL_MAX: "2" };
    const starts = Array.from({ length: count }, () => startServer({ ...home, env }));
    const running: RunningServer[] = [];
    for (const start of await Promise.allSettled(starts)) {
      assert.equal(start.status, "fulfilled", JSON.stringify(start));
      running.push(servers.use((start as PromiseFulfilledResult<RunningServer>).value));
    }

    for (const { site } of running) {
      assert.equal((await site.ask("GET", "/readyz")).status, 200);
      assert.deepEqual(await keysOf(running[0]!), await keysOf({ site }));
    }
    await oneOfEach(home.env["DATABASE_URL"]!);

    const ana = await running[0]!.site.person("ana");
    const authorization = `Bearer ${ana.session.accessToken}`;
    for (const { site } of running) {
      const { status } = await site.ask("GET", "/v1/users/me", undefined, { authorization });
      assert.equal(status, 200, "A token of one is accepted by all");
    }
  });
}

async function keysOf({ site }: Pick<RunningServer, "site">): Promise<unknown> {
  const { status, body } = await site.ask<{ keys: unknown[] }>("GET", "/.well-known/jwks.json");
  assert.equal(status, 200);
  assert.equal(body.keys.length, 1);
  return body;
}

async function oneOfEach(url: string): Promise<void> {
  const sql = postgres(url, { max: 1 });
  try {
    const [keys] = await sql`select count(*)::int as count from signing_keys`;
    assert.equal(keys?.["count"], 1);
    const [migrations] = await sql`
      select count(*)::int as count, count(distinct hash)::int as distinct_count
      from drizzle.__drizzle_migrations`;
    const journal = JSON.parse(
      await Deno.readTextFile(new URL("../../db/migrations/meta/_journal.json", import.meta.url)),
    );
    const written = journal.entries.length;
    assert.deepEqual({ ...migrations }, { count: written, distinct_count: written });
  } finally {
    await sql.end();
  }
}
