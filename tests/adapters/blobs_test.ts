/** What every store of attachments does alike: the contract of the port `Blobs`. */
import { strict as assert } from "node:assert";
import { bytesOf, chunks, everyStore } from "../support/blobs.ts";
import { oneOf, seeded } from "../support/random.ts";
import { someBytes } from "../support/uploads.ts";
import { test } from "../support/world.ts";

const bytes = someBytes(300);
const noBytes = new Uint8Array();
const newId = () => crypto.randomUUID();

for (const [name, blobs] of Object.entries(await everyStore())) {
  test(`${name}: of what nobody has written there is nothing, and removing it is no fault`, async () => {
    const id = newId();
    assert.equal(await blobs.size(id), 0);
    await blobs.remove(id);
    await blobs.truncate(id, 0);
    assert.deepEqual(await bytesOf(blobs, id), noBytes);
    await assert.rejects(bytesOf(blobs, id, { start: 0, end: 1 }));
  });

  test(`${name}: what is written in steps is read as one`, async () => {
    const id = newId();
    for (
      const [from, to] of [[0, 0], [0, 1], [1, 65], [65, 130], [130, 131], [131, 300]] as const
    ) {
      assert.equal(await blobs.write(id, from, chunks(bytes.subarray(from, to))), to - from);
      assert.equal(await blobs.size(id), to);
    }
    assert.deepEqual(await bytesOf(blobs, id), bytes);
  });

  test(`${name}: what came before a break stays, at whatever byte it was`, async () => {
    const id = newId();
    for (let cut = 0; cut <= 140; cut += 7) {
      const stream = chunks(bytes.subarray(0, cut), { breaks: true });
      assert.equal(await blobs.write(id, 0, stream), cut);
      assert.equal(await blobs.size(id), cut);
      await blobs.write(id, cut, chunks(bytes.subarray(cut)));
      assert.deepEqual(await bytesOf(blobs, id), bytes, `cut at ${cut}`);
    }
  });

  test(`${name}: writing in the middle forgets what lay beyond`, async () => {
    const id = newId();
    await blobs.write(id, 0, chunks(bytes));
    await blobs.write(id, 100, chunks(bytes.subarray(0, 20)));
    const expected = Uint8Array.from([...bytes.subarray(0, 100), ...bytes.subarray(0, 20)]);
    assert.deepEqual(await bytesOf(blobs, id), expected);
  });

  test(`${name}: it is cut at any byte, sealed or not, and goes on from there`, async () => {
    for (const sealed of [false, true]) {
      for (const size of [0, 1, 24, 64, 65, 299, 300, 500]) {
        const id = newId();
        await blobs.write(id, 0, chunks(bytes));
        if (sealed) await blobs.seal(id, 300);
        await blobs.truncate(id, size);
        const left = Math.min(size, 300);
        assert.equal(await blobs.size(id), left);
        assert.deepEqual(await bytesOf(blobs, id), bytes.slice(0, left));
        await blobs.write(id, left, chunks(bytes.subarray(left)));
        await blobs.seal(id, 300);
        assert.deepEqual(await bytesOf(blobs, id), bytes);
      }
    }
  });

  test(`${name}: any range is read, sealed or not, also an empty one`, async () => {
    const id = newId();
    await blobs.write(id, 0, chunks(bytes));
    for (const sealed of [false, true]) {
      if (sealed) await blobs.seal(id, 300);
      for (const start of [0, 1, 63, 64, 65, 150, 299, 300]) {
        for (const length of [0, 1, 64, 100, 300]) {
          const end = Math.min(300, start + length);
          assert.deepEqual(await bytesOf(blobs, id, { start, end }), bytes.slice(start, end));
        }
      }
      await assert.rejects(bytesOf(blobs, id, { start: 290, end: 301 }));
    }
  });

  test(`${name}: sealing may be repeated, and of nothing too`, async () => {
    for (const size of [0, 1, 64, 300]) {
      const id = newId();
      await blobs.write(id, 0, chunks(bytes.subarray(0, size)));
      await blobs.seal(id, size);
      await Promise.all([blobs.seal(id, size), blobs.seal(id, size)]);
      assert.equal(await blobs.size(id), size);
      assert.deepEqual(await bytesOf(blobs, id), bytes.slice(0, size));
    }
  });

  test(`${name}: what is removed is gone, sealed or not, and may come again`, async () => {
    for (const sealed of [false, true]) {
      const id = newId();
      await blobs.write(id, 0, chunks(bytes));
      if (sealed) await blobs.seal(id, 300);
      await blobs.remove(id);
      assert.equal(await blobs.size(id), 0);
      await assert.rejects(bytesOf(blobs, id, { start: 0, end: 300 }));
      await blobs.write(id, 0, chunks(bytes.subarray(0, 5)));
      assert.deepEqual(await bytesOf(blobs, id), bytes.slice(0, 5));
    }
  });

  test(`${name}: a reader that goes away in the middle disturbs nobody`, async () => {
    const id = newId();
    await blobs.write(id, 0, chunks(bytes));
    for (const sealed of [false, true]) {
      if (sealed) await blobs.seal(id, 300);
      const reader = blobs.read(id, { start: 0, end: 300 }).getReader();
      await reader.read();
      await reader.cancel();
      await blobs.read(id, { start: 0, end: 300 }).cancel();
      assert.deepEqual(await bytesOf(blobs, id), bytes);
    }
  });

  test(`${name}: several at once are not mixed`, async () => {
    const all = Array.from(
      { length: 12 },
      (_, place) => ({ id: newId(), part: bytes.slice(place) }),
    );
    await Promise.all(all.map(async ({ id, part }) => {
      await blobs.write(id, 0, chunks(part.subarray(0, 100), { breaks: true }));
      await blobs.write(id, 100, chunks(part.subarray(100)));
      await blobs.seal(id, part.length);
    }));
    for (const { id, part } of all) assert.deepEqual(await bytesOf(blobs, id), part);
  });

  test(`${name}: nothing but a UUID names a blob`, async () => {
    for (const id of ["", "../../etc/passwd", "a/b", newId().toUpperCase(), `${newId()}/..`]) {
      await assert.rejects(blobs.size(id), /Not a blob's id/);
      await assert.rejects(bytesOf(blobs, id, { start: 0, end: 1 }), /Not a blob's id/);
      await assert.rejects(blobs.write(id, 0, chunks(bytes)), /Not a blob's id/);
    }
  });

  test(`${name}: whatever is done in whatever order, it holds what a row of bytes would`, async () => {
    const random = seeded(20_261_121);
    const below = (limit: number) => Math.floor(random() * limit);
    for (let round = 0; round < 8; round++) {
      const id = newId();
      let expected = noBytes;
      for (let step = 0; step < 10; step++) {
        const act = oneOf(random, ["write", "write", "rewrite", "truncate", "seal"]);
        const at = act === "write" ? expected.length : below(expected.length + 1);
        if (act === "seal") await blobs.seal(id, expected.length);
        else if (act === "truncate") await blobs.truncate(id, at);
        else {
          const more = crypto.getRandomValues(new Uint8Array(below(200)));
          await blobs.write(id, at, chunks(more, { size: 1 + below(90), breaks: random() < 0.5 }));
          expected = Uint8Array.from([...expected.subarray(0, at), ...more]);
        }
        if (act === "truncate") expected = expected.slice(0, at);
        assert.deepEqual(
          await bytesOf(blobs, id),
          expected,
          `round ${round}, step ${step}, ${act}`,
        );
      }
    }
  });
}
