/** `/v1/inboxes`: where visitors of sites write, and what their agents say often. */
import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import { z } from "zod";
import { addReply, changeReply, deleteReply, listReplies } from "../domain/canned_replies.ts";
import {
  changeInbox,
  createInbox,
  deleteInbox,
  listInboxes,
  readInbox,
} from "../domain/inboxes.ts";
import { authenticate } from "../middleware/authenticate.ts";
import type { Env } from "../middleware/context.ts";
import { idempotent } from "../middleware/idempotency.ts";
import { Id, pageOf, PageQuery } from "../schemas/fields.ts";
import {
  CannedReply,
  CannedReplyPatch,
  Inbox,
  InboxPatch,
  NewCannedReply,
  NewInbox,
} from "../schemas/inboxes.ts";
import { bearer, body, done, gives, IdParam, router, signedInProblems } from "./router.ts";

const mine = { tags: ["Inboxes"], security: bearer, middleware: authenticate() };
const making = {
  ...mine,
  method: "post" as const,
  middleware: [authenticate(), idempotent()],
};
const refusals = signedInProblems("notFound");
const makingRefusals = signedInProblems("notFound", "idempotencyConflict");

const creating = createRoute({
  ...making,
  path: "/",
  summary: "Make an inbox; admins do",
  request: { body: body(NewInbox) },
  responses: { 201: gives(Inbox, "Made; its key stands in the site's pages"), ...makingRefusals },
});

const listing = createRoute({
  ...mine,
  method: "get",
  path: "/",
  summary: "All inboxes, for admins",
  request: { query: PageQuery },
  responses: { 200: gives(pageOf(Inbox), "The oldest first"), ...signedInProblems() },
});

const reading = createRoute({
  ...mine,
  method: "get",
  path: "/{id}",
  summary: "An inbox, for admins; its secret is never read back",
  request: { params: IdParam },
  responses: { 200: gives(Inbox, "The inbox"), ...refusals },
});

const changing = createRoute({
  ...mine,
  method: "patch",
  path: "/{id}",
  summary:
    "Change what is given of an inbox; null clears. Its agents are members of its conversations",
  request: { params: IdParam, body: body(InboxPatch) },
  responses: { 200: gives(Inbox, "The inbox, changed"), ...refusals },
});

const deleting = createRoute({
  ...mine,
  method: "delete",
  path: "/{id}",
  summary: "Delete an inbox: its conversations are dismissed and stay readable",
  request: { params: IdParam },
  responses: { 204: done("Deleted"), ...refusals },
});

const replies = "/{id}/replies";
const ReplyParam = z.object({ id: Id, replyId: Id });

const listingReplies = createRoute({
  ...mine,
  method: "get",
  path: replies,
  summary: "What the agents of an inbox say often, for them and admins",
  request: { params: IdParam, query: PageQuery },
  responses: { 200: gives(pageOf(CannedReply), "The oldest first"), ...refusals },
});

const addingReply = createRoute({
  ...making,
  path: replies,
  summary: "Add something that agents say often",
  request: { params: IdParam, body: body(NewCannedReply) },
  responses: { 201: gives(CannedReply, "Added"), ...makingRefusals },
});

const changingReply = createRoute({
  ...mine,
  method: "patch",
  path: `${replies}/{replyId}`,
  summary: "Change what is given of it",
  request: { params: ReplyParam, body: body(CannedReplyPatch) },
  responses: { 200: gives(CannedReply, "Changed"), ...refusals },
});

const deletingReply = createRoute({
  ...mine,
  method: "delete",
  path: `${replies}/{replyId}`,
  summary: "Delete it",
  request: { params: ReplyParam },
  responses: { 204: done("Deleted"), ...refusals },
});

function ofReplies() {
  return router()
    .openapi(listingReplies, async (c) => {
      const input = { inboxId: c.req.valid("param").id, ...c.req.valid("query") };
      return c.json(await listReplies(c.var.app, c.var.actor, input), 200);
    })
    .openapi(addingReply, async (c) => {
      const input = { inboxId: c.req.valid("param").id, ...c.req.valid("json") };
      return c.json(await addReply(c.var.app, c.var.actor, input), 201);
    })
    .openapi(changingReply, async (c) => {
      const { id: inboxId, replyId } = c.req.valid("param");
      const input = { inboxId, replyId, patch: c.req.valid("json") };
      return c.json(await changeReply(c.var.app, c.var.actor, input), 200);
    })
    .openapi(deletingReply, async (c) => {
      const { id: inboxId, replyId } = c.req.valid("param");
      await deleteReply(c.var.app, c.var.actor, { inboxId, replyId });
      return c.body(null, 204);
    });
}

/** Inboxes. */
export function inboxRoutes(): OpenAPIHono<Env> {
  return router()
    .openapi(
      creating,
      async (c) => c.json(await createInbox(c.var.app, c.var.actor, c.req.valid("json")), 201),
    )
    .openapi(
      listing,
      async (c) => c.json(await listInboxes(c.var.app, c.var.actor, c.req.valid("query")), 200),
    )
    .openapi(
      reading,
      async (c) => c.json(await readInbox(c.var.app, c.var.actor, c.req.valid("param").id), 200),
    )
    .openapi(changing, async (c) => {
      const input = { id: c.req.valid("param").id, patch: c.req.valid("json") };
      return c.json(await changeInbox(c.var.app, c.var.actor, input), 200);
    })
    .openapi(deleting, async (c) => {
      await deleteInbox(c.var.app, c.var.actor, c.req.valid("param").id);
      return c.body(null, 204);
    })
    .route("/", ofReplies()) as unknown as OpenAPIHono<Env>;
}
