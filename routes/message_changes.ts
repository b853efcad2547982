/** `/v1/conversations/{id}/messages/{seq}`: editing, recalling, deleting for oneself, reacting, pinning. */
import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import { z } from "zod";
import {
  editMessage,
  listEdits,
  recallMessage,
  setPin,
  setReaction,
} from "../domain/message_changes.ts";
import { deleteForMe } from "../domain/settings.ts";
import { authenticate } from "../middleware/authenticate.ts";
import type { Env } from "../middleware/context.ts";
import { Edit, Message, MessagePatch } from "../schemas/messages.ts";
import {
  bearer,
  body,
  done,
  gives,
  MessageParam,
  ReactionParam,
  router,
  signedInProblems,
} from "./router.ts";

const mine = { tags: ["Messages"], security: bearer, middleware: authenticate() };
const changed = { 200: gives(Message, "The message, changed") };
const acting = ["notFound", "notMember", "conversationDismissed", "messageRecalled"] as const;
const reaching = [...acting, "notFriends", "blocked", "notAllowed"] as const;

const editing = createRoute({
  ...mine,
  method: "patch",
  path: "/{id}/messages/{seq}",
  summary: "Edit a message of mine: another body of the same kind",
  request: { params: MessageParam, body: body(MessagePatch) },
  responses: { ...changed, ...signedInProblems(...reaching, "muted", "editWindowClosed") },
});

const listingEdits = createRoute({
  ...mine,
  method: "get",
  path: "/{id}/messages/{seq}/edits",
  summary: "What a message said before its edits; for its sender and the group's leaders",
  request: { params: MessageParam },
  responses: {
    200: gives(z.object({ items: z.array(Edit) }), "The first body first"),
    ...signedInProblems("notFound", "notMember", "notAllowed"),
  },
});

const recalling = createRoute({
  ...mine,
  method: "post",
  path: "/{id}/messages/{seq}/recall",
  summary: "Take a message back for all",
  request: { params: MessageParam },
  responses: { ...changed, ...signedInProblems(...acting, "notAllowed", "recallWindowClosed") },
});

const deleting = createRoute({
  ...mine,
  method: "delete",
  path: "/{id}/messages/{seq}",
  summary: "Delete a message for me alone",
  request: { params: MessageParam },
  responses: { 204: done("Deleted for me"), ...signedInProblems("notFound", "notAllowed") },
});

const reacting = createRoute({
  ...mine,
  method: "put",
  path: "/{id}/messages/{seq}/reactions/{emoji}",
  summary: "React to a message",
  request: { params: ReactionParam },
  responses: { ...changed, ...signedInProblems(...reaching) },
});

const unreacting = createRoute({
  ...mine,
  method: "delete",
  path: "/{id}/messages/{seq}/reactions/{emoji}",
  summary: "Take a reaction away",
  request: { params: ReactionParam },
  responses: { 204: done("Taken away"), ...signedInProblems(...reaching) },
});

const pinning = createRoute({
  ...mine,
  method: "put",
  path: "/{id}/messages/{seq}/pin",
  summary: "Pin a message for all",
  request: { params: MessageParam },
  responses: { ...changed, ...signedInProblems(...reaching) },
});

const unpinning = createRoute({
  ...mine,
  method: "delete",
  path: "/{id}/messages/{seq}/pin",
  summary: "Take a pin away",
  request: { params: MessageParam },
  responses: { 204: done("Taken away"), ...signedInProblems(...reaching) },
});

function refOf({ id, ...rest }: z.infer<typeof MessageParam>) {
  return { conversationId: id, ...rest };
}

function changing() {
  return router()
    .openapi(editing, async (c) => {
      const input = { ...refOf(c.req.valid("param")), ...c.req.valid("json") };
      return c.json(await editMessage(c.var.app, c.var.actor, input), 200);
    })
    .openapi(listingEdits, async (c) => {
      const items = await listEdits(c.var.app, c.var.actor, refOf(c.req.valid("param")));
      return c.json({ items }, 200);
    })
    .openapi(recalling, async (c) => {
      const ref = refOf(c.req.valid("param"));
      return c.json(await recallMessage(c.var.app, c.var.actor, ref), 200);
    })
    .openapi(deleting, async (c) => {
      await deleteForMe(c.var.app, c.var.actor, refOf(c.req.valid("param")));
      return c.body(null, 204);
    });
}

function marking() {
  return router()
    .openapi(reacting, async (c) => {
      const { emoji, ...param } = c.req.valid("param");
      const input = { ...refOf(param), emoji, isOn: true };
      return c.json(await setReaction(c.var.app, c.var.actor, input), 200);
    })
    .openapi(unreacting, async (c) => {
      const { emoji, ...param } = c.req.valid("param");
      await setReaction(c.var.app, c.var.actor, { ...refOf(param), emoji, isOn: false });
      return c.body(null, 204);
    })
    .openapi(pinning, async (c) => {
      const input = { ...refOf(c.req.valid("param")), isOn: true };
      return c.json(await setPin(c.var.app, c.var.actor, input), 200);
    })
    .openapi(unpinning, async (c) => {
      await setPin(c.var.app, c.var.actor, { ...refOf(c.req.valid("param")), isOn: false });
      return c.body(null, 204);
    });
}

/** What may be done with a message that is there. */
export function messageChangeRoutes(): OpenAPIHono<Env> {
  const routes = router();
  routes.route("/", changing() as unknown as OpenAPIHono<Env>);
  routes.route("/", marking() as unknown as OpenAPIHono<Env>);
  return routes;
}
