/** The widget at its edges: what is heard, sessions and inboxes that end, storage that is broken. */
import { strict as assert } from "node:assert";
import { browserTest as test, testBrowser } from "../support/browser.ts";
import { clickLauncher, launcherOf } from "../support/browser/launcher.ts";
import { frameOf, surfer, WidgetSite } from "../support/browser/widget_site.ts";
import { adminAt } from "../support/inboxes.ts";
import { buildPages } from "../support/pages.ts";
import { until } from "../support/waiting.ts";
import { openWorld } from "../support/world.ts";

await buildPages();
const world = await openWorld();
const server = await world.instance();
const admin = await adminAt(world, server);
const browser = testBrowser();
const limitMs = 20_000;

/** A visitor who has written to an agent, in a page of a site. */
async function scene() {
  const ana = await server.person("ana");
  const site = await WidgetSite.open({ server, admin, agents: [ana] });
  const visitor = await surfer(browser);
  const page = await visitor.tab(site.origin);
  await clickLauncher(page);
  const frame = await frameOf(page, site.chat);
  await frame.locator("textarea").fill("Hello");
  await frame.locator("textarea").press("Enter");
  const { conversation } = await site.conversation();
  await frame.locator(".when").getByText("Sent").waitFor();
  const end = async () => {
    await visitor[Symbol.asyncDispose]();
    await site[Symbol.asyncDispose]();
  };
  return { ana, site, visitor, page, frame, id: conversation.id, [Symbol.asyncDispose]: end };
}

test("a message that nobody sees come is heard, unless the visitor wants no sound", async () => {
  await using at = await scene();
  const { ana, page, frame, id } = at;
  await frame.evaluate(() => {
    const { prototype } = OscillatorNode;
    const { start } = prototype;
    Object.assign(globalThis, { tones: 0 });
    prototype.start = function (when) {
      (globalThis as unknown as { tones: number }).tones++;
      return start.call(this, when);
    };
  });
  const tones = () => frame.evaluate(() => (globalThis as unknown as { tones: number }).tones);
  await ana.says("Seen, not heard", id);
  await frame.getByText("Seen, not heard").waitFor();
  assert.equal(await tones(), 0);
  await clickLauncher(page, /^Close chat$/);
  await ana.says("Heard", id);
  await until("it is heard", async () => await tones() === 2, limitMs);
  await clickLauncher(page, /^Open chat/);
  await frame.getByRole("button", { name: "Turn sound off" }).click();
  await clickLauncher(page, /^Close chat$/);
  await ana.says("Not heard", id);
  await launcherOf(page, /1 unread/);
  await frame.getByRole("button", { name: /Not heard/ }).waitFor();
  assert.equal(await tones(), 2);
});

test("a visitor whose session has ended begins anew, and sees nothing of before", async () => {
  await using at = await scene();
  const { site, frame } = at;
  const { session } = JSON.parse(
    await frame.evaluate(() =>
      Object.entries({ ...localStorage }).find(([key]) => key.endsWith("visitor"))![1]
    ),
  );
  const authorization = `Bearer ${session.accessToken}`;
  await server.ask("POST", "/v1/auth/logout", undefined, { authorization });
  await frame.getByText("Your last chat has ended. Write to begin a new one.").waitFor();
  assert.equal(await frame.getByText("Hello", { exact: true }).count(), 0);
  await frame.locator("textarea").fill("Again");
  await frame.locator("textarea").press("Enter");
  await frame.locator(".when").getByText("Sent").waitFor();
  await until(
    "it is another conversation",
    async () => (await site.conversation()).conversation.id !== at.id,
    limitMs,
  );
});

test("a conversation whose inbox is deleted stays readable, and takes nothing more", async () => {
  await using at = await scene();
  await admin.do("DELETE", `/v1/inboxes/${at.site.inbox.id}`);
  await at.frame.getByText("This chat has ended.").waitFor();
  assert.equal(await at.frame.locator("textarea").count(), 0);
  assert.ok(await at.frame.getByText("Hello", { exact: true }).isVisible());
});

test("storage that holds something else is nobody's, and no reason to fail", async () => {
  await using at = await scene();
  const { page, site, frame } = at;
  await frame.evaluate(() => {
    for (const key of Object.keys({ ...localStorage })) localStorage.setItem(key, "{ broken");
  });
  await page.reload();
  const again = await frameOf(page, site.chat);
  await again.getByText("Hello! What can we do for you?").waitFor();
  assert.equal(await again.getByText("Hello", { exact: true }).count(), 0);
});
