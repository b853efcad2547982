/** Signing keys: one contract for both stores, their rotation, and the public key set. */
import { strict as assert } from "node:assert";
import { decodeProtectedHeader } from "jose";
import { join } from "node:path";
import { KeysOnDisk } from "../../adapters/keys_disk.ts";
import { KeysTable } from "../../db/keys_table.ts";
import { signingKeys } from "../../db/schema/mod.ts";
import type { KeyStore, StoredKey } from "../../domain/app.ts";
import { Keyring, makeKey, rotateKeys } from "../../domain/tokens.ts";
import { until } from "../support/waiting.ts";
import { assertFails, openWorld, test } from "../support/world.ts";

const world = await openWorld();
const folders: string[] = [];
Deno.test.afterAll(async () => {
  for (const folder of folders) await Deno.remove(folder, { recursive: true });
});

async function emptyDisk(): Promise<KeysOnDisk> {
  const folder = await Deno.makeTempDir({ prefix: "patter-keys-" });
  folders.push(folder);
  return new KeysOnDisk(join(folder, "keys"));
}

async function emptyTable(): Promise<KeysTable> {
  await world.database.orm.delete(signingKeys);
  return new KeysTable(world.database);
}

const actor = {
  userId: "01890000-0000-7000-8000-000000000001",
  sessionId: "01890000-0000-7000-8000-000000000002",
  role: "user",
} as const;
const options = { issuer: "patter", audience: "patter", ttlMs: 60_000 };

function at(ms: number): Promise<StoredKey> {
  return makeKey(new Date(Date.UTC(2026, 0, 1) + ms));
}

async function kids(store: KeyStore): Promise<string[]> {
  return (await store.list()).map(({ kid }) => kid);
}

async function openKeyring(store: KeyStore): Promise<Keyring> {
  const keyring = new Keyring(store, world.clock, options);
  await keyring.start();
  return keyring;
}

/** Waits until the keyring has looked at its store again. */
async function sees(keyring: Keyring, kid: string): Promise<void> {
  await until(
    "the keyring sees the new key",
    async () => (await keyring.publicKeys()).keys[0]?.kid === kid,
  );
}

const stores: [name: string, open: () => Promise<KeyStore>][] = [
  ["keys on disk", emptyDisk],
  ["keys in the table", emptyTable],
];

for (const [name, open] of stores) {
  test(`${name}: what is empty lists nothing, and takes one first key`, async () => {
    const store = await open();
    assert.deepEqual(await store.list(), []);
    const [first, late] = [await at(0), await at(1)];
    await store.addFirst(first);
    await store.addFirst(late);
    assert.deepEqual(await store.list(), [first]);
  });

  test(`${name}: rotation puts the newest first and keeps as many as asked`, async () => {
    const store = await open();
    const keys = [await at(0), await at(1), await at(2), await at(3)];
    await store.addFirst(keys[0]!);
    for (const key of keys.slice(1)) await store.rotate(key, 2);
    assert.deepEqual(await store.list(), [keys[3], keys[2]]);
    await store.rotate(await at(4), 1);
    assert.equal((await store.list()).length, 1);
  });

  test(`${name}: a rotated key signs although the clock that made it is behind`, async () => {
    const store = await open();
    await store.addFirst(await at(5_000));
    const first = await rotateKeys(store, new Date(Date.UTC(2026, 0, 1)));
    assert.equal((await kids(store))[0], first.kid);
    const second = await rotateKeys(store, new Date(Date.UTC(2025, 0, 1)));
    assert.deepEqual(await kids(store), [second.kid, first.kid]);
  });

  test(`${name}: a token is good after a restart`, async () => {
    const store = await open();
    const { token } = await (await openKeyring(store)).sign(actor);
    const access = await (await openKeyring(store)).verify(token);
    assert.deepEqual({ ...access, expiresAt: undefined }, { ...actor, expiresAt: undefined });
  });

  test(`${name}: two keys are accepted during rotation, the third back is not`, async () => {
    const store = await open();
    const keyring = await openKeyring(store);
    const old = await keyring.sign(actor);
    const next = await rotateKeys(store, world.clock.now());
    await sees(keyring, next.kid);
    const young = await keyring.sign(actor);
    assert.equal(decodeProtectedHeader(young.token).kid, next.kid);
    for (const { token } of [old, young]) await keyring.verify(token);
    const newest = await rotateKeys(store, world.clock.now());
    await sees(keyring, newest.kid);
    await keyring.verify(young.token);
    await assertFails("tokenInvalid", () => keyring.verify(old.token));
    await assertFails("tokenInvalid", async () => (await openKeyring(store)).verify(old.token));
  });
}

test("keys on disk may be read by their owner only, and half a key is no key", async () => {
  const store = await emptyDisk();
  const key = await at(0);
  await store.addFirst(key);
  const mode = async (path: string) => ((await Deno.stat(path)).mode ?? 0) & 0o777;
  assert.equal(await mode(store.folder), 0o700);
  assert.equal(await mode(join(store.folder, `${key.kid}.json`)), 0o600);
  await Deno.writeTextFile(join(store.folder, "half.json.new"), '{"privateJwk":');
  assert.deepEqual(await kids(store), [key.kid]);
});

test("keys on disk can be listed while they are rotated", async () => {
  const store = await emptyDisk();
  await store.addFirst(await at(0));
  let isRotating = true;
  const rotating = (async () => {
    for (let ms = 1; ms <= 30; ms++) await store.rotate(await at(ms), 2);
    isRotating = false;
  })();
  while (isRotating) await store.list();
  await rotating;
  assert.equal((await store.list()).length, 2);
});

test("of many first keys at once the table takes one", async () => {
  const store = await emptyTable();
  const keys = await Promise.all(Array.from({ length: 10 }, (_, ms) => at(ms)));
  await Promise.all(keys.map((key) => store.addFirst(key)));
  assert.equal((await store.list()).length, 1);
});

test("instances that start at once on one table agree on one first key", async () => {
  const store = await emptyTable();
  const keyrings = await Promise.all(Array.from({ length: 10 }, () => openKeyring(store)));
  assert.equal((await store.list()).length, 1);
  const { token } = await keyrings[0]!.sign(actor);
  for (const keyring of keyrings) await keyring.verify(token);
});

test("a key that another instance has rotated in is accepted by all who ask at once", async () => {
  const store = await emptyTable();
  const [here, there] = [await openKeyring(store), await openKeyring(store)];
  const next = await rotateKeys(store, world.clock.now());
  await sees(there, next.kid);
  const { token } = await there.sign(actor);
  await Promise.all(Array.from({ length: 5 }, () => here.verify(token)));
});

test("a key that was rotated out is forgotten by an instance that only checks tokens", async () => {
  const store = await emptyTable();
  const keyring = await openKeyring(store);
  const { token } = await keyring.sign(actor);
  for (let times = 0; times < 2; times++) await rotateKeys(store, world.clock.now());
  await keyring.verify(token);
  const { now } = performance;
  // A minute later.
  performance.now = () => now.call(performance) + 60_000;
  try {
    await assertFails("tokenInvalid", () => keyring.verify(token));
  } finally {
    performance.now = now;
  }
});

test("the key set shows public parts only, newest first, to anyone", async () => {
  const server = await world.instance();
  await rotateKeys(world.keys, world.clock.now());
  type KeySet = { keys: Record<string, string>[] };
  const ask = () => server.ask<KeySet>("GET", "/.well-known/jwks.json");
  await until("both keys show", async () => (await ask()).body.keys.length === 2);
  const { status, headers, body } = await ask();
  assert.equal(status, 200);
  assert.match(headers.get("content-type")!, /^application\/json/);
  assert.deepEqual(body.keys.map(({ kid }) => kid), world.keys.keys.map(({ kid }) => kid));
  for (const { kid, x, ...rest } of body.keys) {
    assert.deepEqual(rest, { kty: "OKP", crv: "Ed25519", alg: "EdDSA", use: "sig" });
    assert.equal(atob(x!.replaceAll("-", "+").replaceAll("_", "/")).length, 32);
    assert.match(kid!, /^[\w-]{43}$/);
  }
});

test("a running server signs with a rotated key, and tokens of the one before live on", async () => {
  const server = await world.instance();
  const ana = await server.person("ana");
  const { kid } = await rotateKeys(world.keys, world.clock.now());
  const jwks = () => server.ask<{ keys: { kid: string }[] }>("GET", "/.well-known/jwks.json");
  await until("the new key shows", async () => (await jwks()).body.keys[0]!.kid === kid);
  const later = await ana.again();
  assert.equal(decodeProtectedHeader(later.session.accessToken).kid, kid);
  for (const one of [ana, later]) {
    assert.equal((await one.ask("GET", "/v1/users/me")).status, 200);
  }
});
