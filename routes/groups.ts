/** `/v1/groups`: groups and their members. */
import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import { z } from "zod";
import { listConversations } from "../domain/conversations.ts";
import { createGroup, joinGroup, readGroup } from "../domain/groups.ts";
import { addMembers, listMembers, removeMember } from "../domain/members.ts";
import { authenticate } from "../middleware/authenticate.ts";
import type { Env } from "../middleware/context.ts";
import { idempotent } from "../middleware/idempotency.ts";
import {
  Additions,
  Conversation,
  GroupFace,
  Joined,
  JoinRequest,
  Member,
  NewGroup,
  NewMembers,
} from "../schemas/conversations.ts";
import { pageOf, PageQuery } from "../schemas/fields.ts";
import {
  bearer,
  body,
  done,
  gives,
  IdParam,
  MemberParam,
  router,
  signedInProblems,
} from "./router.ts";

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

const joining = createRoute({
  ...mine,
  method: "post",
  path: "/{id}/join",
  summary: "Join an open group",
  request: { params: IdParam, body: { ...body(JoinRequest), required: false } },
  responses: {
    200: gives(Joined, "A member now"),
    ...signedInProblems("notFound", "inviteOnly", "notAllowed", "conversationDismissed"),
  },
});

const adding = createRoute({
  ...mine,
  method: "post",
  path: "/{id}/members",
  summary: "Bring users into a group",
  request: { params: IdParam, body: body(NewMembers) },
  responses: {
    200: gives(Additions, "What became of each"),
    ...signedInProblems("notFound", "notMember", "notAllowed", "conversationDismissed"),
  },
});

const listingMembers = createRoute({
  ...mine,
  method: "get",
  path: "/{id}/members",
  summary: "The members of a group, in the order they came",
  request: { params: IdParam, query: PageQuery },
  responses: {
    200: gives(pageOf(Member), "Members"),
    ...signedInProblems("notFound", "notMember"),
  },
});

const removing = createRoute({
  ...mine,
  method: "delete",
  path: "/{id}/members/{userId}",
  summary: "Remove a member of lower rank, or leave as oneself",
  request: { params: MemberParam },
  responses: {
    204: done("No member any more"),
    ...signedInProblems(
      "notFound",
      "notMember",
      "notAllowed",
      "ownerMustTransfer",
      "conversationDismissed",
    ),
  },
});

/** Groups and their members. */
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
    .openapi(
      joining,
      async (c) => c.json(await joinGroup(c.var.app, c.var.actor, c.req.valid("param").id), 200),
    )
    .openapi(adding, async (c) => {
      const input = { groupId: c.req.valid("param").id, userIds: c.req.valid("json").userIds };
      return c.json(await addMembers(c.var.app, c.var.actor, input), 200);
    })
    .openapi(listingMembers, async (c) => {
      const input = { groupId: c.req.valid("param").id, ...c.req.valid("query") };
      return c.json(await listMembers(c.var.app, c.var.actor, input), 200);
    })
    .openapi(removing, async (c) => {
      const { id, userId } = c.req.valid("param");
      await removeMember(c.var.app, c.var.actor, { groupId: id, userId });
      return c.body(null, 204);
    }) as unknown as OpenAPIHono<Env>;
}
