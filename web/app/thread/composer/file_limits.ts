/** What may be sent as a file: not too large, not too many, not empty. */
import { sizeOf } from "../../../ui/files/sizes.ts";
import { words } from "./words.ts";

/** Files that are sent at once. */
export const filesMax = 20;

let asked: Promise<number> | undefined;

async function ask(): Promise<number> {
  try {
    const { headers } = await fetch("/v1/uploads", { method: "OPTIONS" });
    return Number(headers.get("tus-max-size") ?? 0) || Infinity;
  } catch {
    // Without a network nobody knows: the upload itself will tell.
    asked = undefined;
    return Infinity;
  }
}

/** The largest file that the server takes, in bytes. */
export function fileBytesMax(): Promise<number> {
  return asked ??= ask();
}

/** Those that may be sent, and what is said of the others. */
export function sift(
  files: readonly File[],
  bytesMax: number,
): { taken: File[]; complaints: string[] } {
  const t = words();
  const complaints: string[] = [];
  const taken = files.filter(({ size, name }) => {
    if (size === 0) complaints.push(t.emptyFile(name));
    else if (size > bytesMax) complaints.push(t.tooLarge(name, sizeOf(bytesMax)));
    return size > 0 && size <= bytesMax;
  });
  if (taken.length > filesMax) complaints.push(t.tooMany(filesMax));
  return { taken: taken.slice(0, filesMax), complaints };
}
