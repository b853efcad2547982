/** Makes a picture small by one media worker after the other, and prints what the process held after each. */
import { MediaWorkers } from "../../adapters/media_workers.ts";
import { fileOf, wholePng } from "./pictures.ts";

const limits = {
  workersMax: 1,
  waitingMax: 8,
  withinMs: 60_000,
  idleMs: 60_000,
  pixelsMax: 1_000_000,
  pictureBytesMax: 8_388_608,
};

const heldBytes: number[] = [];
for (const _ of [1, 2, 3, 4, 5]) {
  const once = new MediaWorkers(limits, { warn() {} });
  const thumbnail = await once.thumbnail(fileOf(wholePng(900, 900)));
  await once.close();
  heldBytes.push(thumbnail === null ? NaN : Deno.memoryUsage().rss);
}
await Deno.stdout.write(new TextEncoder().encode(JSON.stringify(heldBytes)));
