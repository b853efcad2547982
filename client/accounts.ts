/** Becoming somebody: what gives the session that a client begins with. */
import { type Platform, platformWith } from "./platform.ts";
import { askServer } from "./rest.ts";
import type { Credentials, Registration, Session } from "./wire.ts";

/** Where to. */
export interface Entrance {
  readonly url: string;
  readonly platform?: Partial<Platform>;
}

function enter({ url, platform }: Entrance, way: string, body: unknown): Promise<Session> {
  const ports = { url: url.replace(/\/$/, ""), platform: platformWith(platform) };
  return askServer<Session>(ports, { method: "POST", path: `/v1/auth/${way}`, body });
}

/** Signs in; fails with `badCredentials`. */
export function signIn(at: Entrance, credentials: Credentials): Promise<Session> {
  return enter(at, "login", credentials);
}

/** Makes an account; fails with `usernameTaken`, `phoneTaken` or `invalidInput`. */
export function register(at: Entrance, registration: Registration): Promise<Session> {
  return enter(at, "register", registration);
}
