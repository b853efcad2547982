/** Exports: files that are made while they are read. */
import { createRoute, type OpenAPIHono, z } from "@hono/zod-openapi";
import type { Context } from "hono";
import { type Export, exportConversation } from "../domain/exports.ts";
import { exportMe } from "../domain/my_export.ts";
import { authenticate } from "../middleware/authenticate.ts";
import type { Env } from "../middleware/context.ts";
import { type ExportFormat, ExportQuery } from "../schemas/exports.ts";
import { bearer, IdParam, router, signedInProblems } from "./router.ts";

const types: Record<ExportFormat, string> = {
  jsonl: "application/x-ndjson",
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  html: "text/html; charset=utf-8",
};

const mine = { security: bearer, middleware: authenticate(), method: "get" as const };
const file = { schema: z.string() };

const exporting = createRoute({
  ...mine,
  tags: ["Conversations"],
  path: "/{id}/export",
  summary: "What I may read of a conversation as a file: JSON lines, a workbook, or a page",
  request: { params: IdParam, query: ExportQuery },
  responses: {
    200: {
      description: "The file",
      content: {
        "application/x-ndjson": file,
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": file,
        "text/html": file,
      },
    },
    ...signedInProblems("notFound", "rateLimited", "overloaded"),
  },
});

const exportingMe = createRoute({
  ...mine,
  tags: ["Users"],
  path: "/me/export",
  summary: "Everything about me, as a zip archive",
  responses: {
    200: { description: "The archive", content: { "application/zip": file } },
    ...signedInProblems("rateLimited", "overloaded"),
  },
});

// RFC 6266 with RFC 8187: old clients get ASCII, the others the name itself.
function disposition(name: string): string {
  const plain = name.replace(/[^A-Za-z0-9 ._-]+/g, "_");
  const full = encodeURIComponent(name)
    .replace(/['()*]/g, (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`);
  return `attachment; filename="${plain}"; filename*=UTF-8''${full}`;
}

async function answer(c: Context<Env>, { body, stop, fileName }: Export, type: string) {
  // Nobody will read it, and nobody would say so.
  if (c.req.method === "HEAD") await stop();
  return new Response(body, {
    headers: {
      "content-type": type,
      "content-disposition": disposition(fileName),
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
    },
  });
}

/** `/v1/conversations/{id}/export` */
export function conversationExportRoutes(): OpenAPIHono<Env> {
  return router().openapi(exporting, async (c) => {
    const { format } = c.req.valid("query");
    const input = { conversationId: c.req.valid("param").id, format };
    return await answer(c, await exportConversation(c.var.app, c.var.actor, input), types[format]);
  }) as unknown as OpenAPIHono<Env>;
}

/** `/v1/users/me/export` */
export function myExportRoutes(): OpenAPIHono<Env> {
  return router().openapi(
    exportingMe,
    (c) => answer(c, exportMe(c.var.app, c.var.actor), "application/zip"),
  ) as unknown as OpenAPIHono<Env>;
}
