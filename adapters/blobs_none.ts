/** No blob store at all: what a server without a disk has until it is given another one. */
import type { Blobs } from "../domain/app.ts";
import { fail, type Failure } from "../errors.ts";

const retryAfterMs = 60_000;

function noPlace(): Failure {
  return fail("unavailable", { detail: "This server has no place for attachments", retryAfterMs });
}

/** Refuses whatever would need a place for bytes; text goes on as ever. */
export class NoBlobs implements Blobs {
  /** Uploads are refused before they begin. */
  readonly isMissing = true;

  /** @throws `unavailable`. */
  size(): Promise<number> {
    return Promise.reject(noPlace());
  }

  /** @throws `unavailable`. */
  write(): Promise<number> {
    return Promise.reject(noPlace());
  }

  /** A stream that breaks off: where one is asked for, another instance has stored it. */
  read(): ReadableStream<Uint8Array<ArrayBuffer>> {
    return new ReadableStream({ start: (controller) => controller.error(noPlace()) });
  }

  /** @throws `unavailable`. */
  truncate(): Promise<void> {
    return Promise.reject(noPlace());
  }

  /** @throws `unavailable`. */
  seal(): Promise<void> {
    return Promise.reject(noPlace());
  }

  /** @throws `unavailable`: what another instance has stored is not forgotten here. */
  remove(): Promise<void> {
    return Promise.reject(noPlace());
  }
}
