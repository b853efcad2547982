/** The list as it is seen: by everybody, in any size and colours, and however long it is. */
import { strict as assert } from "node:assert";
import type { Page } from "playwright-core";
import { browserTest as test, type Looks, testBrowser } from "../support/browser.ts";
import { auditPage } from "../support/browser/audit.ts";
import { openChat, rowOf } from "../support/browser/chat_page.ts";
import { buildPages } from "../support/pages.ts";
import { until } from "../support/waiting.ts";
import { openWorld } from "../support/world.ts";

await buildPages();
const world = await openWorld();
const site = await world.instance();
const browser = testBrowser();

const narrow = { width: 360, height: 640 };
const wide = { width: 1440, height: 900 };
const looks: readonly (Looks & { name: string; search: string })[] = [
  {
    name: "wide light en",
    viewport: wide,
    colorScheme: "light",
    locale: "en-US",
    search: "Search",
  },
  { name: "wide dark zh", viewport: wide, colorScheme: "dark", locale: "zh-CN", search: "搜索" },
  {
    name: "narrow light zh",
    viewport: narrow,
    colorScheme: "light",
    locale: "zh-CN",
    search: "搜索",
  },
  {
    name: "narrow dark en",
    viewport: narrow,
    colorScheme: "dark",
    locale: "en-US",
    search: "Search",
  },
];

/** Somebody with a list that has something of everything. */
async function scene() {
  const ana = await site.person("ana");
  const friends = [];
  for (const nickname of ["Bo", "Cy", "Dee"]) {
    const friend = await site.person("friend", { nickname });
    await site.befriend(ana, friend);
    const body = { userId: friend.id };
    const { id } = await ana.do<{ id: string }>("POST", "/v1/conversations/direct", body);
    await friend.says(`from ${nickname}`, id);
    friends.push({ friend, id });
  }
  const settings = [{ pinned: true, draft: "a draft" }, { notify: "none" }, { markedUnread: true }];
  for (const [nth, patch] of settings.entries()) {
    await ana.do("PATCH", `/v1/conversations/${friends[nth]!.id}/settings`, patch);
  }
  await site.group(ana, friends.map(({ friend }) => friend), { name: "A group of all" });
  return ana;
}

async function assertClean(page: Page, what: string): Promise<void> {
  assert.deepEqual(await auditPage(page), [], what);
}

test("axe finds nothing serious in the list, its menu, a search, the help, and an empty list", async () => {
  const ana = await scene();
  const lonely = await site.person("lonely");
  for (const { name, search, ...look } of looks) {
    await using visitor = await browser.visitor(look);
    const page = await openChat(visitor, ana);
    await rowOf(page, "Cy").waitFor();
    await assertClean(page, `${name}: list`);
    await rowOf(page, "Cy").locator("a").click({ button: "right" });
    await page.getByRole("menu").waitFor();
    await assertClean(page, `${name}: menu`);
    await page.keyboard.press("Escape");
    await page.keyboard.press("?");
    await page.getByRole("dialog").waitFor();
    await assertClean(page, `${name}: help`);
    await page.keyboard.press("Escape");
    await page.getByRole("searchbox", { name: search }).fill("from");
    await page.locator("mark").first().waitFor();
    await assertClean(page, `${name}: search`);
    await using other = await browser.visitor(look);
    const empty = await openChat(other, lonely);
    await empty.locator(".list-empty").waitFor();
    await assertClean(empty, `${name}: empty`);
  }
});

test("of many conversations only those in view are laid out, and the keys reach them all", async () => {
  const ana = await site.person("ana");
  const owner = await site.person("owner");
  const count = 300;
  for (let made = 0; made < count; made += 50) {
    await Promise.all(
      Array.from({ length: 50 }, (_, nth) => site.group(owner, [ana], { name: `G${made + nth}` })),
    );
  }
  await using visitor = await browser.visitor();
  const page = await openChat(visitor, ana);
  await page.locator(`li[aria-setsize="${count}"]`).first().waitFor();
  const rows = () => page.locator(".rows li").count();
  assert.ok(await rows() < 40, `${await rows()} rows`);
  const focusedAt = () =>
    page.evaluate(() => document.activeElement?.closest("li")?.getAttribute("aria-posinset"));
  await page.getByRole("searchbox").press("ArrowDown");
  await page.keyboard.press("End");
  await until("the last has the focus", async () => await focusedAt() === String(count));
  await page.keyboard.press("ArrowUp");
  await until("the one before it", async () => await focusedAt() === String(count - 1));
  assert.ok(await rows() < 40, `${await rows()} rows`);
  await page.keyboard.press("Home");
  await until("the first has the focus", async () => await focusedAt() === "1");
});

test("the theme that was chosen is there before the first paint", async () => {
  const ana = await site.person("ana");
  await using visitor = await browser.visitor({ colorScheme: "light" });
  const page = await openChat(visitor, ana);
  await page.evaluate(() => localStorage.setItem("patter.theme", "dark"));
  // Only what blocks the first paint runs.
  await page.route(
    "**/assets/app-*.js",
    (route) => route.fulfill({ body: "", contentType: "text/javascript" }),
  );
  await page.context().addInitScript(() =>
    delete (navigator as { serviceWorker?: unknown }).serviceWorker
  );
  await page.reload();
  assert.equal(await page.evaluate(() => document.documentElement.dataset["theme"]), "dark");
  const ground = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  assert.equal(ground, "rgb(20, 23, 28)");
});
