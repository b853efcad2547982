/** Attachments in a bucket of S3, where nothing can be appended to: pieces while they come, then one object. */
import type { Blobs } from "../domain/app.ts";
import type { S3Bucket } from "./s3_bucket.ts";
import { lookFor, pieceKey, type Remains, type StoredPiece, wholeKey } from "./s3_layout.ts";
import { type Gathering, type Piece, piecesOf } from "./s3_pieces.ts";
import type { ByteRange, Bytes } from "./s3_reading.ts";

const mebibyte = 1_048_576;
const partsMax = 10_000;
const removedAtOnce = 16;
const nothing: Bytes = new Uint8Array();
const noPiece: Piece = { start: 0, bytes: nothing };

/** How much is put there at once. */
export interface PieceSizes {
  /** Longest piece: what an upload under way holds in memory. */
  readonly pieceBytesMax: number;
  /** A shorter one still grows, so that short requests and slow lines do not make thousands. */
  readonly pieceBytesMin: number;
  /** Of the parts that a whole is made of; S3 takes none below 5 MiB but the last. */
  readonly partBytes: number;
  /** How long bytes wait for more before they are put there. */
  readonly waitMaxMs: number;
}

const usualSizes: PieceSizes = {
  pieceBytesMax: 4 * mebibyte,
  pieceBytesMin: 262_144,
  partBytes: 8 * mebibyte,
  waitMaxMs: 5_000,
};

/** A stream up to where it ends or breaks. */
async function* upToBreak(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* bytes;
  } catch {
    // What came before counts.
  }
}

/** Objects `uploads/<id>/<offset>` while an upload comes, `attachments/<id>` when it is whole. */
export class BlobsOnS3 implements Blobs {
  readonly #sizes: PieceSizes;

  constructor(readonly bucket: S3Bucket, sizes: Partial<PieceSizes> = {}) {
    this.#sizes = { ...usualSizes, ...sizes };
  }

  /** How far it reaches without a gap. */
  async size(id: string): Promise<number> {
    return (await lookFor(this.bucket, id)).reach;
  }

  /** Stores a stream piece by piece; resolves with the bytes that are in the bucket, whole or cut. */
  async write(id: string, offset: number, bytes: AsyncIterable<Uint8Array>): Promise<number> {
    const head = await this.#open(id, offset);
    const { waitMaxMs } = this.#sizes;
    return await this.#store(id, upToBreak(bytes), { head, waitMaxMs }) - offset;
  }

  /** Stores what follows `head`; gives how far it reaches then. */
  async #store(
    id: string,
    bytes: AsyncIterable<Uint8Array>,
    { head, ...how }: Pick<Gathering, "head" | "waitMaxMs">,
  ): Promise<number> {
    let reach = head.start + head.bytes.length;
    const { pieceBytesMax: bytesMax, pieceBytesMin: bytesMin } = this.#sizes;
    for await (const piece of piecesOf(bytes, { head, bytesMax, bytesMin, ...how })) {
      await this.bucket.put(pieceKey(id, piece.start), piece.bytes);
      reach = piece.start + piece.bytes.length;
    }
    return reach;
  }

  /** Makes it pieces that end at `size`, ready for more; gives the last one if that may still grow. */
  async #open(id: string, size: number): Promise<Piece> {
    const remains = await lookFor(this.bucket, id);
    if (remains.whole !== null) return await this.#unseal(id, remains, size);
    const kept = remains.pieces.filter(({ start }) => start < size);
    await this.#removeAll([...remains.pieces.slice(kept.length), ...remains.strays]);
    const last = kept.at(-1) ?? { key: "", start: 0, end: 0 };
    if (last.end < size) throw new Error("A blob is shorter than it was");
    const isCut = last.end > size;
    const mayGrow = size - last.start < this.#sizes.pieceBytesMin;
    if (!isCut && !mayGrow) return { start: size, bytes: nothing };
    const bytes = await this.#bytesOf(last.key, size - last.start);
    if (isCut) await this.bucket.put(last.key, bytes);
    return mayGrow ? { start: last.start, bytes } : { start: size, bytes: nothing };
  }

  /** Until the one object is removed it is what counts, so that this may be cut off anywhere. */
  async #unseal(id: string, { reach, pieces, strays }: Remains, size: number): Promise<Piece> {
    await this.#removeAll([...pieces, ...strays]);
    const end = Math.min(size, reach);
    await this.#store(id, this.#range(id, { start: 0, end }), { head: noPiece });
    await this.bucket.remove(wholeKey(id));
    return await this.#open(id, size);
  }

  async #bytesOf(key: string, length: number): Promise<Bytes> {
    if (length === 0) return nothing;
    const found = await this.bucket.get(key, { start: 0, end: length });
    if (found === null) throw new Error("A piece is gone");
    return await new Response(ReadableStream.from(found)).bytes();
  }

  /** A range, asked for when it is first read from. */
  read(id: string, range: ByteRange): ReadableStream<Bytes> {
    return ReadableStream.from(this.#range(id, range));
  }

  async *#range(id: string, { start, end }: ByteRange): AsyncGenerator<Bytes> {
    if (start === end) return;
    const whole = await this.bucket.get(wholeKey(id), { start, end });
    if (whole !== null) return yield* whole;
    const { pieces } = await lookFor(this.bucket, id);
    yield* this.#pieces(pieces, { start, end });
  }

  async *#pieces(pieces: readonly StoredPiece[], { start, end }: ByteRange): AsyncGenerator<Bytes> {
    for (const piece of pieces.filter((piece) => piece.end > start && piece.start < end)) {
      const range = {
        start: Math.max(0, start - piece.start),
        end: Math.min(end, piece.end) - piece.start,
      };
      const found = await this.bucket.get(piece.key, range);
      if (found === null) throw new Error("A piece is gone");
      yield* found;
    }
    if ((pieces.at(-1)?.end ?? 0) < end) throw new Error("A blob is shorter than it was");
  }

  /** Cuts it. */
  async truncate(id: string, size: number): Promise<void> {
    if (await this.size(id) > size) await this.#open(id, size);
  }

  /** Makes it one object: then reading is one request. The pieces go when it is there. */
  async seal(id: string, size: number): Promise<void> {
    const { whole, pieces, strays, reach } = await lookFor(this.bucket, id);
    if (reach !== size) throw new Error("A blob is not as long as it was");
    if (whole === null) {
      const [only = null] = pieces;
      if (only === null) await this.bucket.put(wholeKey(id), nothing);
      else if (pieces.length === 1) await this.bucket.copy(only.key, wholeKey(id));
      else await this.#join(id, pieces, size);
    }
    await this.#removeAll([...pieces, ...strays]);
  }

  async #join(id: string, pieces: readonly StoredPiece[], size: number): Promise<void> {
    const key = wholeKey(id);
    const uploadId = await this.bucket.begin(key);
    const bytesMax = Math.max(this.#sizes.partBytes, Math.ceil(size / partsMax));
    const parts = piecesOf(this.#pieces(pieces, { start: 0, end: size }), {
      head: noPiece,
      bytesMax,
      bytesMin: 0,
    });
    try {
      const tags: string[] = [];
      for await (const part of parts) {
        const place = { uploadId, partNumber: tags.length + 1 };
        tags.push(await this.bucket.putPart(key, part.bytes, place));
      }
      await this.bucket.complete(key, uploadId, tags);
    } catch (error) {
      // If that fails too, it is the bucket's own rule that takes the parts away.
      await this.bucket.abandon(key, uploadId).catch(() => {});
      throw error;
    }
  }

  /** The last ones first: what is left when that is cut off has no gap. */
  async #removeAll(pieces: readonly StoredPiece[]): Promise<void> {
    for (let end = pieces.length; end > 0; end -= removedAtOnce) {
      const some = pieces.slice(Math.max(0, end - removedAtOnce), end);
      await Promise.all(some.map(({ key }) => this.bucket.remove(key)));
    }
  }

  /** Removes all there is of it. */
  async remove(id: string): Promise<void> {
    const { pieces, strays } = await lookFor(this.bucket, id);
    await this.#removeAll([...pieces, ...strays]);
    await this.bucket.remove(wholeKey(id));
  }
}
