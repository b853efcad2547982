/** Streams that make nothing until somebody reads, and how many of them a user may have at once. */
import { fail, Failure } from "../errors.ts";
import type { App } from "./app.ts";

/** Bytes on their way; `stop` ends them when the reader is known to be gone. */
export interface PulledStream {
  readonly body: ReadableStream<Uint8Array<ArrayBuffer>>;
  readonly stop: () => Promise<void>;
}

/** What an export is written in: text or bytes. */
export type Chunk = string | Uint8Array;

/**
 * A stream of what `chunks` gives, made one by one as it is read: a slow reader makes nothing pile up,
 * one that goes away ends the making. `ended` is told once, with the error if there was one.
 */
export function pulled(
  chunks: AsyncGenerator<Chunk>,
  ended: (error?: unknown) => void,
): PulledStream {
  const encoder = new TextEncoder();
  let isOver = false;
  const end = (error?: unknown) => {
    if (isOver) return;
    isOver = true;
    ended(error);
  };
  const stop = async () => {
    // At once: what is being made may take a moment yet, and nobody waits for it.
    end();
    await chunks.return(undefined);
  };
  const body = new ReadableStream<Uint8Array<ArrayBuffer>>({
    async pull(controller) {
      try {
        const { done, value } = await chunks.next();
        if (!done) return controller.enqueue(bytesOf(encoder, value));
        end();
        controller.close();
      } catch (error) {
        // That the session has ended is its user's business, and no fault.
        end(error instanceof Failure ? undefined : error);
        // The runtime prints it, and what a database says may quote what people wrote.
        controller.error(new Error("The export broke off"));
      }
    },
    cancel: stop,
  }, { highWaterMark: 0 });
  return { body, stop };
}

function bytesOf(encoder: TextEncoder, chunk: Chunk): Uint8Array<ArrayBuffer> {
  return (typeof chunk === "string" ? encoder.encode(chunk) : chunk) as Uint8Array<ArrayBuffer>;
}

const taken = new WeakMap<App, Map<string, number>>();
const retryAfterMs = 10_000;

/**
 * Takes one of the places that a user has for one kind of export on this instance; gives what frees it.
 * @throws `rateLimited` when all are taken.
 */
export function takePlace(app: App, key: string, max: number): () => void {
  const places = taken.get(app) ?? new Map<string, number>();
  taken.set(app, places);
  const count = places.get(key) ?? 0;
  if (count >= max) {
    throw fail("rateLimited", { retryAfterMs, detail: `At most ${max} of your exports at a time` });
  }
  places.set(key, count + 1);
  return () => {
    const left = (places.get(key) ?? 1) - 1;
    if (left > 0) places.set(key, left);
    else places.delete(key);
  };
}
