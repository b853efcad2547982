/** The lock on a data folder: one process at a time may open the embedded database in it. */
import { join } from "node:path";
import { NoDatabase } from "./open.ts";

async function openLock(folder: string): Promise<Deno.FsFile> {
  await Deno.mkdir(folder, { recursive: true });
  return await Deno.open(join(folder, "lock"), { create: true, write: true });
}

/**
 * Locks a data folder, making it where there is none; the lock is held until the file is closed or the
 * process ends, however it ends. A second process on the same embedded database would corrupt it.
 * @throws {NoDatabase} when another process has it, or it cannot be written to.
 */
export async function lockFolder(folder: string): Promise<Deno.FsFile> {
  const file = await openLock(folder).catch((error) => {
    throw new NoDatabase(`DATA_DIR: cannot write to "${folder}" (${error.name})`);
  });
  if (await file.tryLock(true)) return file;
  file.close();
  throw new NoDatabase(`DATA_DIR: another process is using "${folder}"`);
}
