/** Being told of messages, and a new version of the application. */
import { strict as assert } from "node:assert";
import type { Page } from "playwright-core";
import { browserTest as test, testBrowser, type Visitor } from "../support/browser.ts";
import { chooseFor, keptByWorker, openChat, rowOf } from "../support/browser/chat_page.ts";
import { newVersionOf } from "../support/browser/new_version.ts";
import { buildPages } from "../support/pages.ts";
import { until } from "../support/waiting.ts";
import { openWorld } from "../support/world.ts";

await buildPages();
const world = await openWorld();
const site = await world.instance();
const browser = testBrowser();
const limitMs = 20_000;

async function scene() {
  const [ana, bo] = [await site.person("ana"), await site.person("bo", { nickname: "Bo" })];
  await site.befriend(ana, bo);
  const { id } = await ana.do<{ id: string }>("POST", "/v1/conversations/direct", {
    userId: bo.id,
  });
  await bo.says("first", id);
  return { ana, bo, id };
}

/** What the browser shows, as `title: text`. */
function shown(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const registration = await navigator.serviceWorker.ready;
    const all = await registration.getNotifications();
    return all.map(({ title, body }) => `${title}: ${body}`);
  });
}

/** Counts what a tab shows from now on. */
async function countTold(page: Page): Promise<() => Promise<number>> {
  await page.evaluate(() => {
    const root = document.documentElement;
    const { showNotification } = ServiceWorkerRegistration.prototype;
    ServiceWorkerRegistration.prototype.showNotification = function (...given) {
      root.dataset["told"] = String(Number(root.dataset["told"] ?? 0) + 1);
      return showNotification.apply(this, given);
    };
  });
  return () => page.evaluate(() => Number(document.documentElement.dataset["told"] ?? 0));
}

/** What the browser does when the first of them is clicked; runs in the worker. */
async function clickNotification(): Promise<void> {
  const { registration } = globalThis as unknown as { registration: ServiceWorkerRegistration };
  const [notification] = await registration.getNotifications();
  const Event = (globalThis as unknown as { NotificationEvent: new (...given: unknown[]) => Event })
    .NotificationEvent;
  dispatchEvent(new Event("notificationclick", { notification }));
}

async function allow(visitor: Visitor, page: Page): Promise<void> {
  // Headless Chromium grants without asking; what matters is that a click asks.
  await visitor.context.grantPermissions(["notifications"]);
  await page.evaluate(() => localStorage.setItem("patter.notifications", "on"));
  await page.reload();
  await keptByWorker(page);
  await rowOf(page, "Bo").waitFor();
  const isListening = () =>
    page.evaluate(async () => {
      const { held = [] } = await navigator.locks.query();
      return held.some(({ name }) => name?.startsWith("patter alerts"));
    });
  await until("somebody listens", isListening, limitMs);
}

test("a message is told of once, by one of two tabs, and not where it is looked at", async () => {
  const { ana, bo, id } = await scene();
  await using visitor = await browser.visitor();
  const page = await openChat(visitor, ana);
  await rowOf(page, "Bo").waitFor();
  await allow(visitor, page);
  const other = await visitor.tab(`${site.url}/#/settings`);
  await other.getByRole("heading", { name: "Settings" }).waitFor();
  const [told, toldByOther] = [await countTold(page), await countTold(other)];
  await bo.says("are you <i>there</i>?", id);
  await until("it is told", async () => (await shown(page)).length > 0, limitMs);
  assert.deepEqual(await shown(page), ["Bo: are you <i>there</i>?"]);
  await chooseFor(page, "Bo", "Mark as read");
  await until("it is gone when read", async () => (await shown(page)).length === 0, limitMs);
  await page.bringToFront();
  await rowOf(page, "Bo").locator("a").click();
  await bo.says("looked at", id);
  await page.locator(".messages").getByText("looked at").waitFor();
  await page.keyboard.press("Escape");
  await chooseFor(page, "Bo", "Mute");
  await rowOf(page, "Bo").getByLabel("Muted").waitFor();
  await bo.says("muted", id);
  await rowOf(page, "Bo").getByText("muted").waitFor();
  await chooseFor(page, "Bo", "Notify of everything");
  await rowOf(page, "Bo").getByLabel("Muted").waitFor({ state: "detached" });
  await bo.says("heard again", id);
  await until("it is told", async () => (await shown(page)).length > 0, limitMs);
  assert.deepEqual(await shown(page), ["Bo: heard again"]);
  assert.equal(await told() + await toldByOther(), 2);
  const [worker] = visitor.context.serviceWorkers();
  await worker!.evaluate(clickNotification);
  await until(
    "one of the tabs is there",
    () => [page, other].some((tab) => tab.url().endsWith(`#/chats/${id}`)),
    limitMs,
  );
});

test("nobody is asked for notifications at once, and whoever declines is not asked again", async () => {
  const { ana } = await scene();
  await using visitor = await browser.visitor();
  await visitor.context.addInitScript(() => {
    Object.defineProperty(Notification, "permission", { get: () => "default" });
    Notification.requestPermission = () => {
      document.documentElement.dataset["asked"] = "yes";
      return Promise.resolve("granted");
    };
  });
  const page = await openChat(visitor, ana);
  await page.getByText("Be told of new messages?").waitFor();
  assert.equal(await page.evaluate(() => document.documentElement.dataset["asked"]), undefined);
  await page.getByRole("button", { name: "Turn on" }).click();
  await page.getByText("Be told of new messages?").waitFor({ state: "detached" });
  assert.equal(await page.evaluate(() => document.documentElement.dataset["asked"]), "yes");
});

test("a new version waits for a click, and other tabs go on with the parts of the old one", async () => {
  const { ana } = await scene();
  await using version = newVersionOf(site);
  await using visitor = await browser.visitor();
  const page = await openChat(visitor, ana);
  await keptByWorker(page);
  await page.reload();
  const other = await visitor.tab(`${site.url}/#/`);
  await rowOf(other, "Bo").waitFor();
  version.release();
  await page.evaluate(async () => {
    await (await navigator.serviceWorker.ready).update();
  });
  await page.getByText("There is a new version.").waitFor();
  await page.getByRole("button", { name: "Reload" }).click();
  await page.locator("meta[name=version]").waitFor({ state: "attached" });
  await rowOf(page, "Bo").waitFor();
  await other.keyboard.press("?");
  await other.getByRole("dialog").getByText("Keyboard shortcuts").waitFor();
  assert.equal(await other.locator("meta[name=version]").count(), 0);
});
