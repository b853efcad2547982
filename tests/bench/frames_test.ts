/** The load generator's frame reader and writer: what they miscount, the bench would report. */
import assert from "node:assert/strict";
import { encodeFrame, FrameReader, roomPayloadBytesMin } from "../../bench/frames.ts";

const sizes = [0, 1, 125, 126, 300, 65_535, 65_536, 70_000];

/** A frame as a server sends it: final and without a mask. */
function serverFrame(size: number, opcode = 1): Uint8Array {
  const payload = new Uint8Array(size).map((_, at) => 97 + at % 26);
  const head = size < 126 ? [size] : size < 65_536 ? [126, size >> 8, size & 255] : longHead(size);
  return new Uint8Array([0x80 | opcode, ...head, ...payload]);
}

function longHead(size: number): number[] {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt(size));
  return [127, ...bytes];
}

function joined(pieces: readonly Uint8Array[]): Uint8Array {
  return new Uint8Array(pieces.flatMap((piece) => [...piece]));
}

Deno.test("FrameReader counts frames and payload bytes with lengths of 7, 16 and 64 bits", () => {
  const reader = new FrameReader();
  for (const size of sizes) reader.push(serverFrame(size));
  const large = sizes.filter((size) => size >= roomPayloadBytesMin);
  assert.equal(reader.frames, large.length);
  assert.equal(reader.payloadBytes, large.reduce((sum, size) => sum + size, 0));
  assert.equal(reader.smallFrames, sizes.length - large.length);
});

Deno.test("FrameReader counts the same wherever the stream is split in two", () => {
  const stream = joined([3, 126, 200, 0, 130].map((size) => serverFrame(size)));
  for (let at = 0; at <= stream.length; at++) {
    const texts: number[] = [];
    const reader = new FrameReader({ onText: (payload) => texts.push(payload.length) });
    reader.push(stream.subarray(0, at));
    reader.push(stream.subarray(at));
    assert.deepEqual(texts, [3, 126, 200, 0, 130], `split at ${at}`);
    assert.deepEqual([reader.frames, reader.payloadBytes, reader.smallFrames], [3, 456, 2]);
  }
});

Deno.test("FrameReader gives each payload whole when the stream comes byte by byte", () => {
  const payloads: string[] = [];
  const reader = new FrameReader({
    onText: (payload) => payloads.push(new TextDecoder().decode(payload)),
  });
  const stream = joined(sizes.map((size) => serverFrame(size)));
  for (let at = 0; at < stream.length; at++) reader.push(stream.subarray(at, at + 1));
  const expected = sizes.map((size) => "abcdefghijklmnopqrstuvwxyz".repeat(3000).slice(0, size));
  assert.deepEqual(payloads, expected);
});

Deno.test("FrameReader gives arrays alone to whoever asks for arrays", () => {
  const array = new Uint8Array([0x81, 4, ...new TextEncoder().encode("[{}]")]);
  const stream = joined([serverFrame(130), array, serverFrame(2)]);
  for (let at = 0; at <= stream.length; at++) {
    const arrays: string[] = [];
    const reader = new FrameReader({
      onArray: (payload) => arrays.push(new TextDecoder().decode(payload)),
    });
    reader.push(stream.subarray(0, at));
    reader.push(stream.subarray(at));
    assert.deepEqual(arrays, ["[{}]"], `split at ${at}`);
  }
});

Deno.test("FrameReader hands over protocol pings and counts them as no text", () => {
  const pings: number[] = [];
  const reader = new FrameReader({ onPing: (payload) => pings.push(payload.length) });
  reader.push(joined([serverFrame(4, 9), serverFrame(0, 9), serverFrame(2)]));
  assert.deepEqual(pings, [4, 0]);
  assert.deepEqual([reader.frames, reader.smallFrames], [0, 1]);
});

Deno.test("FrameReader throws with code and reason when the server closes", () => {
  const reason = new TextEncoder().encode("slowConsumer");
  const close = new Uint8Array([0x88, reason.length + 2, 4003 >> 8, 4003 & 255, ...reason]);
  assert.throws(() => new FrameReader().push(close), /4003 "slowConsumer"/);
});

Deno.test("FrameReader refuses a fragmented message", () => {
  assert.throws(() => new FrameReader().push(new Uint8Array([0x01, 1, 97])), /Fragmented/);
});

Deno.test("encodeFrame() writes a masked frame that leaves the payload as it is", () => {
  for (const size of sizes) {
    const frame = encodeFrame("a".repeat(size));
    const payloads: Uint8Array[] = [];
    const reader = new FrameReader({ onText: (payload) => payloads.push(payload.slice()) });
    reader.push(frame);
    assert.equal(frame[1]! & 0x80, 0x80);
    assert.equal(payloads.length, 1);
    assert.equal(new TextDecoder().decode(payloads[0]), "a".repeat(size));
  }
});
