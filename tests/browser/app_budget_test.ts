/** What the application costs before it can be used. */
/// <reference lib="dom" />
import { strict as assert } from "node:assert";
import type { Locator, Page } from "playwright-core";
import { browserTest as test, testBrowser } from "../support/browser.ts";
import { openChat, rowOf } from "../support/browser/chat_page.ts";
import { buildPages } from "../support/pages.ts";
import { openWorld, type Person } from "../support/world.ts";

const firstBytesMax = 60 * 1_024;
const conversationBytesMax = 90 * 1_024;

await buildPages();
const world = await openWorld();
const server = await world.instance();
const browser = testBrowser();

function scriptBytes(page: Page): Promise<number> {
  return page.evaluate(() =>
    performance.getEntriesByType("resource")
      .map((entry) => entry as PerformanceResourceTiming)
      .filter(({ name }) => name.endsWith(".js"))
      .reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0)
  );
}

/** What is loaded at an address until something is seen, by a browser that has never been here. */
async function firstLoad(person: Person, hash: string, seen: (page: Page) => Locator) {
  await using visitor = await browser.visitor();
  const page = await openChat(visitor, person, hash);
  await seen(page).waitFor();
  await page.waitForLoadState("networkidle");
  return await scriptBytes(page);
}

test("the first load takes at most 60 KiB of compressed script, with a conversation 90", async () => {
  const { ana, bo, id } = await server.pair();
  await bo.says("Read this first", id);
  const list = await firstLoad(ana, "#/", (page) => rowOf(page, "bo"));
  assert.ok(list > 20 * 1_024, `${list} bytes: not all was counted`);
  assert.ok(list <= firstBytesMax, `${list} bytes`);
  const message = (page: Page) => page.locator(".messages").getByText("Read this first");
  const conversation = await firstLoad(ana, `#/chats/${id}`, message);
  assert.ok(conversation > list && conversation <= conversationBytesMax, `${conversation} bytes`);
});
