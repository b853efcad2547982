/** The workers that look into media: how many, for how long, and what happens when one fails. */
import { strict as assert } from "node:assert";
import { type MediaLimits, MediaWorkers } from "../../adapters/media_workers.ts";
import { fileOf } from "../support/pictures.ts";
import { until } from "../support/waiting.ts";
import { testLog } from "../support/world.ts";

const file = fileOf(new Uint8Array(10));
const result = { durationMs: 5, width: null, height: null };
const says = `const say = () => postMessage({ result: ${
  JSON.stringify(result)
}, isSpent: false });`;
const ends = `if (event.data.end) return postMessage({ ended: true });`;

/** Workers with a program of the test's own in place of the real one. */
function workers(program: string, limits: Partial<MediaLimits> = {}) {
  const log = testLog();
  const script = new URL(`data:text/javascript,${encodeURIComponent(`${says}\n${program}`)}`);
  const defaults = { workersMax: 1, waitingMax: 8, withinMs: 8_000, idleMs: 8_000 };
  const sizes = { pixelsMax: 100, pictureBytesMax: 100 };
  return { log, media: new MediaWorkers({ ...defaults, ...sizes, ...limits }, log, script) };
}

/** What a promise has come to before the next turn of the loop; "waits" when it has not. */
function atOnce<T>(promise: Promise<T>): Promise<T | "waits"> {
  return Promise.race([
    promise,
    new Promise<"waits">((resolve) => setTimeout(() => resolve("waits"), 0)),
  ]);
}

const answering = `onmessage = (event) => { ${ends} say(); };`;
const reading = `onmessage = (event) => {
  ${ends}
  if (event.data.task) postMessage({ reading: 1, start: 2, end: 5 });
  else say();
};`;

Deno.test("no worker is there before it is needed, nor for long after", async () => {
  const { media } = workers(answering, { idleMs: 20 });
  assert.equal(media.count, 0);
  assert.deepEqual(await media.playing(file), result);
  await until("the worker is gone", () => media.count === 0);
  assert.deepEqual(await media.playing(file), result);
  await media.close();
});

Deno.test("there are no more workers than may be, and each is used again", async () => {
  const { media } = workers(answering, { workersMax: 2, waitingMax: 20 });
  const asked = Array.from({ length: 20 }, () => media.playing(file));
  assert.equal(media.count, 2);
  assert.deepEqual(await Promise.all(asked), asked.map(() => result));
  assert.equal(media.count, 2);
  await media.close();
});

Deno.test("what is too much to wait gets nothing at once", async () => {
  const { media } = workers(reading, { waitingMax: 2 });
  const held = Promise.withResolvers<Uint8Array<ArrayBuffer>>();
  const slow = media.playing({ size: 10, read: () => held.promise });
  const waiting = [media.playing(file), media.playing(file)];
  assert.equal(await atOnce(media.playing(file)), null);
  held.resolve(new Uint8Array(3));
  assert.deepEqual(await Promise.all([slow, ...waiting]), [result, result, result]);
  await media.close();
});

Deno.test("a worker that does not come back is waited for by nobody, and taken back when it does", async () => {
  const stuck = `let isFirst = true;
    const still = new Int32Array(new SharedArrayBuffer(4));
    onmessage = (event) => {
      ${ends}
      if (isFirst) Atomics.wait(still, 0, 0, 600);
      isFirst = false;
      say();
    };`;
  const { media, log } = workers(stuck, { withinMs: 150 });
  const [first, behind] = [media.playing(file), media.playing(file)];
  assert.deepEqual(await Promise.all([first, behind]), [null, null]);
  assert.equal(await atOnce(media.playing(file)), null, "there is no other");
  assert.equal(media.count, 1);
  assert.deepEqual(log.lines.map(({ event }) => event), ["media worker late"]);
  await until("it is back", async () => await media.playing(file) !== null);
  assert.equal(media.count, 1);
  await media.close();
});

Deno.test("a worker that breaks takes nothing with it, and another takes its place", async () => {
  const { media, log } = workers(`onmessage = () => { throw new Error("broken"); };`);
  assert.deepEqual(await Promise.all([media.playing(file), media.playing(file)]), [null, null]);
  assert.deepEqual(log.lines.map(({ event }) => event), [
    "media worker broken",
    "media worker broken",
  ]);
  assert.equal(media.count, 0);
  await media.close();
});

Deno.test("a worker that says it is spent is replaced", async () => {
  const spent = `let done = 0;
    onmessage = (event) => {
      ${ends}
      if (done++ > 0) throw new Error("used again");
      postMessage({ result: null, isSpent: true });
    };`;
  const { media, log } = workers(spent);
  for (const _ of ["first", "second"]) assert.equal(await media.playing(file), null);
  assert.deepEqual(log.lines, []);
  await media.close();
});

Deno.test("a file that cannot be read has nothing to show", async () => {
  const telling = `onmessage = ({ data }) => {
    if (data.end) return postMessage({ ended: true });
    if (data.task) return postMessage({ reading: 7, start: 0, end: 4 });
    postMessage({ result: data.bytes === null ? null : { durationMs: 1 }, isSpent: false });
  };`;
  const { media } = workers(telling);
  const broken = { size: 4, read: () => Promise.reject(new Error("The disk is gone")) };
  assert.equal(await media.playing(broken), null);
  assert.notEqual(await media.playing(file), null);
  await media.close();
});

Deno.test("a picture of more bytes than may be read is not read", async () => {
  const { media } = workers(answering, { pictureBytesMax: 9 });
  assert.equal(await media.thumbnail(file), null);
  assert.equal(media.count, 0);
  await media.close();
});

Deno.test("closing ends what is under way, and nothing begins after it", async () => {
  const { media } = workers(reading);
  const never = new Promise<never>(() => {});
  const asked = [media.playing({ size: 1, read: () => never }), media.playing(file)];
  await media.close();
  assert.deepEqual(await Promise.all(asked), [null, null]);
  assert.equal(await media.playing(file), null);
  assert.equal(media.count, 0);
});

Deno.test("where there are no workers there is nothing to show", async () => {
  const { media } = workers(answering);
  const real = globalThis.Worker;
  // As at the edge, where the name itself is missing.
  Reflect.deleteProperty(globalThis, "Worker");
  try {
    assert.equal(await media.playing(file), null);
  } finally {
    globalThis.Worker = real;
  }
  await media.close();
});
