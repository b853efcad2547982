/** `/v1/messages/search`: finding messages. */
import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import { searchMessages } from "../domain/message_search.ts";
import { authenticate } from "../middleware/authenticate.ts";
import type { Env } from "../middleware/context.ts";
import { pageOf } from "../schemas/fields.ts";
import { FoundMessage, SearchQuery } from "../schemas/messages.ts";
import { bearer, gives, router, signedInProblems } from "./router.ts";

const searching = createRoute({
  tags: ["Messages"],
  security: bearer,
  middleware: authenticate(),
  method: "get",
  path: "/search",
  summary: "Search what I may read, the newest first; a page may be short though more follow",
  request: { query: SearchQuery },
  responses: {
    200: gives(pageOf(FoundMessage), "Those found"),
    ...signedInProblems("notFound", "rateLimited", "overloaded"),
  },
});

/** Search in messages. */
export function messageSearchRoutes(): OpenAPIHono<Env> {
  return router().openapi(
    searching,
    async (c) => c.json(await searchMessages(c.var.app, c.var.actor, c.req.valid("query")), 200),
  ) as unknown as OpenAPIHono<Env>;
}
