/** A media worker's own program: takes one task at a time, asks for the bytes, and says what came of it. */
import type { FromWorker, MediaTask, ToWorker } from "./media_messages.ts";
import { endPictures, isSpent, thumbnailOf } from "./media_pictures.ts";
import { playingOf } from "./media_recordings.ts";

const server = globalThis as unknown as {
  postMessage(message: FromWorker, transfer?: Transferable[]): void;
  onmessage: (event: MessageEvent<ToWorker>) => void;
};
const readings = new Map<number, PromiseWithResolvers<Uint8Array<ArrayBuffer>>>();
let lastReading = 0;

function read(start: number, end: number): Promise<Uint8Array<ArrayBuffer>> {
  const answer = Promise.withResolvers<Uint8Array<ArrayBuffer>>();
  const reading = ++lastReading;
  readings.set(reading, answer);
  server.postMessage({ reading, start, end });
  return answer.promise;
}

async function work(task: MediaTask): Promise<FromWorker> {
  try {
    const act = task.kind === "thumbnail" ? thumbnailOf : playingOf;
    const result = await act(task, read);
    return { result, isSpent: isSpent() };
  } catch (error) {
    // Others' parsers on strangers' bytes: whatever they throw, there is nothing to show.
    return { result: null, isSpent: isSpent(task.kind === "thumbnail" ? error : undefined) };
  }
}

function answered(reading: number, bytes: Uint8Array<ArrayBuffer> | null): void {
  const answer = readings.get(reading)!;
  readings.delete(reading);
  if (bytes === null) answer.reject(new Error("The bytes cannot be had"));
  else answer.resolve(bytes);
}

server.onmessage = async ({ data }) => {
  if ("reading" in data) return answered(data.reading, data.bytes);
  if ("task" in data) return server.postMessage(await work(data.task));
  await endPictures().catch(() => {});
  server.postMessage({ ended: true });
};
