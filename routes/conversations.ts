/** `/v1/conversations`: opening, listing, catching up, reading. */
import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import { listChanges } from "../domain/changes.ts";
import { listConversations, openDirect, readConversation } from "../domain/conversations.ts";
import { markRead } from "../domain/reads.ts";
import { changeSettings } from "../domain/settings.ts";
import { authenticate } from "../middleware/authenticate.ts";
import type { Env } from "../middleware/context.ts";
import {
  ChangesPage,
  ChangesQuery,
  Conversation,
  ConversationPage,
  ConversationQuery,
  DirectRequest,
  My,
  ReadRequest,
  ReadState,
  SettingsPatch,
} from "../schemas/conversations.ts";
import { bearer, body, gives, IdParam, router, signedInProblems } from "./router.ts";

const mine = { tags: ["Conversations"], security: bearer, middleware: authenticate() };

const opening = createRoute({
  ...mine,
  method: "post",
  path: "/direct",
  summary: "The conversation of two, the same one for both",
  request: { body: body(DirectRequest) },
  responses: {
    200: gives(Conversation, "The conversation"),
    ...signedInProblems("notFound", "notFriends", "blocked", "notAllowed"),
  },
});

const listing = createRoute({
  ...mine,
  method: "get",
  path: "/",
  summary: "My conversations, or those that changed since a cursor",
  request: { query: ConversationQuery },
  responses: { 200: gives(ConversationPage, "Latest activity first"), ...signedInProblems() },
});

const reading = createRoute({
  ...mine,
  method: "get",
  path: "/{id}",
  summary: "A conversation as I have it",
  request: { params: IdParam },
  responses: { 200: gives(Conversation, "The conversation"), ...signedInProblems("notFound") },
});

const catchingUp = createRoute({
  ...mine,
  method: "get",
  path: "/{id}/changes",
  summary: "The latest state of all that changed after a rev",
  request: { params: IdParam, query: ChangesQuery },
  responses: { 200: gives(ChangesPage, "Changes"), ...signedInProblems("notFound") },
});

const marking = createRoute({
  ...mine,
  method: "put",
  path: "/{id}/read",
  summary: "Move my read watermark; it never moves back",
  request: { params: IdParam, body: body(ReadRequest) },
  responses: { 200: gives(ReadState, "Where it stands"), ...signedInProblems("notFound") },
});

const setting = createRoute({
  ...mine,
  method: "patch",
  path: "/{id}/settings",
  summary: "Change what is mine alone; null clears",
  request: { params: IdParam, body: body(SettingsPatch) },
  responses: { 200: gives(My, "All that is mine"), ...signedInProblems("notFound") },
});

/** Conversations. */
export function conversationRoutes(): OpenAPIHono<Env> {
  return router()
    .openapi(
      opening,
      async (c) =>
        c.json(await openDirect(c.var.app, c.var.actor, c.req.valid("json").userId), 200),
    )
    .openapi(
      listing,
      async (c) =>
        c.json(await listConversations(c.var.app, c.var.actor, c.req.valid("query")), 200),
    )
    .openapi(
      reading,
      async (c) =>
        c.json(await readConversation(c.var.app, c.var.actor, c.req.valid("param").id), 200),
    )
    .openapi(catchingUp, async (c) => {
      const input = { conversationId: c.req.valid("param").id, ...c.req.valid("query") };
      return c.json(await listChanges(c.var.app, c.var.actor, input), 200);
    })
    .openapi(marking, async (c) => {
      const input = { conversationId: c.req.valid("param").id, ...c.req.valid("json") };
      return c.json(await markRead(c.var.app, c.var.actor, input), 200);
    })
    .openapi(setting, async (c) => {
      const input = { conversationId: c.req.valid("param").id, patch: c.req.valid("json") };
      return c.json(await changeSettings(c.var.app, c.var.actor, input), 200);
    }) as unknown as OpenAPIHono<Env>;
}
