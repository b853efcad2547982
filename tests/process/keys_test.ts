/** Signing keys change while the server runs: `deno task keys rotate` and `list`. */
import { strict as assert } from "node:assert";
import { KeysOnDisk } from "../../adapters/keys_disk.ts";
import { Keyring } from "../../domain/tokens.ts";
import { databaseKind } from "../support/database.ts";
import { type Home, makeHome, runToEnd, startServer } from "../support/server_process.ts";
import { type Site, test } from "../support/world.ts";

async function keys(home: Home, verb: string): Promise<string[]> {
  const args = ["task", "keys", verb];
  const { code, stdout, stderr } = await runToEnd({ ...home, args, endSignal: "SIGTERM" });
  assert.equal(code, 0, stderr);
  return stdout.trim().split("\n");
}

async function publicKids(site: Site): Promise<string[]> {
  const { body } = await site.ask<{ keys: { kid: string }[] }>("GET", "/.well-known/jwks.json");
  return body.keys.map(({ kid }) => kid);
}

async function meWith(site: Site, token: string): Promise<number> {
  const authorization = `Bearer ${token}`;
  return (await site.ask("GET", "/v1/users/me", undefined, { authorization })).status;
}

test("a rotated key is listed first, published, and old tokens stay valid", async () => {
  await using home = await makeHome();
  await using server = await startServer(home);
  const ana = await server.site.person("ana");
  const [first = ""] = await publicKids(server.site);

  const [rotated = ""] = await keys(home, "rotate");
  const listed = await keys(home, "list");
  assert.deepEqual(listed.map((line) => line.split(/\s+/)[0]), [rotated, first]);
  for (const line of listed) assert.match(line, /^[\w-]{43}\s+\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  assert.deepEqual(await publicKids(server.site), [rotated, first]);
  assert.equal(await meWith(server.site, ana.session.accessToken), 200);
});

test("a verb that does not exist is answered with the usage", async () => {
  await using home = await makeHome();
  const args = ["task", "keys", "burn"];
  const { code, stderr } = await runToEnd({ ...home, args, endSignal: "SIGTERM" });
  assert.equal(code, 64);
  assert.match(stderr, /Usage: deno task keys rotate/);
});

if (databaseKind === "pglite") {
  test("a running server accepts the tokens of a new key at once, many at a time", async () => {
    await using home = await makeHome();
    await using server = await startServer(home);
    const { actor } = await server.site.person("ana");
    await keys(home, "rotate");

    const options = { issuer: "patter", audience: "patter", ttlMs: 60_000 };
    const store = new KeysOnDisk(`${home.folder.data}/keys`);
    const signer = new Keyring(store, { now: () => new Date() }, options);
    await signer.start();
    const { token } = await signer.sign(actor);
    const statuses = await Promise.all(
      Array.from({ length: 20 }, () => meWith(server.site, token)),
    );
    assert.deepEqual(new Set(statuses), new Set([200]));
  });
}
