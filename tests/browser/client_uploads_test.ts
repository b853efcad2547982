/** Uploads from a real page: after a cut they go on at the byte that arrived. */
import { strict as assert } from "node:assert";
import type { Attachment } from "../../schemas/attachments.ts";
import { Link } from "../faults/proxy.ts";
import { browserTest as test, testBrowser } from "../support/browser.ts";
import { ClientTab, hostClientPage } from "../support/browser/client_page.ts";
import { slowNetwork } from "../support/browser/network.ts";
import { offsetOf, sha256Of, someBytes } from "../support/uploads.ts";
import { until } from "../support/waiting.ts";
import { openWorld, type Person } from "../support/world.ts";

const browser = testBrowser();
const host = await hostClientPage();
Deno.test.afterAll(() => host[Symbol.asyncDispose]());
const world = await openWorld();
const instance = await world.instance({ ALLOWED_ORIGINS: host.origin });
const limitMs = 90_000;

/** A file's bytes, made in the page as they are made here. */
function begin(tab: ClientTab, bytes: Uint8Array) {
  return tab.client.evaluateHandle((client, text) => {
    const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    return client.upload(new File([bytes], "film.bin", { type: "image/png" }));
  }, btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join("")));
}

/** What the page asked of uploads: the method, and for pieces from which byte on. */
function requestsOf(tab: ClientTab): string[] {
  const asked: string[] = [];
  tab.page.on("request", (request) => {
    if (!request.url().includes("/v1/uploads") || request.method() === "OPTIONS") return;
    asked.push(`${request.method()} ${request.headers()["upload-offset"] ?? ""}`.trim());
  });
  return asked;
}

async function assertWhole(person: Person, attachment: Attachment, bytes: Uint8Array<ArrayBuffer>) {
  assert.deepEqual([attachment.size, attachment.sha256], [bytes.length, sha256Of(bytes)]);
  const headers = { authorization: `Bearer ${person.session.accessToken}` };
  const response = await fetch(`${instance.url}/v1/attachments/${attachment.id}`, { headers });
  assert.deepEqual(new Uint8Array(await response.arrayBuffer()), bytes);
}

test("an upload that is cut in the middle of a piece goes on at the byte that arrived", async () => {
  const person = await instance.person("ana");
  await using visitor = await browser.visitor();
  visitor.expect(/net::ERR_/, /WebSocket connection to .* failed/, /v1\/(ws|uploads)/);
  using link = new Link(Number(new URL(instance.url).port));
  const account = { url: `http://${link.host}`, session: person.session };
  const tab = await ClientTab.open(visitor, host, account);
  const asked = requestsOf(tab);
  const bytes = someBytes(3_000_000);
  link.become("slow", 40);
  const upload = await begin(tab, bytes);
  await until(
    "pieces have come",
    () => upload.evaluate(({ sentBytes }) => sentBytes > 300_000),
    limitMs,
  );
  const before = await upload.evaluate(({ sentBytes }) => sentBytes);
  link.become("cut");
  await until("it waits", () => upload.evaluate(({ state }) => state === "waiting"), limitMs);
  const arrived = await offsetOf(
    person,
    (await upload.evaluate(({ url }) => url!)).split("/").at(-1)!,
  );
  link.become("open");
  const attachment = await upload.evaluate(({ done }) => done);
  await assertWhole(person, attachment, bytes);
  assert.equal(asked.filter((request) => request === "POST").length, 1, asked.join());
  const looked = asked.lastIndexOf("HEAD");
  assert.ok(looked > 0, asked.join());
  const resumed = Number(asked[looked + 1]!.split(" ")[1]);
  assert.ok(arrived >= before, `${arrived} arrived, and ${before} were told`);
  assert.ok(resumed >= arrived, `it went on at ${resumed}, after ${arrived} had come`);
});

test("an upload on a slow network tells its progress, pauses, and goes on", async () => {
  const person = await instance.person("ana");
  await using visitor = await browser.visitor();
  const tab = await ClientTab.open(visitor, host, { url: instance.url, session: person.session });
  const asked = requestsOf(tab);
  const bytes = someBytes(1_000_000);
  {
    await using _slow = await slowNetwork(tab.page, { latencyMs: 100, bytesPerSecond: 300_000 });
    const upload = await begin(tab, bytes);
    await until(
      "a piece has come",
      () => upload.evaluate(({ sentBytes }) => sentBytes > 0),
      limitMs,
    );
    await upload.evaluate((upload) => upload.pause());
    assert.equal(await upload.evaluate(({ state }) => state), "paused");
    await upload.evaluate((upload) => upload.resume());
    await assertWhole(person, await upload.evaluate(({ done }) => done), bytes);
  }
  assert.equal(asked.filter((request) => request === "POST").length, 1, asked.join());
  assert.equal(asked.filter((request) => request === "PATCH 0").length, 1, asked.join());
});
