/** What a request's body may be: JSON, and not too much of it. */
import type { MiddlewareHandler } from "hono";
import { fail } from "../errors.ts";
import type { Env } from "./context.ts";

function tooLarge(maxSize: number) {
  return fail("tooLarge", { detail: `At most ${maxSize} bytes` });
}

/** The same request with its body at hand, or without one when nothing came. */
async function readWhole(request: Request, maxSize: number): Promise<Request> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.length;
    if (size > maxSize) throw tooLarge(maxSize);
    chunks.push(chunk);
  }
  const { url, method, headers } = request;
  const body = size === 0 ? null : await new Blob(chunks as BlobPart[]).bytes();
  return new Request(url, { method, headers, body });
}

/** Bodies over `maxSize` bytes are refused before they are read to the end. */
export function limitBody(maxSize: number): MiddlewareHandler<Env> {
  return async function limitBody(c, next) {
    const { headers, body } = c.req.raw;
    const length = headers.has("transfer-encoding") ? null : headers.get("content-length");
    if (Number(length) > maxSize) throw tooLarge(maxSize);
    // `curl -X POST` sends neither a body nor a length: only reading tells.
    if (length === null && body !== null) c.req.raw = await readWhole(c.req.raw, maxSize);
    await next();
  };
}

function withoutBody({ url, method, headers }: Request): Request {
  const others = [...headers].filter(([name]) => name !== "content-type");
  return new Request(url, { method, headers: others });
}

/** A body of another content type than JSON is refused. Goes behind `limitBody`. */
export function requireJson(): MiddlewareHandler<Env> {
  return async function requireJson(c, next) {
    const { headers, body, method } = c.req.raw;
    const type = headers.get("content-type")?.split(";")[0]?.trim().toLowerCase();
    if (body !== null && headers.get("content-length") !== "0") {
      if (type !== "application/json") {
        throw fail("unsupportedMedia", { detail: "Expected application/json" });
      }
    } else if (method !== "GET") {
      // Some clients name a type on every request: without a body it means nothing.
      c.req.raw = withoutBody(c.req.raw);
    }
    await next();
  };
}
