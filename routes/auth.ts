/** `/v1/auth`: accounts and sessions. */
import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import { changePassword, logIn, register } from "../domain/auth.ts";
import { startGuest } from "../domain/guests.ts";
import { endSession, logOut } from "../domain/session_ends.ts";
import { listSessions, refreshSession } from "../domain/sessions.ts";
import { authenticate } from "../middleware/authenticate.ts";
import type { Env } from "../middleware/context.ts";
import {
  Credentials,
  PasswordChange,
  Refresh,
  Registration,
  Session,
  SessionSummary,
} from "../schemas/auth.ts";
import { pageOf, PageQuery } from "../schemas/fields.ts";
import { GuestStart } from "../schemas/support.ts";
import {
  bearer,
  body,
  done,
  gives,
  IdParam,
  problems,
  router,
  signedInProblems,
} from "./router.ts";

const tags = ["Accounts and sessions"];

const registering = createRoute({
  method: "post",
  path: "/register",
  tags,
  summary: "Make an account and sign in",
  request: { body: body(Registration) },
  responses: {
    201: gives(Session, "Signed in"),
    ...problems("usernameTaken", "phoneTaken", "rateLimited", "overloaded"),
  },
});

const beingGuest = createRoute({
  method: "post",
  path: "/guest",
  tags,
  summary: "Come in without an account, as a guest",
  request: { body: body(GuestStart) },
  responses: { 201: gives(Session, "Signed in"), ...problems("rateLimited") },
});

const loggingIn = createRoute({
  method: "post",
  path: "/login",
  tags,
  summary: "Sign in",
  request: { body: body(Credentials) },
  responses: {
    200: gives(Session, "Signed in"),
    ...problems("badCredentials", "accountLocked", "rateLimited", "overloaded"),
  },
});

const refreshing = createRoute({
  method: "post",
  path: "/refresh",
  tags,
  summary: "Trade a refresh token for the next one and a new access token",
  request: { body: body(Refresh) },
  responses: {
    200: gives(Session, "Goes on"),
    ...problems("tokenInvalid", "accountLocked", "sessionRevoked", "refreshTokenReused"),
  },
});

const loggingOut = createRoute({
  method: "post",
  path: "/logout",
  tags,
  summary: "End this session, its tokens and connections",
  security: bearer,
  middleware: authenticate(),
  responses: { 204: done("Ended"), ...signedInProblems() },
});

const changingPassword = createRoute({
  method: "post",
  path: "/password",
  tags,
  summary: "Change the password and end every other session",
  security: bearer,
  middleware: authenticate(),
  request: { body: body(PasswordChange) },
  responses: { 204: done("Changed"), ...signedInProblems("badCredentials", "rateLimited") },
});

const listing = createRoute({
  method: "get",
  path: "/sessions",
  tags,
  summary: "My sessions",
  security: bearer,
  middleware: authenticate(),
  request: { query: PageQuery },
  responses: { 200: gives(pageOf(SessionSummary), "Newest first"), ...signedInProblems() },
});

const ending = createRoute({
  method: "delete",
  path: "/sessions/{id}",
  tags,
  summary: "End one of my sessions",
  security: bearer,
  middleware: authenticate(),
  request: { params: IdParam },
  responses: { 204: done("Ended"), ...signedInProblems("notFound") },
});

/** Accounts and sessions. */
export function authRoutes(): OpenAPIHono<Env> {
  return router()
    .openapi(
      registering,
      async (c) => c.json(await register(c.var.app, c.req.valid("json"), c.env.address), 201),
    )
    .openapi(
      beingGuest,
      async (c) => c.json(await startGuest(c.var.app, c.req.valid("json"), c.env.address), 201),
    )
    .openapi(
      loggingIn,
      async (c) => c.json(await logIn(c.var.app, c.req.valid("json"), c.env.address), 200),
    )
    .openapi(
      refreshing,
      async (c) => c.json(await refreshSession(c.var.app, c.req.valid("json")), 200),
    )
    .openapi(loggingOut, async (c) => {
      await logOut(c.var.app, c.var.actor);
      return c.body(null, 204);
    })
    .openapi(changingPassword, async (c) => {
      await changePassword(c.var.app, c.var.actor, c.req.valid("json"));
      return c.body(null, 204);
    })
    .openapi(
      listing,
      async (c) => c.json(await listSessions(c.var.app, c.var.actor, c.req.valid("query")), 200),
    )
    .openapi(ending, async (c) => {
      await endSession(c.var.app, c.var.actor, c.req.valid("param").id);
      return c.body(null, 204);
    }) as unknown as OpenAPIHono<Env>;
}
