/** Where a blob lies in a bucket of S3: `uploads/<id>/<offset>` while it comes, `attachments/<id>` when whole. */
import type { S3Bucket } from "./s3_bucket.ts";
import type { ByteRange } from "./s3_reading.ts";

/** A piece as it lies in the bucket. */
export interface StoredPiece extends ByteRange {
  readonly key: string;
}

/** What there is of a blob. */
export interface Remains {
  /** The size of the one object, which is what counts once it is there; null while there is none. */
  readonly whole: number | null;
  /** Pieces that lie one after the other from the beginning. */
  readonly pieces: readonly StoredPiece[];
  /** Others, that a removal or an instance that was held up has left: they do not count. */
  readonly strays: readonly StoredPiece[];
  /** How far what counts reaches. */
  readonly reach: number;
}

// The last guard: a key is made of nothing but a UUID.
function requireId(id: string): string {
  if (/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) return id;
  throw new Error("Not a blob's id");
}

/** The key of the whole. */
export function wholeKey(id: string): string {
  return `attachments/${requireId(id)}`;
}

function piecesPrefix(id: string): string {
  return `uploads/${requireId(id)}/`;
}

/** The key of a piece; so many digits that keys are in the order of their numbers. */
export function pieceKey(id: string, start: number): string {
  return piecesPrefix(id) + String(start).padStart(16, "0");
}

/** Looks for what there is of a blob. */
export async function lookFor(bucket: S3Bucket, id: string): Promise<Remains> {
  const [whole, objects] = await Promise.all([
    bucket.sizeOf(wholeKey(id)),
    bucket.list(piecesPrefix(id)),
  ]);
  const pieces: StoredPiece[] = [];
  const strays: StoredPiece[] = [];
  let end = 0;
  for (const { key, size } of objects) {
    const start = Number(key.slice(piecesPrefix(id).length));
    const piece = { key, start, end: start + size };
    if (start !== end) strays.push(piece);
    else {
      pieces.push(piece);
      end = piece.end;
    }
  }
  return { whole, pieces, strays, reach: whole ?? end };
}
