/** A device's sign-in: an access token that is always fresh, whatever is lost on the way. */
import type { Session } from "../../schemas/auth.ts";
import { CallFailed } from "../support/client.ts";
import { askRest } from "./asking.ts";

// Renewed before it ends: what is asked with it is still under way for a while.
const renewBeforeMs = 8_000;

/** Somebody's account. */
export interface Account {
  readonly username: string;
  readonly password: string;
}

/** A session of an account; a new one when the old has ended. */
export class SignIn {
  #session: Session | null = null;
  #asking: Promise<string> | null = null;

  /** `anywhere` gives the address of some instance. */
  constructor(readonly account: Account, readonly anywhere: () => string) {}

  /** The token at hand needs to be renewed. */
  get isStale(): boolean {
    if (this.#session === null) return true;
    return Date.parse(this.#session.accessTokenExpiresAt) - Date.now() < renewBeforeMs;
  }

  /** The server has refused the token: it is renewed before it is used again. */
  distrust(): void {
    if (this.#session !== null) {
      this.#session = { ...this.#session, accessTokenExpiresAt: new Date(0).toISOString() };
    }
  }

  /** A fresh access token; whoever asks meanwhile gets the same. */
  token(): Promise<string> {
    if (!this.isStale) return Promise.resolve(this.#session!.accessToken);
    this.#asking ??= this.#renew().finally(() => this.#asking = null);
    return this.#asking;
  }

  /** The present session, with a fresh access token. */
  async session(): Promise<Session> {
    await this.token();
    return this.#session!;
  }

  /** Somebody has signed out: the next token is of a new session. */
  forget(sessionId: string): void {
    if (this.#session?.sessionId === sessionId) this.#session = null;
  }

  async #renew(): Promise<string> {
    this.#session = await this.#refreshed() ?? await this.#post("login", this.account);
    return this.#session.accessToken;
  }

  // An answer that was lost may mean that the token was used: then the whole session has ended.
  async #refreshed(): Promise<Session | null> {
    if (this.#session === null) return null;
    const { refreshToken } = this.#session;
    try {
      return await this.#post("refresh", { refreshToken });
    } catch (error) {
      if (!(error instanceof CallFailed) || error.code !== 401) throw error;
      this.#session = null;
      return null;
    }
  }

  #post(verb: string, body: object): Promise<Session> {
    return askRest<Session>(this.anywhere(), { method: "POST", path: `/v1/auth/${verb}`, body });
  }
}
