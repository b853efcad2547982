/** `/v1/friend-requests` and `/v1/friends`. */
import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import {
  acceptFriend,
  askFriend,
  cancelFriend,
  listFriendRequests,
  refuseFriend,
} from "../domain/friend_requests.ts";
import { listFriends, remarkFriend, removeFriend } from "../domain/friends.ts";
import { authenticate } from "../middleware/authenticate.ts";
import type { Env } from "../middleware/context.ts";
import { idempotent } from "../middleware/idempotency.ts";
import { pageOf, PageQuery } from "../schemas/fields.ts";
import {
  Acceptance,
  Friend,
  FriendPatch,
  FriendRequest,
  FriendRequestQuery,
  NewFriendRequest,
  Refusal,
} from "../schemas/friends.ts";
import {
  bearer,
  body,
  done,
  gives,
  IdParam,
  router,
  signedInProblems,
  UserParam,
} from "./router.ts";

const mine = { tags: ["Friends"], security: bearer, middleware: authenticate() };

const asking = createRoute({
  ...mine,
  method: "post",
  path: "/",
  summary: "Ask somebody to be friends",
  middleware: [authenticate(), idempotent()] as const,
  request: { body: body(NewFriendRequest) },
  responses: {
    200: gives(FriendRequest, "The one that is pending, or theirs, accepted"),
    201: gives(FriendRequest, "Asked"),
    ...signedInProblems(
      "notFound",
      "alreadyFriends",
      "blocked",
      "notAllowed",
      "idempotencyConflict",
    ),
  },
});

const listing = createRoute({
  ...mine,
  method: "get",
  path: "/",
  summary: "Requests made to me or by me",
  request: { query: FriendRequestQuery },
  responses: { 200: gives(pageOf(FriendRequest), "Newest first"), ...signedInProblems() },
});

const accepting = createRoute({
  ...mine,
  method: "post",
  path: "/{id}/accept",
  summary: "Accept a request made to me",
  request: { params: IdParam, body: { ...body(Acceptance), required: false } },
  responses: {
    200: gives(FriendRequest, "Accepted"),
    ...signedInProblems("notFound", "alreadyHandled"),
  },
});

const refusing = createRoute({
  ...mine,
  method: "post",
  path: "/{id}/refuse",
  summary: "Refuse a request made to me",
  request: { params: IdParam, body: { ...body(Refusal), required: false } },
  responses: {
    200: gives(FriendRequest, "Refused"),
    ...signedInProblems("notFound", "alreadyHandled"),
  },
});

const cancelling = createRoute({
  ...mine,
  method: "delete",
  path: "/{id}",
  summary: "Take back a request of mine",
  request: { params: IdParam },
  responses: { 204: done("Taken back"), ...signedInProblems("notFound", "alreadyHandled") },
});

/** Friend requests. */
export function friendRequestRoutes(): OpenAPIHono<Env> {
  return router()
    .openapi(asking, async (c) => {
      const asked = await askFriend(c.var.app, c.var.actor, c.req.valid("json"));
      return asked.created ? c.json(asked.request, 201) : c.json(asked.request, 200);
    })
    .openapi(
      listing,
      async (c) =>
        c.json(await listFriendRequests(c.var.app, c.var.actor, c.req.valid("query")), 200),
    )
    .openapi(accepting, async (c) => {
      const input = { ...c.req.valid("param"), ...c.req.valid("json") };
      return c.json(await acceptFriend(c.var.app, c.var.actor, input), 200);
    })
    .openapi(refusing, async (c) => {
      const input = { ...c.req.valid("param"), ...c.req.valid("json") };
      return c.json(await refuseFriend(c.var.app, c.var.actor, input), 200);
    })
    .openapi(cancelling, async (c) => {
      await cancelFriend(c.var.app, c.var.actor, c.req.valid("param").id);
      return c.body(null, 204);
    }) as unknown as OpenAPIHono<Env>;
}

const friendsListing = createRoute({
  ...mine,
  method: "get",
  path: "/",
  summary: "My friends",
  request: { query: PageQuery },
  responses: { 200: gives(pageOf(Friend), "Friends"), ...signedInProblems() },
});

const remarking = createRoute({
  ...mine,
  method: "patch",
  path: "/{userId}",
  summary: "Give a friend a name that only I see",
  request: { params: UserParam, body: body(FriendPatch) },
  responses: { 200: gives(Friend, "The friend"), ...signedInProblems("notFound") },
});

const removing = createRoute({
  ...mine,
  method: "delete",
  path: "/{userId}",
  summary: "End a friendship",
  request: { params: UserParam },
  responses: { 204: done("Ended"), ...signedInProblems("notFound") },
});

/** Friends. */
export function friendRoutes(): OpenAPIHono<Env> {
  return router()
    .openapi(
      friendsListing,
      async (c) => c.json(await listFriends(c.var.app, c.var.actor, c.req.valid("query")), 200),
    )
    .openapi(remarking, async (c) => {
      const input = { ...c.req.valid("param"), ...c.req.valid("json") };
      return c.json(await remarkFriend(c.var.app, c.var.actor, input), 200);
    })
    .openapi(removing, async (c) => {
      await removeFriend(c.var.app, c.var.actor, c.req.valid("param").userId);
      return c.body(null, 204);
    }) as unknown as OpenAPIHono<Env>;
}
