/** A long conversation: it begins where one stopped reading, and keeps its place while one scrolls. */
/// <reference lib="dom" />
import { strict as assert } from "node:assert";
import type { Page } from "playwright-core";
import { browserTest as test, testBrowser } from "../support/browser.ts";
import { messageOf, openThread, placesOf, seenMs, stands } from "../support/browser/thread_page.ts";
import { buildPages } from "../support/pages.ts";
import { until } from "../support/waiting.ts";
import { openWorld, type Person } from "../support/world.ts";

await buildPages();
const world = await openWorld();
const site = await world.instance();
const browser = testBrowser();

// Of many different heights, so that guesses about them are wrong.
async function saysMany(person: Person, id: string, count: number): Promise<void> {
  for (let start = 0; start < count; start += 100) {
    const some = Array.from({ length: Math.min(100, count - start) }, (_, at) => start + at);
    await Promise.all(
      some.map((n) => person.says(`Line ${n} ${"and more ".repeat(n * 7 % 60)}`, id)),
    );
  }
}

/**
 * Turns the wheel, and waits until all messages that are still there have gone the same way: as far as
 * it was turned, whatever was loaded before or behind them meanwhile.
 */
async function wheel(page: Page, by: number): Promise<Map<number, number>> {
  const list = page.locator(".messages");
  const before = await stands(page, "the list stands", (places) => places.size > 0);
  const room = await list.evaluate(
    (one, isUp) => isUp ? one.scrollTop : one.scrollHeight - one.clientHeight - one.scrollTop,
    by < 0,
  );
  await page.mouse.wheel(0, by);
  let seen = "";
  return await stands(page, "the list has moved", (places) => {
    const ways = [...before].filter(([seq]) => places.has(seq))
      .map(([seq, place]) => Math.round(place - places.get(seq)!));
    seen = `${by} within ${room}: ${ways}`;
    const isTogether = Math.max(...ways) - Math.min(...ways) <= 1;
    // At the end of what is loaded it may stop short, or go on with what comes.
    return isTogether && (Math.abs(ways[0]! - by) <= 3 || room < Math.abs(by) && ways[0] !== 0);
  }).catch((error) => {
    throw new Error(seen, { cause: error });
  });
}

/** Goes a long way at once, to where other messages are. */
async function fling(page: Page, by: number): Promise<void> {
  const before = await placesOf(page);
  await page.locator(".messages").evaluate((list, way) => list.scrollBy(0, way), by);
  await stands(page, "other messages are seen", (places) => {
    const isSeen = [...places.values()].some((top) => top > 100 && top < 800);
    return isSeen && [...places.keys()].some((seq) => !before.has(seq));
  });
}

test("two thousand messages are scrolled both ways without a jump, few of them on the page", async () => {
  const { ana, bo, id } = await site.pair();
  await saysMany(ana, id, 2_000);
  await bo.do("PUT", `/v1/conversations/${id}/read`, { seq: 2_000 });
  await using visitor = await browser.visitor({ reducedMotion: "reduce" });
  const page = await openThread(visitor, bo, { id });
  await stands(page, "the end is shown", (places) => places.has(2_000));
  await page.locator(".messages").hover();
  const reached: number[] = [];
  while (!(await placesOf(page)).has(1)) {
    const places = await wheel(page, -500);
    assert.ok(places.size < 90, `${places.size} messages are on the page`);
    reached.push(Math.min(...places.keys()));
    // The wheel takes the whole way in a fair time by flinging the list now and then.
    if (reached.length % 2 === 0) {
      await fling(page, -20_000);
    }
  }
  for (let turn = 0; turn < 8; turn++) await wheel(page, 700);
  await page.getByRole("button", { name: "To the newest message" }).click();
  await stands(page, "the end is shown again", (places) => places.has(2_000));
});

test("it opens where one stopped reading, and counts what is left", async () => {
  const { ana, bo, id } = await site.pair();
  await saysMany(ana, id, 300);
  await bo.do("PUT", `/v1/conversations/${id}/read`, { seq: 100 });
  await using visitor = await browser.visitor();
  const page = await openThread(visitor, bo, { id });
  const line = page.getByText("New messages", { exact: true });
  await line.waitFor();
  const places = await stands(page, "unread is shown", (all) => all.has(101));
  const box = (await line.boundingBox())!;
  assert.ok(box.y < places.get(101)! && (places.get(100) ?? -1) < box.y);
  const button = page.getByRole("button", { name: /To the newest message, 1\d\d unread/ });
  await button.waitFor();
  await line.waitFor();
  await button.click();
  await stands(page, "the end is shown", (all) => all.has(300));
  await until("all is read", async () => {
    const { my } = await bo.do<{ my: { unreadCount: number } }>("GET", `/v1/conversations/${id}`);
    return my.unreadCount === 0;
  }, seenMs);
});

test("an address leads to a message, and what comes meanwhile moves nothing", async () => {
  const { ana, bo, id } = await site.pair();
  await saysMany(ana, id, 400);
  await using visitor = await browser.visitor();
  const page = await openThread(visitor, bo, { id, seq: 150 });
  await page.locator("li.message.lit[data-seq='150']").waitFor();
  const before = await stands(page, "it is shown", (places) => places.has(150));
  assert.ok(before.get(150)! > 0 && before.get(150)! < 900);
  for (const text of ["one", "two", "three"]) await ana.says(text, id);
  await page.getByRole("button", { name: /To the newest message, \d+ unread/ }).waitFor();
  const after = await stands(page, "it is still shown", (places) => places.has(150));
  assert.ok(Math.abs(after.get(150)! - before.get(150)!) < 2);
  await page.evaluate(() => location.hash = `${location.hash.replace(/\/\d+$/, "")}/390`);
  await page.locator("li.message.lit[data-seq='390']").waitFor();
  await page.getByRole("button", { name: /To the newest message/ }).click();
  await messageOf(page, "three").waitFor();
});
