/** A visitor and an agent talk, the visitor through the widget in a page of another site. */
import { strict as assert } from "node:assert";
import { Buffer } from "node:buffer";
import type { Page } from "playwright-core";
import { browserTest as test, testBrowser, type Visitor } from "../support/browser.ts";
import { auditPage } from "../support/browser/audit.ts";
import { clickLauncher, launcherOf } from "../support/browser/launcher.ts";
import { frameOf, surfer, WidgetSite } from "../support/browser/widget_site.ts";
import { adminAt, supportOf } from "../support/inboxes.ts";
import { buildPages } from "../support/pages.ts";
import { wholePng } from "../support/pictures.ts";
import { until } from "../support/waiting.ts";
import { openWorld, type Person } from "../support/world.ts";

await buildPages();
const world = await openWorld();
const server = await world.instance();
const admin = await adminAt(world, server);
const browser = testBrowser();
const limitMs = 20_000;

async function scene(parts: Partial<Parameters<typeof WidgetSite.open>[0]> = {}) {
  const ana = await server.person("ana", { nickname: "Ana Morales" });
  const site = await WidgetSite.open({ server, admin, agents: [ana], ...parts });
  return { ana, site, [Symbol.asyncDispose]: () => site[Symbol.asyncDispose]() };
}

/** Opens the chat in a page, and gives its frame. */
async function openChat(page: Page, site: WidgetSite) {
  await clickLauncher(page, /^(Open chat|打开聊天)/);
  const frame = await frameOf(page, site.chat);
  await frame.locator("textarea").waitFor();
  return frame;
}

type Frame = Awaited<ReturnType<typeof openChat>>;

async function writes(frame: Frame, text: string): Promise<void> {
  await frame.locator("textarea").fill(text);
  await frame.locator("textarea").press("Enter");
}

/** A visitor who has written, and what the agent has of it. */
async function talking(visitor: Visitor, site: WidgetSite) {
  const page = await visitor.tab(site.origin);
  const frame = await openChat(page, site);
  await writes(frame, "Is anybody there?");
  const { conversation } = await site.conversation();
  return { page, frame, id: conversation.id };
}

function reads(agent: Person, id: string, seq: number): Promise<unknown> {
  return agent.do("PUT", `/v1/conversations/${id}/read`, { seq });
}

test("a visitor says its name, writes, and is answered, with typing and reading both ways", async () => {
  await using at = await scene();
  const { ana, site } = at;
  await using visitor = await surfer(browser);
  const page = await visitor.tab(`${site.origin}/other?secret=1#part`);
  const frame = await openChat(page, site);
  await frame.getByText("Hello! What can we do for you?").waitFor();
  assert.deepEqual(await auditPage(page), []);
  await frame.getByRole("textbox", { name: "Your name (optional)" }).fill("Vi Nguyen");
  await writes(frame, "See https://example.com/a_(b). <b>Bold?</b>");
  const support = await site.conversation();
  assert.equal(support.visitor.user.nickname, "Vi Nguyen");
  assert.equal(support.visitor.page, `${site.origin}/other`, "without what may be secret");
  const link = frame.getByRole("link");
  assert.equal(await link.getAttribute("href"), "https://example.com/a_(b)");
  assert.equal(await frame.locator(".bubble b").count(), 0);
  assert.equal(await frame.getByRole("textbox", { name: /Your name/ }).count(), 0);

  const live = await ana.connect();
  const conversationId = support.conversation.id;
  await frame.locator("textarea").pressSequentially("mo");
  await live.next("conversation.typing", ({ typing }) => typing);
  await live.call("conversation.typing", { conversationId, typing: true });
  await frame.getByText("Ana Morales is typing…").waitFor();
  await ana.says("Hello Vi", conversationId);
  await frame.getByText("Hello Vi").waitFor();
  await frame.locator(".typing").waitFor({ state: "detached" });
  await live.next("conversation.read", ({ readSeq }) => readSeq === 2);
  await frame.getByText("Sent").waitFor();
  await reads(ana, conversationId, 2);
  await frame.getByText("Seen").waitFor();
  assert.deepEqual(await auditPage(page), []);
});

test("closed, it counts what is unread and shows the last of it beside the launcher", async () => {
  await using at = await scene();
  const { ana, site } = at;
  await using visitor = await surfer(browser);
  const { page, frame, id } = await talking(visitor, site);
  await page.evaluate(() => {
    const counts: number[] = [];
    const { patter } = globalThis as unknown as {
      patter: { on(name: "unread", run: (count: number) => void): () => void };
    };
    const stop = patter.on("unread", (count) => counts.push(count) === 2 && stop());
    Object.assign(globalThis, { counts });
  });
  await frame.locator("textarea").press("Escape");
  const launcher = await launcherOf(page, /^Open chat$/);
  assert.ok(launcher.isFocused, "the keyboard is where it was before");
  await ana.says("First answer", id);
  await frame.getByText("First answer").waitFor();
  await launcherOf(page, /^Open chat, 1 unread$/);
  await ana.says("Second answer", id);
  await frame.getByText("Second answer").waitFor();
  await ana.says("Third answer", id);
  await launcherOf(page, /^Open chat, 3 unread$/);
  assert.deepEqual(await page.evaluate("counts"), [1, 2], "told until it wanted no more");
  assert.deepEqual(await auditPage(page), []);

  await frame.getByRole("button", { name: "Put away" }).click();
  await frame.locator(".preview").waitFor({ state: "detached" });
  await ana.says("Fourth answer", id);
  await frame.getByRole("button", { name: /Fourth answer/ }).click();
  await frame.getByText("First answer").waitFor();
  await launcherOf(page, /^Close chat$/);
  await until("all is read", async () => {
    const path = `/v1/conversations/${id}/messages/5/readers`;
    return (await ana.do<{ readBy: string[] }>("GET", path)).readBy.length === 1;
  }, limitMs);
});

test("it goes on where it was on the next page, after a reload, and in another tab", async () => {
  await using at = await scene();
  const { ana, site } = at;
  await using visitor = await surfer(browser);
  const { page, frame, id } = await talking(visitor, site);
  await frame.locator("textarea").fill("not sent yet");
  await page.goto(`${site.origin}/other`);
  let again = await frameOf(page, site.chat);
  await again.getByText("Is anybody there?").waitFor();
  assert.equal(await again.locator("textarea").inputValue(), "not sent yet");
  assert.equal(await page.evaluate("document.activeElement.tagName"), "BODY", "nothing is taken");
  await until(
    "the agents see the page",
    async () => (await supportOf(ana, id)).visitor.page === `${site.origin}/other`,
    limitMs,
  );
  await page.evaluate("history.pushState(null, '', '/within')");
  await until(
    "and the next one within it",
    async () => (await supportOf(ana, id)).visitor.page === `${site.origin}/within`,
    limitMs,
  );
  await page.goto(`${site.origin}/other`);
  again = await frameOf(page, site.chat);
  await again.getByText("Is anybody there?").waitFor();
  await clickLauncher(page, /^Close chat$/);
  await page.reload();
  await ana.says("While it is closed", id);
  await launcherOf(page, /^Open chat, 1 unread$/);
  const other = await visitor.tab(site.origin);
  await launcherOf(other, /^Open chat, 1 unread$/);
  const there = await openChat(other, site);
  await there.getByText("While it is closed").waitFor();
  await writes(there, "From the other tab");
  await clickLauncher(page, /^Open chat/);
  again = await frameOf(page, site.chat);
  await again.getByText("From the other tab").waitFor();
});

test("files go both ways, with a picture of pictures", async () => {
  await using at = await scene();
  const { site } = at;
  await using visitor = await surfer(browser);
  const { page, frame } = await talking(visitor, site);
  const files = [
    { name: "a<b>.txt", mimeType: "text/plain", buffer: Buffer.from("hello") },
    { name: "p.png", mimeType: "image/png", buffer: Buffer.from(wholePng(80, 40)) },
  ];
  await frame.locator("input[type=file]").setInputFiles(files as never);
  await frame.getByRole("button", { name: /^Download a.*b.*txt$/ }).waitFor();
  const picture = frame.getByRole("button", { name: "Open photo" });
  await picture.locator("img").waitFor();
  const loaded = () =>
    picture.locator("img").evaluate((img) => (img as HTMLImageElement).naturalWidth);
  await until("the picture is there", async () => await loaded() > 0, limitMs);
  await picture.click();
  await frame.getByRole("dialog").getByRole("img").waitFor();
  assert.deepEqual(await auditPage(page), []);
  await frame.getByRole("dialog").press("Escape");
  await frame.getByRole("dialog").waitFor({ state: "detached" });
  await launcherOf(page, /^Close chat$/);
  const taken = page.waitForEvent("download");
  await frame.getByRole("button", { name: /^Download a.*b.*txt$/ }).click();
  assert.match((await taken).suggestedFilename(), /^a_?.?b.*\.txt$/);
});

test("emoji are chosen with the keyboard, and Escape closes what is open, the innermost first", async () => {
  await using at = await scene();
  await using visitor = await surfer(browser);
  const page = await visitor.tab(at.site.origin);
  const frame = await openChat(page, at.site);
  await frame.locator("textarea").fill("Good ");
  await frame.getByRole("button", { name: "Emoji" }).click();
  const picker = frame.getByRole("dialog");
  await picker.getByRole("searchbox").fill("rocket");
  assert.deepEqual(await auditPage(page), []);
  await picker.getByRole("searchbox").press("ArrowDown");
  await picker.locator("button:focus").press("Enter");
  assert.equal(await frame.locator("textarea").inputValue(), "Good 🚀");
  await frame.getByRole("button", { name: "Emoji" }).click();
  await picker.getByRole("searchbox").press("Escape");
  await picker.waitFor({ state: "detached" });
  await frame.locator("textarea:focus").press("Escape");
  await launcherOf(page, /^Open chat$/);
});

test("out of hours it says so, in the site's words and the visitor's language", async () => {
  const hours = { timeZone: "Europe/Berlin", days: [] };
  await using at = await scene({
    inbox: { hours, offlineMessage: "Back on Monday." },
    lang: "zh",
  });
  await using visitor = await surfer(browser, { colorScheme: "dark" });
  const page = await visitor.tab(at.site.origin);
  const frame = await openChat(page, at.site);
  await frame.getByText("Back on Monday.").waitFor();
  await frame.getByText("暂时不在").waitFor();
  assert.deepEqual(await auditPage(page), []);
});

test("on a small screen it takes all of it, and keeps the keyboard", async () => {
  await using at = await scene();
  const { site } = at;
  const looks = { viewport: { width: 360, height: 640 }, hasTouch: true, isMobile: true };
  await using visitor = await surfer(browser, { ...looks, reducedMotion: "reduce" });
  const page = await visitor.tab(site.origin);
  const frame = await openChat(page, site);
  assert.deepEqual(await frame.evaluate(() => [innerWidth, innerHeight]), [360, 640]);
  const inFrame = () => frame.evaluate(() => document.activeElement?.tagName);
  await until("no keyboard slides in", async () => await inFrame() === "H1");
  const first = frame.getByRole("button", { name: "Turn sound off" });
  const last = frame.getByRole("button", { name: "Emoji" });
  await last.focus();
  await page.keyboard.press("Tab");
  await until(
    "it comes in again at the top",
    () => first.evaluate((element) => element === document.activeElement),
  );
  await page.keyboard.press("Shift+Tab");
  await until(
    "and at the bottom",
    () => last.evaluate((element) => element === document.activeElement),
  );
  await frame.getByRole("button", { name: "Close" }).click();
  assert.ok((await launcherOf(page, /^Open chat$/)).isFocused);
});

test("what is written without a network is sent once it is back, once", async () => {
  await using at = await scene();
  const { ana, site } = at;
  await using visitor = await surfer(browser);
  const { frame, id } = await talking(visitor, site);
  await frame.getByText("Sent").waitFor();
  await visitor.setOffline(true);
  visitor.expect(/ERR_INTERNET_DISCONNECTED|WebSocket/);
  for (const connection of server.patter.hub.connections()) connection.close("restarting");
  await frame.getByText(/No network/).waitFor();
  await writes(frame, "Written in a tunnel");
  await frame.getByText("Sending…").waitFor();
  await visitor.setOffline(false);
  await frame.getByText("Sending…").waitFor({ state: "detached" });
  const path = `/v1/conversations/${id}/messages`;
  const { items } = await ana.do<{ items: { body: { text: string } }[] }>("GET", path);
  assert.deepEqual(items.map(({ body }) => body.text), [
    "Is anybody there?",
    "Written in a tunnel",
  ]);
});

test("where the browser keeps nothing it works until the page is left", async () => {
  await using at = await scene();
  const { ana, site } = at;
  await using visitor = await surfer(browser);
  await visitor.context.addInitScript(() => {
    for (const name of ["localStorage", "sessionStorage", "indexedDB"]) {
      Object.defineProperty(globalThis, name, {
        get() {
          throw new DOMException("Forbidden", "SecurityError");
        },
      });
    }
  });
  const { page, frame, id } = await talking(visitor, site);
  await ana.says("Yes", id);
  await frame.getByText("Yes").waitFor();
  await page.reload();
  const again = await openChat(page, site);
  await again.getByText("Hello! What can we do for you?").waitFor();
  assert.equal(await again.getByText("Is anybody there?").count(), 0);
});
