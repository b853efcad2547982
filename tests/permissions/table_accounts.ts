/** Rows of the permission table: health, descriptions, accounts, sessions, users. */
import type { Session } from "../../schemas/auth.ts";
import type { Person } from "../support/world.ts";
import { password, type Scene, signIn } from "./scene.ts";
import { each, type Row } from "./table.ts";

const anyone = { who: each(200), isPublic: true } as const;
let registered = 0;

/** A session that may end: the one that the table acts with goes on. */
const onAnotherDevice = async (_: Scene, me: Person) => ({ as: await signIn(me) });

/** Rows that are about oneself or about nobody. */
export const accountRows: Row[] = [
  { verb: "GET /livez", ...anyone },
  { verb: "GET /readyz", ...anyone },
  { verb: "GET /.well-known/jwks.json", ...anyone },
  { verb: "GET /openapi.json", ...anyone },
  { verb: "GET /openrpc.json", ...anyone },
  { verb: "GET /docs", ...anyone },
  // Without METRICS_TOKEN; with it, whoever has that, and no account counts.
  { verb: "GET /metrics", who: each("notFound"), isPublic: true },
  { verb: "GET /v1/ws", about: "without an upgrade", who: each("upgradeRequired") },
  {
    verb: "POST /v1/auth/register",
    asks: () => ({
      body: { username: `new_${Deno.pid}_${++registered}`, password, nickname: "New" },
    }),
    who: each(201),
    isPublic: true,
  },
  {
    verb: "POST /v1/auth/guest",
    asks: () => ({ body: {} }),
    who: each(201),
    isPublic: true,
  },
  {
    verb: "POST /v1/auth/login",
    asks: (_, { username }) => ({ body: { username, password } }),
    ...anyone,
  },
  {
    verb: "POST /v1/auth/refresh",
    asks: async (_, me) => {
      const { session } = await signIn(me);
      return { body: { refreshToken: session.refreshToken } };
    },
    ...anyone,
  },
  { verb: "POST /v1/auth/logout", asks: onAnotherDevice, who: each(204) },
  {
    verb: "POST /v1/auth/password",
    asks: () => ({ body: { oldPassword: password, newPassword: password } }),
    who: each(204),
  },
  { verb: "GET /v1/auth/sessions", who: each(200) },
  {
    verb: "DELETE /v1/auth/sessions/{id}",
    about: "of one's own",
    asks: async (_, me) => ({ params: { id: (await signIn(me)).session.sessionId } }),
    who: each(204),
  },
  {
    verb: "DELETE /v1/auth/sessions/{id}",
    about: "of somebody else",
    asks: ({ cast: { target } }) => ({ params: { id: target.session.sessionId } }),
    who: each("notFound"),
  },
  { verb: "GET /v1/users/me", who: each(200) },
  { verb: "GET /v1/users/me/export", who: each(200) },
  {
    verb: "PATCH /v1/users/me",
    asks: () => ({ body: { bio: "Hello" } }),
    who: each(200, { notAllowed: "guest" }),
  },
  {
    verb: "PATCH /v1/users/me",
    about: "name and language",
    asks: (_, { username: nickname }) => ({ body: { nickname, locale: "en" } }),
    who: each(200),
  },
  {
    verb: "GET /v1/users/{id}",
    about: "of somebody who blocks `blocked`",
    asks: ({ cast: { target } }) => ({ params: { id: target.id } }),
    who: each(200),
  },
  {
    verb: "GET /v1/users",
    about: "by name",
    asks: () => ({ query: "?query=ta" }),
    who: each(200, { notAllowed: "guest" }),
  },
  {
    verb: "GET /v1/users",
    about: "by phone number",
    asks: () => ({ query: "?phone=%2B4915112345678" }),
    who: each(200, { notAllowed: "guest" }),
  },
  {
    verb: "GET /v1/users",
    about: "by id",
    asks: ({ cast: { target } }) => ({ query: `?ids=${target.id}` }),
    who: each(200),
  },
  { verb: "ping", asks: () => ({ body: {} }), who: each("ok") },
  {
    verb: "session.refresh",
    about: "by a newer token of the session",
    asks: async (_, me) => {
      const as = await signIn(me);
      const { refreshToken } = as.session;
      const { accessToken } = await as.do<Session>("POST", "/v1/auth/refresh", { refreshToken });
      return { as, body: { token: accessToken } };
    },
    who: each("ok"),
  },
  {
    verb: "session.refresh",
    about: "by a token of somebody else",
    asks: ({ cast: { target } }) => ({ body: { token: target.session.accessToken } }),
    who: each("tokenInvalid"),
  },
];
