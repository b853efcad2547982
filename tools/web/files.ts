/** Files for browsers, and how they are packed. */
import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";

/** A file that a browser may ask for. */
export interface BuiltFile {
  readonly path: string;
  readonly type: string;
  readonly bytes: Uint8Array;
  /** Its name changes with what is in it, so it may be kept for ever. */
  readonly isHashed?: boolean;
}

/** The same, ready to be sent. */
export interface PackedFile {
  readonly path: string;
  readonly type: string;
  readonly isHashed: boolean;
  readonly etag: string;
  readonly gzipBytes: number;
  /** Base64 of what gzip made of it. */
  readonly gzip: string;
}

/** What a file is known by. */
export function digestOf(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("base64url").slice(0, 22);
}

/** Compresses it once, for all who will ask. */
export function packed({ path, type, bytes, isHashed = false }: BuiltFile): PackedFile {
  const gzip = gzipSync(bytes, { level: 9 });
  return {
    path,
    type,
    isHashed,
    etag: `"${digestOf(bytes)}"`,
    gzipBytes: gzip.byteLength,
    gzip: gzip.toString("base64"),
  };
}
