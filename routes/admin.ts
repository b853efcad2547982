/** `/v1/admin`: what admins see and decide. */
import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import { lockAccount, unlockAccount } from "../domain/account_locks.ts";
import { listInstances } from "../domain/instances.ts";
import { authenticate } from "../middleware/authenticate.ts";
import type { Env } from "../middleware/context.ts";
import { AccountLock, InstanceList } from "../schemas/admin.ts";
import { bearer, done, gives, IdParam, router, signedInProblems } from "./router.ts";

const admin = { tags: ["Administration"], security: bearer, middleware: authenticate() };

const locking = createRoute({
  ...admin,
  method: "put",
  path: "/users/{id}/lock",
  summary: "Lock an account: its sessions end everywhere, and nobody signs in to it",
  request: { params: IdParam },
  responses: { 200: gives(AccountLock, "Locked"), ...signedInProblems("notAllowed", "notFound") },
});

const unlocking = createRoute({
  ...admin,
  method: "delete",
  path: "/users/{id}/lock",
  summary: "Unlock an account",
  request: { params: IdParam },
  responses: { 204: done("Unlocked"), ...signedInProblems("notAllowed", "notFound") },
});

const listing = createRoute({
  ...admin,
  method: "get",
  path: "/instances",
  summary: "The instances that run now, and how they do",
  responses: { 200: gives(InstanceList, "The oldest first"), ...signedInProblems("notAllowed") },
});

/** What admins see and decide. */
export function adminRoutes(): OpenAPIHono<Env> {
  return router()
    .openapi(locking, async (c) => {
      return c.json(await lockAccount(c.var.app, c.var.actor, c.req.valid("param").id), 200);
    })
    .openapi(unlocking, async (c) => {
      await unlockAccount(c.var.app, c.var.actor, c.req.valid("param").id);
      return c.body(null, 204);
    })
    .openapi(
      listing,
      async (c) => c.json(await listInstances(c.var.app, c.var.actor), 200),
    ) as unknown as OpenAPIHono<Env>;
}
