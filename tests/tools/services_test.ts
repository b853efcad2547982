/** The private servers: they obey, and they never outlive us. */
import assert from "node:assert/strict";
import postgres from "postgres";
import {
  createDatabase,
  type PrivateServer,
  startPostgres,
  startRedis,
} from "../../tools/services.ts";

Deno.test("startPostgres() gives a server of our own with fsync on and the settings asked for", async () => {
  await using server = await startPostgres({ settings: { work_mem: "5MB" } });
  const rows = await query(
    server.url,
    "select current_setting('fsync') f, current_setting('work_mem') w",
  );
  assert.deepEqual({ ...rows[0] }, { f: "on", w: "5MB" });
});

Deno.test("startPostgres() tells what the server said when it does not start", async () => {
  const settings = { shared_buffers: "plenty" };
  await assert.rejects(startPostgres({ settings }), /ended while starting.*shared_buffers/s);
});

Deno.test("two servers of one kind run side by side", async () => {
  await using one = await startRedis();
  await using other = await startRedis();
  assert.notEqual(one.port, other.port);
  assert.notEqual(one.folder, other.folder);
});

Deno.test("a killed Postgres comes back on its port with every committed row", async () => {
  await using server = await startPostgres();
  await query(server.url, "create table t as select 7 as n");
  const url = server.url;
  await server.kill();
  await assert.rejects(query(url, "select n from t"));
  await server.start();
  assert.equal(server.url, url);
  assert.equal((await query(url, "select n from t"))[0]?.["n"], 7);
});

Deno.test("a stopped Postgres comes back on its port with its rows", async () => {
  await using server = await startPostgres();
  await query(server.url, "create table t as select 7 as n");
  await server.stop();
  await assert.rejects(query(server.url, "select n from t"));
  await server.start();
  assert.equal((await query(server.url, "select n from t"))[0]?.["n"], 7);
});

Deno.test("a paused Postgres answers nothing until it is resumed", async () => {
  await using server = await startPostgres();
  const sql = postgres(server.url, { max: 1 });
  await sql`select 1`;
  await server.pause();
  let answered = false;
  const answer = sql`select 2 as n`.then((rows) => {
    answered = true;
    return rows;
  });
  await new Promise((resolve) => setTimeout(resolve, 300));
  assert.equal(answered, false);
  await server.resume();
  assert.equal((await answer)[0]?.["n"], 2);
  await sql.end();
});

Deno.test("a paused Postgres can be stopped, killed and disposed of", async () => {
  await using server = await startPostgres();
  for (const end of ["stop", "kill"] as const) {
    await server.pause();
    await server[end]();
    await server.start();
  }
  await server.pause();
});

Deno.test("Redis is stopped, killed, paused and started again on its port", async () => {
  await using server = await startRedis();
  for (const end of ["stop", "kill"] as const) {
    assert.equal(await ping(server.port), "+PONG\r\n");
    await server[end]();
    await assert.rejects(ping(server.port), Deno.errors.ConnectionRefused);
    await server.start();
  }
  await server.pause();
  const answer = ping(server.port);
  await server.resume();
  assert.equal(await answer, "+PONG\r\n");
});

Deno.test("start() is refused while the server runs, pause() while it does not", async () => {
  await using server = await startRedis();
  await assert.rejects(server.start(), /Redis runs already/);
  await server.stop();
  await assert.rejects(server.pause(), /Redis does not run/);
});

Deno.test("disposing of a server removes its folder", async () => {
  const server = await startRedis();
  await server[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
  await assert.rejects(Deno.stat(server.folder), Deno.errors.NotFound);
});

Deno.test("createDatabase() gives an empty database, and drop() removes it under its users", async () => {
  await using server = await startPostgres();
  const [one, other] = await Promise.all([createDatabase(server.url), createDatabase(server.url)]);
  await query(one.url, "create table t (n int)");
  await assert.rejects(query(other.url, "select n from t"), /does not exist/);
  const sql = postgres(one.url, { max: 1 });
  await sql`select 1`;
  await one.drop();
  await assert.rejects(query(one.url, "select 1"), /does not exist/);
  await sql.end();
});

for (const kind of ["Postgres", "Redis", "S3"]) {
  Deno.test(`${kind} and its folder are gone after its parent was killed with SIGKILL`, async () => {
    const child = startInChild(
      kind,
      "await new Promise((resolve) => setTimeout(resolve, 60_000));",
    );
    const { port, folder } = await child.server;
    child.process.kill("SIGKILL");
    await assertGone(port, folder);
  });

  Deno.test(`${kind} does not keep its parent running, and is gone after it`, async () => {
    const child = startInChild(kind, "");
    const { port, folder } = await child.server;
    assert.equal((await child.process.status).code, 0);
    await assertGone(port, folder);
  });
}

Deno.test("a Postgres that stands still is gone after its parent was killed with SIGKILL", async () => {
  const wait = "await new Promise((resolve) => setTimeout(resolve, 60_000));";
  const child = startInChild("Postgres", `await server.pause(); ${wait}`);
  const { pid, folder } = await child.server;
  child.process.kill("SIGKILL");
  await until(() => !exists(folder) && !exists(`/proc/${pid}`));
});

/** Starts the server in another process, which then does what `after` says. */
function startInChild(kind: string, after: string) {
  const module = new URL("../../tools/services.ts", import.meta.url).href;
  const code = `
    import { start${kind} } from ${JSON.stringify(module)};
    const server = await start${kind}();
    const { port, folder, pid } = server;
    Deno.stdout.writeSync(new TextEncoder().encode(JSON.stringify({ port, folder, pid })));
    ${after}`;
  const process = new Deno.Command(Deno.execPath(), { args: ["eval", code], stdout: "piped" })
    .spawn();
  const server = (async (): Promise<Pick<PrivateServer, "port" | "folder" | "pid">> => {
    for await (const text of process.stdout.pipeThrough(new TextDecoderStream())) {
      return JSON.parse(text);
    }
    throw new Error("The child told nothing");
  })();
  return { process, server };
}

async function assertGone(port: number, folder: string): Promise<void> {
  await until(() => !exists(folder));
  await assert.rejects(
    Deno.connect({ hostname: "127.0.0.1", port }),
    Deno.errors.ConnectionRefused,
  );
}

async function until(condition: () => boolean): Promise<void> {
  for (const limit = Date.now() + 20_000; Date.now() < limit;) {
    if (condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`Not within 20 s: ${condition}`);
}

function exists(path: string): boolean {
  try {
    Deno.statSync(path);
    return true;
  } catch {
    return false;
  }
}

async function ping(port: number): Promise<string> {
  using connection = await Deno.connect({ hostname: "127.0.0.1", port });
  await connection.write(new TextEncoder().encode("PING\r\n"));
  const answer = new Uint8Array(64);
  return new TextDecoder().decode(answer.subarray(0, await connection.read(answer) ?? 0));
}

async function query(url: string, statement: string) {
  const sql = postgres(url, { max: 1, connect_timeout: 5 });
  try {
    return await sql.unsafe(statement);
  } finally {
    await sql.end({ timeout: 1 });
  }
}
