/** Reads an object of S3 as its bytes are wanted, and goes on where an answer breaks off. */
import { nullIfMissing, type S3Requests, unavailable } from "./s3_requests.ts";

/** Bytes as streams bring them. */
export type Bytes = Uint8Array<ArrayBuffer>;

const breaksMax = 3;

/** From `start` up to, not including, `end`. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

/** `left` bytes of a body, or an error when it breaks off, or says nothing, before. */
async function* take(
  body: ReadableStream<Bytes>,
  { left, silenceMs }: { left: number; silenceMs: number },
): AsyncGenerator<Bytes> {
  const reader = body.getReader();
  try {
    while (left > 0) {
      const silence = setTimeout(() => void reader.cancel().catch(() => {}), silenceMs);
      const { done, value } = await reader.read().finally(() => clearTimeout(silence));
      if (done) throw new Error("An answer of S3 broke off");
      // A server may send more than was asked for.
      const chunk = value.subarray(0, left);
      left -= chunk.length;
      yield chunk;
    }
  } finally {
    await reader.cancel().catch(() => {});
  }
}

async function open(
  requests: S3Requests,
  key: string,
  { start, end }: ByteRange,
): Promise<ReadableStream<Bytes> | null> {
  const headers = { range: `bytes=${start}-${end - 1}` };
  try {
    return await requests.ask({ method: "GET", key, headers }, async (response) => {
      if (response.body !== null && (response.status === 206 || start === 0)) return response.body;
      await response.body?.cancel();
      throw new Error("S3 did not answer with a range");
    });
  } catch (error) {
    return nullIfMissing(error);
  }
}

async function* resume(
  requests: S3Requests,
  key: string,
  range: ByteRange & { body: ReadableStream<Bytes> | null },
): AsyncGenerator<Bytes> {
  let { start, body } = range;
  const { silenceMs } = requests.patience;
  for (let breaks = 0;;) {
    if (body === null) throw new Error("An object is gone while it is read");
    try {
      for await (const chunk of take(body, { left: range.end - start, silenceMs })) {
        start += chunk.length;
        breaks = 0;
        yield chunk;
      }
      return;
    } catch (error) {
      if (++breaks > breaksMax) throw unavailable(error);
    }
    body = await open(requests, key, { start, end: range.end });
  }
}

/**
 * A range of an object that is not empty; null when there is no such object.
 * @throws `unavailable`, also while it is read.
 */
export async function readObject(
  requests: S3Requests,
  key: string,
  range: ByteRange,
): Promise<AsyncGenerator<Bytes> | null> {
  const body = await open(requests, key, range);
  return body === null ? null : resume(requests, key, { ...range, body });
}
