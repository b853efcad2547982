/** Whole pictures, made here or kept as samples, and ones that are traps. */
import { Buffer } from "node:buffer";
import { crc32, deflateSync } from "node:zlib";
import type { MediaFile } from "../../domain/app.ts";

/** A file of `samples/`. */
export function sample(name: string): Uint8Array<ArrayBuffer> {
  return Deno.readFileSync(new URL(`./samples/${name}`, import.meta.url));
}

/** Bytes as a media worker is given them. */
export function fileOf(bytes: Uint8Array<ArrayBuffer>): MediaFile {
  return { size: bytes.length, read: (start, end) => Promise.resolve(bytes.slice(start, end)) };
}

function chunk(type: string, bytes: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), bytes]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(bytes.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
}

// By how many numbers a pixel is: grey, grey one can see through, colours, colours one can see through.
const colourTypes = [0, 0, 4, 2, 6];

/**
 * A PNG of one colour. `rows` is how many rows its bytes really unpack to: as many as its header says,
 * unless it is a trap.
 */
export function wholePng(
  width: number,
  height: number,
  { pixel = [200, 40, 40, 255], rows = height }: { pixel?: number[]; rows?: number } = {},
): Uint8Array<ArrayBuffer> {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, colourTypes[pixel.length]!], 8);
  const row = [0, ...Array.from({ length: width }, () => pixel).flat()];
  const pixels = deflateSync(Buffer.alloc(row.length * rows, Buffer.from(row)), { level: 9 });
  return Uint8Array.from(Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk("IHDR", head),
    chunk("IDAT", pixels),
    chunk("IEND", Buffer.alloc(0)),
  ]));
}

/** A GIF of many frames of one pixel each. */
export function framesOfGif(width: number, height: number, frames: number) {
  const sides = Buffer.alloc(4);
  sides.writeUInt16LE(width, 0);
  sides.writeUInt16LE(height, 2);
  const control = [0x21, 0xf9, 4, 0, 0, 0, 0, 0];
  const pixel = [0x2c, 0, 0, 0, 0, 1, 0, 1, 0, 0, 2, 2, 0x44, 1, 0];
  return Uint8Array.from(Buffer.concat([
    Buffer.from("GIF89a"),
    sides,
    Buffer.from([0x80, 0, 0, 255, 255, 255, 255, 0, 0]),
    Buffer.alloc(frames * 23, Buffer.from([...control, ...pixel])),
    Buffer.from(";"),
  ]));
}

/** The names of the parts that a WebP is made of. */
export function partsOfWebp(bytes: Uint8Array): string[] {
  const webp = Buffer.from(bytes);
  const parts: string[] = [];
  for (let at = 12; at < webp.length;) {
    parts.push(webp.toString("latin1", at, at + 4));
    const length = webp.readUInt32LE(at + 4);
    at += 8 + length + length % 2;
  }
  return parts;
}
