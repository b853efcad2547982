/** `/v1/groups`: making, seeing, changing, joining, handing on and ending groups. */
import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import { z } from "zod";
import { listConversations } from "../domain/conversations.ts";
import {
  changeGroup,
  createGroup,
  dismissGroup,
  readGroup,
  transferGroup,
} from "../domain/groups.ts";
import { joinGroup } from "../domain/joining.ts";
import { authenticate } from "../middleware/authenticate.ts";
import type { Env } from "../middleware/context.ts";
import { idempotent } from "../middleware/idempotency.ts";
import { Conversation } from "../schemas/conversations.ts";
import { pageOf, PageQuery } from "../schemas/fields.ts";
import {
  GroupFace,
  GroupPatch,
  Joined,
  JoinRequest,
  NewGroup,
  Transfer,
} from "../schemas/groups.ts";
import { bearer, body, done, gives, IdParam, inGroup, router, signedInProblems } from "./router.ts";

const mine = { tags: ["Groups"], security: bearer, middleware: authenticate() };

const creating = createRoute({
  ...mine,
  method: "post",
  path: "/",
  summary: "Make a group with me as its owner",
  middleware: [authenticate(), idempotent()] as const,
  request: { body: body(NewGroup) },
  responses: {
    201: gives(Conversation, "Made"),
    ...signedInProblems("notFound", "notAllowed", "idempotencyConflict"),
  },
});

const listing = createRoute({
  ...mine,
  method: "get",
  path: "/",
  summary: "My groups",
  request: { query: PageQuery },
  responses: { 200: gives(pageOf(Conversation), "Latest activity first"), ...signedInProblems() },
});

const reading = createRoute({
  ...mine,
  method: "get",
  path: "/{id}",
  summary: "A group as I have it, or the face of one that I may join",
  request: { params: IdParam },
  responses: {
    200: gives(z.union([Conversation, GroupFace]), "The group, or its face"),
    ...signedInProblems("notFound"),
  },
});

const changing = createRoute({
  ...mine,
  method: "patch",
  path: "/{id}",
  summary: "Change what is given of a group; null clears",
  request: { params: IdParam, body: body(GroupPatch) },
  responses: { 200: gives(Conversation, "The group, changed"), ...signedInProblems(...inGroup) },
});

const dismissing = createRoute({
  ...mine,
  method: "delete",
  path: "/{id}",
  summary: "Dismiss a group: it stays readable, and nothing changes it any more",
  request: { params: IdParam },
  responses: { 204: done("Dismissed"), ...signedInProblems(...inGroup) },
});

const joining = createRoute({
  ...mine,
  method: "post",
  path: "/{id}/join",
  summary: "Join an open group, or ask to join one of approval",
  request: { params: IdParam, body: { ...body(JoinRequest), required: false } },
  responses: {
    200: gives(Joined, "A member now, or one who waits for a manager"),
    ...signedInProblems("notFound", "inviteOnly", "notAllowed", "conversationDismissed"),
  },
});

const transferring = createRoute({
  ...mine,
  method: "post",
  path: "/{id}/owner",
  summary: "Hand a group on to another member; I become a manager",
  request: { params: IdParam, body: body(Transfer) },
  responses: { 200: gives(Conversation, "The group"), ...signedInProblems(...inGroup) },
});

/** Groups. */
export function groupRoutes(): OpenAPIHono<Env> {
  return router()
    .openapi(
      creating,
      async (c) => c.json(await createGroup(c.var.app, c.var.actor, c.req.valid("json")), 201),
    )
    .openapi(listing, async (c) => {
      const input = { ...c.req.valid("query"), kind: "group" as const };
      const { items, nextCursor } = await listConversations(c.var.app, c.var.actor, input);
      return c.json({ items, nextCursor }, 200);
    })
    .openapi(
      reading,
      async (c) => c.json(await readGroup(c.var.app, c.var.actor, c.req.valid("param").id), 200),
    )
    .openapi(changing, async (c) => {
      const input = { groupId: c.req.valid("param").id, patch: c.req.valid("json") };
      return c.json(await changeGroup(c.var.app, c.var.actor, input), 200);
    })
    .openapi(dismissing, async (c) => {
      await dismissGroup(c.var.app, c.var.actor, c.req.valid("param").id);
      return c.body(null, 204);
    })
    .openapi(joining, async (c) => {
      const input = { groupId: c.req.valid("param").id, ...c.req.valid("json") };
      return c.json(await joinGroup(c.var.app, c.var.actor, input), 200);
    })
    .openapi(transferring, async (c) => {
      const input = { groupId: c.req.valid("param").id, ...c.req.valid("json") };
      return c.json(await transferGroup(c.var.app, c.var.actor, input), 200);
    }) as unknown as OpenAPIHono<Env>;
}
