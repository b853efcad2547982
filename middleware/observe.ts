/** One log line a request: who asked for what, what came of it, how long it took. */
import type { MiddlewareHandler } from "hono";
import type { Log } from "../domain/app.ts";
import type { Failure } from "../errors.ts";
import type { Env } from "./context.ts";

/** Logs method, path (never the query: it may hold a phone number), status, code and duration. */
export function observe(): MiddlewareHandler<Env> {
  return async function observe(c, next) {
    const startedAt = performance.now();
    await next();
    c.header("x-request-id", c.env.requestId);
    c.var.app.log.info("request", {
      requestId: c.env.requestId,
      userId: c.get("actor")?.userId,
      method: c.req.method,
      path: c.req.path,
      status: c.res.status,
      code: c.get("failureCode"),
      durationMs: Math.round(performance.now() - startedAt),
    });
  };
}

/** The same line for a request that was refused before the routes: an upgrade, a malformed URL. */
export function logRefusal(
  log: Log,
  request: Request,
  refused: { requestId: string; failure: Failure; startedAt: number },
): void {
  const { requestId, failure, startedAt } = refused;
  log.info("request", {
    requestId,
    method: request.method,
    path: URL.canParse(request.url) ? new URL(request.url).pathname : undefined,
    status: failure.status,
    code: failure.code,
    durationMs: Math.round(performance.now() - startedAt),
  });
}
