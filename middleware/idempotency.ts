/** `Idempotency-Key` on requests that create something: the same again gets the first answer again. */
import type { MiddlewareHandler } from "hono";
import { createHash } from "node:crypto";
import { claimKey, settleKey } from "../domain/idempotency.ts";
import { fail } from "../errors.ts";
import type { Env } from "./context.ts";

function requireKey(key: string): void {
  if (/^[\x21-\x7e]{1,255}$/.test(key)) return;
  throw fail("invalidInput", {
    errors: [{ path: "Idempotency-Key", message: "Expected 1 to 255 visible ASCII characters" }],
  });
}

/** Behind `authenticate`: a key belongs to a user, method and path. */
export function idempotent(): MiddlewareHandler<Env> {
  return async function idempotent(c, next) {
    const key = c.req.header("idempotency-key");
    if (key === undefined) return await next();
    requireKey(key);
    const { app, actor } = c.var;
    const scope = `${actor.userId} ${c.req.method} ${c.req.path} ${key}`;
    const bodyHash = createHash("sha256").update(await c.req.text()).digest("base64url");
    const before = await claimKey(app, { scope, bodyHash });
    if (before !== null) {
      c.res = Response.json(JSON.parse(before.answer), { status: before.status });
      return;
    }
    await next();
    const answer = c.res.ok ? await c.res.clone().text() : null;
    await settleKey(app, scope, answer === null ? null : { status: c.res.status, answer });
  };
}
