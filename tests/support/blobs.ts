/** Stores of attachments under test: on disk, and in S3 with usual and with tiny pieces. */
import { BlobsOnDisk } from "../../adapters/blobs_disk.ts";
import { BlobsOnS3, type PieceSizes } from "../../adapters/blobs_s3.ts";
import { S3Bucket } from "../../adapters/s3_bucket.ts";
import type { Patience, S3Place } from "../../adapters/s3_requests.ts";
import type { Blobs } from "../../domain/app.ts";
import { type S3Service, startS3 } from "../../tools/services.ts";

/** So small that a few hundred bytes are many of them. */
export const tiny: PieceSizes = {
  pieceBytesMax: 64,
  pieceBytesMin: 24,
  partBytes: 100,
  waitMaxMs: 60_000,
};

/** As long as usual, whatever else the machine does, but for the pauses between repeats. */
export const eager: Patience = {
  bodyMs: 60_000,
  bareMs: 10_000,
  silenceMs: 20_000,
  pauseMs: 1,
};

/** So little that a test of silence need not wait. */
export const impatient: Patience = { bodyMs: 400, bareMs: 400, silenceMs: 200, pauseMs: 1 };

/** A bucket, as a server finds it that is told of it by its settings. */
export function placeOf(s3: S3Service, more: Partial<S3Place> = {}): S3Place {
  return {
    endpoint: s3.url,
    bucket: s3.bucket,
    region: "us-east-1",
    accessKeyId: s3.settings["S3_ACCESS_KEY_ID"]!,
    secretAccessKey: s3.settings["S3_SECRET_ACCESS_KEY"]!,
    isPathStyle: true,
    ...more,
  };
}

/** Starts an S3 for this test file; it ends after the file's last test. */
export async function openS3(): Promise<S3Service> {
  const s3 = await startS3();
  Deno.test.afterAll(() => s3[Symbol.asyncDispose]());
  return s3;
}

/** Every kind of store, by name. */
export async function everyStore(): Promise<Record<string, Blobs>> {
  const folder = await Deno.makeTempDir({ prefix: "patter_blobs_" });
  Deno.test.afterAll(() => Deno.remove(folder, { recursive: true }));
  const bucket = new S3Bucket(placeOf(await openS3()));
  return {
    "a disk": new BlobsOnDisk(folder),
    "S3": new BlobsOnS3(bucket),
    "S3 in tiny pieces": new BlobsOnS3(bucket, tiny),
  };
}

/** A stream of these bytes in chunks; it breaks at the end if it is to. */
export async function* chunks(
  bytes: Uint8Array,
  { size = 10, breaks = false }: { size?: number; breaks?: boolean } = {},
): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) {
    yield await Promise.resolve(bytes.subarray(at, at + size));
  }
  if (breaks) throw new Error("The line is cut");
}

/** All that a store has of a blob, or a range of it. */
export async function bytesOf(
  blobs: Blobs,
  id: string,
  range?: { start: number; end: number },
): Promise<Uint8Array> {
  const { start, end } = range ?? { start: 0, end: await blobs.size(id) };
  return await new Response(blobs.read(id, { start, end })).bytes();
}
