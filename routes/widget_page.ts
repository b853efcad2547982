/** `/widget/frame`: the page that other sites may frame, each inbox's own. */
import type { OpenAPIHono } from "@hono/zod-openapi";
import { createHash } from "node:crypto";
import { widgetFrameOrigins } from "../domain/widget_sessions.ts";
import { fail } from "../errors.ts";
import type { Env } from "../middleware/context.ts";
import { InboxKey } from "../schemas/support.ts";
import { router } from "./router.ts";
import { documentPolicy, framePath, pageResponse, type WebPages } from "./web.ts";

/** The frame, for the sites that the inbox of `key` allows. */
export function widgetPageRoutes(pages: WebPages): OpenAPIHono<Env> {
  const routes = router();
  const page = pages.get(framePath);
  if (page === undefined) return routes;
  routes.get(framePath, async (c) => {
    const key = InboxKey.safeParse(c.req.query("key"));
    const origins = key.success ? await widgetFrameOrigins(c.var.app, key.data) : null;
    if (origins === null) throw fail("notFound");
    const policy = documentPolicy(["'self'", ...origins]);
    // Browsers keep the policy of the answer they have when they hear that it is still good.
    const etag = `"${createHash("sha256").update(page.etag + policy).digest("base64url")}"`;
    return pageResponse(c, { ...page, etag }, {
      "content-security-policy": policy,
      "permissions-policy": "camera=(), microphone=(), geolocation=()",
      "referrer-policy": "no-referrer",
    });
  });
  return routes;
}
