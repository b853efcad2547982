/** Access tokens: what they hold, and every kind of forged, stale or foreign token refused. */
import { eq } from "drizzle-orm";
import {
  decodeJwt,
  decodeProtectedHeader,
  exportJWK,
  generateKeyPair,
  importJWK,
  SignJWT,
} from "jose";
import { strict as assert } from "node:assert";
import { Buffer } from "node:buffer";
import { createHmac } from "node:crypto";
import { v7 as uuidv7 } from "uuid";
import { refreshTokens, sessions } from "../../db/schema/mod.ts";
import { type FailureCode } from "../../errors.ts";
import { assertRefused, openWorld, type Person, test } from "../support/world.ts";

const world = await openWorld();
const server = await world.instance();
const person = await server.person("ana");

type Claims = Record<string, unknown>;

function seconds(): number {
  return Math.floor(world.clock.now().getTime() / 1_000);
}

function claimsOf(who: Person = person): Claims {
  const { userId, sessionId, role } = who.actor;
  const iat = seconds();
  const names = { sub: userId, sid: sessionId, role, iss: "patter", aud: "patter" };
  return { ...names, iat, exp: iat + 1_800 };
}

/** Signs with the server's own key: only the claims are wrong. */
async function signed(claims: Claims, header: Record<string, unknown> = {}): Promise<string> {
  const { kid, privateJwk } = world.keys.keys[0]!;
  const key = await importJWK(privateJwk, "EdDSA");
  return await new SignJWT(claims).setProtectedHeader({ alg: "EdDSA", kid, ...header }).sign(key);
}

function part(value: unknown): string {
  return Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString(
    "base64url",
  );
}

async function assertToken(token: string, code: FailureCode): Promise<void> {
  const headers = { authorization: `Bearer ${token}` };
  for (const path of ["/v1/users/me", "/v1/ws"]) {
    assertRefused(await server.ask("GET", path, undefined, headers), 401, code);
  }
}

async function assertAccepted(token: string): Promise<void> {
  const headers = { authorization: `Bearer ${token}` };
  const { status, body } = await server.ask("GET", "/v1/users/me", undefined, headers);
  assert.equal(status, 200, JSON.stringify(body));
}

test("a token names its key and holds the claims of the contract for 30 minutes", () => {
  const { accessToken, accessTokenExpiresAt, sessionId, user } = person.session;
  const { kid, alg } = decodeProtectedHeader(accessToken);
  assert.deepEqual([kid, alg], [world.keys.keys[0]!.kid, "EdDSA"]);
  const { iat, exp, ...claims } = decodeJwt(accessToken);
  assert.deepEqual(claims, {
    sub: user.id,
    sid: sessionId,
    role: "user",
    iss: "patter",
    aud: "patter",
  });
  assert.equal(exp! - iat!, 1_800);
  assert.equal(new Date(exp! * 1_000).toISOString(), accessTokenExpiresAt);
});

test("a token made of the same claims with the server's key is accepted: the others fail by design", async () => {
  await assertAccepted(await signed(claimsOf()));
});

test("no token, or another scheme, is a missing token", async () => {
  const { accessToken } = person.session;
  for (const authorization of ["", "Basic YTpi", "Bearer", "Bearer ", accessToken, "bearer a b"]) {
    const answer = await server.ask("GET", "/v1/users/me", undefined, { authorization });
    assertRefused(answer, 401, "tokenMissing");
    assert.ok(answer.headers.get("www-authenticate")?.startsWith("Bearer"));
  }
  assertRefused(await server.ask("GET", "/v1/users/me"), 401, "tokenMissing");
  assertRefused(
    await server.ask("GET", `/v1/users/me?access_token=${accessToken}`),
    401,
    "tokenMissing",
  );
});

test("what is no JWT is invalid", async () => {
  const [head, claims, signature] = person.session.accessToken.split(".");
  const broken = [
    "x",
    "a.b.c",
    "..",
    `${head}.${claims}.`,
    `${head}.${claims}`,
    `${claims}.${head}.x`,
  ];
  for (const token of broken) await assertToken(token, "tokenInvalid");
  await assertToken(
    `${head}.${part({ ...claimsOf(), role: "admin" })}.${signature}`,
    "tokenInvalid",
  );
});

test("alg none is refused, however it is written", async () => {
  const { kid } = world.keys.keys[0]!;
  for (const alg of ["none", "None", "NONE", ""]) {
    const unsigned = `${part({ alg, kid, typ: "JWT" })}.${part(claimsOf())}`;
    await assertToken(`${unsigned}.`, "tokenInvalid");
    await assertToken(`${unsigned}.${part("x")}`, "tokenInvalid");
  }
});

test("an HMAC whose secret is the public key is refused, in every form of that key", async () => {
  const { keys: [jwk] } = (await server.ask<{ keys: Record<string, string>[] }>(
    "GET",
    "/.well-known/jwks.json",
  )).body;
  const secrets = [Buffer.from(jwk!["x"]!, "base64url"), jwk!["x"]!, JSON.stringify(jwk)];
  const input = `${part({ alg: "HS256", kid: jwk!["kid"], typ: "JWT" })}.${part(claimsOf())}`;
  for (const secret of secrets) {
    const signature = createHmac("sha256", secret).update(input).digest("base64url");
    await assertToken(`${input}.${signature}`, "tokenInvalid");
  }
});

test("a key that the token itself brings is not believed", async () => {
  const { privateKey, publicKey } = await generateKeyPair("EdDSA", { extractable: true });
  const jwk = await exportJWK(publicKey);
  const { kid } = world.keys.keys[0]!;
  for (const header of [{ kid }, { kid, jwk }, { jwk }, { kid, jku: "https://example.org/jwks" }]) {
    const token = await new SignJWT(claimsOf())
      .setProtectedHeader({ alg: "EdDSA", ...header }).sign(privateKey);
    await assertToken(token, "tokenInvalid");
  }
});

test("a key that is not ours, and none at all, are refused", async () => {
  for (const kid of ["unknown", "", "../../etc/passwd", "__proto__"]) {
    await assertToken(await signed(claimsOf(), { kid }), "tokenInvalid");
  }
  await assertToken(await signed(claimsOf(), { kid: undefined }), "tokenInvalid");
});

test("another issuer, another audience, or none is refused", async () => {
  for (const claim of ["iss", "aud"]) {
    for (const value of ["another", "", "PATTER", undefined, ["another"]]) {
      await assertToken(await signed({ ...claimsOf(), [claim]: value }), "tokenInvalid");
    }
  }
});

test("a token from the future is refused", async () => {
  const iat = seconds() + 60;
  await assertToken(await signed({ ...claimsOf(), iat, exp: iat + 1_800 }), "tokenInvalid");
});

test("a token that is over is expired; one that was forged besides is invalid", async () => {
  const [iat, exp] = [seconds() - 1_801, seconds() - 1];
  const token = await signed({ ...claimsOf(), iat, exp });
  await assertToken(token, "tokenExpired");
  await assertToken(token.slice(0, -4) + "AAAA", "tokenInvalid");
  await assertToken(await signed({ ...claimsOf(), nbf: seconds() + 60 }), "tokenInvalid");
});

test("claims that are missing or of another type are refused", async () => {
  for (const claim of ["sub", "sid", "role", "iat", "exp"]) {
    await assertToken(await signed({ ...claimsOf(), [claim]: undefined }), "tokenInvalid");
  }
  const wrong: Claims = {
    sub: "ana",
    sid: "1; drop table",
    role: "root",
    iat: "now",
    exp: "later",
  };
  for (const [claim, value] of Object.entries(wrong)) {
    await assertToken(await signed({ ...claimsOf(), [claim]: value }), "tokenInvalid");
  }
});

test("a session that does not exist, or is another user's, makes a token invalid", async () => {
  const bo = await server.person("bo");
  await assertToken(await signed({ ...claimsOf(), sid: uuidv7() }), "tokenInvalid");
  await assertToken(await signed({ ...claimsOf(), sid: bo.session.sessionId }), "tokenInvalid");
  await assertToken(await signed({ ...claimsOf(), sub: bo.id }), "tokenInvalid");
  const { orm } = world.database;
  await orm.delete(refreshTokens).where(eq(refreshTokens.sessionId, bo.session.sessionId));
  await orm.delete(sessions).where(eq(sessions.id, bo.session.sessionId));
  await assertToken(bo.session.accessToken, "tokenInvalid");
});

test("a good token expires with the clock, and its session is refreshed to go on", async () => {
  const bo = await server.person("bo");
  // A token counts in whole seconds: it ends up to one before its half hour is over.
  world.clock.advanceMs(1_795_000);
  await assertAccepted(bo.session.accessToken);
  world.clock.advanceMs(6_000);
  await assertToken(bo.session.accessToken, "tokenExpired");
  const { refreshToken } = bo.session;
  const { status } = await server.ask("POST", "/v1/auth/refresh", { refreshToken });
  assert.equal(status, 200);
});

test("a token of another deployment's issuer and audience is refused there and here", async () => {
  const elsewhere = await world.instance({ TOKEN_ISSUER: "elsewhere", TOKEN_AUDIENCE: "others" });
  const cy = await elsewhere.person("cy");
  assert.equal((await cy.ask("GET", "/v1/users/me")).status, 200);
  await assertToken(cy.session.accessToken, "tokenInvalid");
});
