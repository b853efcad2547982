/** `/v1/blocks`: whom I want to hear nothing more from. */
import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import { blockUser, listBlocks, unblockUser } from "../domain/blocks.ts";
import { authenticate } from "../middleware/authenticate.ts";
import type { Env } from "../middleware/context.ts";
import { pageOf, PageQuery } from "../schemas/fields.ts";
import { Block } from "../schemas/friends.ts";
import { bearer, done, gives, router, signedInProblems, UserParam } from "./router.ts";

const mine = { tags: ["Friends"], security: bearer, middleware: authenticate() };

const listing = createRoute({
  ...mine,
  method: "get",
  path: "/",
  summary: "Whom I block",
  request: { query: PageQuery },
  responses: { 200: gives(pageOf(Block), "Blocks"), ...signedInProblems() },
});

const blocking = createRoute({
  ...mine,
  method: "put",
  path: "/{userId}",
  summary: "Block somebody; a friendship ends with it",
  request: { params: UserParam },
  responses: { 200: gives(Block, "The block"), ...signedInProblems("notFound") },
});

const unblocking = createRoute({
  ...mine,
  method: "delete",
  path: "/{userId}",
  summary: "End a block",
  request: { params: UserParam },
  responses: { 204: done("Ended"), ...signedInProblems("notFound") },
});

/** Blocks. */
export function blockRoutes(): OpenAPIHono<Env> {
  return router()
    .openapi(
      listing,
      async (c) => c.json(await listBlocks(c.var.app, c.var.actor, c.req.valid("query")), 200),
    )
    .openapi(
      blocking,
      async (c) =>
        c.json(await blockUser(c.var.app, c.var.actor, c.req.valid("param").userId), 200),
    )
    .openapi(unblocking, async (c) => {
      await unblockUser(c.var.app, c.var.actor, c.req.valid("param").userId);
      return c.body(null, 204);
    }) as unknown as OpenAPIHono<Env>;
}
