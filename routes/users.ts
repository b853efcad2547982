/** `/v1/users`: oneself and others. */
import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import { changeMe } from "../domain/profiles.ts";
import { findUsers, readMe, readUser } from "../domain/users.ts";
import { authenticate } from "../middleware/authenticate.ts";
import type { Env } from "../middleware/context.ts";
import { pageOf } from "../schemas/fields.ts";
import { Me, User, UserPatch, UserQuery } from "../schemas/users.ts";
import { bearer, body, gives, IdParam, router, signedInProblems } from "./router.ts";

const mine = { tags: ["Users"], security: bearer, middleware: authenticate() };

const reading = createRoute({
  ...mine,
  method: "get",
  path: "/me",
  summary: "Oneself",
  responses: { 200: gives(Me, "Oneself"), ...signedInProblems() },
});

const changing = createRoute({
  ...mine,
  method: "patch",
  path: "/me",
  summary: "Change what is given of oneself; null clears",
  request: { body: body(UserPatch) },
  responses: { 200: gives(Me, "Oneself, changed"), ...signedInProblems("rateLimited") },
});

const readingOther = createRoute({
  ...mine,
  method: "get",
  path: "/{id}",
  summary: "A user",
  request: { params: IdParam },
  responses: { 200: gives(User, "A user"), ...signedInProblems("notFound") },
});

const finding = createRoute({
  ...mine,
  method: "get",
  path: "/",
  summary: "Find users by exactly one of: part of a name, phone number, ids",
  request: { query: UserQuery },
  responses: { 200: gives(pageOf(User), "Those found"), ...signedInProblems("notAllowed") },
});

/** Oneself and others. */
export function userRoutes(): OpenAPIHono<Env> {
  return router()
    .openapi(reading, async (c) => c.json(await readMe(c.var.app, c.var.actor), 200))
    .openapi(
      changing,
      async (c) => c.json(await changeMe(c.var.app, c.var.actor, c.req.valid("json")), 200),
    )
    .openapi(
      readingOther,
      async (c) => c.json(await readUser(c.var.app, c.var.actor, c.req.valid("param").id), 200),
    )
    .openapi(
      finding,
      async (c) => c.json(await findUsers(c.var.app, c.var.actor, c.req.valid("query")), 200),
    ) as unknown as OpenAPIHono<Env>;
}
