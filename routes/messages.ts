/** `/v1/conversations/{id}/messages`: sending and reading. */
import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import { z } from "zod";
import { forwardMessages } from "../domain/forwarding.ts";
import { listMessages, sendMessage } from "../domain/messages.ts";
import { listPins } from "../domain/pins.ts";
import { listReaders } from "../domain/reads.ts";
import { authenticate } from "../middleware/authenticate.ts";
import type { Env } from "../middleware/context.ts";
import { idempotent } from "../middleware/idempotency.ts";
import {
  Forward,
  Forwarded,
  Message,
  MessagePage,
  MessageQuery,
  NewMessage,
  Readers,
  Sent,
} from "../schemas/messages.ts";
import { bearer, body, gives, IdParam, MessageParam, router, signedInProblems } from "./router.ts";

const mine = { tags: ["Messages"], security: bearer, middleware: authenticate() };

const sendingRefusals = [
  "notFound",
  "notMember",
  "notFriends",
  "blocked",
  "muted",
  "notAllowed",
  "conversationDismissed",
  "idempotencyConflict",
  "overloaded",
] as const;

const sending = createRoute({
  ...mine,
  method: "post",
  path: "/{id}/messages",
  summary: "Send a message; the answer means it is durably stored",
  middleware: [authenticate(), idempotent()] as const,
  request: { params: IdParam, body: body(NewMessage) },
  responses: {
    200: gives(Sent, "The same clientId was stored before: what it became"),
    201: gives(Sent, "Stored"),
    ...signedInProblems(...sendingRefusals),
  },
});

const listing = createRoute({
  ...mine,
  method: "get",
  path: "/{id}/messages",
  summary: "A page of messages by ascending seq; the newest when no side is given",
  request: { params: IdParam, query: MessageQuery },
  responses: { 200: gives(MessagePage, "Messages"), ...signedInProblems("notFound") },
});

const reading = createRoute({
  ...mine,
  method: "get",
  path: "/{id}/messages/{seq}/readers",
  summary: "Who has read a message and who has not",
  request: { params: MessageParam },
  responses: { 200: gives(Readers, "Readers"), ...signedInProblems("notFound") },
});

const listingPins = createRoute({
  ...mine,
  method: "get",
  path: "/{id}/pins",
  summary: "The pinned messages, the newest first",
  request: { params: IdParam },
  responses: {
    200: gives(z.object({ items: z.array(Message) }), "Messages"),
    ...signedInProblems("notFound"),
  },
});

const forwarding = createRoute({
  ...mine,
  method: "post",
  path: "/{id}/messages/forward",
  summary: "Forward messages, one by one or as one",
  middleware: [authenticate(), idempotent()] as const,
  request: { params: IdParam, body: body(Forward) },
  responses: {
    200: gives(Forwarded, "The same clientId was stored before: what it became"),
    201: gives(Forwarded, "Stored"),
    ...signedInProblems(...sendingRefusals, "messageRecalled"),
  },
});

/** Messages of a conversation. */
export function messageRoutes(): OpenAPIHono<Env> {
  return router()
    .openapi(forwarding, async (c) => {
      const input = { conversationId: c.req.valid("param").id, ...c.req.valid("json") };
      const forwarded = await forwardMessages(c.var.app, c.var.actor, input);
      return forwarded.duplicate ? c.json(forwarded, 200) : c.json(forwarded, 201);
    })
    .openapi(sending, async (c) => {
      const input = { conversationId: c.req.valid("param").id, ...c.req.valid("json") };
      const sent = await sendMessage(c.var.app, c.var.actor, input);
      return sent.duplicate ? c.json(sent, 200) : c.json(sent, 201);
    })
    .openapi(listing, async (c) => {
      const input = { conversationId: c.req.valid("param").id, ...c.req.valid("query") };
      return c.json(await listMessages(c.var.app, c.var.actor, input), 200);
    })
    .openapi(listingPins, async (c) => {
      const items = await listPins(c.var.app, c.var.actor, c.req.valid("param").id);
      return c.json({ items }, 200);
    })
    .openapi(reading, async (c) => {
      const { id, seq } = c.req.valid("param");
      return c.json(await listReaders(c.var.app, c.var.actor, { conversationId: id, seq }), 200);
    }) as unknown as OpenAPIHono<Env>;
}
