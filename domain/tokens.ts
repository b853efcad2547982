/** Access tokens: EdDSA-signed JWTs, the keys that sign and check them, and the public key set. */
import {
  calculateJwkThumbprint,
  type CryptoKey,
  errors,
  exportJWK,
  generateKeyPair,
  importJWK,
  jwtVerify,
  type JWTVerifyOptions,
  SignJWT,
} from "jose";
import { z } from "zod";
import { fail } from "../errors.ts";
import { Id, isStorable } from "../schemas/fields.ts";
import { Nickname, Role } from "../schemas/users.ts";
import type { Actor, Clock, KeyStore, StoredKey } from "./app.ts";

const Claims = z.object({ sub: Id, sid: Id, role: Role, iat: z.number(), exp: z.number() });
const LinkClaims = z.object({ sub: Id, attachment: Id });

const algorithm = "EdDSA";
const keysKept = 2;
const reloadAfterMs = 60_000;
const reloadAtMostEveryMs = 100;
// Instances' clocks differ a little; more than this and a token comes from the future.
const clockToleranceSeconds = 5;

/** A public key as the key set shows it. */
export type PublicKey = Record<"kty" | "crv" | "x" | "kid" | "alg" | "use", string>;

interface Key {
  readonly kid: string;
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
  readonly publicJwk: PublicKey;
}

/** What an access token says: who, in which session, until when. */
export interface Access extends Actor {
  readonly expiresAt: Date;
}

/** What a link opens, and as whom. */
export interface LinkAccess {
  readonly userId: string;
  readonly attachmentId: string;
}

/** Who issues tokens, for whom, and for how long. */
export interface TokenOptions {
  readonly issuer: string;
  readonly audience: string;
  readonly ttlMs: number;
}

const IdentityClaims = z.object({
  sub: z.string().min(1).max(255).refine(isStorable),
  name: z.string().optional(),
  exp: z.number(),
});
const identitySecondsMax = 86_400;
const namePointsMax = 64;

/** Who a visitor is, as its site has signed it. */
export interface Identity {
  readonly subject: string;
  readonly name: string | null;
}

// Sites know longer names than are shown here: nobody is turned away for that.
function shownName(name: string | undefined): string | null {
  const cut = Array.from(name?.normalize("NFC") ?? "").slice(0, namePointsMax).join("");
  return Nickname.safeParse(cut).data ?? null;
}

function refuseToken(error: unknown): never {
  if (error instanceof errors.JWTExpired) throw fail("tokenExpired");
  if (error instanceof errors.JOSEError) throw fail("tokenInvalid");
  throw error;
}

/**
 * Who a site says that its visitor is: a JWT (HS256, never another algorithm) by the secret of its
 * inbox, with `sub`, perhaps `name`, and an `exp` at most a day ahead.
 * @throws `tokenExpired`, `tokenInvalid`.
 */
export async function verifyIdentity(token: string, secret: string, now: Date): Promise<Identity> {
  const checks: JWTVerifyOptions = { algorithms: ["HS256"], currentDate: now };
  const { payload } = await jwtVerify(token, new TextEncoder().encode(secret), checks)
    .catch(refuseToken);
  const claims = IdentityClaims.safeParse(payload);
  if (!claims.success) throw fail("tokenInvalid", { detail: "Expected sub and exp" });
  const { sub: subject, name, exp } = claims.data;
  if (exp > now.getTime() / 1_000 + identitySecondsMax + clockToleranceSeconds) {
    throw fail("tokenInvalid", { detail: "exp is more than a day ahead" });
  }
  return { subject, name: shownName(name) };
}

async function open(stored: StoredKey): Promise<Key> {
  const { kty = "", crv = "", x = "" } = stored.privateJwk;
  const publicJwk = { kty, crv, x, kid: stored.kid, alg: algorithm, use: "sig" };
  return {
    kid: stored.kid,
    privateKey: await importJWK(stored.privateJwk, algorithm) as CryptoKey,
    publicKey: await importJWK(publicJwk, algorithm) as CryptoKey,
    publicJwk,
  };
}

/** Makes a new signing key; its `kid` is the RFC 7638 thumbprint. */
export async function makeKey(now: Date): Promise<StoredKey> {
  const { privateKey } = await generateKeyPair(algorithm, { crv: "Ed25519", extractable: true });
  const jwk = await exportJWK(privateKey);
  const kid = await calculateJwkThumbprint(jwk);
  return { kid, privateJwk: jwk as Record<string, string>, createdAt: now };
}

/** Adds a new key, which signs from now on; tokens of the one before it stay valid. */
export async function rotateKeys(store: KeyStore, now: Date): Promise<StoredKey> {
  const [newest] = await store.list();
  // The newest signs: also when this machine's clock is behind that of the one before.
  const after = newest === undefined ? 0 : newest.createdAt.getTime() + 1;
  const key = await makeKey(new Date(Math.max(now.getTime(), after)));
  await store.rotate(key, keysKept);
  return key;
}

/** Signs with the newest key and accepts the newest two, so that rotation ends no session. */
export class Keyring {
  #keys: Key[] = [];
  #loadedAt = -Infinity;
  #loading: Promise<void> | null = null;

  constructor(
    readonly store: KeyStore,
    readonly clock: Clock,
    readonly options: TokenOptions,
  ) {}

  /** Makes the first key where there is none, and loads what there is. */
  async start(): Promise<void> {
    await this.store.addFirst(await makeKey(this.clock.now()));
    await this.#reload();
  }

  /** The public keys as a JWK set (RFC 7517). */
  async publicKeys(): Promise<{ keys: PublicKey[] }> {
    await this.#reload();
    return { keys: this.#keys.map((key) => key.publicJwk) };
  }

  /** A new access token and the moment it ends. */
  async sign(actor: Actor): Promise<{ token: string; expiresAt: Date }> {
    const jwt = new SignJWT({ sid: actor.sessionId, role: actor.role }).setSubject(actor.userId);
    return await this.#sign(jwt, this.options.audience, this.options.ttlMs);
  }

  /** A token that opens one attachment. It is for another audience: nothing else takes it. */
  async signLink(link: LinkAccess, ttlMs: number): Promise<{ token: string; expiresAt: Date }> {
    const jwt = new SignJWT({ attachment: link.attachmentId }).setSubject(link.userId);
    return await this.#sign(jwt, this.#linkAudience, ttlMs);
  }

  get #linkAudience(): string {
    return `${this.options.audience}/attachments`;
  }

  async #sign(jwt: SignJWT, audience: string, ttlMs: number) {
    await this.#freshen(reloadAfterMs);
    const [newest] = this.#keys;
    if (newest === undefined) throw new Error("No signing key");
    const issuedAt = Math.floor(this.clock.now().getTime() / 1_000);
    const expiresAt = new Date(issuedAt * 1_000 + ttlMs);
    const token = await jwt
      .setProtectedHeader({ alg: algorithm, kid: newest.kid, typ: "JWT" })
      .setIssuer(this.options.issuer)
      .setAudience(audience)
      .setIssuedAt(issuedAt)
      .setExpirationTime(Math.floor(expiresAt.getTime() / 1_000))
      .sign(newest.privateKey);
    return { token, expiresAt };
  }

  /**
   * Checks signature, algorithm (never the token's choice), issuer, audience and times.
   * @throws `tokenExpired`, `tokenInvalid`.
   */
  async verify(token: string): Promise<Access> {
    const now = this.clock.now();
    const claims = Claims.safeParse(await this.#verify(token, this.options.audience));
    if (!claims.success) throw fail("tokenInvalid");
    const { sub: userId, sid: sessionId, role, iat, exp } = claims.data;
    if (iat > now.getTime() / 1_000 + clockToleranceSeconds) throw fail("tokenInvalid");
    return { userId, sessionId, role, expiresAt: new Date(exp * 1_000) };
  }

  /**
   * What a link opens, and as whom.
   * @throws `tokenExpired`, `tokenInvalid`.
   */
  async verifyLink(token: string): Promise<LinkAccess> {
    const claims = LinkClaims.safeParse(await this.#verify(token, this.#linkAudience));
    if (!claims.success) throw fail("tokenInvalid");
    return { userId: claims.data.sub, attachmentId: claims.data.attachment };
  }

  async #verify(token: string, audience: string): Promise<unknown> {
    const checks: JWTVerifyOptions = {
      algorithms: [algorithm],
      issuer: this.options.issuer,
      audience,
      currentDate: this.clock.now(),
    };
    const { payload } = await jwtVerify(token, ({ kid }) => this.#publicKey(kid), checks)
      .catch(refuseToken);
    return payload;
  }

  async #publicKey(kid: string | undefined): Promise<CryptoKey> {
    const known = () => this.#keys.find((key) => key.kid === kid);
    // A key that was rotated out is forgotten here too, although this instance may never sign.
    await this.#freshen(reloadAfterMs);
    // A key that another instance has just rotated in is unknown here until it is looked up.
    if (known() === undefined) await this.#reload();
    const key = known();
    if (key === undefined) throw fail("tokenInvalid");
    return key.publicKey;
  }

  async #freshen(afterMs: number): Promise<void> {
    if (performance.now() - this.#loadedAt >= afterMs) await this.#reload();
  }

  // Anyone may name keys that do not exist, so the store is not asked for each; but whoever comes too
  // soon waits for the next look, for the key may be one that has just been rotated in.
  async #reload(): Promise<void> {
    const waitMs = this.#loadedAt + reloadAtMostEveryMs - performance.now();
    await (this.#loading ??= this.#load(Math.max(0, waitMs)));
  }

  async #load(waitMs: number): Promise<void> {
    try {
      if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
      const stored = await this.store.list();
      this.#keys = await Promise.all(stored.slice(0, keysKept).map(open));
      this.#loadedAt = performance.now();
    } finally {
      this.#loading = null;
    }
  }
}
