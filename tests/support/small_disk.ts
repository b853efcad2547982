/** A disk that can really be full: a small tmpfs, where the system lets us mount one. */
import { strict as assert } from "node:assert";

async function succeeds(command: string, args: string[]): Promise<boolean> {
  try {
    return (await new Deno.Command(command, { args, stderr: "null" }).output()).success;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}

/** Whether a disk can be mounted here: in a container without privileges even root may not. */
export async function mayMount(): Promise<boolean> {
  const path = await Deno.makeTempDir({ prefix: "patter-mount-" });
  try {
    const mounted = await succeeds("mount", ["-t", "tmpfs", "-o", "size=64k", "tmpfs", path]);
    return mounted && await succeeds("umount", [path]);
  } finally {
    await Deno.remove(path);
  }
}

/** A small disk at `disk` in a folder; unmounted at the end of its test. */
export class SmallDisk implements AsyncDisposable {
  private constructor(readonly path: string) {}

  /** Mounts it. */
  static async mount(folder: string, mebibytes: number): Promise<SmallDisk> {
    const path = `${folder}/disk`;
    await Deno.mkdir(path);
    const options = ["-t", "tmpfs", "-o", `size=${mebibytes}m`, "tmpfs", path];
    assert.ok(await succeeds("mount", options), "No disk could be mounted");
    return new SmallDisk(path);
  }

  /** Takes all room but so much. */
  async fill(options: { leaveBytes: number }): Promise<void> {
    using file = await Deno.open(`${this.path}/filler`, { create: true, write: true });
    const zeros = new Uint8Array(65_536);
    try {
      for (;;) await file.write(zeros);
    } catch (error) {
      assert.match(String(error), /No space left/);
    }
    const { size } = await file.stat();
    await file.truncate(Math.max(0, size - options.leaveBytes));
  }

  /** Gives the room back. */
  async clear(): Promise<void> {
    await Deno.remove(`${this.path}/filler`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    assert.ok(await succeeds("umount", ["-l", this.path]), "The disk could not be unmounted");
  }
}
