/** `/v1/groups/{id}/members`: who is in a group, and as what. */
import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import { addMembers, changeMember, listMembers, removeMember } from "../domain/members.ts";
import { authenticate } from "../middleware/authenticate.ts";
import type { Env } from "../middleware/context.ts";
import { Member } from "../schemas/conversations.ts";
import { pageOf, PageQuery } from "../schemas/fields.ts";
import { Additions, MemberPatch, NewMembers } from "../schemas/groups.ts";
import {
  bearer,
  body,
  done,
  gives,
  IdParam,
  inGroup,
  MemberParam,
  router,
  signedInProblems,
} from "./router.ts";

const mine = { tags: ["Groups"], security: bearer, middleware: authenticate() };
const adding = createRoute({
  ...mine,
  method: "post",
  path: "/{id}/members",
  summary: "Bring users into a group, or propose them to its leaders",
  request: { params: IdParam, body: body(NewMembers) },
  responses: { 200: gives(Additions, "What became of each"), ...signedInProblems(...inGroup) },
});

const listing = createRoute({
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

const changing = createRoute({
  ...mine,
  method: "patch",
  path: "/{id}/members/{userId}",
  summary: "Change a member's role, mute it, or name oneself in the group",
  request: { params: MemberParam, body: body(MemberPatch) },
  responses: {
    200: gives(Member, "The member, changed"),
    ...signedInProblems(...inGroup, "ownerMustTransfer"),
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
    ...signedInProblems(...inGroup, "ownerMustTransfer"),
  },
});

/** Members of groups. */
export function memberRoutes(): OpenAPIHono<Env> {
  return router()
    .openapi(adding, async (c) => {
      const input = { groupId: c.req.valid("param").id, ...c.req.valid("json") };
      return c.json(await addMembers(c.var.app, c.var.actor, input), 200);
    })
    .openapi(listing, async (c) => {
      const input = { groupId: c.req.valid("param").id, ...c.req.valid("query") };
      return c.json(await listMembers(c.var.app, c.var.actor, input), 200);
    })
    .openapi(changing, async (c) => {
      const { id, userId } = c.req.valid("param");
      const input = { groupId: id, userId, patch: c.req.valid("json") };
      return c.json(await changeMember(c.var.app, c.var.actor, input), 200);
    })
    .openapi(removing, async (c) => {
      const { id, userId } = c.req.valid("param");
      await removeMember(c.var.app, c.var.actor, { groupId: id, userId });
      return c.body(null, 204);
    }) as unknown as OpenAPIHono<Env>;
}
