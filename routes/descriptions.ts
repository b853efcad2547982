/** The descriptions of both protocols, for programs and for people, and what they say of the socket. */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Env } from "../middleware/context.ts";
import { subprotocol } from "../schemas/frames.ts";
import { docsPage } from "./docs_page.ts";
import { openApiDocument } from "./openapi.ts";
import { openRpcDocument } from "./openrpc.ts";
import { bearer, gives, signedInProblems } from "./router.ts";

const system = { method: "get" as const, tags: ["System"] };
const anyObject = z.record(z.string(), z.unknown());

const readingOpenApi = createRoute({
  ...system,
  path: "/openapi.json",
  summary: "These routes as an OpenAPI 3.1 document",
  responses: { 200: gives(anyObject, "The document") },
});

const readingOpenRpc = createRoute({
  ...system,
  path: "/openrpc.json",
  summary: "The socket's methods and notifications as an OpenRPC document",
  responses: { 200: gives(anyObject, "The document") },
});

const readingPage = createRoute({
  ...system,
  path: "/docs",
  summary: "These routes as a page",
  responses: {
    200: { description: "The page", content: { "text/html": { schema: z.string() } } },
  },
});

// Described here and answered by the handshake.
const connecting = createRoute({
  method: "get",
  path: "/v1/ws",
  tags: ["Socket"],
  summary: `A WebSocket of JSON-RPC 2.0, subprotocol ${subprotocol}: see /openrpc.json`,
  security: bearer,
  responses: {
    101: { description: "A socket; its first frame is session.ready" },
    ...signedInProblems(
      "originNotAllowed",
      "upgradeRequired",
      "rateLimited",
      "overloaded",
      "draining",
    ),
  },
});

/** Adds the routes that describe all others; each document is made when first asked for. */
export function describe(api: OpenAPIHono<Env>): void {
  let openApi: ReturnType<typeof openApiDocument> | undefined;
  let openRpc: ReturnType<typeof openRpcDocument> | undefined;
  let page: ReturnType<typeof docsPage> | undefined;
  const document = () => openApi ??= openApiDocument(api);
  api.openAPIRegistry.registerPath(connecting);
  api.openapi(readingOpenApi, (c) => c.json({ ...document() }, 200));
  api.openapi(readingOpenRpc, (c) => c.json({ ...(openRpc ??= openRpcDocument()) }, 200));
  api.openapi(readingPage, async (c) => c.html(await (page ??= docsPage(document())), 200));
}
