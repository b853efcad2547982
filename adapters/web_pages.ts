/** The pages for browsers, from the module that `deno task build:web` writes; its import needs no permission. */
import { Buffer } from "node:buffer";

interface PackedFile {
  readonly path: string;
  readonly type: string;
  readonly isHashed: boolean;
  readonly etag: string;
  readonly gzip: string;
}

/** A file as it is kept: compressed. */
export interface WebPage {
  readonly type: string;
  /** Its name changes with what is in it. */
  readonly isHashed: boolean;
  readonly etag: string;
  readonly gzip: Uint8Array<ArrayBuffer>;
}

/** The pages by the path of their URL; none where they were not built. */
export async function loadWebPages(): Promise<ReadonlyMap<string, WebPage>> {
  try {
    const { files } = await import("../dist/web.js") as { files: readonly PackedFile[] };
    return new Map(files.map(({ path, gzip, ...page }) => [
      path,
      { ...page, gzip: new Uint8Array(Buffer.from(gzip, "base64")) },
    ]));
  } catch (error) {
    if ((error as { code?: string }).code !== "ERR_MODULE_NOT_FOUND") throw error;
    return new Map();
  }
}
