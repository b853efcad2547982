/** Postgres gone in the middle of sends, killed or frozen: refusals, no losses, and a return by itself. */
import { strict as assert } from "node:assert";
import postgres from "postgres";
import type { Problem } from "../../errors.ts";
import { type PostgresService, startPostgres } from "../../tools/services.ts";
import type { Client } from "../support/client.ts";
import { databaseKind } from "../support/database.ts";
import { Ledger, reckon, Sender, wholeHistory } from "../support/ledger.ts";
import {
  makeFolder,
  type RunningServer,
  startServer,
  TestProcess,
} from "../support/server_process.ts";
import { until, within } from "../support/waiting.ts";
import { type Person, type Site, test } from "../support/world.ts";

const limitMs = 30_000;

/** A server that is being written to, over a socket and by REST. */
interface Traffic {
  readonly server: RunningServer;
  readonly people: { ana: Person; bo: Person; id: string };
  readonly live: Client;
  readonly bySocket: Ledger;
  readonly byRest: Ledger;
}

async function isReady(site: Site): Promise<boolean> {
  return (await site.ask("GET", "/readyz")).status === 200;
}

/** Both go on being answered as they should while `act` runs and until the counts have grown. */
async function flows({ bySocket, byRest }: Traffic, by = 20): Promise<void> {
  for (const { acknowledged } of [bySocket, byRest]) {
    const enough = acknowledged.size + by;
    await until("sends are acknowledged", () => acknowledged.size >= enough, limitMs);
  }
}

async function whileAway(traffic: Traffic): Promise<void> {
  const { bySocket, byRest, live, people, server: { site } } = traffic;
  for (const { refusals } of [bySocket, byRest]) {
    await until("sends are refused", () => refusals.length >= 3, limitMs);
  }
  await until("readiness ends", async () => !await isReady(site), limitMs);
  const ready = await site.ask<Problem>("GET", "/readyz");
  assert.deepEqual([ready.status, ready.body.code], [503, "unavailable"]);
  assert.ok(Number(ready.headers.get("retry-after")) >= 1);
  assert.equal((await site.ask("GET", "/livez")).status, 200);
  assert.ok((await live.call("ping")).serverTime, "The connection lives on");
  const { body } = await people.ana.ask<Problem>("GET", "/v1/ws");
  assert.equal(body.code, "unavailable", "A new connection is told why");
}

function onlyUnavailable({ bySocket, byRest, server: { process } }: Traffic): void {
  for (const { code, retryAfterMs } of [...bySocket.refusals, ...byRest.refusals]) {
    assert.equal(code, "unavailable");
    assert.ok(retryAfterMs! > 0);
  }
  const faults = process.lines.filter(({ level, code, message }) =>
    level === "ERROR" && code !== "unavailable" && /request|unhandled|uncaught/.test(message)
  );
  assert.deepEqual(faults, []);
  assert.equal(process.stderr, "");
}

async function through(
  fault: (database: PostgresService, away: () => Promise<void>) => Promise<void>,
) {
  await using database = await startPostgres();
  await using folder = await makeFolder();
  const env = { DATABASE_URL: database.url, DATABASE_TIMEOUT_MS: "1000" };
  await using server = await startServer({ folder, env });
  const people = await server.site.pair();
  const { ana, bo, id } = people;
  const [live, listening] = [await ana.connect(), await bo.connect()];
  const [bySocket, byRest] = [new Ledger(ana, id), new Ledger(bo, id)];
  const traffic = { server, people, live, bySocket, byRest };
  const senders = [() => bySocket.bySocket(live), () => byRest.byRest()].flatMap((send) =>
    Array.from({ length: 3 }, () => new Sender(send, 5))
  );

  await flows(traffic);
  await fault(database, () => whileAway(traffic));
  await flows(traffic);
  await until("it is ready again", () => isReady(server.site), limitMs);
  await Promise.all(senders.map((sender) => sender.stop()));
  await bySocket.settle(live);
  while (byRest.open.size > 0) await byRest.byRest([...byRest.open][0]);

  onlyUnavailable(traffic);
  const history = await wholeHistory(bo, { site: server.site, id });
  reckon(history, [bySocket, byRest]);
  const last = history.at(-1)!.seq;
  await listening.next("changes", ({ messages }) => messages.some(({ seq }) => seq === last));
  const seen = listening.all("changes").flatMap(({ messages }) => messages.map(({ seq }) => seq));
  assert.deepEqual(seen, history.map(({ seq }) => seq), "Every message came live, in order, once");
}

if (databaseKind === "postgres") {
  test("Postgres is killed in the middle of sends: unavailable, nothing lost, and service resumes", () =>
    through(async (database, away) => {
      await database.kill();
      await away();
      await database.start();
    }));

  test("Postgres restarts in good order in the middle of sends: the same", () =>
    through(async (database, away) => {
      await database.stop();
      await away();
      await database.start();
    }));

  test("Postgres freezes in the middle of sends: the same, although no connection breaks", () =>
    through(async (database, away) => {
      await database.pause();
      await away();
      await database.resume();
    }));

  test("a server that starts before its database waits for it, and says so once", async () => {
    await using database = await startPostgres();
    await using folder = await makeFolder();
    await database.stop();
    const env = { DATABASE_URL: database.url };
    await using process = await TestProcess.start({ folder, env });
    const { level, reason } = await process.logged("waiting for the database");
    assert.deepEqual([level, reason], ["WARN", "ECONNREFUSED"]);
    await database.start();
    await process.logged("listening");
    assert.equal(process.lines.filter(({ message }) => message.startsWith("waiting")).length, 1);
    process.kill("SIGTERM");
    assert.equal(await within("it ends", process.ended), 0);
  });

  test("a database that stops answering between opening and listening is waited for as well", async () => {
    await using database = await startPostgres();
    await using folder = await makeFolder();
    const sql = postgres(database.url, { max: 1 });
    // The lock that instances take before they look for their keys.
    await sql`select pg_advisory_lock(7283462)`;
    await using process = await TestProcess.start({ folder, env: { DATABASE_URL: database.url } });
    await process.logged("waiting for the database");
    await sql.end();
    await process.logged("listening");
  });

  test("a start that fails ends the process, also when nobody foresaw how", async () => {
    await using database = await startPostgres();
    await using folder = await makeFolder();
    const env = { DATABASE_URL: database.url };
    await using first = await TestProcess.start({ folder, env });
    await first.logged("listening");
    first.kill("SIGTERM");
    await within("it ends", first.ended);
    const sql = postgres(database.url, { max: 1 });
    await sql`drop table signing_keys`;
    await sql.end();
    await using second = await TestProcess.start({ folder, env });
    assert.equal(await within("it ends", second.ended), 1);
    await second.logged("start failed");
  });
}
