/** `deno task admin grant` and `revoke`: the one way to make an admin. */
import { strict as assert } from "node:assert";
import type { Instance } from "../../schemas/admin.ts";
import { databaseKind } from "../support/database.ts";
import { type Home, makeHome, runToEnd, startServer } from "../support/server_process.ts";
import { assertRefused, type Person, type Site, test } from "../support/world.ts";

function admin(home: Home, ...words: string[]) {
  return runToEnd({ ...home, args: ["task", "admin", ...words], endSignal: "SIGTERM" });
}

async function lockOf(site: Site, by: Person, whom: Person) {
  const authorization = `Bearer ${by.session.accessToken}`;
  const path = `/v1/admin/users/${whom.id}/lock`;
  return await site.ask("PUT", path, undefined, { authorization });
}

async function instancesOf(site: Site, by: Person): Promise<Instance[]> {
  const authorization = `Bearer ${by.session.accessToken}`;
  const path = "/v1/admin/instances";
  const { body } = await site.ask<{ items: Instance[] }>("GET", path, undefined, { authorization });
  return body.items;
}

test("an admin is made and unmade by name, with the token that they have", async () => {
  await using home = await makeHome();
  const { ana, bo } = await (async () => {
    await using server = await startServer(home);
    return { ana: await server.site.person("ana"), bo: await server.site.person("bo") };
  })();
  const granted = await admin(home, "grant", ana.username);
  assert.equal(granted.code, 0, granted.stderr);
  {
    await using server = await startServer(home);
    assert.equal((await lockOf(server.site, ana, bo)).status, 200);
    const [self, ...others] = await instancesOf(server.site, ana);
    assert.equal(new URL(server.site.url).port, self!.address.split(":").at(-1));
    assert.deepEqual(others, []);
  }
  assert.equal((await admin(home, "revoke", ana.username)).code, 0);
  await using server = await startServer(home);
  assertRefused(await lockOf(server.site, ana, bo), 403, "notAllowed");
});

test("a name that nobody has, and a verb that does not exist, are refused", async () => {
  await using home = await makeHome();
  const { code, stderr } = await admin(home, "grant", "nobody");
  assert.equal(code, 1);
  assert.match(stderr, /^No user is called "nobody"$/m);
  const usage = await admin(home, "promote", "ana");
  assert.equal(usage.code, 64);
  assert.match(usage.stderr, /Usage: deno task admin grant/);
});

if (databaseKind === "pglite") {
  test("the embedded database is not opened while a server has it", async () => {
    await using home = await makeHome();
    await using server = await startServer(home);
    const ana = await server.site.person("ana");
    const { code, stderr } = await admin(home, "grant", ana.username);
    assert.equal(code, 78);
    assert.match(stderr, /DATA_DIR: another process is using/);
  });
}
