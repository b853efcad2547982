/** What is shown of a file before it is opened: a thumbnail and its blur of a picture, how long a recording is. */
import { v7 as uuidv7 } from "uuid";
import { fail } from "../errors.ts";
import type { App, MediaFile, Thumbnail } from "./app.ts";
import type { MediaFacts } from "./media_types.ts";
import type { AttachmentRow, Lease } from "./upload_leases.ts";

/** The columns that previews fill. */
export type PreviewFacts = Pick<
  AttachmentRow,
  "width" | "height" | "durationMs" | "blurHash" | "thumbnailWidth" | "thumbnailHeight"
>;

const picture = /^image\/(?:jpeg|png|webp|gif|apng)$/;
const recording = /^(?:audio|video)\//;

function fileOf(app: App, { blobId, size }: AttachmentRow): MediaFile {
  const read = (start: number, end: number) => bytesOf(app, blobId!, { start, end });
  return { size, read };
}

/** A range of a blob in one piece. */
export async function bytesOf(app: App, blobId: string, range: { start: number; end: number }) {
  const bytes = new Uint8Array(range.end - range.start);
  let at = 0;
  for await (const chunk of app.blobs.read(blobId, range)) {
    bytes.set(chunk, at);
    at += chunk.length;
  }
  return bytes;
}

/** Its place is in the row before it is in the store: whatever ends this, nothing is left behind. */
async function keep(app: App, row: AttachmentRow, { lease, bytes }: Keeping): Promise<void> {
  const id = row.thumbnailBlobId ?? uuidv7();
  if (!await lease.change({ thumbnailBlobId: id })) throw fail("uploadLocked");
  await app.blobs.write(
    id,
    0,
    (async function* () {
      yield bytes;
    })(),
  );
  await app.blobs.seal(id, bytes.length);
}

interface Keeping {
  readonly lease: Lease;
  readonly bytes: Thumbnail["bytes"];
}

/**
 * What can be shown of a file whose bytes have all come. Keeps its thumbnail, if it has one.
 * @throws `uploadLocked` when the lease is lost meanwhile.
 */
export async function previewOf(
  app: App,
  row: AttachmentRow,
  { lease, facts }: { lease: Lease; facts: MediaFacts },
): Promise<PreviewFacts> {
  const { mime, width, height } = facts;
  const none = { width, height, durationMs: null, blurHash: null };
  const plain = { ...none, thumbnailWidth: null, thumbnailHeight: null };
  if (recording.test(mime)) return { ...plain, ...await app.media.playing(fileOf(app, row)) };
  // What is too large to be measured is not unpacked either.
  if (!picture.test(mime) || width === null) return plain;
  const thumbnail = await app.media.thumbnail(fileOf(app, row));
  if (thumbnail === null) return plain;
  const { bytes, blurHash, ...measures } = thumbnail;
  await keep(app, row, { lease, bytes });
  return {
    ...none,
    blurHash,
    thumbnailWidth: measures.width,
    thumbnailHeight: measures.height,
  };
}
