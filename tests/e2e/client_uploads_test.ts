/** Uploads of the client against the real server: cuts, pauses, reloads, known content. */
import { strict as assert } from "node:assert";
import { createClient } from "../../client/client.ts";
import type { Upload } from "../../client/uploads.ts";
import type { Attachment } from "../../schemas/attachments.ts";
import { sha256Of, someBytes } from "../support/uploads.ts";
import { until, within } from "../support/waiting.ts";
import { openWorld, type Person, test } from "../support/world.ts";

const world = await openWorld();
const instance = await world.instance({ ATTACHMENT_BYTES_MAX: "4000000" });
let filesMade = 0;

/** A file that the server has not seen. */
function fileOf(size: number): File {
  const bytes = someBytes(size);
  bytes.set(new TextEncoder().encode(`file ${++filesMade}`));
  return new File([bytes], "fïle.bin", { type: "image/png" });
}

interface Line {
  /** What becomes of each `PATCH`, in turn: sent whole, or so many bytes of it. */
  readonly cuts: (number | null)[];
  readonly asked: string[];
}

/** A client over a line that cuts requests in their middle. */
function clientOf(person: Person, line: Line = { cuts: [], asked: [] }) {
  const lossy: typeof fetch = async (input, init) => {
    line.asked.push(`${init!.method} ${new URL(String(input)).pathname.split("/")[2]}`);
    const cut = init!.method === "PATCH" ? line.cuts.shift() ?? null : null;
    if (cut === null) return await fetch(input, init);
    // As a train in a tunnel: so many bytes arrive, and no answer.
    await fetch(input, { ...init, body: (init!.body as Blob).slice(0, cut) });
    throw new TypeError("network");
  };
  return createClient({
    url: person.at.url,
    session: person.session,
    platform: { fetch: lossy, random: () => 0 },
  });
}

async function assertStored(person: Person, file: File, attachment: Attachment): Promise<void> {
  const bytes = new Uint8Array(await file.arrayBuffer());
  assert.deepEqual([attachment.size, attachment.sha256], [file.size, sha256Of(bytes)]);
  const headers = { authorization: `Bearer ${person.session.accessToken}` };
  const response = await fetch(`${instance.url}/v1/attachments/${attachment.id}`, { headers });
  assert.deepEqual(new Uint8Array(await response.arrayBuffer()), bytes);
}

function progressOf(upload: Upload): number[] {
  const sent: number[] = [];
  upload.events.on("progress", ({ sentBytes }) => sent.push(sentBytes));
  return sent;
}

test("an upload goes piece by piece, tells its progress, and ends as an attachment", async () => {
  const person = await instance.person("ana");
  const file = fileOf(1_000_000);
  const upload = clientOf(person).upload(file);
  const sent = progressOf(upload);
  const attachment = await upload.done;
  await assertStored(person, file, attachment);
  assert.equal(attachment.name, "fïle.bin");
  assert.equal(upload.state, "done");
  assert.deepEqual(sent.slice(0, 2), [0, 262_144]);
  assert.deepEqual(sent, sent.toSorted((a, b) => a - b));
  assert.equal(sent.at(-1), file.size);
});

test("an empty file is uploaded", async () => {
  const person = await instance.person("ana");
  const file = new File([], "empty.txt");
  await assertStored(person, file, await clientOf(person).upload(file).done);
});

test("what arrived before a cut is not sent again", async () => {
  const person = await instance.person("ana");
  const file = fileOf(600_000);
  const line = { cuts: [null, 100_000, 0, 1], asked: [] as string[] };
  const upload = clientOf(person, line).upload(file);
  const sent = progressOf(upload);
  await assertStored(person, file, await upload.done);
  assert.ok(sent.includes(362_144), `the piece that was cut counts: ${sent}`);
  assert.equal(line.asked.filter((asked) => asked === "POST uploads").length, 1);
  assert.equal(line.asked.filter((asked) => asked === "HEAD uploads").length, 3);
});

test("a paused upload sends nothing until it goes on", async () => {
  const person = await instance.person("ana");
  const file = fileOf(2_000_000);
  const line = { cuts: [], asked: [] as string[] };
  const upload = clientOf(person, line).upload(file);
  await until("it has begun", () => upload.sentBytes > 0);
  upload.pause();
  assert.equal(upload.state, "paused");
  const asked = line.asked.length;
  upload.resume();
  upload.pause();
  assert.equal(upload.state, "paused");
  assert.equal(line.asked.length, asked);
  upload.resume();
  await assertStored(person, file, await within("it is done", upload.done));
});

test("after a reload an upload goes on where it was, given the same file", async () => {
  const person = await instance.person("ana");
  const file = fileOf(1_200_000);
  const first = clientOf(person).upload(file);
  await until("it has begun", () => first.sentBytes > 0);
  first.pause();
  const line = { cuts: [], asked: [] as string[] };
  const second = clientOf(person, line).upload(file, { url: first.url! });
  const sent = progressOf(second);
  await assertStored(person, file, await within("it is done", second.done));
  assert.ok(sent[0]! > 0);
  assert.equal(line.asked.includes("POST uploads"), false);
});

test("an upload that the server has forgotten, or of another file, begins anew", async () => {
  const person = await instance.person("ana");
  const file = fileOf(10_000);
  const forgotten = `/v1/uploads/${crypto.randomUUID()}`;
  await assertStored(person, file, await clientOf(person).upload(file, { url: forgotten }).done);
  const other = clientOf(person).upload(fileOf(20_000));
  await other.done;
  const again = fileOf(30_000);
  await assertStored(person, again, await clientOf(person).upload(again, { url: other.url! }).done);
});

test("what I have uploaded before is not sent again", async () => {
  const person = await instance.person("ana");
  const file = fileOf(50_000);
  await clientOf(person).upload(file).done;
  const line = { cuts: [], asked: [] as string[] };
  await assertStored(person, file, await clientOf(person, line).upload(file).done);
  assert.equal(line.asked.includes("PATCH uploads"), false);
});

test("a cancelled upload is gone from the server, and its promise says so", async () => {
  const person = await instance.person("ana");
  const upload = clientOf(person).upload(fileOf(2_000_000));
  await until("it has begun", () => upload.sentBytes > 0);
  upload.cancel();
  await assert.rejects(upload.done, { code: "cancelled" });
  assert.equal(upload.state, "cancelled");
  const url = upload.url!;
  const info = `/v1/attachments/${url.split("/").at(-1)}/info`;
  assert.equal((await person.ask("GET", info)).status, 404);
});

test("what is refused fails with the server's reason", async () => {
  const person = await instance.person("ana");
  const upload = clientOf(person).upload(fileOf(4_000_001));
  await assert.rejects(upload.done, { code: "tooLarge" });
  assert.equal(upload.state, "failed");
});

test("an upload goes on with a new token when the first has expired", async () => {
  const person = await instance.person("ana");
  const client = clientOf(person);
  world.clock.advanceMs(31 * 60_000);
  const file = fileOf(10_000);
  const { id } = await client.upload(file).done;
  assert.notEqual(client.session!.accessToken, person.session.accessToken);
  assert.ok(id);
});
