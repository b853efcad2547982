/** The pages for browsers: the chat application at `/`, its files, and the worker that keeps them. */
import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import { accepts } from "hono/accepts";
import type { Env } from "../middleware/context.ts";
import { router } from "./router.ts";

/** A file for browsers, compressed. */
export interface WebPage {
  readonly type: string;
  /** Its name changes with what is in it. */
  readonly isHashed: boolean;
  readonly etag: string;
  readonly gzip: Uint8Array<ArrayBuffer>;
}

/** Files by the path of their URL. */
export type WebPages = ReadonlyMap<string, WebPage>;

// Nothing inline, nothing from elsewhere but pictures; no string becomes markup or code unless the one
// policy lets it, and that one gives the address of the worker and nothing else.
const applicationPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' https: blob: data:",
  "media-src 'self' blob:",
  "connect-src 'self'",
  "font-src 'self'",
  "manifest-src 'self'",
  "worker-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types patter",
];

const hashedFor = "public, max-age=31536000, immutable";
// Asked for again each time, and answered in one word when it is the same.
const others = "no-cache";

/** The page that is served by itself, since each inbox has its own sites. */
export const framePath = "/widget/frame";

/** What a document may do, and who may frame it. */
export function documentPolicy(frameAncestors: readonly string[]): string {
  const ancestors = frameAncestors.length > 0 ? frameAncestors.join(" ") : "'none'";
  return [...applicationPolicy, `frame-ancestors ${ancestors}`].join("; ");
}

/** Answers with a file; `headers` are what the document needs beside it. */
export function pageResponse(
  c: Context<Env>,
  page: WebPage,
  headers: Record<string, string> = {},
): Response {
  const common = {
    etag: page.etag,
    "cache-control": page.isHashed ? hashedFor : others,
    "x-content-type-options": "nosniff",
    "vary": "accept-encoding",
    ...headers,
  };
  if (c.req.header("if-none-match")?.includes(page.etag)) return c.body(null, 304, common);
  const encoding = accepts(c, {
    header: "Accept-Encoding",
    supports: ["gzip", "identity"],
    default: "identity",
  });
  if (encoding === "gzip") {
    const sent = { ...common, "content-type": page.type, "content-encoding": "gzip" };
    return c.body(page.gzip, 200, sent);
  }
  const plain = new Response(page.gzip).body!.pipeThrough(new DecompressionStream("gzip"));
  return c.body(plain, 200, { ...common, "content-type": page.type });
}

// A worker has the policy of its own script: it fetches the files that it keeps.
const workerPolicy = "default-src 'none'; connect-src 'self'; require-trusted-types-for 'script'";

function headersOf(path: string, { type }: WebPage): Record<string, string> {
  if (type.startsWith("text/html")) {
    return {
      "content-security-policy": documentPolicy([]),
      "permissions-policy": "camera=(self), microphone=(self), geolocation=(self)",
      "referrer-policy": "no-referrer",
    };
  }
  // Other sites embed it, and their pages may ask that what they embed says so.
  if (path === "/widget.js") return { "cross-origin-resource-policy": "cross-origin" };
  return path === "/sw.js" ? { "content-security-policy": workerPolicy } : {};
}

/** Every file that is no frame of another site. */
export function webRoutes(pages: WebPages): OpenAPIHono<Env> {
  const routes = router();
  for (const [path, page] of pages) {
    if (path === framePath) continue;
    const headers = headersOf(path, page);
    routes.get(path, (c) => pageResponse(c, page, headers));
  }
  return routes;
}
