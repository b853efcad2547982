/** What every answer to tus says, and what every request of it must: the version. */
import type { MiddlewareHandler } from "hono";
import { fail } from "../errors.ts";
import type { Env } from "./context.ts";

const version = "1.0.0";

/** The headers that pages elsewhere may send and read. */
export const tusHeaders = {
  sent: ["tus-resumable", "upload-length", "upload-metadata", "upload-offset", "upload-checksum"],
  answered: [
    "location",
    "tus-resumable",
    "tus-version",
    "tus-extension",
    "tus-max-size",
    "tus-checksum-algorithm",
    "upload-length",
    "upload-offset",
    "upload-expires",
  ],
} as const;

/** Says on every answer which version is spoken, and on OPTIONS what else: goes around CORS. */
export function announceTus(bytesMax: number): MiddlewareHandler<Env> {
  return async function announceTus(c, next) {
    await next();
    c.res.headers.set("tus-resumable", version);
    if (c.req.method !== "OPTIONS" && c.res.status !== 412) return;
    c.res.headers.set("tus-version", version);
    c.res.headers.set("tus-extension", "creation,expiration,checksum,termination");
    c.res.headers.set("tus-max-size", String(bytesMax));
    c.res.headers.set("tus-checksum-algorithm", "sha1,sha256");
  };
}

/** Refuses another version, as tus wants, before anything is done. */
export function requireTus(): MiddlewareHandler<Env> {
  return async function requireTus(c, next) {
    if (c.req.header("tus-resumable") !== version) throw fail("wrongTusVersion");
    await next();
  };
}
