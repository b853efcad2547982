/** `/v1/groups/{id}/invites` and `/v1/invites`: links into groups. */
import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import { z } from "zod";
import {
  acceptInvite,
  type BareInvite,
  createInvite,
  listInvites,
  readInvite,
  revokeInvite,
} from "../domain/invites.ts";
import { authenticate } from "../middleware/authenticate.ts";
import type { Env } from "../middleware/context.ts";
import { idempotent } from "../middleware/idempotency.ts";
import { Id, pageOf, PageQuery } from "../schemas/fields.ts";
import { Accepted, GroupFace, Invite, InviteCode, NewInvite } from "../schemas/groups.ts";
import { bearer, body, done, gives, IdParam, inGroup, router, signedInProblems } from "./router.ts";

const mine = { tags: ["Invites"], security: bearer, middleware: authenticate() };
const CodeParam = z.object({ code: InviteCode });
const GroupCodeParam = z.object({ id: Id, code: InviteCode });

function withUrl(c: Context<Env>, invite: BareInvite): z.infer<typeof Invite> {
  const base = c.var.app.config.publicUrl ?? new URL(c.req.url).origin;
  return { ...invite, url: `${base}/#/join/${invite.code}` };
}

const creating = createRoute({
  ...mine,
  method: "post",
  path: "/{id}/invites",
  summary: "Make a link into a group",
  middleware: [authenticate(), idempotent()] as const,
  request: { params: IdParam, body: { ...body(NewInvite), required: false } },
  responses: {
    201: gives(Invite, "Made"),
    ...signedInProblems(...inGroup, "idempotencyConflict"),
  },
});

const listing = createRoute({
  ...mine,
  method: "get",
  path: "/{id}/invites",
  summary: "Links that still let somebody in: all for leaders, one's own for others",
  request: { params: IdParam, query: PageQuery },
  responses: {
    200: gives(pageOf(Invite), "Newest first"),
    ...signedInProblems("notFound", "notMember"),
  },
});

const revoking = createRoute({
  ...mine,
  method: "delete",
  path: "/{id}/invites/{code}",
  summary: "Take a link back",
  request: { params: GroupCodeParam },
  responses: { 204: done("Taken back"), ...signedInProblems(...inGroup) },
});

/** Links into groups, as their makers see them. */
export function groupInviteRoutes(): OpenAPIHono<Env> {
  return router()
    .openapi(creating, async (c) => {
      const input = { groupId: c.req.valid("param").id, ...c.req.valid("json") };
      return c.json(withUrl(c, await createInvite(c.var.app, c.var.actor, input)), 201);
    })
    .openapi(listing, async (c) => {
      const input = { groupId: c.req.valid("param").id, ...c.req.valid("query") };
      const { items, nextCursor } = await listInvites(c.var.app, c.var.actor, input);
      return c.json({ items: items.map((invite) => withUrl(c, invite)), nextCursor }, 200);
    })
    .openapi(revoking, async (c) => {
      const { id: groupId, code } = c.req.valid("param");
      await revokeInvite(c.var.app, c.var.actor, { groupId, code });
      return c.body(null, 204);
    }) as unknown as OpenAPIHono<Env>;
}

const reading = createRoute({
  ...mine,
  method: "get",
  path: "/{code}",
  summary: "The face of the group that a link leads to",
  request: { params: CodeParam },
  responses: { 200: gives(GroupFace, "The group's face"), ...signedInProblems("notFound", "gone") },
});

const accepting = createRoute({
  ...mine,
  method: "post",
  path: "/{code}/accept",
  summary: "Come into a group by a link",
  request: { params: CodeParam },
  responses: {
    200: gives(Accepted, "A member now, or one who waits for a manager"),
    ...signedInProblems("notFound", "gone", "notAllowed", "conversationDismissed"),
  },
});

/** Links into groups, as their bearers see them. */
export function inviteRoutes(): OpenAPIHono<Env> {
  return router()
    .openapi(
      reading,
      async (c) => c.json(await readInvite(c.var.app, c.var.actor, c.req.valid("param").code), 200),
    )
    .openapi(
      accepting,
      async (c) =>
        c.json(await acceptInvite(c.var.app, c.var.actor, c.req.valid("param").code), 200),
    ) as unknown as OpenAPIHono<Env>;
}
