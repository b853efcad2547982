/** The widget in other people's pages: strict policies, hostile styles, nothing before it is needed. */
import { strict as assert } from "node:assert";
import type { Page } from "playwright-core";
import { browserTest as test, testBrowser } from "../support/browser.ts";
import { buttonsIn, clickLauncher, launcherOf } from "../support/browser/launcher.ts";
import { htmlPage, PageHost, strictPolicy } from "../support/browser/page_host.ts";
import {
  chatUrlOf,
  embedding,
  frameOf,
  pageWith,
  policyFor,
  surfer,
  WidgetSite,
} from "../support/browser/widget_site.ts";
import { adminAt, inboxOf } from "../support/inboxes.ts";
import { buildPages } from "../support/pages.ts";
import { until } from "../support/waiting.ts";
import { openWorld } from "../support/world.ts";

await buildPages();
const world = await openWorld();
const server = await world.instance();
const admin = await adminAt(world, server);
const browser = testBrowser();

const ready = (page: Page) => page.waitForFunction("globalThis.patter !== undefined");
const requestsOf = (page: Page): string[] => {
  const urls: string[] = [];
  page.on("request", (request) => urls.push(request.url()));
  return urls;
};

test("a new visitor's page loads the script and nothing else, and does not shift", async () => {
  await using site = await WidgetSite.open({ server, admin, agents: [] });
  await using visitor = await surfer(browser);
  const page = await visitor.tab();
  await page.addInitScript(() => {
    const shifts: unknown[] = [];
    Object.assign(globalThis, { before: Object.keys(globalThis), shifts });
    new PerformanceObserver((list) => shifts.push(...list.getEntries()))
      .observe({ type: "layout-shift", buffered: true });
  });
  const urls = requestsOf(page);
  await page.goto(site.origin);
  await ready(page);
  const launcher = await launcherOf(page, /^Open chat$/);
  assert.ok(launcher.width >= 44);
  assert.ok(!launcher.isExpanded);
  await page.waitForLoadState("networkidle");
  assert.deepEqual(urls.filter((url) => url.startsWith(site.chat)), [`${site.chat}/widget.js`]);
  const { added, shifts, kept } = await page.evaluate(() => {
    const { before, shifts } = globalThis as unknown as { before: string[]; shifts: unknown[] };
    const known = new Set([...before, "before", "shifts", "patterTestViolation"]);
    const added = Object.keys(globalThis).filter((name) => !known.has(name));
    return { added, shifts: shifts.length, kept: localStorage.length + sessionStorage.length };
  });
  assert.deepEqual(added, ["patter"]);
  assert.equal(shifts, 0);
  assert.equal(kept, 0, "nothing of a visitor who has done nothing");
});

test("under the strictest policy it opens and closes, and the site sees only its element", async () => {
  await using site = await WidgetSite.open({ server, admin, agents: [] });
  await using visitor = await surfer(browser);
  const page = await visitor.tab(site.origin);
  await ready(page);
  await clickLauncher(page);
  const frame = await frameOf(page, site.chat);
  await frame.getByText("Hello! What can we do for you?").waitFor();
  assert.ok((await launcherOf(page, /^Close chat$/)).isExpanded);
  const inside = await page.evaluate(() => {
    const host = document.querySelector("patter-widget")!;
    return [host.shadowRoot, host.childNodes.length, document.querySelector("iframe")];
  });
  assert.deepEqual(inside, [null, 0, null]);
  await clickLauncher(page, /^Close chat$/);
  await launcherOf(page, /^Open chat$/);
  await frame.locator("main").waitFor({ state: "detached" });
});

test("styles of a hostile page change nothing of it", async () => {
  const hostile = `
    html { font-size: 90px !important; line-height: 5; letter-spacing: 2em; color: red }
    * { all: unset; font: 700 80px cursive !important; text-transform: uppercase }
    html > :not(head) { display: none !important; visibility: hidden !important;
      transform: scale(0) !important; opacity: 0 !important; position: static !important;
      width: 900px !important; pointer-events: none !important; zoom: 2; z-index: -1 !important }`;
  await using site = await WidgetSite.open({
    server,
    admin,
    agents: [],
    head: '<link rel="stylesheet" href="/hostile.css">',
  });
  site.host.files["/hostile.css"] = { type: "text/css", body: hostile };
  await using visitor = await surfer(browser);
  const page = await visitor.tab(`${site.origin}/`);
  await ready(page);
  const { at, width } = await launcherOf(page);
  assert.deepEqual([at, width], [{ x: 1440 - 20 - 28, y: 900 - 20 - 28 }, 56]);
  await clickLauncher(page);
  const frame = await frameOf(page, site.chat);
  await frame.getByText("Hello! What can we do for you?").waitFor();
  assert.equal(await frame.evaluate(() => innerWidth), 384);
});

test("attributes set colour, side, distance, language and whether there is a launcher", async () => {
  const attributes = { color: "#ffd400", side: "left", offset: "40 10", locale: "zh" };
  await using site = await WidgetSite.open({ server, admin, agents: [], attributes });
  await using visitor = await surfer(browser);
  const page = await visitor.tab(site.origin);
  const { at } = await launcherOf(page, /^打开聊天$/);
  assert.deepEqual(at, { x: 40 + 28, y: 900 - 10 - 28 });
  await clickLauncher(page);
  const frame = await frameOf(page, site.chat);
  await frame.getByRole("textbox", { name: "输入消息" }).waitFor();
  const head = await frame.locator("header").evaluate((element) => {
    const { backgroundColor, color } = getComputedStyle(element);
    return [backgroundColor, color];
  });
  assert.deepEqual(head, ["rgb(255, 212, 0)", "rgb(16, 19, 26)"], "dark on a light colour");
});

test("without a launcher the site opens it, and what is no colour is none", async () => {
  const attributes = { launcher: "hidden", color: "red;}*{display:none", offset: "x" };
  await using site = await WidgetSite.open({ server, admin, agents: [], attributes });
  await using visitor = await surfer(browser);
  const page = await visitor.tab(site.origin);
  await ready(page);
  assert.deepEqual(await buttonsIn(page, /chat/i), []);
  await page.locator("#own").focus();
  await page.evaluate("patter.open()");
  const frame = await frameOf(page, site.chat);
  await frame.getByRole("textbox", { name: "Write a message" }).press("Escape");
  await until(
    "the keyboard is back",
    () => page.evaluate(() => document.activeElement?.id === "own"),
  );
});

test("on a page from right to left it is on the left", async () => {
  await using site = await WidgetSite.open({ server, admin, agents: [] });
  const { body, type } = site.host.files["/"]!;
  site.host.files["/"] = { type, body: body.replace("<html ", '<html dir="rtl" ') };
  await using visitor = await surfer(browser);
  const page = await visitor.tab(site.origin);
  assert.equal((await launcherOf(page)).at.x, 20 + 28);
});

test("included twice it is there once", async () => {
  await using site = await WidgetSite.open({ server, admin, agents: [] });
  const script = embedding(site.chat, site.inbox.key);
  site.host.files["/"] = pageWith(script + script, `<h1>A site</h1>${script}`);
  await using visitor = await surfer(browser);
  const page = await visitor.tab(site.origin);
  await page.waitForLoadState("networkidle");
  assert.equal(await page.locator("patter-widget").count(), 1);
  assert.equal((await buttonsIn(page, /chat/i)).length, 1);
});

test("a site that the inbox does not allow gets no frame", async () => {
  await using site = await WidgetSite.open({
    server,
    admin,
    agents: [],
    inbox: { allowedOrigins: ["https://elsewhere.example"] },
  });
  await using visitor = await surfer(browser);
  visitor.expect(/frame-ancestors|ERR_BLOCKED_BY_RESPONSE|postMessage|target origin/);
  const page = await visitor.tab(site.origin);
  await ready(page);
  const refused = page.waitForEvent(
    "console",
    (message) => message.text().includes("frame-ancestors"),
  );
  await clickLauncher(page);
  await refused;
  assert.deepEqual(
    await Promise.all(page.frames().map((frame) => frame.locator("main").count())),
    page.frames().map(() => 0),
  );
});

test("widgets of two servers in one page know nothing of each other", async () => {
  const [ana, bo] = [await server.person("ana"), await server.person("bo")];
  const other = await world.instance();
  const chats = [chatUrlOf(server), chatUrlOf(other, "other.localhost")] as const;
  const files = {};
  await using host = new PageHost(files, policyFor(...chats));
  const allowedOrigins = [host.origin];
  const [first, second] = [
    await inboxOf(admin, [ana], { allowedOrigins, greeting: "The first" }),
    await inboxOf(admin, [bo], { allowedOrigins, greeting: "The second" }),
  ];
  Object.assign(files, {
    "/": pageWith(
      embedding(chats[0], first.key) + embedding(chats[1], second.key, { side: "left" }),
    ),
  });
  await using visitor = await surfer(browser);
  const page = await visitor.tab();
  await page.addInitScript(() => {
    addEventListener("patter:ready", (event) => {
      const { detail, target } = event as CustomEvent;
      Object.assign(globalThis, { [`api_${(target as HTMLElement).dataset["side"]}`]: detail });
    });
  });
  await page.goto(host.origin);
  await until("both are there", async () => (await buttonsIn(page, /^Open chat$/)).length === 2);
  await page.evaluate("api_left.open()");
  const left = await frameOf(page, chats[1]);
  await left.getByText("The second").waitFor();
  assert.equal((await buttonsIn(page, /^Open chat$/)).length, 1, "the other one is as it was");
  await left.getByRole("textbox", { name: "Write a message" }).fill("to the second");
  await left.getByRole("button", { name: "Send" }).click();
  await left.getByText("Sent").waitFor();
  await page.evaluate("api_undefined.open()");
  const right = await frameOf(page, chats[0]);
  await right.getByText("The first").waitFor();
  assert.equal(await right.getByText("to the second").count(), 0);
  await page.evaluate("api_left.shutdown()");
  assert.equal(await page.locator("patter-widget").count(), 1);
  assert.ok(await right.getByText("The first").isVisible());
});

test("a page whose policy names no frame of ours is told, and stays whole", async () => {
  await using site = await WidgetSite.open({ server, admin, agents: [] });
  const policy = strictPolicy.replace("script-src 'self'", `script-src 'self' ${site.chat}`);
  const files = { "/": htmlPage("Strict") };
  files["/"] = pageWith(embedding(site.chat, site.inbox.key));
  await using host = new PageHost(files, policy);
  await using visitor = await surfer(browser);
  visitor.expect(/frame-src|default-src|postMessage|target origin|ERR_BLOCKED_BY_CSP/);
  const page = await visitor.tab(host.origin);
  await ready(page);
  await clickLauncher(page);
  await until(
    "the policy has spoken",
    () => visitor.complaints.texts.some((text) => /frame-src|default-src/.test(text)),
  );
  await clickLauncher(page, /^Close chat$/);
  await launcherOf(page, /^Open chat$/);
});
