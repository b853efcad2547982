/** What a media worker and its server say to each other. */
import type { Playing, Thumbnail } from "../domain/app.ts";

/** What a worker is asked for. */
export interface MediaTask {
  readonly kind: "thumbnail" | "playing";
  readonly size: number;
  /** By then it must have given up: nothing ends a busy worker from outside. */
  readonly withinMs: number;
  readonly pixelsMax: number;
}

/** What came of a task. */
export type MediaResult = Thumbnail | Playing | null;

/** What the server says. `bytes` answers a reading; null when they cannot be had. */
export type ToWorker =
  | { readonly task: MediaTask }
  | { readonly reading: number; readonly bytes: Uint8Array<ArrayBuffer> | null }
  | { readonly end: true };

/**
 * What a worker says: it wants bytes, it is done (and of no more use where something broke), or it has
 * let go of all it held.
 */
export type FromWorker =
  | { readonly reading: number; readonly start: number; readonly end: number }
  | { readonly result: MediaResult; readonly isSpent: boolean }
  | { readonly ended: true };

/** Gives the bytes from `start` up to, not including, `end`. */
export type ReadBytes = (start: number, end: number) => Promise<Uint8Array<ArrayBuffer>>;
