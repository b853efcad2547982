/** `/v1/widget`: what a widget in a site's page asks. */
import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import { changeVisitor } from "../domain/visitors.ts";
import {
  isKnownVisitor,
  readInboxFace,
  startWidgetSession,
  type WidgetPlace,
} from "../domain/widget_sessions.ts";
import { authenticate } from "../middleware/authenticate.ts";
import type { Env } from "../middleware/context.ts";
import {
  InboxFace,
  InboxKeyQuery,
  KnownIdentity,
  VisitorPatch,
  WidgetIdentity,
  WidgetSession,
  WidgetStart,
} from "../schemas/support.ts";
import { bearer, body, done, gives, problems, router, signedInProblems } from "./router.ts";

const tags = ["Widget"];

const reading = createRoute({
  method: "get",
  path: "/inbox",
  tags,
  summary: "What anyone may know of an inbox, by its public key",
  request: { query: InboxKeyQuery },
  responses: { 200: gives(InboxFace, "What to greet with"), ...problems("notFound") },
});

const recognising = createRoute({
  method: "post",
  path: "/identity",
  tags,
  summary: "Ask whether whom the site has signed has a conversation; begins nothing",
  request: { body: body(WidgetIdentity) },
  responses: {
    200: gives(KnownIdentity, "Whether there is one"),
    ...problems("notFound", "originNotAllowed", "tokenInvalid", "tokenExpired"),
  },
});

const beginning = createRoute({
  method: "post",
  path: "/sessions",
  tags,
  summary: "Come in as a visitor: a new one, or the one that the site has signed",
  request: { body: body(WidgetStart) },
  responses: {
    201: gives(WidgetSession, "Signed in, with the conversation"),
    ...problems(
      "notFound",
      "originNotAllowed",
      "tokenInvalid",
      "tokenExpired",
      "accountLocked",
      "rateLimited",
    ),
  },
});

const changing = createRoute({
  method: "patch",
  path: "/visitor",
  tags,
  summary: "Say where I am and who I am, as a visitor; null clears",
  security: bearer,
  middleware: authenticate(),
  request: { body: body(VisitorPatch) },
  responses: { 204: done("Told to the agents"), ...signedInProblems("rateLimited") },
});

function placeOf(c: Context<Env>): WidgetPlace {
  const origin = c.req.header("origin") ?? null;
  return { address: c.env.address, origin, host: new URL(c.req.url).host };
}

/** Widgets. */
export function widgetRoutes(): OpenAPIHono<Env> {
  return router()
    .openapi(reading, async (c) => {
      // Public and the same for all: a site's own script may greet with it.
      c.header("access-control-allow-origin", "*");
      return c.json(await readInboxFace(c.var.app, c.req.valid("query").key), 200);
    })
    .openapi(beginning, async (c) => {
      return c.json(await startWidgetSession(c.var.app, c.req.valid("json"), placeOf(c)), 201);
    })
    .openapi(recognising, async (c) => {
      const known = await isKnownVisitor(c.var.app, c.req.valid("json"), placeOf(c));
      return c.json({ known }, 200);
    })
    .openapi(changing, async (c) => {
      await changeVisitor(c.var.app, c.var.actor, c.req.valid("json"));
      return c.body(null, 204);
    }) as unknown as OpenAPIHono<Env>;
}
