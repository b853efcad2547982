/** Where access tokens come from: one at a time, and a new one when the server would not have the last. */
import { Emitter } from "./events.ts";
import type { Platform } from "./platform.ts";
import { isOver } from "./problems.ts";
import { askServer } from "./rest.ts";
import type { Session } from "./wire.ts";

/** Gives access tokens. */
export interface Tokens {
  /** A token; never `refused`, which the server did not take or will not for much longer. */
  get(refused?: string): Promise<string>;
}

/** Asks the application; however many need a token, it is asked once. */
export class AskedTokens implements Tokens {
  #held: Promise<string> | null = null;

  constructor(readonly getToken: (refused?: string) => string | Promise<string>) {}

  /** Gives the last answer, or asks anew. */
  async get(refused?: string): Promise<string> {
    const held = this.#held;
    if (held !== null) {
      const token = await held;
      if (token !== refused) return token;
    }
    // Whoever was refused the same one is waiting here too.
    if (this.#held === held) this.#held = this.#ask(refused);
    return await this.#held!;
  }

  async #ask(refused?: string): Promise<string> {
    try {
      return await this.getToken(refused);
    } catch (error) {
      this.#held = null;
      throw error;
    }
  }
}

/** What becomes of a session. */
export interface SessionEvents {
  /** It goes on with new tokens: keep it in place of the one before. */
  session: Session;
  /** It has ended; the code says why. */
  ended: string;
}

/** What a session lives on. */
export interface SessionPorts {
  readonly url: string;
  readonly platform: Platform;
}

// So little time left is none: the token would end on its way.
const endingMs = 10_000;

/** The tokens of a session, refreshed when the server asks for newer ones. */
export class SessionTokens implements Tokens {
  readonly events = new Emitter<SessionEvents>();
  #refreshing: Promise<void> | null = null;
  #isAsGiven = true;

  constructor(readonly ports: SessionPorts, public session: Session) {}

  /** The access token, after a refresh where there must be a newer one. */
  async get(refused?: string): Promise<string> {
    const { accessToken } = this.session;
    if (refused === accessToken || this.#hasRunOut()) {
      this.#refreshing ??= this.#refreshAlone(accessToken).finally(() => this.#refreshing = null);
      await this.#refreshing;
    }
    return this.session.accessToken;
  }

  // By our clock, and so only for a session that was kept: with a wrong clock every token would look
  // old, and each would be refreshed again.
  #hasRunOut(): boolean {
    const leftMs = Date.parse(this.session.accessTokenExpiresAt) - this.ports.platform.clock.now();
    return this.#isAsGiven && leftMs < endingMs;
  }

  // One tab at a time: a refresh token that is used twice ends the session (the server forgives a
  // second use within ten seconds, which covers the moment until the other tab's news is here, and
  // pages that may not lock).
  async #refreshAlone(stale: string): Promise<void> {
    let begun: Promise<void> | undefined;
    const refresh = () => begun ??= this.#refresh(stale);
    const { locks } = this.ports.platform;
    await locks?.request(`patter refresh ${this.session.sessionId}`, {}, refresh).catch(() => {});
    await refresh();
  }

  async #refresh(stale: string): Promise<void> {
    if (this.session.accessToken !== stale) return;
    const body = { refreshToken: this.session.refreshToken };
    try {
      const session = await askServer<Session>(this.ports, {
        method: "POST",
        path: "/v1/auth/refresh",
        body,
      });
      this.adopt(session);
      this.events.emit("session", session);
    } catch (error) {
      if (isOver(error)) this.events.emit("ended", error.code);
      throw error;
    }
  }

  /** Takes what another tab has got, or what was just got, if it is newer. */
  adopt(session: Session): void {
    if (session.sessionId !== this.session.sessionId) return;
    if (session.accessTokenExpiresAt < this.session.accessTokenExpiresAt) return;
    this.session = session;
    this.#isAsGiven = false;
  }
}
