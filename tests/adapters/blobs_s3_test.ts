/** Attachments in S3: what lies in the bucket, and what comes of it when S3 fails, at any request. */
import { strict as assert } from "node:assert";
import { BlobsOnS3 } from "../../adapters/blobs_s3.ts";
import { S3Bucket } from "../../adapters/s3_bucket.ts";
import { Failure } from "../../errors.ts";
import { bytesOf, chunks, eager, impatient, openS3, placeOf, tiny } from "../support/blobs.ts";
import { type Asked, type Fault, S3Faults } from "../support/s3_faults.ts";
import { someBytes } from "../support/uploads.ts";
import { until } from "../support/waiting.ts";
import { test } from "../support/world.ts";

const s3 = await openS3();
const faults = new S3Faults(s3);
Deno.test.afterAll(() => faults[Symbol.asyncDispose]());
const bucket = new S3Bucket(placeOf(s3));
const faulty = new S3Bucket(placeOf(s3, { endpoint: faults.url }), eager);
const usual = new BlobsOnS3(bucket);
const blobs = new BlobsOnS3(bucket, tiny);
const faultyBlobs = new BlobsOnS3(faulty, tiny);
const bytes = someBytes(300);
const requestsMax = 60;
const newId = () => crypto.randomUUID();

/** The keys of a blob in the bucket, without its id. */
async function keysOf(id: string): Promise<string[]> {
  const lists = await Promise.all([bucket.list(`attachments/${id}`), bucket.list(`uploads/${id}`)]);
  return lists.flat().map(({ key }) => key.replace(id, ""));
}

/** What an upload with a cut asks of its store. */
async function store(to: BlobsOnS3, id: string): Promise<void> {
  await to.write(id, 0, chunks(bytes.subarray(0, 150), { breaks: true }));
  await to.write(id, 150, chunks(bytes.subarray(150)));
  await to.seal(id, 300);
}

/** Goes on where it stands, as a client does; nothing but the one object is left. */
async function goesOn(id: string, what: string): Promise<void> {
  const at = await blobs.size(id);
  assert.deepEqual(await bytesOf(blobs, id), bytes.slice(0, at), what);
  if (at < 300) await blobs.write(id, at, chunks(bytes.subarray(at)));
  await blobs.seal(id, 300);
  assert.deepEqual(await bytesOf(blobs, id), bytes, what);
  assert.deepEqual(await keysOf(id), ["attachments/"], what);
}

async function isUnavailable(act: Promise<unknown>): Promise<Failure> {
  const error = await act.then(() => undefined, (error: unknown) => error);
  assert.ok(error instanceof Failure && error.code === "unavailable", String(error));
  assert.ok(error.options.retryAfterMs! > 0);
  return error;
}

test("one object is left of a sealed blob, and reading it is one request", async () => {
  const id = newId();
  await store(faultyBlobs, id);
  assert.deepEqual(await keysOf(id), ["attachments/"]);
  faults.asked.length = 0;
  await bytesOf(faultyBlobs, id, { start: 10, end: 20 });
  assert.deepEqual(faults.asked.map(({ method }) => method), ["GET"]);
});

test("what came in one piece is copied, not sent again", async () => {
  const id = newId();
  faults.asked.length = 0;
  await faultyBlobs.write(id, 0, chunks(bytes.subarray(0, 50)));
  await faultyBlobs.seal(id, 50);
  assert.deepEqual(
    faults.asked.map(({ method }) => method).filter((method) => method !== "HEAD"),
    ["GET", "PUT", "GET", "PUT", "DELETE"],
  );
  assert.deepEqual(await bytesOf(blobs, id), bytes.slice(0, 50));
});

test("large ones go through pieces and parts of the usual sizes", async () => {
  const id = newId();
  const large = someBytes(17_000_000);
  assert.equal(await usual.write(id, 0, new Blob([large]).stream()), large.length);
  assert.equal((await keysOf(id)).length, 5);
  await usual.seal(id, large.length);
  assert.deepEqual(await keysOf(id), ["attachments/"]);
  assert.ok((await new Response(usual.read(id, { start: 0, end: large.length })).bytes())
    .every((byte, place) => byte === large[place]));
});

test("many short writes do not make many pieces", async () => {
  const id = newId();
  for (let at = 0; at < 300; at += 5) await blobs.write(id, at, chunks(bytes.subarray(at, at + 5)));
  assert.deepEqual(await bytesOf(blobs, id), bytes);
  const pieces = (await keysOf(id)).length;
  assert.ok(pieces <= 300 / tiny.pieceBytesMin, String(pieces));
});

test("what has come is stored although the stream goes on", async () => {
  const id = newId();
  const hasty = new BlobsOnS3(bucket, { ...tiny, waitMaxMs: 50 });
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
  const written = hasty.write(id, 0, readable);
  const writer = writable.getWriter();
  for (const end of [10, 20, 30, 100]) {
    await writer.write(bytes.subarray(await blobs.size(id), end));
    await until(`${end} bytes are stored`, async () => await blobs.size(id) === end);
  }
  await writer.close();
  assert.equal(await written, 100);
  assert.deepEqual(await bytesOf(blobs, id), bytes.slice(0, 100));
});

test("a listing of more than one page is read to its end", async () => {
  const keys = Array.from(
    { length: 25 },
    (_, place) => `uploads/x/${String(place).padStart(2, "0")}`,
  );
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, ({ url }) => {
    const after = new URL(url).searchParams.get("start-after") ?? "";
    const rest = keys.filter((key) => key > after);
    const page = rest.slice(0, 10)
      .map((key) => `<Contents><Key>${key}</Key>\n<Size>7</Size></Contents>`).join("\n");
    const isTruncated = rest.length > 10;
    return new Response(`<List>${page}<IsTruncated>${isTruncated}</IsTruncated></List>`);
  });
  const paged = new S3Bucket(placeOf(s3, { endpoint: `http://127.0.0.1:${server.addr.port}` }));
  assert.deepEqual(await paged.list("uploads/x/"), keys.map((key) => ({ key, size: 7 })));
  await server.shutdown();
});

test("a piece that is missing ends what counts, and what lies beyond is not mixed in", async () => {
  const id = newId();
  await blobs.write(id, 0, chunks(bytes));
  const [, second] = await bucket.list(`uploads/${id}/`);
  await bucket.remove(second!.key);
  assert.equal(await blobs.size(id), 64);
  await assert.rejects(blobs.seal(id, 300));
  await goesOn(id, "after a gap");
});

test("a server that is killed at any request leaves what another can go on with", async () => {
  for (let last = 0; last < requestsMax; last++) {
    const id = newId();
    let count = 0;
    faults.plan = () => count++ < last ? undefined : "refused";
    const error = await store(faultyBlobs, id).then(() => null, (error: unknown) => error);
    faults.mend();
    await goesOn(id, `killed before request ${last}`);
    if (error === null) return assert.ok(last > 25, `Only ${last} requests`);
  }
  assert.fail("It never ended well");
});

test("one request that fails is repeated; where that would do harm, the client repeats", async () => {
  for (const fault of ["refused", "slow down", "answer lost", "answer cut"] as const) {
    for (let place = 0, isOver = false; !isOver; place++) {
      assert.ok(place < requestsMax, "It never ended well");
      const id = newId();
      let count = 0;
      let failed: Asked | undefined;
      faults.plan = (asked) => {
        if (count++ !== place) return;
        failed = asked;
        return fault;
      };
      const error = await store(faultyBlobs, id).then(() => null, (error: unknown) => error);
      faults.mend();
      const what = `${fault} of request ${place}, ${failed?.method}`;
      if (error !== null) {
        assert.equal(failed?.method, "POST", what);
        assert.equal((error as Failure).code, "unavailable", what);
      }
      await goesOn(id, what);
      isOver = failed === undefined;
    }
  }
});

test("an answer that is cut, again and again, is read on from where it broke off", async () => {
  const id = newId();
  await store(blobs, id);
  faults.asked.length = 0;
  faults.fail("answer cut", ({ path }) => path.includes("/attachments/"));
  assert.deepEqual(await bytesOf(faultyBlobs, id, { start: 0, end: 300 }), bytes);
  assert.ok(faults.asked.length > 5, String(faults.asked.length));
  faults.mend();
});

test("an S3 that says nothing, or is not there, is unavailable within the time", async () => {
  const id = newId();
  await store(blobs, id);
  const hasty = new S3Bucket(placeOf(s3, { endpoint: faults.url }), impatient);
  const hastyBlobs = new BlobsOnS3(hasty, tiny);
  for (const fault of ["silence", "refused"] satisfies Fault[]) {
    faults.fail(fault);
    await isUnavailable(hastyBlobs.size(id));
    await isUnavailable(hastyBlobs.write(id, 300, chunks(bytes)));
    await isUnavailable(hastyBlobs.seal(id, 300));
    await isUnavailable(hastyBlobs.truncate(id, 1));
    await isUnavailable(hastyBlobs.remove(id));
    await assert.rejects(bytesOf(hastyBlobs, id, { start: 0, end: 300 }));
  }
  faults.mend();
  const nowhere = new S3Bucket(placeOf(s3, { endpoint: "http://127.0.0.1:1" }), impatient);
  await isUnavailable(new BlobsOnS3(nowhere).size(id));
  assert.deepEqual(await bytesOf(blobs, id), bytes, "Nothing was touched");
});

test("a 200 that holds an error is an error", async () => {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, ({ method }) => {
    const error = "<Error><Code>InternalError</Code></Error>";
    const begun =
      "<InitiateMultipartUploadResult><UploadId>7</UploadId></InitiateMultipartUploadResult>";
    return new Response(method === "POST" ? begun : error);
  });
  const endpoint = `http://127.0.0.1:${server.addr.port}`;
  const liar = new S3Bucket(placeOf(s3, { endpoint }), impatient);
  await isUnavailable(liar.copy("one", "two"));
  assert.equal(await liar.begin("one"), "7");
  await isUnavailable(liar.complete("one", "7", ["tag"]));
  await server.shutdown();
});

test("a refusal tells S3's code, and neither key nor signature", async () => {
  for (
    const [more, told] of [
      [{ secretAccessKey: "a wrong secret" }, "S3 answered 403 SignatureDoesNotMatch"],
      [{ accessKeyId: "UNKNOWNKEY" }, "S3 answered 403 InvalidAccessKeyId"],
      [{ bucket: "no-such-bucket" }, "S3 answered 404 NoSuchBucket"],
    ] as const
  ) {
    const closed = new S3Bucket(placeOf(s3, more));
    const error = await isUnavailable(closed.enter());
    assert.equal((error.cause as Error).message, told);
    await isUnavailable(new BlobsOnS3(closed).size(newId()));
    assert.doesNotMatch(Deno.inspect(error), /a wrong secret|UNKNOWNKEY|Signature=/);
  }
});

test("the bucket stands in the path or in the host's name", async () => {
  const asked: string[] = [];
  const real = globalThis.fetch;
  globalThis.fetch = (request) => {
    asked.push((request as Request).url);
    return Promise.resolve(new Response());
  };
  try {
    for (const endpoint of ["https://s3.example", "https://s3.example/below"]) {
      for (const isPathStyle of [true, false]) {
        const place = placeOf(s3, { endpoint, bucket: "b", isPathStyle });
        await new S3Bucket(place).remove("attachments/x");
      }
    }
  } finally {
    globalThis.fetch = real;
  }
  assert.deepEqual(asked, [
    "https://s3.example/b/attachments/x",
    "https://b.s3.example/attachments/x",
    "https://s3.example/below/b/attachments/x",
    "https://b.s3.example/below/attachments/x",
  ]);
});
