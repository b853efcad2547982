/** Attachments as files: the blob store beside the embedded database, or on a disk that instances share. */
import { dirname, join } from "node:path";
import type { Blobs } from "../domain/app.ts";

const readAtOnceBytes = 65_536;

async function writeAll(file: Deno.FsFile, bytes: Uint8Array): Promise<void> {
  for (let written = 0; written < bytes.length;) {
    written += await file.write(bytes.subarray(written));
  }
}

/** Whether this folder, made if need be, takes files: some servers have no disk, or may not write. */
export async function takesFiles(folder: string): Promise<boolean> {
  const { state } = await Deno.permissions.query({ name: "write", path: folder });
  // Without a permission the runtime would ask whoever sits at the terminal.
  if (state !== "granted") return false;
  try {
    await Deno.mkdir(folder, { recursive: true, mode: 0o700 });
    await Deno.remove(await Deno.makeTempFile({ dir: folder }));
    return true;
  } catch {
    return false; // Read-only, another user's, or full: no use either way.
  }
}

/** One file a blob, in folders by the last two digits of its id, which are random. */
export class BlobsOnDisk implements Blobs {
  constructor(readonly folder: string) {}

  #pathOf(id: string): string {
    // The last guard: a path is made of nothing but a UUID.
    if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) throw new Error("Not a blob's id");
    return join(this.folder, id.slice(-2), id);
  }

  /** How many bytes are there. */
  async size(id: string): Promise<number> {
    try {
      return (await Deno.stat(this.#pathOf(id))).size;
    } catch (error) {
      if (error instanceof Deno.errors.NotFound) return 0;
      throw error;
    }
  }

  /** Writes a stream from `offset` on; resolves with the bytes that are on the disk, whole or cut. */
  async write(id: string, offset: number, bytes: AsyncIterable<Uint8Array>): Promise<number> {
    const path = this.#pathOf(id);
    await Deno.mkdir(dirname(path), { recursive: true, mode: 0o700 });
    using file = await Deno.open(path, { write: true, create: true, mode: 0o600 });
    await file.truncate(offset);
    await file.seek(offset, Deno.SeekMode.Start);
    let written = 0;
    const rest = bytes[Symbol.asyncIterator]();
    for (;;) {
      // Only the stream may break: a disk that refuses is a fault of ours and climbs.
      const next = await rest.next().catch(() => null);
      if (next === null || next.done) break;
      await writeAll(file, next.value);
      written += next.value.length;
    }
    await file.syncData();
    return written;
  }

  /** A range, opened when it is first read from. */
  read(id: string, { start, end }: { start: number; end: number }) {
    const path = this.#pathOf(id);
    let file: Deno.FsFile | undefined;
    let left = end - start;
    return new ReadableStream<Uint8Array<ArrayBuffer>>({
      async pull(controller) {
        if (file === undefined && left > 0) {
          file = await Deno.open(path);
          await file.seek(start, Deno.SeekMode.Start);
        }
        const chunk = new Uint8Array(Math.min(left, readAtOnceBytes));
        const count = left === 0 ? 0 : await file!.read(chunk);
        left -= count ?? 0;
        if (count !== null && count > 0) controller.enqueue(chunk.subarray(0, count));
        if (count !== null && left > 0) return;
        file?.close();
        file = undefined;
        if (count === null) throw new Error("A blob is shorter than it was");
        controller.close();
      },
      cancel() {
        file?.close();
      },
      // Nothing is opened for an answer whose body nobody reads, such as that to HEAD.
    }, { highWaterMark: 0 });
  }

  /** Cuts the file. */
  async truncate(id: string, size: number): Promise<void> {
    if (await this.size(id) > size) await Deno.truncate(this.#pathOf(id), size);
  }

  /** A file is as good to read as to write. */
  seal(): Promise<void> {
    return Promise.resolve();
  }

  /** Deletes the file. */
  async remove(id: string): Promise<void> {
    try {
      await Deno.remove(this.#pathOf(id));
    } catch (error) {
      if (!(error instanceof Deno.errors.NotFound)) throw error;
    }
  }
}
