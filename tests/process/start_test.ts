/** Starting: the flags that users get, the data folder, and settings that are wrong. */
import { strict as assert } from "node:assert";
import type { MessagePage } from "../../schemas/messages.ts";
import { databaseKind } from "../support/database.ts";
import { makeFolder, makeHome, runToEnd, startServer } from "../support/server_process.ts";
import { test } from "../support/world.ts";

async function isReady(url: string): Promise<boolean> {
  const response = await fetch(`${url}/readyz`);
  await response.body?.cancel();
  return response.ok;
}

test("a server with the flags of `deno task start` takes a free port, logs it, and is ready", async () => {
  await using home = await makeHome();
  await using server = await startServer(home);
  assert.equal(await isReady(server.site.url), true);
  assert.ok(await server.site.person("ana"), "Accounts can be made");
  assert.equal(server.process.stderr, "");
});

if (databaseKind === "pglite") {
  test("`deno task start` makes its data folder, and keys that only its owner may read", async () => {
    await using folder = await makeFolder();
    const start = { folder, args: ["task", "start"], endSignal: "SIGTERM" } as const;
    await using server = await startServer(start);
    assert.equal(await isReady(server.site.url), true);
    const keys = [...Deno.readDirSync(`${folder.data}/keys`)].map(({ name }) => name);
    assert.equal(keys.length, 1);
    assert.equal(Deno.statSync(`${folder.data}/keys/${keys[0]}`).mode! & 0o777, 0o600);
    assert.equal(Deno.statSync(`${folder.data}/keys`).mode! & 0o777, 0o700);
  });

  test("a second server on the same data folder is refused with a clear message", async () => {
    await using home = await makeHome();
    await using server = await startServer(home);
    const second = await runToEnd(home);
    assert.equal(second.code, 78);
    assert.equal(second.stderr, `DATA_DIR: another process is using "${home.folder.data}"\n`);
    assert.equal(await isReady(server.site.url), true, "The first goes on");
  });

  test("a data folder that cannot be written is named", async () => {
    await using folder = await makeFolder();
    await Deno.writeTextFile(folder.data, "a file where the folder should be");
    const { code, stderr } = await runToEnd({ folder });
    assert.equal(code, 78);
    assert.match(stderr, /^DATA_DIR: cannot write to ".+"/);
    assert.equal(stderr.trim().split("\n").length, 1);
  });

  test("a port that is taken is named", async () => {
    await using home = await makeHome();
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const env = { PORT: String(listener.addr.port) };
    const { code, stderr } = await runToEnd({ ...home, env });
    assert.equal(code, 78);
    assert.equal(stderr, `PORT: ${env.PORT} is in use\n`);
  });

  test("every malformed setting is named, and no value is shown", async () => {
    await using folder = await makeFolder();
    const env = { PORT: "eighty", DATABASE_URL: "mysql://ana:s3cret@host/db", BATCH_MAX: "0" };
    const { code, stdout, stderr } = await runToEnd({ folder, env });
    assert.equal(code, 78);
    for (const name of Object.keys(env)) assert.match(stderr, new RegExp(`^${name}: `, "m"));
    for (const value of ["eighty", "s3cret", "mysql"]) assert.ok(!stderr.includes(value));
    assert.equal(stdout, "");
  });

  test("cheap passwords are refused unless the rate limits are off", async () => {
    await using folder = await makeFolder();
    const { code, stderr } = await runToEnd({
      folder,
      env: { RATE_LIMITS: "on", PASSWORD_COST: "13" },
    });
    assert.equal(code, 78);
    assert.match(stderr, /^PASSWORD_COST: at least 14/);
  });

  test("a server without rate limits says so, one with them does not", async () => {
    await using home = await makeHome();
    const warns = (line: { level: string; message: string }) =>
      line.level === "WARN" && line.message.includes("RATE_LIMITS=off");
    {
      await using server = await startServer(home);
      assert.equal(server.process.lines.filter(warns).length, 1);
    }
    const env = { RATE_LIMITS: "on", PASSWORD_COST: "14" };
    await using server = await startServer({ ...home, env });
    assert.equal(server.process.lines.filter(warns).length, 0);
  });
}

if (databaseKind === "postgres") {
  test("a database that does not exist is named as the reason, without the URL", async () => {
    await using home = await makeHome();
    const url = new URL(home.env["DATABASE_URL"]!);
    url.pathname = "/nobody_has_made_this";
    const { code, stderr } = await runToEnd({ ...home, env: { DATABASE_URL: url.href } });
    assert.equal(code, 78);
    assert.equal(stderr, "DATABASE_URL: the server has no such database\n");
  });

  test("a read replica that is not there keeps nobody from starting or reading, and is told of", async () => {
    await using home = await makeHome();
    const DATABASE_REPLICA_URLS = "postgres://ana:s3cret@127.0.0.1:1/patter";
    await using server = await startServer({
      ...home,
      env: { ...home.env, DATABASE_REPLICA_URLS },
    });
    const { ana, id } = await server.site.pair();
    await ana.says("hello", id);
    const page = await ana.do<MessagePage>("GET", `/v1/conversations/${id}/messages`);
    assert.equal(page.items.length, 1);
    const { level, reason } = await server.process.logged("a read replica does not answer");
    assert.deepEqual([level, reason], ["WARN", "ECONNREFUSED"]);
    assert.ok(!server.process.stdout.includes("s3cret"));
  });
}
