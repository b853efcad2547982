/** Voice notes: recorded with the browser's own microphone, listened to, sent, and heard by the other. */
import { strict as assert } from "node:assert";
import type { MessagePage } from "../../schemas/messages.ts";
import { browserTest as test, testBrowser } from "../support/browser.ts";
import { openThread, seenMs } from "../support/browser/thread_page.ts";
import { buildPages } from "../support/pages.ts";
import { until } from "../support/waiting.ts";
import { openWorld } from "../support/world.ts";

await buildPages();
const world = await openWorld();
const server = await world.instance();
const browser = testBrowser();

test("a voice note is recorded, listened to before it is sent, and played by the other", async () => {
  const { ana, bo, id } = await server.pair();
  await using sender = await browser.visitor({ permissions: ["microphone"] });
  const page = await openThread(sender, ana, { id });
  await page.getByRole("button", { name: "Record a voice note" }).click();
  const timer = page.getByRole("timer");
  await until("some is recorded", async () => await timer.textContent() === "0:02", seenMs);
  await page.getByRole("button", { name: "Stop recording" }).click();
  await page.getByRole("button", { name: "Play" }).click();
  await page.getByRole("button", { name: "Send" }).click();

  const kept = async () =>
    (await bo.do<MessagePage>("GET", `/v1/conversations/${id}/messages`)).items
      .find(({ kind }) => kind === "audio");
  const note = await until("it is stored", kept, seenMs);
  const { attachmentId, durationMs } = note!.body as { attachmentId: string; durationMs: number };
  assert.ok(durationMs >= 1_000, `${durationMs} ms`);
  const file = await bo.do<{ mime: string }>("GET", `/v1/attachments/${attachmentId}/info`);
  // The bytes say which container it is, not that nothing is to be seen in it.
  assert.match(file.mime, /^(audio|video)\//);

  await using listener = await browser.visitor();
  const there = await openThread(listener, bo, { id });
  await there.getByRole("button", { name: "Play" }).click();
  await there.getByRole("button", { name: "Pause" }).waitFor();
});

test("a recording that is thrown away is sent to nobody", async () => {
  const { ana, bo, id } = await server.pair();
  await using sender = await browser.visitor({ permissions: ["microphone"] });
  const page = await openThread(sender, ana, { id });
  await page.getByRole("button", { name: "Record a voice note" }).click();
  await page.getByRole("timer").waitFor();
  await page.getByRole("button", { name: "Discard recording" }).click();
  await page.getByRole("textbox", { name: "Message" }).waitFor();
  const { items } = await bo.do<MessagePage>("GET", `/v1/conversations/${id}/messages`);
  assert.deepEqual(items.filter(({ kind }) => kind === "audio"), []);
});
