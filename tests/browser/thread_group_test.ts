/** A group's conversation: who has read, who may write, what is announced, and files that are let fall on it. */
/// <reference lib="dom" />
import { strict as assert } from "node:assert";
import { Buffer } from "node:buffer";
import { browserTest as test, testBrowser } from "../support/browser.ts";
import { auditPage } from "../support/browser/audit.ts";
import { choose, messageOf, openThread, write } from "../support/browser/thread_page.ts";
import { buildPages } from "../support/pages.ts";
import { openWorld } from "../support/world.ts";

await buildPages();
const world = await openWorld();
const site = await world.instance();
const browser = testBrowser();

test("one sees who has read a message, and is told of a mute and its end", async () => {
  const [ana, bo, cy] = [
    await site.person("ana"),
    await site.person("bo"),
    await site.person("cy"),
  ];
  const id = await site.group(ana, [bo, cy], { name: "Team" });
  await ana.do("PATCH", `/v1/groups/${id}`, { announcement: "Standup at nine" });
  await using mine = await browser.visitor({ locale: "zh-CN", colorScheme: "dark" });
  await using theirs = await browser.visitor({ viewport: { width: 360, height: 640 } });
  const bos = await openThread(theirs, bo, { id });
  await bos.getByRole("region", { name: "Announcement" }).getByText("Standup at nine").waitFor();
  await write(bos, "Done by noon");
  await messageOf(bos, "Done by noon").waitFor();
  const anas = await openThread(mine, ana, { id });
  await messageOf(anas, "Done by noon").waitFor();
  await choose(bos, "Done by noon", "Read by…");
  const dialog = bos.getByRole("dialog", { name: "Read by…" });
  await dialog.getByText("Read by 1", { exact: true }).waitFor();
  await dialog.getByText("Not read by 1").waitFor();
  assert.deepEqual(await auditPage(bos), []);
  await bos.keyboard.press("Escape");
  const mutedUntil = new Date(Date.now() + 3_600_000).toISOString();
  await ana.do("PATCH", `/v1/groups/${id}/members/${bo.id}`, { mutedUntil });
  await bos.getByText(/^You are muted until/).waitFor();
  await ana.do("PATCH", `/v1/groups/${id}/members/${bo.id}`, { mutedUntil: null });
  await bos.getByRole("textbox", { name: "Message" }).waitFor();
});

test("files that are let fall are sent in their order, and what is empty is told", async () => {
  const { ana, bo, id } = await site.pair();
  await using mine = await browser.visitor();
  await using theirs = await browser.visitor();
  const anas = await openThread(mine, ana, { id });
  const bos = await openThread(theirs, bo, { id });
  await anas.locator(".thread-body").evaluate((body) => {
    const data = new DataTransfer();
    for (const [name, text] of [["one.txt", "1"], ["none.txt", ""], ["two.txt", "22"]] as const) {
      data.items.add(new File([text], name, { type: "text/plain" }));
    }
    const init = { dataTransfer: data, bubbles: true, cancelable: true };
    body.dispatchEvent(new DragEvent("dragover", init));
    body.dispatchEvent(new DragEvent("drop", init));
  });
  const dialog = anas.getByRole("dialog", { name: "Send 2 files" });
  await dialog.getByText("none.txt is empty").waitFor();
  await dialog.getByRole("button", { name: "Send" }).click();
  await bos.getByRole("button", { name: "Download two.txt" }).waitFor();
  const names = await bos.locator("li.message .file-name").allTextContents();
  assert.deepEqual(names, ["one.txt", "two.txt"]);
});

test("a system message, a day and who speaks are told in the language of the page", async () => {
  const [ana, bo] = [await site.person("ana"), await site.person("bo")];
  const id = await site.group(ana, [bo], { name: "Crew" });
  await ana.do("PATCH", `/v1/groups/${id}`, { name: "Ship's crew" });
  await using visitor = await browser.visitor({ locale: "zh-CN" });
  const page = await openThread(visitor, bo, { id });
  await page.getByText("ana将群名改为“Ship's crew”").waitFor();
  await page.getByText("今天", { exact: true }).waitFor();
  await page.getByText("2 位成员").waitFor();
});

test("what is too large is told before it is sent, and what the server refuses can be given up", async () => {
  const settings = { ATTACHMENT_BYTES_MAX: "5000", ATTACHMENTS_BYTES_PER_USER_MAX: "4200" };
  const narrow = await world.instance(settings);
  const { ana, id } = await narrow.pair();
  await using visitor = await browser.visitor();
  visitor.expect(/status of 413/);
  const page = await openThread(visitor, ana, { id });
  const file = (name: string, bytes: number) => ({
    name,
    mimeType: "text/plain",
    buffer: Buffer.alloc(bytes, name),
  });
  const field = page.locator("input[type=file]").first();
  await field.setInputFiles(file("book.txt", 6_000));
  await page.getByText("book.txt is too large; at most 5 kB").waitFor();
  await field.setInputFiles(file("page.txt", 4_500));
  await page.getByRole("dialog", { name: "Send file" }).getByRole("button", { name: "Send" })
    .click();
  const failed = page.locator("li.message", { hasText: "page.txt" });
  await failed.getByText("Not sent: This is too large to send").waitFor();
  await failed.getByRole("button", { name: "Try again" }).waitFor();
  await failed.getByRole("button", { name: "Cancel upload" }).click();
  await failed.waitFor({ state: "detached" });
});
