/** `/metrics`: numbers of this instance, for a monitor that has the token. */
import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import { createHash, timingSafeEqual } from "node:crypto";
import { z } from "zod";
import { fail } from "../errors.ts";
import type { Env } from "../middleware/context.ts";
import { problems, router } from "./router.ts";

/** What gives the numbers. */
export interface MetricsSource {
  readonly contentType: string;
  text(): Promise<string>;
}

// Digests, so that neither length nor content shows in the time it takes.
function isSame(one: string, other: string): boolean {
  const digest = (text: string) => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}

const reading = createRoute({
  method: "get",
  path: "/metrics",
  tags: ["System"],
  summary: "Numbers of this instance for Prometheus, for whoever brings METRICS_TOKEN as a bearer",
  responses: {
    200: {
      description: "Prometheus's text format",
      content: { "text/plain": { schema: z.string() } },
    },
    ...problems("notFound", "tokenMissing", "tokenInvalid"),
  },
});

/** Without `METRICS_TOKEN` there is no such thing. */
export function metricsRoutes(metrics: MetricsSource): OpenAPIHono<Env> {
  return router().openapi(reading, async (c) => {
    const { metricsToken } = c.var.app.config;
    if (metricsToken === null) throw fail("notFound");
    const given = c.req.header("authorization");
    if (given === undefined) throw fail("tokenMissing");
    if (!isSame(given, `Bearer ${metricsToken}`)) throw fail("tokenInvalid");
    c.header("cache-control", "no-store");
    return c.text(await metrics.text(), 200, { "content-type": metrics.contentType });
  }) as unknown as OpenAPIHono<Env>;
}
