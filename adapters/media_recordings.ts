/** How long recordings play and how large films are, by reading no more of them than that takes. */
import {
  ADTS,
  CustomSource,
  FLAC,
  Input,
  MATROSKA,
  MP3,
  MP4,
  OGG,
  QTFF,
  WAVE,
  WEBM,
} from "mediabunny";
import type { Playing } from "../domain/app.ts";
import type { MediaTask, ReadBytes } from "./media_messages.ts";

const formats = [MP4, QTFF, WEBM, MATROSKA, OGG, MP3, WAVE, FLAC, ADTS];
const readAtOnceMax = 8_388_608;
const readInAllMax = 134_217_728;

/** Tables of a film become many times as large in memory: what is read of one has an end. */
function bounded(read: ReadBytes, endsAt: number): ReadBytes {
  let left = readInAllMax;
  return (start, end) => {
    left -= end - start;
    const isOver = left < 0 || end - start > readAtOnceMax || performance.now() > endsAt;
    return isOver ? Promise.reject(new Error("More than is read of a file")) : read(start, end);
  };
}

function whole(value: number, max: number): number | null {
  const rounded = Math.round(value);
  return rounded > 0 && rounded <= max ? rounded : null;
}

/** What a recording says of itself; throws whatever the library makes of bytes that are none. */
export async function playingOf(task: MediaTask, read: ReadBytes): Promise<Playing> {
  const source = new CustomSource({
    getSize: () => task.size,
    read: bounded(read, performance.now() + task.withinMs),
    // Each reading may be a request to another machine.
    prefetchProfile: "network",
  });
  using input = new Input({ formats, source });
  // By the last that is heard or seen: a browser's recording has no length in its header.
  const seconds = await input.computeDuration();
  const film = await input.getPrimaryVideoTrack();
  const [width, height] = [film?.displayWidth ?? 0, film?.displayHeight ?? 0]
    .map((side) => whole(side, 1_000_000));
  return { durationMs: whole(seconds * 1_000, 2 ** 31 - 1), width: width!, height: height! };
}
