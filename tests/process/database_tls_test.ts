/** TLS to Postgres: verified as the settings say, refused with a reason, and never plaintext instead. */
import { strict as assert } from "node:assert";
import postgres from "postgres";
import { type PostgresService, startPostgres } from "../../tools/services.ts";
import { type Authority, makeAuthority } from "../support/certificates.ts";
import { databaseKind } from "../support/database.ts";
import { makeFolder, runToEnd, startServer, TestProcess } from "../support/server_process.ts";
import { test } from "../support/world.ts";

const password = "s3cretWord";

/** Where this server is, asked for with that mode. */
function urlOf(database: PostgresService, mode: string, host = "localhost"): string {
  return `postgres://patter:${password}@${host}:${database.port}/postgres?sslmode=${mode}`;
}

/** How many connections of Patter's there are, by whether they are encrypted. */
async function connections({ url }: PostgresService) {
  const sql = postgres(url, { max: 1 });
  const [row] = await sql`
    select count(*) filter (where ssl)::int as encrypted, count(*) filter (where not ssl)::int as plain
    from pg_stat_ssl join pg_stat_activity using (pid) where application_name = 'patter'`;
  await sql.end();
  return row;
}

/** A server with these settings serves, and all its connections are encrypted. */
async function serves(database: PostgresService, env: Record<string, string>): Promise<void> {
  await using folder = await makeFolder();
  await using server = await startServer({ folder, env });
  assert.ok(await server.site.person("ana"));
  const { encrypted, plain } = (await connections(database))!;
  assert.ok(encrypted > 0);
  assert.equal(plain, 0);
  assert.ok(!server.process.stdout.includes(password));
}

/** A server with these settings ends with one line that says this. */
async function refuses(env: Record<string, string>, reason: RegExp): Promise<void> {
  await using folder = await makeFolder();
  const { code, stdout, stderr } = await runToEnd({ folder, env });
  assert.equal(code, 78);
  assert.match(stderr, reason);
  assert.equal(stderr.trim().split("\n").length, 1);
  assert.ok(!`${stdout}${stderr}`.includes(password), "The password is not shown");
}

const untrusted = /^DATABASE_URL: the server's certificate is not to be trusted \(\w+\)/;

if (databaseKind === "postgres") {
  let authority: Authority;
  let database: PostgresService;

  Deno.test.beforeAll(async () => {
    authority = await makeAuthority();
    database = await startPostgres({ tls: await authority.sign("DNS:localhost") });
  });
  Deno.test.afterAll(() => database[Symbol.asyncDispose]());

  test("a server verifies Postgres' certificate with the authority it is given", async () => {
    const env = {
      DATABASE_URL: urlOf(database, "verify-full"),
      DATABASE_CA: authority.certificate,
    };
    await serves(database, env);
  });

  test("an authority alone is enough to ask for TLS, its lines written in one", async () => {
    const DATABASE_URL = urlOf(database, "").replace(/\?.*/, "");
    await serves(database, {
      DATABASE_URL,
      DATABASE_CA: authority.certificate.replaceAll("\n", "\\n"),
    });
  });

  test("sslmode=require encrypts towards whoever answers", async () => {
    await serves(database, { DATABASE_URL: urlOf(database, "require") });
  });

  test("a certificate of an unknown authority is refused, with require too if one is given", async () => {
    const { certificate } = await makeAuthority();
    await refuses({ DATABASE_URL: urlOf(database, "verify-full") }, untrusted);
    for (const mode of ["verify-full", "require"]) {
      await refuses({ DATABASE_URL: urlOf(database, mode), DATABASE_CA: certificate }, untrusted);
    }
  });

  test("a certificate for another name is refused, by address as well", async () => {
    const DATABASE_CA = authority.certificate;
    const DATABASE_URL = urlOf(database, "verify-full", "127.0.0.1");
    await refuses({ DATABASE_URL, DATABASE_CA }, /ERR_TLS_CERT_ALTNAME_INVALID/);
  });

  test("a certificate for an address is one for that address", async () => {
    await using other = await startPostgres({ tls: await authority.sign("IP:127.0.0.1") });
    const DATABASE_URL = urlOf(other, "verify-full", "127.0.0.1");
    await serves(other, { DATABASE_URL, DATABASE_CA: authority.certificate });
  });

  test("a Postgres without TLS is not spoken to in plaintext instead", async () => {
    await using plain = await startPostgres({ settings: { log_connections: "on" } });
    await using folder = await makeFolder();
    const env = { DATABASE_URL: urlOf(plain, "require") };
    await using process = await TestProcess.start({ folder, env });
    const { reason } = await process.logged("waiting for the database");
    assert.equal(reason, "ECONNRESET");
    // Its startup message, with the user's name in it, was never sent.
    const log = await Deno.readTextFile(`${plain.folder}/log`);
    assert.ok(!log.includes("application_name=patter"));
    assert.equal(process.stdout.includes(password), false);
  });
}

if (databaseKind === "pglite") {
  test("settings that could end in plaintext, or mean nothing to us, are refused", async () => {
    const url = `postgres://patter:${password}@localhost/patter`;
    for (const mode of ["prefer", "allow", "verify_full"]) {
      await refuses({ DATABASE_URL: `${url}?sslmode=${mode}` }, /^DATABASE_URL: expected sslmode/);
    }
    for (const parameter of ["ssl=true", "sslrootcert=/ca.pem", "channel_binding=require"]) {
      await refuses({ DATABASE_URL: `${url}?${parameter}` }, /^DATABASE_URL: leave out "\w+"/);
    }
    await refuses({ DATABASE_URL: url, DATABASE_CA: "ca.pem" }, /^DATABASE_CA: expected certifi/);
    const { certificate } = await makeAuthority();
    const disabled = { DATABASE_URL: `${url}?sslmode=disable`, DATABASE_CA: certificate };
    await refuses(disabled, /^DATABASE_CA: of no use/);
  });
}
