/** What the real workers make of pictures and recordings, and of bytes that mean harm. */
import { Buffer } from "node:buffer";
import { strict as assert } from "node:assert";
import { decode } from "blurhash";
import { MediaWorkers } from "../../adapters/media_workers.ts";
import { gif, mp3, png } from "../support/media.ts";
import { fileOf, framesOfGif, partsOfWebp, sample, wholePng } from "../support/pictures.ts";
import { test, testLog } from "../support/world.ts";

const media = new MediaWorkers({
  workersMax: 1,
  waitingMax: 8,
  // As slow as a loaded machine may be: what is bounded here is bounded by other means.
  withinMs: 60_000,
  idleMs: 60_000,
  pixelsMax: 1_000_000,
  pictureBytesMax: 8_388_608,
}, testLog());
Deno.test.afterAll(() => media.close());

const thumbnail = async (bytes: Uint8Array<ArrayBuffer>) => await media.thumbnail(fileOf(bytes));

async function shown(bytes: Uint8Array<ArrayBuffer>) {
  const picture = await thumbnail(bytes);
  assert.ok(picture, "there is a thumbnail");
  return picture;
}

/** The colours of a blur from left to right, each as the one that it has most of. */
function coloursOf(blurHash: string, width: number): string {
  const pixels = decode(blurHash, width, 1);
  return Array.from({ length: width }, (_, x) => {
    const rgb = [...pixels.slice(x * 4, x * 4 + 3)];
    return "rgb"[rgb.indexOf(Math.max(...rgb))];
  }).join("");
}

test("a picture becomes a WebP whose longer side is 320, with its blur", async () => {
  const { bytes, width, height, blurHash } = await shown(wholePng(800, 400));
  assert.deepEqual([width, height], [320, 160]);
  assert.equal(Buffer.from(bytes).toString("latin1", 8, 12), "WEBP");
  assert.match(blurHash, /^[0-9A-Za-z#$%*+,\-.:;=?@[\]^_{|}~]{28}$/);
  assert.equal(coloursOf(blurHash, 1), "r");
});

test("a small picture is not made larger", async () => {
  const { width, height } = await shown(wholePng(3, 5));
  assert.deepEqual([width, height], [3, 5]);
});

test("a picture is turned as it is shown, and says nothing of where it was taken", async () => {
  const photo = sample("turned.jpg");
  assert.ok(Buffer.from(photo).includes("Exif"));
  const { bytes, width, height, blurHash } = await shown(photo);
  assert.deepEqual([width, height], [32, 64]);
  assert.equal(coloursOf(blurHash, 2), "br");
  assert.deepEqual(partsOfWebp(bytes), ["VP8 "]);
});

test("colours are those that the picture's profile means", async () => {
  // Its pixels are red, and its profile calls that blue.
  const { bytes, blurHash } = await shown(sample("swapped.png"));
  assert.equal(coloursOf(blurHash, 1), "b");
  assert.deepEqual(partsOfWebp(bytes), ["VP8 "]);
});

test("a grey picture has a thumbnail and a blur like any other", async () => {
  for (const pixel of [[90], [90, 100]]) {
    assert.equal((await shown(wholePng(40, 40, { pixel }))).blurHash.length, 28);
  }
});

test("what can be seen through stays so", async () => {
  const { bytes } = await shown(wholePng(40, 40, { pixel: [0, 0, 255, 100] }));
  assert.ok(partsOfWebp(bytes).includes("ALPH"), partsOfWebp(bytes).join());
});

test("of what moves the first frame is shown, however many there are", async () => {
  const { width, height } = await shown(framesOfGif(40, 30, 100_000));
  assert.deepEqual([width, height], [40, 30]);
});

test("what has too many pixels is not unpacked", async () => {
  for (const bytes of [wholePng(1_001, 1_000), png(60_000, 60_000), gif(65_535, 65_535)]) {
    assert.equal(await thumbnail(bytes), null);
  }
});

test("bytes that unpack to more than the header says are not unpacked further", async () => {
  // Two hundred megabytes in two hundred kilobytes.
  const trap = wholePng(100, 100, { pixel: [0, 0, 0, 0], rows: 500_000 });
  assert.ok(trap.length < 400_000);
  const { width, height } = await shown(trap);
  assert.deepEqual([width, height], [100, 100]);
});

test("broken bytes have nothing to show, and the next picture is none the worse", async () => {
  const whole = sample("turned.jpg");
  const broken = [
    png(640, 480),
    gif(10, 10, "<script>"),
    whole.slice(0, 40),
    new Uint8Array(0),
    new TextEncoder().encode("<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>"),
  ];
  for (const bytes of broken) {
    assert.equal(await thumbnail(bytes), null);
    await shown(whole);
  }
});

test("recordings tell how long they play, films how large they are", async () => {
  // As browsers record them: no length in the header of the WebM, fragments in the second MP4.
  const sounds = ["voice.webm", "voice.ogg", "voice.m4a", "fragments.mp4", "song.mp3", "song.ogg"];
  for (const name of [...sounds, "song.flac"]) {
    const { durationMs, width, height } = (await media.playing(fileOf(sample(name))))!;
    assert.ok(Math.abs(durationMs! - 1_500) < 100, `${name}: ${durationMs}`);
    assert.deepEqual([width, height], [null, null], name);
  }
  for (const name of ["film.mp4", "film.webm"]) {
    const film = await media.playing(fileOf(sample(name)));
    assert.deepEqual(film, { durationMs: 1_500, width: 64, height: 36 }, name);
  }
});

test("cut and spoilt recordings end nothing but their own reading", async () => {
  for (const name of ["voice.webm", "voice.ogg", "voice.m4a", "song.mp3", "film.mp4"]) {
    const bytes = sample(name);
    for (const place of [20, 100, bytes.length >> 1]) {
      await media.playing(fileOf(bytes.slice(0, place)));
      const spoilt = bytes.slice();
      spoilt.fill(255, place, place + 8);
      await media.playing(fileOf(spoilt));
    }
  }
  assert.equal(await media.playing(fileOf(new Uint8Array(1_000))), null);
  assert.notEqual(await media.playing(fileOf(sample("voice.webm"))), null);
  assert.notEqual(await media.playing(fileOf(mp3)), undefined);
});
