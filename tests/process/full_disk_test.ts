/** A full disk: senders are told `unavailable`, nobody is thrown out, and room is enough to go on. */
import { strict as assert } from "node:assert";
import postgres from "postgres";
import type { Problem } from "../../errors.ts";
import { startPostgres } from "../../tools/services.ts";
import type { Client } from "../support/client.ts";
import { databaseKind } from "../support/database.ts";
import { Ledger, reckon, wholeHistory } from "../support/ledger.ts";
import { makeFolder, startServer, unpackSnapshot } from "../support/server_process.ts";
import { mayMount, SmallDisk } from "../support/small_disk.ts";
import { until } from "../support/waiting.ts";
import { openWorld, type Person, type Site, test } from "../support/world.ts";

const world = await openWorld();
const here = await world.instance();
const canMount = await mayMount();
const mebibyte = 1_048_576;
const limitMs = 60_000;

/** What is stored of it takes its full length: 10,000 characters of four bytes that no one can pack. */
function longText(): string {
  const random = crypto.getRandomValues(new Uint16Array(10_000));
  return Array.from(random, (value) => String.fromCodePoint(0x20000 + value % 42_000)).join("");
}

/** Sends long messages, several at a time, until `isFull` says so. */
async function fillUp(ledger: Ledger, live: Client, isFull: () => boolean | Promise<boolean>) {
  await until("the disk is full", async () => {
    const sends = Array.from({ length: 16 }, () => ledger.bySocket(live, { text: longText() }));
    await Promise.all(sends);
    return await isFull();
  }, limitMs);
}

async function isReady(site: Site): Promise<boolean> {
  return (await site.ask("GET", "/readyz")).status === 200;
}

/** Refused for the right reason, over the socket and by REST, on a connection that lives on. */
async function refuses(ana: Person, live: Client, ledger: Ledger): Promise<void> {
  const before = ledger.refusals.length;
  await Promise.all([ledger.bySocket(live), ledger.byRest()]);
  assert.equal(ledger.refusals.length, before + 2, "Nothing is stored on a full disk");
  for (const { code, retryAfterMs } of ledger.refusals) {
    assert.equal(code, "unavailable");
    assert.ok(retryAfterMs! > 0);
  }
  assert.ok((await live.call("ping")).serverTime);
  assert.equal((await ana.at.ask("GET", "/livez")).status, 200);
}

/** All that was refused is taken now, and all that was acknowledged is there once. */
async function recovers(ana: Person, live: Client, ledger: Ledger): Promise<void> {
  await until("it is ready again", () => isReady(ana.at), limitMs);
  await ledger.settle(live);
  reckon(await wholeHistory(ana, { site: ana.at, id: ledger.conversationId }), [ledger]);
}

test("a database that reports a full disk: unavailable, and the same message later", async () => {
  const { ana, id } = await here.pair();
  const live = await ana.connect();
  const ledger = new Ledger(ana, id);
  await ledger.bySocket(live);
  await world.database.query(
    `create function refuse_for_room() returns trigger language plpgsql as
     $$ begin raise exception 'no space left on device' using errcode = '53100'; end $$`,
    [],
  );
  await world.database.query(
    `create trigger full_disk before insert on messages for each row
     execute function refuse_for_room()`,
    [],
  );
  await refuses(ana, live, ledger);
  const page = await ana.ask<Problem>("GET", `/v1/conversations/${id}/messages`);
  assert.equal(page.status, 200, "Reading goes on");
  await world.database.query("drop trigger full_disk on messages", []);
  await recovers(ana, live, ledger);
});

if (databaseKind === "pglite" && canMount) {
  test("the embedded database on a full disk refuses to write, goes on reading, and recovers", async () => {
    await using folder = await makeFolder();
    await using disk = await SmallDisk.mount(folder.path, 120);
    const home = { ...folder, data: `${disk.path}/data` };
    await unpackSnapshot(home);
    await using server = await startServer({ folder: home });
    const { ana, id } = await server.site.pair();
    const live = await ana.connect();
    const ledger = new Ledger(ana, id);
    await disk.fill({ leaveBytes: 0 });
    await fillUp(ledger, live, () => ledger.refusals.length > 0);
    await refuses(ana, live, ledger);
    assert.equal((await ana.ask("GET", `/v1/conversations/${id}/messages?limit=1`)).status, 200);
    await disk.clear();
    await recovers(ana, live, ledger);
  });

  test("an embedded database that panics, with no room for its log, comes back by itself", async () => {
    await using folder = await makeFolder();
    await using disk = await SmallDisk.mount(folder.path, 120);
    const home = { ...folder, data: `${disk.path}/data` };
    await unpackSnapshot(home);
    await using server = await startServer({ folder: home });
    const { ana, id } = await server.site.pair();
    const live = await ana.connect();
    const ledger = new Ledger(ana, id);
    // Room for the tables, but not for another segment of the log, which takes 16 MiB at once.
    await disk.fill({ leaveBytes: 15 * mebibyte });
    await fillUp(ledger, live, async () => !await isReady(server.site));
    await refuses(ana, live, ledger);
    await disk.clear();
    await recovers(ana, live, ledger);
    assert.equal(server.process.stderr, "");
  });
}

if (databaseKind === "postgres" && canMount) {
  test("Postgres whose tables lie on a full disk: unavailable, and service resumes with room", async () => {
    await using database = await startPostgres();
    await using folder = await makeFolder();
    await using disk = await SmallDisk.mount(folder.path, 8);
    const { uid, gid } = await Deno.stat(database.folder);
    await Deno.chmod(folder.path, 0o755);
    await Deno.mkdir(`${disk.path}/tables`);
    await Deno.chown(`${disk.path}/tables`, uid, gid);
    await using server = await startServer({ folder, env: { DATABASE_URL: database.url } });
    const sql = postgres(database.url, { max: 1, onnotice: () => {} });
    await sql.unsafe(`create tablespace small location '${disk.path}/tables'`);
    await sql.unsafe("alter table messages set tablespace small");
    await sql.end();
    const { ana, id } = await server.site.pair();
    const live = await ana.connect();
    const ledger = new Ledger(ana, id);
    await disk.fill({ leaveBytes: 0 });
    await fillUp(ledger, live, () => ledger.refusals.length > 0);
    await refuses(ana, live, ledger);
    await disk.clear();
    await recovers(ana, live, ledger);
  });
}
