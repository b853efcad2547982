/** The outbox alone: order, arrays and single frames, the size of frames, and the end of the slow. */
import { strict as assert } from "node:assert";
import { setImmediate } from "node:timers";
import { Outbox, type OutboxOwner } from "../../realtime/outbox.ts";
import { Turn } from "../../realtime/turn.ts";
import { test } from "../support/world.ts";

const mebibyte = 1_048_576;

/** A socket whose peer takes nothing, or everything. */
class PaperSocket {
  readonly frames: string[] = [];
  bufferedAmount = 0;
  constructor(readonly isRead: boolean) {}
  send(frame: string | ArrayBufferLike | Blob | ArrayBufferView): void {
    this.frames.push(String(frame));
    if (!this.isRead) this.bufferedAmount += new TextEncoder().encode(String(frame)).length;
  }
}

function outbox({ batches = true, isRead = true, bytesMax = mebibyte, livelyBytesMax = 262_144 }) {
  const socket = new PaperSocket(isRead);
  const ended: string[] = [];
  const owner: OutboxOwner = {
    tooSlow: () => (ended.push("tooSlow"), box.stop()),
    failed: (error) => void ended.push(String(error)),
  };
  const box: Outbox = new Outbox(socket, new Turn(), owner, { batches, bytesMax, livelyBytesMax });
  return { socket, box, ended, frames: socket.frames };
}

function turnEnds(): Promise<void> {
  return new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
}

const message = (n: number, size = 0) => JSON.stringify({ n, pad: "x".repeat(size) });
const numbersIn = (frames: string[]) =>
  frames.flatMap((frame) => [JSON.parse(frame)].flat()).map(({ n }) => n);
const bytesOf = (text: string) => new TextEncoder().encode(text).length;

test("what is pushed within a turn leaves at its end, in order, as one array", async () => {
  const { box, frames } = outbox({});
  for (let n = 0; n < 5; n++) box.push(message(n));
  assert.deepEqual(frames, []);
  assert.equal(box.hasWaiting, true);
  await turnEnds();
  assert.equal(frames.length, 1);
  assert.deepEqual(numbersIn(frames), [0, 1, 2, 3, 4]);
  assert.equal(box.hasWaiting, false);
});

test("a single message is no array", async () => {
  const { box, frames } = outbox({});
  box.push(message(1));
  await turnEnds();
  assert.deepEqual(frames, [message(1)]);
});

test("a client that takes no arrays gets one message a frame, in the same order", async () => {
  const { box, frames } = outbox({ batches: false });
  for (let n = 0; n < 5; n++) box.push(message(n));
  box.pushNow(message(5));
  box.push(message(6));
  await turnEnds();
  assert.deepEqual(frames, [0, 1, 2, 3, 4, 5, 6].map((n) => message(n)));
});

test("what must go at once never overtakes what waits", async () => {
  const { box, frames } = outbox({});
  box.push(message(0));
  box.pushNow(message(1));
  assert.deepEqual(numbersIn(frames), [0, 1]);
  box.pushNow(message(2));
  box.push(message(3));
  await turnEnds();
  assert.deepEqual(numbersIn(frames), [0, 1, 2, 3]);
});

test("nothing is sent twice, however often it is flushed", async () => {
  const { box, frames } = outbox({});
  box.push(message(0));
  box.flush();
  box.flush();
  await turnEnds();
  box.push(message(1));
  await turnEnds();
  await turnEnds();
  assert.deepEqual(numbersIn(frames), [0, 1]);
});

test("no frame is over 1 MiB, whatever its characters take in UTF-8", async () => {
  for (const character of ["x", "é", "漢", "😀"]) {
    const { box, frames } = outbox({ bytesMax: 64 * mebibyte });
    const text = (n: number) => JSON.stringify({ n, pad: character.repeat(20_000) });
    for (let n = 0; n < 100; n++) box.push(text(n));
    await turnEnds();
    assert.deepEqual(numbersIn(frames), Array.from({ length: 100 }, (_, n) => n));
    assert.ok(frames.every((frame) => bytesOf(frame) <= mebibyte), character);
    assert.ok(frames.length < 100, "they go together all the same");
  }
});

test("thousands of small messages in a turn are split into frames as well", async () => {
  const { box, frames } = outbox({ bytesMax: 64 * mebibyte });
  for (let n = 0; n < 50_000; n++) box.push(message(n, 50));
  await turnEnds();
  assert.equal(numbersIn(frames).length, 50_000);
  assert.ok(frames.every((frame) => bytesOf(frame) <= mebibyte));
});

test("a peer that takes nothing is too slow, and gets nothing more", async () => {
  const { box, ended, socket } = outbox({ isRead: false, bytesMax: 65_536 });
  for (let n = 0; n < 100; n++) {
    box.push(message(n, 10_000));
    await turnEnds();
  }
  assert.deepEqual(ended, ["tooSlow"], "told once");
  // The ceiling holds to within what is sent between two looks.
  assert.ok(socket.bufferedAmount < 65_536 + 65_536, `${socket.bufferedAmount} bytes`);
  const sent = numbersIn(socket.frames);
  assert.deepEqual(sent, sent.map((_, n) => n), "what it got is unbroken from the beginning");
});

test("one flood within a turn is found too slow before it is all sent", async () => {
  for (const batches of [true, false]) {
    const { box, ended, socket } = outbox({ isRead: false, bytesMax: mebibyte, batches });
    for (let n = 0; n < 1_000; n++) box.push(message(n, 10_000));
    await turnEnds();
    assert.deepEqual(ended, ["tooSlow"]);
    assert.ok(socket.bufferedAmount < 2.1 * mebibyte, `${socket.bufferedAmount} bytes`);
  }
});

test("what is only lively is left out while the peer lags, and sent again once it keeps up", async () => {
  const { box, socket } = outbox({ livelyBytesMax: 16_384 });
  socket.bufferedAmount = 16_384;
  box.pushLively(message(0));
  socket.bufferedAmount = 16_385;
  box.pushLively(message(1));
  box.push(message(2));
  socket.bufferedAmount = 0;
  box.pushLively(message(3));
  await turnEnds();
  assert.deepEqual(numbersIn(socket.frames), [0, 2, 3]);
});

test("who has been stopped sends nothing, not even what waited", async () => {
  const { box, frames } = outbox({});
  box.push(message(0));
  box.stop();
  box.pushNow(message(1));
  box.push(message(2));
  box.flush();
  await turnEnds();
  assert.deepEqual(frames, []);
});

test("a socket that throws is its owner's to hear of", async () => {
  const { box, socket, ended } = outbox({});
  socket.send = () => {
    throw new Error("broken");
  };
  box.push(message(0));
  await turnEnds();
  assert.deepEqual(ended, ["Error: broken"]);
});
