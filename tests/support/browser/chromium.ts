/** Debian's Chromium: found, or installed where it is missing and may be. */
import { within } from "../waiting.ts";

const installLimitMs = 15 * 60_000;

async function find(): Promise<string | undefined> {
  const look = new Deno.Command("sh", { args: ["-c", "command -v chromium"], stdout: "piped" });
  const { stdout, success } = await look.output();
  return success ? new TextDecoder().decode(stdout).trim() : undefined;
}

/** A file in the system's temporary folder that one holder at a time has locked. */
export async function openLock(name: string): Promise<Deno.FsFile> {
  const folder = Deno.env.get("TMPDIR") ?? "/tmp";
  return await Deno.open(`${folder}/patter-${name}.lock`, { create: true, write: true });
}

async function run(command: string): Promise<void> {
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  const shell = new Deno.Command("sh", { args: ["-c", command], env, stdout: "null" });
  const { success, stderr } = await within(command, shell.output(), installLimitMs);
  if (success) return;
  const said = new TextDecoder().decode(stderr).trim().split("\n").slice(-5).join("\n");
  throw new Error(`There is no Chromium, and \`${command}\` failed: ${said}`);
}

/**
 * Where Chromium is. Where there is none, apt installs it, once for all test files that ask.
 * @throws where it cannot be had: a suite that skipped its browser tests there would tell nothing.
 */
export async function findChromium(): Promise<string> {
  const found = await find();
  if (found !== undefined) return found;
  if (Deno.uid() !== 0) {
    throw new Error("There is no Chromium: install it as root, `apt-get install chromium`");
  }
  using lock = await openLock("chromium-install");
  await lock.lock(true);
  // Another test file may have installed it while this one waited.
  const installed = await find();
  if (installed !== undefined) return installed;
  await run("apt-get update && apt-get install -y --no-install-recommends chromium");
  const now = await find();
  if (now === undefined) throw new Error("apt-get installed Chromium, and there is none on PATH");
  return now;
}
