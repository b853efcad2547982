/** Lets a request through with the actor that its access token speaks for; guests to what is theirs. */
import type { MiddlewareHandler } from "hono";
import { authenticate as authenticateToken } from "../domain/sessions.ts";
import type { Env } from "./context.ts";
import { requireGuestsMay } from "./guests.ts";

/** `Authorization: Bearer <access token>`, or 401. */
export function authenticate(): MiddlewareHandler<Env> {
  return async function authenticate(c, next) {
    const token = /^Bearer +(\S+)$/i.exec(c.req.header("authorization") ?? "")?.[1] ?? null;
    const { userId, sessionId, role } = await authenticateToken(c.var.app, token);
    if (role === "guest") requireGuestsMay(c.req.method, c.req.path);
    c.set("actor", { userId, sessionId, role });
    await next();
  };
}
