/** The pool after its connections broke in the middle of transactions: each is as good as new. */
import { strict as assert } from "node:assert";
import { sql } from "drizzle-orm";
import { loadConfig } from "../../config.ts";
import { Pool } from "../../db/postgres.ts";
import { Link } from "../faults/proxy.ts";
import { adminUrl, databaseKind } from "../support/database.ts";
import { seeded } from "../support/random.ts";
import { until, within } from "../support/waiting.ts";
import { test } from "../support/world.ts";

const max = 8;
const rounds = 10;

/** Transactions one after the other, until told to stop; those that fail are not counted. */
async function transactions(pool: Pool, isOver: () => boolean): Promise<number> {
  let done = 0;
  while (!isOver()) {
    const transaction = pool.orm.transaction(async (tx) => {
      for (let statement = 1; statement <= 3; statement++) await tx.execute(sql`select 1`);
    });
    await transaction.then(() => done++, () => {});
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  return done;
}

if (databaseKind === "postgres") {
  test("connections that break in the middle of transactions leave none that hangs", async () => {
    const url = new URL(adminUrl());
    using link = new Link(Number(url.port || 5432));
    url.host = link.host;
    const pool = new Pool(url.href, { max, timeLimitMs: 2_000 });
    const random = seeded(1);
    let isOver = false;
    const running = Array.from({ length: max }, () => transactions(pool, () => isOver));
    for (let round = 1; round <= rounds; round++) {
      link.become("cut");
      await new Promise((resolve) => setTimeout(resolve, 30 * random()));
      link.become("open");
      await pool.query("select 1", []).catch(() => {});
      // As many as there are connections: each must answer, or be known to be gone.
      const asked = Array.from({ length: max }, () => pool.query("select pg_sleep(0.05)", []));
      const codes = (await Promise.allSettled(asked)).map((one) =>
        one.status === "fulfilled" ? "" : one.reason.code
      );
      assert.ok(codes.every((code) => code !== "CONNECT_TIMEOUT"), `In round ${round}: ${codes}`);
    }
    isOver = true;
    assert.ok((await Promise.all(running)).every((done) => done > 0));
    await pool.close();
  });

  test("connections that the network lost without a word are replaced while clients still wait", async () => {
    const url = new URL(adminUrl());
    using link = new Link(Number(url.port || 5432));
    url.host = link.host;
    const pool = new Pool(url.href, { max, timeLimitMs: loadConfig({}).databaseTimeoutMs });
    const asked = () => Array.from({ length: max }, () => pool.query("select pg_sleep(0.05)", []));
    await Promise.all(asked());
    link.lose();
    const all = () => Promise.all(asked()).then(() => true, () => false);
    // What clients are promised is 10 s, and the rest of that is for catching up.
    await until("all are answered", all, 8_000);
    await pool.close();
  });
}

// AuthenticationOk and ReadyForQuery.
const welcome = new Uint8Array([0x52, 0, 0, 0, 8, 0, 0, 0, 0, 0x5a, 0, 0, 0, 5, 0x49]);

/** Lets a connection in as Postgres does, and drops it at its first question. */
async function drop(connection: Deno.TcpConn): Promise<void> {
  const message = new Uint8Array(1_024);
  try {
    await connection.read(message);
    await connection.write(welcome);
    await connection.read(message);
  } catch (error) {
    // On a busy machine the driver may have given up before it is let in.
    const isGone = error instanceof Deno.errors.BrokenPipe ||
      error instanceof Deno.errors.ConnectionReset;
    if (!isGone) throw error;
  }
  connection.close();
}

async function dropEach(listener: Deno.TcpListener): Promise<void> {
  for await (const connection of listener) await drop(connection);
}

test("a transaction whose connection breaks before it has begun ends in time", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const dropping = dropEach(listener);
  // What the driver asks by itself on a new connection is refused to nobody.
  const ignore = (event: Event) => event.preventDefault();
  globalThis.addEventListener("unhandledrejection", ignore);
  const url = `postgres://patter@127.0.0.1:${listener.addr.port}/postgres`;
  const pool = new Pool(url, { max: 1, timeLimitMs: 500 });
  const transaction = pool.orm.transaction((tx) => tx.execute(sql`select 1`));
  const outcome = await within("it ends", transaction.then(() => "done", () => "refused"));
  assert.equal(outcome, "refused");
  await pool.close();
  listener.close();
  await dropping;
  // The event comes after the turn in which it was refused.
  await new Promise((resolve) => setTimeout(resolve));
  globalThis.removeEventListener("unhandledrejection", ignore);
});
