/** Pictures made small, by libvips as WebAssembly; runs in a media worker alone. */
import { encode } from "blurhash";
import type Vips from "wasm-vips";
import type { Thumbnail } from "../domain/app.ts";
import type { MediaTask, ReadBytes } from "./media_messages.ts";

type Library = typeof Vips;

const sideMax = 320;
const tinySide = 32;
// Half a gibibyte: the largest picture within IMAGE_PIXELS_MAX, whole and twice as deep, has room.
const memoryPages = 8_192;
const loaders = ["Jpeg", "Png", "Webp", "Nsgif"];

let memory: WebAssembly.Memory | undefined;
let bytesAtFirst = 0;

/** The library takes up to 2 GiB unless its memory is made with a lower ceiling. */
function boundMemory(): void {
  WebAssembly.Memory = new Proxy(WebAssembly.Memory, {
    construct(Memory, [descriptor]) {
      memory = new Memory({ ...descriptor, maximum: memoryPages });
      bytesAtFirst = memory.buffer.byteLength;
      return memory;
    },
  });
}

let isUnpacking = false;

/**
 * Whether the next picture is better begun afresh: after a trap, after one that broke off half
 * unpacked, and when memory has grown, for it never shrinks. Refused headers leave nothing behind.
 */
export function isSpent(error?: unknown): boolean {
  const hasGrown = (memory?.buffer.byteLength ?? 0) > bytesAtFirst;
  return error instanceof Error || isUnpacking || hasGrown;
}

async function load(): Promise<Library> {
  boundMemory();
  // What the package names first asks Node for the processors, which no permission of ours allows.
  const script = new URL("./vips-es6.js", import.meta.resolve("wasm-vips/vips.wasm")).href;
  const { default: start } = await import(script) as { default: typeof Vips };
  const quiet = () => {};
  const vips = await start({ dynamicLibraries: [], print: quiet, printErr: quiet });
  vips.Cache.max(0);
  vips.operationBlock("VipsForeignLoad", true);
  for (const name of loaders) vips.operationBlock(`VipsForeignLoad${name}`, false);
  return vips;
}

let library: Promise<Library> | undefined;

/** Lets the library's threads go. Without it their memory would stay for as long as the process. */
export async function endPictures(): Promise<void> {
  (await library)?.shutdown();
}

/** Bytes as the library reads them: 4 KiB at a time, and none any more when time is up. */
function sourceOf(vips: Library, bytes: Uint8Array, isLate: () => boolean) {
  const source = new vips.SourceCustom();
  let at = 0;
  source.onRead = (length) => {
    const next = isLate() ? undefined : bytes.subarray(at, at + length);
    at += next?.length ?? 0;
    return next?.length ? next : undefined;
  };
  source.onSeek = (offset, whence) => at = offset + [0, at, bytes.length][whence]!;
  return source;
}

function blurHashOf(picture: Vips.Image): string {
  using tiny = picture.thumbnailImage(tinySide, { height: tinySide, size: "down" });
  using coloured = tiny.colourspace("srgb");
  using opaque = coloured.hasAlpha() ? coloured.flatten({ background: [255] }) : coloured.copy();
  using four = opaque.bandjoin(255);
  const isWide = four.width >= four.height;
  const pixels = new Uint8ClampedArray(four.writeToMemory());
  return encode(pixels, four.width, four.height, isWide ? 4 : 3, isWide ? 3 : 4);
}

interface Picture {
  readonly bytes: Uint8Array;
  readonly pixelsMax: number;
  isLate(): boolean;
}

function shrink(vips: Library, { bytes, pixelsMax, isLate }: Picture): Thumbnail | null {
  using looked = sourceOf(vips, bytes, isLate);
  using header = vips.Image.newFromSource(looked, "");
  // As the decoder sees it, which may be otherwise than the header that was looked at before.
  if (header.width * header.height > pixelsMax) return null;
  isUnpacking = true;
  using source = sourceOf(vips, bytes, isLate);
  using lazy = vips.Image.thumbnailSource(source, sideMax, {
    height: sideMax,
    size: "down",
    output_profile: "srgb",
  });
  lazy.onProgress = () => void (lazy.kill = isLate());
  using picture = lazy.copyMemory();
  // Half a picture, for want of time, would be shown as if it were the whole.
  if (isLate()) return null;
  // Nothing is kept of what the file says of itself: where it was taken, least of all.
  const webp = Uint8Array.from(picture.writeToBuffer(".webp", { Q: 75, keep: "none" }));
  const blurHash = blurHashOf(picture);
  isUnpacking = false;
  return { bytes: webp, width: picture.width, height: picture.height, blurHash };
}

/** A small picture of a picture; throws whatever the library makes of bytes that are none. */
export async function thumbnailOf(task: MediaTask, read: ReadBytes): Promise<Thumbnail | null> {
  const endsAt = performance.now() + task.withinMs;
  const vips = await (library ??= load());
  const bytes = await read(0, task.size);
  const isLate = () => performance.now() > endsAt;
  return shrink(vips, { bytes, pixelsMax: task.pixelsMax, isLate });
}
