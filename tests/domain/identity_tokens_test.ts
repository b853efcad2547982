/** Tokens by which sites say who their visitors are: what is believed, and all that is not. */
import { strict as assert } from "node:assert";
import { createSign, generateKeyPairSync } from "node:crypto";
import { Buffer } from "node:buffer";
import { verifyIdentity } from "../../domain/tokens.ts";
import { identitySecret, signedBy } from "../support/inboxes.ts";
import { assertFails } from "../support/world.ts";

const now = new Date("2026-03-01T12:00:00.000Z");
const seconds = now.getTime() / 1_000;
const good = { sub: "u-1", exp: seconds + 3_600 };

const verify = (token: string, secret = identitySecret) => verifyIdentity(token, secret, now);
const refuses = (token: string) => assertFails("tokenInvalid", () => verify(token));

Deno.test("a site's token says who the visitor is, and perhaps its name", async () => {
  assert.deepEqual(await verify(signedBy(identitySecret, good)), { subject: "u-1", name: null });
  const named = await verify(signedBy(identitySecret, { ...good, name: "Ana", email: "a@b.c" }));
  assert.deepEqual(named, { subject: "u-1", name: "Ana" });
});

Deno.test("a name that is too long is cut, and one without anything to see is none", async () => {
  const nameOf = async (name: string) =>
    (await verify(signedBy(identitySecret, { ...good, name }))).name;
  assert.equal(await nameOf("😀".repeat(70)), "😀".repeat(64));
  assert.equal(await nameOf(" \u200b "), null);
  assert.equal(await nameOf("a\u0000b"), null);
});

Deno.test("another secret is another site", async () => {
  await refuses(signedBy("another secret, as long as the first one", good));
});

Deno.test("a token that is changed, unsigned or none is refused", async () => {
  const token = signedBy(identitySecret, good);
  const [head, body] = token.split(".");
  const other = Buffer.from(JSON.stringify({ ...good, sub: "u-2" })).toString("base64url");
  for (const text of ["", "x", "a.b.c", `${head}.${body}.`, `${head}.${body}`]) await refuses(text);
  await refuses(token.replace(body!, other));
});

Deno.test("the algorithm is ours to choose, not the token's", async () => {
  for (const alg of ["none", "None", "HS384", "HS512", "EdDSA"]) {
    await refuses(signedBy(identitySecret, good, { alg, typ: "JWT" }));
  }
  const [, body] = signedBy(identitySecret, good).split(".");
  const none = Buffer.from(JSON.stringify({ alg: "none" })).toString("base64url");
  await refuses(`${none}.${body}.`);
});

Deno.test("a key pair does not help: neither RS256, nor its public key taken for the secret", async () => {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2_048 });
  const pem = publicKey.export({ type: "spki", format: "pem" }).toString();
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const text = `${part({ alg: "RS256" })}.${part(good)}`;
  const signature = createSign("RSA-SHA256").update(text).sign(privateKey).toString("base64url");
  const token = `${text}.${signature}`;
  await refuses(token);
  await assertFails("tokenInvalid", () => verify(token, pem));
});

Deno.test("a token ends, and may not live for more than a day", async () => {
  const until = (exp: unknown) => signedBy(identitySecret, { sub: "u-1", exp });
  await assertFails("tokenExpired", () => verify(until(seconds - 1)));
  await assertFails("tokenExpired", () => verify(until(seconds)));
  assert.equal((await verify(until(seconds + 86_400))).subject, "u-1");
  await refuses(until(seconds + 86_460));
  await refuses(until("tomorrow"));
  await refuses(signedBy(identitySecret, { sub: "u-1" }));
});

Deno.test("it begins no earlier than it says", async () => {
  await refuses(signedBy(identitySecret, { ...good, nbf: seconds + 600 }));
});

Deno.test("a token names somebody", async () => {
  const { exp } = good;
  for (const sub of [undefined, null, "", 7, {}, "x".repeat(256), "a\u0000b"]) {
    await refuses(signedBy(identitySecret, { sub, exp }));
  }
});
