/** `/v1/attachments`: what is known of one, its bytes, a link to it, and its end. */
import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import type { Context, MiddlewareHandler } from "hono";
import { z } from "zod";
import {
  deleteAttachment,
  linkAttachment,
  openLink,
  readableAttachment,
  thumbnailIn,
  toAttachment,
  type WholeRow,
} from "../domain/attachments.ts";
import { whileSignedIn } from "../domain/signed_in_streams.ts";
import { fail } from "../errors.ts";
import { authenticate } from "../middleware/authenticate.ts";
import type { Env } from "../middleware/context.ts";
import { answerError } from "../middleware/problems.ts";
import { Attachment, AttachmentLink } from "../schemas/attachments.ts";
import { rangeIn } from "./byte_ranges.ts";
import { bearer, done, gives, IdParam, router, signedInProblems } from "./router.ts";

const tags = ["Attachments"];
const mine = { tags, security: bearer, middleware: authenticate() };
const request = { params: IdParam };
const binary = { type: "string" as const, format: "binary" };
const anyBytes = { content: { "*/*": { schema: binary } } };
const LinkQuery = z.object({ link: z.string().max(2_048).optional() });

/** A link speaks for itself; without one it takes an access token. */
function authenticateUnlessLinked(): MiddlewareHandler<Env> {
  const inner = authenticate();
  return async function authenticateUnlessLinked(c, next) {
    await (c.req.query("link") === undefined ? inner(c, next) : next());
  };
}

const describing = createRoute({
  ...mine,
  method: "get",
  path: "/{id}/info",
  summary: "What is known of an attachment",
  request,
  responses: { 200: gives(Attachment, "Attachment"), ...signedInProblems("notFound", "gone") },
});

const fetching = createRoute({
  ...mine,
  middleware: authenticateUnlessLinked(),
  method: "get",
  path: "/{id}",
  summary: "The bytes of an attachment, or a range of them; a link needs no access token",
  request: { params: IdParam, query: LinkQuery },
  responses: {
    200: { description: "All of it", ...anyBytes },
    206: { description: "The range asked for", ...anyBytes },
    304: done("It is what If-None-Match names"),
    ...signedInProblems("notFound", "gone", "rangeNotSatisfiable"),
  },
});

const linking = createRoute({
  ...mine,
  method: "get",
  path: "/{id}/link",
  summary: "An address for <img> and <video>, good for five minutes",
  request,
  responses: { 200: gives(AttachmentLink, "Link"), ...signedInProblems("notFound", "gone") },
});

const showing = createRoute({
  ...mine,
  middleware: authenticateUnlessLinked(),
  method: "get",
  path: "/{id}/thumbnail",
  summary: "A small WebP of an image, its longer side 320 at most; a link needs no access token",
  request: { params: IdParam, query: LinkQuery },
  responses: {
    200: { description: "The thumbnail", content: { "image/webp": { schema: binary } } },
    304: done("It is what If-None-Match names"),
    ...signedInProblems("notFound", "gone"),
  },
});

const deleting = createRoute({
  ...mine,
  method: "delete",
  path: "/{id}",
  summary: "Delete an attachment of mine for all",
  request,
  responses: { 204: done("Deleted"), ...signedInProblems("notFound", "notAllowed", "gone") },
});

/** RFC 6266: a name in ASCII for old clients, and the true one as RFC 5987 has it. */
function dispositionOf({ mime, name }: WholeRow): string {
  const isShown = /^(?:image|audio|video)\//.test(mime);
  const ascii = name.replaceAll(/[^\x20-\x7e]|["\\%]/g, "_");
  const encoded = encodeURIComponent(name).replaceAll(
    /['()*]/g,
    (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  const type = isShown ? "inline" : "attachment";
  return `${type}; filename="${ascii}"; filename*=UTF-8''${encoded}`;
}

function headersOf(what: { mime: string; etag: string; disposition: string }): Headers {
  return new Headers({
    // Not for long: it may be deleted. Nobody between may pack it: ranges are of these very bytes.
    "cache-control": "private, max-age=300, no-transform",
    "content-disposition": what.disposition,
    "content-security-policy": "sandbox; default-src 'none'",
    "content-type": what.mime,
    // Pages elsewhere show it by a link, which is what permits it.
    "cross-origin-resource-policy": "cross-origin",
    etag: what.etag,
    "x-content-type-options": "nosniff",
  });
}

function isKnown(c: Context<Env>, etag: string): boolean {
  const tags = c.req.header("if-none-match")?.split(",").map((tag) => tag.trim()) ?? [];
  return tags.some((tag) => tag === "*" || tag.replace(/^W\//, "") === etag);
}

// What is shorter has left the server before a session could end. Links are not a session's.
const watchedFromBytes = 4 * 1_048_576;

function bytesFor(
  c: Context<Env>,
  { blobId }: WholeRow,
  range: { start: number; end: number },
): ReadableStream<Uint8Array<ArrayBuffer>> {
  const { app, actor } = c.var;
  const bytes = app.blobs.read(blobId, range);
  const isWatched = actor !== undefined && range.end - range.start >= watchedFromBytes;
  return isWatched ? ReadableStream.from(whileSignedIn(app, actor, bytes)) : bytes;
}

function serve(c: Context<Env>, row: WholeRow): Response {
  const etag = `"${row.sha256}"`;
  const headers = headersOf({ mime: row.mime, etag, disposition: dispositionOf(row) });
  headers.set("accept-ranges", "bytes");
  if (isKnown(c, etag)) return c.newResponse(null, { status: 304, headers });
  const isSame = (c.req.header("if-range") ?? etag) === etag;
  const range = isSame ? rangeIn(c.req.header("range"), row.size) : null;
  if (range === "beyond") {
    const answer = answerError(fail("rangeNotSatisfiable"), c);
    answer.headers.set("content-range", `bytes */${row.size}`);
    return answer;
  }
  const { start, end } = range ?? { start: 0, end: row.size };
  headers.set("content-length", String(end - start));
  if (range !== null) headers.set("content-range", `bytes ${start}-${end - 1}/${row.size}`);
  const bytes = bytesFor(c, row, { start, end });
  return c.newResponse(bytes, { status: range === null ? 200 : 206, headers });
}

async function serveThumbnail(c: Context<Env>, row: WholeRow): Promise<Response> {
  const thumbnail = thumbnailIn(row);
  if (thumbnail === null) throw fail("notFound");
  const { blobs } = c.var.app;
  // Made once and never again: the file's content names it.
  const etag = `"${row.sha256}-thumbnail"`;
  const headers = headersOf({ mime: "image/webp", etag, disposition: "inline" });
  if (isKnown(c, etag)) return c.newResponse(null, { status: 304, headers });
  const size = await blobs.size(thumbnail.blobId);
  headers.set("content-length", String(size));
  return c.newResponse(blobs.read(thumbnail.blobId, { start: 0, end: size }), { headers });
}

/** What the asker may read: whoever the link is of, or who is signed in. */
async function readable(c: Context<Env>, id: string, link: string | undefined): Promise<WholeRow> {
  const { app } = c.var;
  const userId = link === undefined ? c.var.actor.userId : await openLink(app, link, id);
  return await readableAttachment(app, userId, id);
}

/** Attachments. */
export function attachmentRoutes(): OpenAPIHono<Env> {
  return router()
    .openapi(describing, async (c) => {
      const row = await readableAttachment(c.var.app, c.var.actor.userId, c.req.valid("param").id);
      return c.json(toAttachment(row), 200);
    })
    .openapi(linking, async (c) => {
      const { id } = c.req.valid("param");
      const { token, expiresAt, hasThumbnail } = await linkAttachment(c.var.app, c.var.actor, id);
      const base = c.var.app.config.publicUrl ?? new URL(c.req.url).origin;
      const url = `${base}/v1/attachments/${id}?link=${token}`;
      const thumbnailUrl = `${base}/v1/attachments/${id}/thumbnail?link=${token}`;
      c.header("cache-control", "no-store");
      const more = hasThumbnail ? { thumbnailUrl } : {};
      return c.json({ url, ...more, expiresAt: expiresAt.toISOString() }, 200);
    })
    .openapi(fetching, async (c) => {
      const { id } = c.req.valid("param");
      return serve(c, await readable(c, id, c.req.valid("query").link));
    })
    .openapi(showing, async (c) => {
      const { id } = c.req.valid("param");
      return await serveThumbnail(c, await readable(c, id, c.req.valid("query").link));
    })
    .openapi(deleting, async (c) => {
      await deleteAttachment(c.var.app, c.var.actor, c.req.valid("param").id);
      return c.body(null, 204);
    }) as unknown as OpenAPIHono<Env>;
}
