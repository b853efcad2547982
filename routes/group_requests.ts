/** `/v1/groups/{id}/requests`: who wants to join, and the leaders' answers. */
import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import { listGroupRequests } from "../domain/group_requests.ts";
import { acceptGroupRequest, refuseGroupRequest } from "../domain/request_answers.ts";
import { authenticate } from "../middleware/authenticate.ts";
import type { Env } from "../middleware/context.ts";
import { pageOf } from "../schemas/fields.ts";
import { GroupRequest, GroupRequestQuery } from "../schemas/groups.ts";
import { bearer, gives, IdParam, RequestParam, router, signedInProblems } from "./router.ts";

const mine = { tags: ["Groups"], security: bearer, middleware: authenticate() };

const listing = createRoute({
  ...mine,
  method: "get",
  path: "/{id}/requests",
  summary: "Requests to join a group, for its leaders",
  request: { params: IdParam, query: GroupRequestQuery },
  responses: {
    200: gives(pageOf(GroupRequest), "Newest first"),
    ...signedInProblems("notFound", "notMember", "notAllowed"),
  },
});

const answering = {
  ...mine,
  method: "post" as const,
  request: { params: RequestParam },
  responses: {
    200: gives(GroupRequest, "The request, answered"),
    ...signedInProblems(
      "notFound",
      "notMember",
      "notAllowed",
      "blocked",
      "alreadyHandled",
      "conversationDismissed",
    ),
  },
};

const accepting = createRoute({
  ...answering,
  path: "/{id}/requests/{requestId}/accept",
  summary: "Let a requester in",
});

const refusing = createRoute({
  ...answering,
  path: "/{id}/requests/{requestId}/refuse",
  summary: "Refuse a requester",
});

/** Requests to join groups. */
export function groupRequestRoutes(): OpenAPIHono<Env> {
  return router()
    .openapi(listing, async (c) => {
      const input = { groupId: c.req.valid("param").id, ...c.req.valid("query") };
      return c.json(await listGroupRequests(c.var.app, c.var.actor, input), 200);
    })
    .openapi(accepting, async (c) => {
      const { id: groupId, requestId } = c.req.valid("param");
      const ref = { groupId, requestId };
      return c.json(await acceptGroupRequest(c.var.app, c.var.actor, ref), 200);
    })
    .openapi(refusing, async (c) => {
      const { id: groupId, requestId } = c.req.valid("param");
      const ref = { groupId, requestId };
      return c.json(await refuseGroupRequest(c.var.app, c.var.actor, ref), 200);
    }) as unknown as OpenAPIHono<Env>;
}
