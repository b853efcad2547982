/** What a file is by its bytes: its type, and an image's width and height. */
import { fileTypeFromBuffer } from "file-type";
import { imageSize } from "image-size";

/** What is served of which nothing is known, or which a browser might run: only ever downloaded. */
export const unknownType = "application/octet-stream";

/** How many of the first bytes tell. */
export const tellingBytes = 524_288;

const typeBytes = 65_536;
const sideMax = 1_000_000;

// Markup is a program to a browser; what is text at all is told by no bytes anyway.
const served = /^(?:image|audio|video|font)\/(?!svg)|^application\/(?!xml|xhtml|.*\+xml)/;

/** What is known of a file. */
export interface MediaFacts {
  readonly mime: string;
  readonly width: number | null;
  readonly height: number | null;
}

async function typeOf(head: Uint8Array): Promise<string> {
  // Parsers of others on bytes of strangers: whatever they make of them, the file is only unknown.
  const found = await fileTypeFromBuffer(head.subarray(0, typeBytes)).catch(() => undefined);
  return found !== undefined && served.test(found.mime) ? found.mime : unknownType;
}

function measure(head: Uint8Array, pixelsMax: number): { width: number; height: number } | null {
  try {
    const { width, height, orientation = 1 } = imageSize(head);
    const isPlausible = [width, height].every((side) =>
      Number.isInteger(side) && side > 0 && side <= sideMax
    );
    if (!isPlausible || width * height > pixelsMax) return null;
    // Five to eight of EXIF lie on their side: as shown, width and height change places.
    return orientation > 4 ? { width: height, height: width } : { width, height };
  } catch {
    return null;
  }
}

/** Tells what a file is by its first bytes. An image of too many pixels has no measures. */
export async function factsOf(head: Uint8Array, pixelsMax: number): Promise<MediaFacts> {
  const mime = await typeOf(head);
  const measures = mime.startsWith("image/") ? measure(head, pixelsMax) : null;
  return { mime, width: measures?.width ?? null, height: measures?.height ?? null };
}
