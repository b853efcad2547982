/** `/v1/uploads`: tus 1.0 with creation, expiration, checksum and termination. */
import { createRoute, type OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import { readMetadata } from "../domain/upload_metadata.ts";
import {
  type AppendInput,
  appendUpload,
  createUpload,
  endUpload,
  readUpload,
  type Upload,
} from "../domain/uploads.ts";
import { fail } from "../errors.ts";
import { authenticate } from "../middleware/authenticate.ts";
import type { Env } from "../middleware/context.ts";
import { requireTus } from "../middleware/tus.ts";
import { bearer, done, IdParam, router, signedInProblems } from "./router.ts";

const tags = ["Attachments"];
const mine = { tags, security: bearer, middleware: [authenticate(), requireTus()] };
const bytesType = "application/offset+octet-stream";

const discovering = createRoute({
  method: "options",
  path: "/",
  tags,
  summary: "What of tus is spoken here, and how large an upload may be",
  responses: { 204: done("Tus-Version, Tus-Extension, Tus-Max-Size, Tus-Checksum-Algorithm") },
});

const creating = createRoute({
  ...mine,
  method: "post",
  path: "/",
  summary:
    "Begin an upload: Upload-Length, Upload-Metadata filename, filetype, sha256; known content is whole at once",
  responses: {
    201: done("Location, Upload-Offset, Upload-Expires"),
    ...signedInProblems("wrongTusVersion"),
  },
});

const locating = createRoute({
  ...mine,
  method: "get",
  path: "/{id}",
  summary: "How far an upload has come; asked with HEAD",
  request: { params: IdParam },
  responses: {
    200: done("Upload-Offset, Upload-Length, Upload-Expires"),
    ...signedInProblems("notFound", "gone", "wrongTusVersion", "uploadLocked", "wrongChecksum"),
  },
});

const sending = createRoute({
  ...mine,
  method: "patch",
  path: "/{id}",
  summary: "Send bytes from Upload-Offset on, with an Upload-Checksum or without",
  request: {
    params: IdParam,
    body: {
      required: true,
      content: { [bytesType]: { schema: { type: "string", format: "binary" } } },
    },
  },
  responses: {
    204: done("Upload-Offset, Upload-Expires"),
    ...signedInProblems(
      "notFound",
      "wrongOffset",
      "gone",
      "wrongTusVersion",
      "uploadLocked",
      "wrongChecksum",
    ),
  },
});

const ending = createRoute({
  ...mine,
  method: "delete",
  path: "/{id}",
  summary: "Give an upload up",
  request: { params: IdParam },
  responses: {
    204: done("Gone"),
    ...signedInProblems("notFound", "gone", "wrongTusVersion", "uploadLocked"),
  },
});

function numberIn(c: Context<Env>, header: string): number | null {
  const text = c.req.header(header);
  if (text === undefined) return null;
  if (/^\d{1,15}$/.test(text)) return Number(text);
  throw fail("invalidInput", { errors: [{ path: header, message: "Expected a whole number" }] });
}

function requireNumber(c: Context<Env>, header: string): number {
  const number = numberIn(c, header);
  if (number !== null) return number;
  throw fail("invalidInput", { errors: [{ path: header, message: "Required" }] });
}

function checksumIn(c: Context<Env>): AppendInput["checksum"] {
  const text = c.req.header("upload-checksum");
  if (text === undefined) return null;
  const [algorithm = "", digest = ""] = text.split(" ");
  if (algorithm === "sha1" || algorithm === "sha256") return { algorithm, digest };
  const message = "Expected sha1 or sha256 and a digest in base64";
  throw fail("invalidInput", { errors: [{ path: "Upload-Checksum", message }] });
}

function requireBytes(c: Context<Env>): void {
  const type = c.req.header("content-type")?.split(";")[0]?.trim().toLowerCase();
  if (type !== bytesType) throw fail("unsupportedMedia", { detail: `Expected ${bytesType}` });
}

function tell(c: Context<Env>, { offset, expiresAt }: Upload): void {
  c.header("upload-offset", String(offset));
  if (expiresAt !== null) c.header("upload-expires", expiresAt.toUTCString());
}

async function create(c: Context<Env>): Promise<Response> {
  const size = requireNumber(c, "upload-length");
  const metadata = readMetadata(c.req.header("upload-metadata") ?? "");
  const upload = await createUpload(c.var.app, c.var.actor, { ...metadata, size });
  tell(c, upload);
  c.header("location", `/v1/uploads/${upload.id}`);
  return c.body(null, 201);
}

async function append(c: Context<Env>, id: string): Promise<Response> {
  requireBytes(c);
  const upload = await appendUpload(c.var.app, c.var.actor, {
    id,
    offset: requireNumber(c, "upload-offset"),
    length: numberIn(c, "content-length"),
    checksum: checksumIn(c),
    body: c.req.raw.body,
  });
  tell(c, upload);
  return c.body(null, 204);
}

/** Uploads; what is whole is an attachment of the same id. */
export function uploadRoutes(): OpenAPIHono<Env> {
  return router()
    .openapi(discovering, (c) => c.body(null, 204))
    .openapi(creating, (c) => create(c))
    .openapi(locating, async (c) => {
      const upload = await readUpload(c.var.app, c.var.actor, c.req.valid("param").id);
      tell(c, upload);
      c.header("upload-length", String(upload.size));
      c.header("cache-control", "no-store");
      return c.body(null, 200);
    })
    .openapi(sending, (c) => append(c, c.req.valid("param").id))
    .openapi(ending, async (c) => {
      await endUpload(c.var.app, c.var.actor, c.req.valid("param").id);
      return c.body(null, 204);
    }) as unknown as OpenAPIHono<Env>;
}
