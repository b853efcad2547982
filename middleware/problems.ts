/** Errors climb to here and become RFC 9457 answers; those that are ours are logged, once. */
import type { Context } from "hono";
import { HTTPException } from "hono/http-exception";
import type { Log } from "../domain/app.ts";
import { fail, type Failure, failureOf, problemOf } from "../errors.ts";
import type { Env } from "./context.ts";

/** A failure as `application/problem+json`, with `Retry-After` where there is a time to wait. */
export function problemResponse(failure: Failure, requestId: string): Response {
  const headers = new Headers({
    "content-type": "application/problem+json",
    "x-request-id": requestId,
    "cache-control": "no-store",
  });
  const { retryAfterMs } = failure.options;
  if (retryAfterMs !== undefined) {
    headers.set("retry-after", String(Math.ceil(retryAfterMs / 1_000)));
  }
  if (failure.status === 401) headers.set("www-authenticate", "Bearer");
  if (failure.code === "upgradeRequired") headers.set("upgrade", "websocket");
  return Response.json(problemOf(failure, requestId), { status: failure.status, headers });
}

// Hono's own refusals: a body that is not JSON, a content type that it cannot read.
function fromHono(error: HTTPException): Failure {
  switch (error.status) {
    case 400:
      return fail("invalidInput", { detail: "The body is not JSON", cause: error });
    case 415:
      return fail("unsupportedMedia", { detail: "Expected application/json", cause: error });
    default:
      return fail("internal", { cause: error });
  }
}

/** The failure behind an error; ours are logged with the request's id. */
export function settle(log: Log, error: unknown, requestId: string): Failure {
  const failure = error instanceof HTTPException ? fromHono(error) : failureOf(error);
  if (failure.isFault) log.error("request failed", error, { requestId, code: failure.code });
  return failure;
}

/** Hono's `onError`. */
export function answerError(error: Error, c: Context<Env>): Response {
  const failure = settle(c.var.app.log, error, c.env.requestId);
  c.set("failureCode", failure.code);
  return problemResponse(failure, c.env.requestId);
}
