/** What a request's body may be: JSON, and not too much of it. */
import type { MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { fail } from "../errors.ts";
import type { Env } from "./context.ts";

/** Bodies over `maxSize` bytes are refused before they are read to the end. */
export function limitBody(maxSize: number): MiddlewareHandler<Env> {
  return bodyLimit({
    maxSize,
    onError: () => {
      throw fail("tooLarge", { detail: `At most ${maxSize} bytes` });
    },
  });
}

function hasBody(request: Request): boolean {
  return request.body !== null && request.headers.get("content-length") !== "0";
}

/** A body of another content type than JSON is refused. */
export function requireJson(): MiddlewareHandler<Env> {
  return async function requireJson(c, next) {
    const type = c.req.header("content-type")?.split(";")[0]?.trim().toLowerCase();
    if (hasBody(c.req.raw) && type !== "application/json") {
      throw fail("unsupportedMedia", { detail: "Expected application/json" });
    }
    await next();
  };
}
