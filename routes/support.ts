/** `/v1/support`: visitors' conversations as agents work on them, and notes that visitors never get. */
import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import { z } from "zod";
import { changeSupport, listSupport, listSupportInboxes, readSupport } from "../domain/support.ts";
import { addNote, deleteNote, listNotes } from "../domain/support_notes.ts";
import { authenticate } from "../middleware/authenticate.ts";
import type { Env } from "../middleware/context.ts";
import { idempotent } from "../middleware/idempotency.ts";
import { Id, pageOf, PageQuery } from "../schemas/fields.ts";
import {
  NewNote,
  Note,
  SupportConversation,
  SupportInbox,
  SupportPatch,
  SupportQuery,
} from "../schemas/support.ts";
import { bearer, body, done, gives, IdParam, router, signedInProblems } from "./router.ts";

const mine = { tags: ["Support"], security: bearer, middleware: authenticate() };
const one = "/conversations/{id}";

const listingInboxes = createRoute({
  ...mine,
  method: "get",
  path: "/inboxes",
  summary: "The inboxes that I answer in, who else does, and how many conversations are open",
  request: { query: PageQuery },
  responses: { 200: gives(pageOf(SupportInbox), "The oldest first"), ...signedInProblems() },
});

const listing = createRoute({
  ...mine,
  method: "get",
  path: "/conversations",
  summary: "Visitors' conversations in my inboxes",
  request: { query: SupportQuery },
  responses: {
    200: gives(pageOf(SupportConversation), "Latest activity first"),
    ...signedInProblems(),
  },
});

const reading = createRoute({
  ...mine,
  method: "get",
  path: one,
  summary: "A visitor's conversation, for an agent of its inbox",
  request: { params: IdParam },
  responses: { 200: gives(SupportConversation, "As I have it"), ...signedInProblems("notFound") },
});

const changing = createRoute({
  ...mine,
  method: "patch",
  path: one,
  summary: "Resolve or reopen it, give it to an agent or to nobody",
  request: { params: IdParam, body: body(SupportPatch) },
  responses: {
    200: gives(SupportConversation, "As it is now"),
    ...signedInProblems("notFound", "conversationDismissed"),
  },
});

const listingNotes = createRoute({
  ...mine,
  method: "get",
  path: `${one}/notes`,
  summary: "What agents have noted; the visitor never gets it",
  request: { params: IdParam, query: PageQuery },
  responses: { 200: gives(pageOf(Note), "The oldest first"), ...signedInProblems("notFound") },
});

const noting = createRoute({
  ...mine,
  method: "post",
  path: `${one}/notes`,
  middleware: [authenticate(), idempotent()] as const,
  summary: "Note something for the other agents",
  request: { params: IdParam, body: body(NewNote) },
  responses: {
    201: gives(Note, "Noted"),
    ...signedInProblems("notFound", "conversationDismissed", "idempotencyConflict"),
  },
});

const deletingNote = createRoute({
  ...mine,
  method: "delete",
  path: `${one}/notes/{noteId}`,
  summary: "Delete a note of mine; admins any",
  request: { params: z.object({ id: Id, noteId: Id }) },
  responses: { 204: done("Deleted"), ...signedInProblems("notFound") },
});

/** What agents work on. */
export function supportRoutes(): OpenAPIHono<Env> {
  return router()
    .openapi(listingInboxes, async (c) => {
      const input = c.req.valid("query");
      return c.json(await listSupportInboxes(c.var.app, c.var.actor, input), 200);
    })
    .openapi(
      listing,
      async (c) => c.json(await listSupport(c.var.app, c.var.actor, c.req.valid("query")), 200),
    )
    .openapi(
      reading,
      async (c) => c.json(await readSupport(c.var.app, c.var.actor, c.req.valid("param").id), 200),
    )
    .openapi(changing, async (c) => {
      const input = { conversationId: c.req.valid("param").id, patch: c.req.valid("json") };
      return c.json(await changeSupport(c.var.app, c.var.actor, input), 200);
    })
    .openapi(listingNotes, async (c) => {
      const input = { conversationId: c.req.valid("param").id, ...c.req.valid("query") };
      return c.json(await listNotes(c.var.app, c.var.actor, input), 200);
    })
    .openapi(noting, async (c) => {
      const input = { conversationId: c.req.valid("param").id, ...c.req.valid("json") };
      return c.json(await addNote(c.var.app, c.var.actor, input), 201);
    })
    .openapi(deletingNote, async (c) => {
      const { id: conversationId, noteId } = c.req.valid("param");
      await deleteNote(c.var.app, c.var.actor, { conversationId, noteId });
      return c.body(null, 204);
    }) as unknown as OpenAPIHono<Env>;
}
