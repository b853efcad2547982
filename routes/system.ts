/** What is not about chat: health, public keys, and the descriptions of the protocols. */
import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import { z } from "zod";
import { partsOf, type Readiness, requireDatabase } from "../domain/health.ts";
import { fail } from "../errors.ts";
import type { Env } from "../middleware/context.ts";
import { gives, problems, router } from "./router.ts";

const tags = ["System"];
const text = z.string();
const KeySet = z.object({
  keys: z.array(z.object({ kty: text, crv: text, x: text, kid: text, alg: text, use: text })),
});
const Status = z.object({ status: z.literal("ok") });
const Ready = z.object({
  status: z.enum(["ok", "degraded"]),
  parts: z.record(z.string(), z.enum(["up", "down"])).optional(),
});

const living = createRoute({
  method: "get",
  path: "/livez",
  tags,
  summary: "The process is alive",
  responses: { 200: gives(Status, "Alive") },
});

const readying = createRoute({
  method: "get",
  path: "/readyz",
  tags,
  summary: "The instance takes requests: not while it shuts down or has no database",
  responses: {
    200: gives(Ready, "Ready; degraded while it has to do without a part"),
    ...problems("draining", "unavailable"),
  },
});

const publishing = createRoute({
  method: "get",
  path: "/.well-known/jwks.json",
  tags,
  summary: "Public signing keys of access tokens",
  responses: { 200: gives(KeySet, "A JWK set (RFC 7517)") },
});

/** Health and keys. */
export function systemRoutes(readiness: Readiness): OpenAPIHono<Env> {
  return router()
    .openapi(living, (c) => c.json({ status: "ok" as const }, 200))
    .openapi(readying, async (c) => {
      if (readiness.isDraining) throw fail("draining", { retryAfterMs: 1_000 });
      await requireDatabase(c.var.app);
      const parts = partsOf(c.var.app);
      const isWhole = Object.values(parts).every((state) => state === "up");
      const status = isWhole ? "ok" as const : "degraded" as const;
      return c.json({ status, ...(Object.keys(parts).length > 0 ? { parts } : {}) }, 200);
    })
    .openapi(publishing, async (c) => {
      c.header("cache-control", "public, max-age=60");
      return c.json(await c.var.app.keyring.publicKeys(), 200);
    }) as unknown as OpenAPIHono<Env>;
}
