/** Zip archives as streams: one entry after the other, nothing kept but the list of them. */
import { Zip, ZipDeflate } from "fflate";
import type { Chunk } from "./export_streams.ts";

/** A file in an archive. */
export interface ZipEntry {
  readonly name: string;
  readonly chunks: AsyncIterable<Chunk> | Iterable<Chunk>;
}

// fflate writes no ZIP64: above these an archive would be broken, so it must not seem whole.
const bytesMax = 0xffff_ffff;
const entriesMax = 0xffff;
const level = 3;

/** An archive of these entries; each is read to its end before the next is asked for. */
export async function* zipped(entries: AsyncIterable<ZipEntry>): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  const made = new Made();
  const zip = new Zip((error, chunk) => made.add(error, chunk));
  let count = 0;
  for await (const { name, chunks } of entries) {
    if (++count > entriesMax) throw new Error("Too many files for one archive");
    const file = new ZipDeflate(name, { level });
    zip.add(file);
    let size = 0;
    for await (const chunk of chunks) {
      const bytes = typeof chunk === "string" ? encoder.encode(chunk) : chunk;
      size += bytes.length;
      if (size > bytesMax) throw new Error(`Too large for an archive: ${name}`);
      file.push(bytes);
      if (made.hasSome) yield made.take();
    }
    file.push(new Uint8Array(0), true);
    yield made.take();
  }
  zip.end();
  yield made.take();
}

/** What the library has written since it was last taken. */
class Made {
  #chunks: Uint8Array[] = [];
  #total = 0;
  #error: Error | null = null;

  get hasSome(): boolean {
    return this.#chunks.length > 0 || this.#error !== null;
  }

  add(error: Error | null, chunk: Uint8Array): void {
    if (error !== null) this.#error = error;
    else this.#chunks.push(chunk);
  }

  take(): Uint8Array {
    if (this.#error !== null) throw this.#error;
    const whole = new Uint8Array(this.#chunks.reduce((sum, { length }) => sum + length, 0));
    let at = 0;
    for (const chunk of this.#chunks.splice(0)) {
      whole.set(chunk, at);
      at += chunk.length;
    }
    this.#total += whole.length;
    if (this.#total > bytesMax) throw new Error("Too large for an archive");
    return whole;
  }
}
