/** Every screen about people, groups and oneself, narrow and wide, in both languages: what axe finds serious. */
import { strict as assert } from "node:assert";
import type { Page } from "playwright-core";
import { browserTest as test, testBrowser } from "../support/browser.ts";
import { auditPage } from "../support/browser/audit.ts";
import { openChat } from "../support/browser/chat_page.ts";
import { buildPages } from "../support/pages.ts";
import { openWorld } from "../support/world.ts";

await buildPages();
const world = await openWorld();
const site = await world.instance();
const browser = testBrowser();

/** A person to whom something of everything has happened. */
async function scene() {
  const { ana, bo } = await site.pair();
  const cy = await site.person("cy");
  await cy.do("POST", "/v1/friend-requests", { userId: ana.id, message: "Hello" });
  const id = await site.group(ana, [bo], { name: "Group", joinPolicy: "approval" });
  await ana.do("PATCH", `/v1/groups/${id}`, { announcement: "Doors at eight" });
  await cy.do("POST", `/v1/groups/${id}/join`, { message: "Let me in" });
  const { code } = await ana.do<{ code: string }>("POST", `/v1/groups/${id}/invites`);
  await bo.do("PUT", `/v1/blocks/${cy.id}`);
  return { ana, bo, cy, id, code };
}

async function audit(page: Page, what: string) {
  assert.deepEqual(await auditPage(page), [], what);
}

async function go(page: Page, hash: string, seen: string) {
  await page.evaluate((to) => {
    location.hash = to;
  }, hash);
  await page.locator(seen).first().waitFor();
}

async function auditSettings(page: Page) {
  for (const part of ["profile", "looks", "alerts", "presence", "password", "devices", "account"]) {
    await go(page, `#/settings/${part}`, ".stage-body > *");
    await audit(page, part);
  }
}

async function auditDetails(page: Page, id: string) {
  await go(page, `#/chats/${id}`, ".thread-head");
  await page.locator(".thread-head button").last().click();
  const details = page.locator(".details");
  await details.locator(".act-list").first().waitFor();
  await audit(page, "details");
  const pages = await details.locator(".act-list").first().locator("button").count();
  for (let nth = 0; nth < pages; nth++) {
    await details.locator(".act-list").first().locator("button").nth(nth).click();
    await details.locator(".details-head button").nth(1).waitFor();
    await audit(page, `details, page ${nth}`);
    await details.locator(".details-head button").first().click();
  }
  await details.locator(".details-head button").last().click();
}

for (
  const [name, looks] of [
    ["narrow, dark and Chinese", {
      viewport: { width: 360, height: 640 },
      colorScheme: "dark",
      locale: "zh-CN",
    }],
    ["wide, light and English", { viewport: { width: 1440, height: 900 }, locale: "en-US" }],
  ] as const
) {
  test(`axe finds nothing serious on any screen: ${name}`, async () => {
    const { ana, bo, id, code } = await scene();
    await using visitor = await browser.visitor(looks);
    const entrance = await visitor.tab(`${site.url}/#/join/${code}`);
    await entrance.locator("form").waitFor();
    await audit(entrance, "entrance");
    await entrance.close();
    const page = await openChat(visitor, ana, "#/people");
    await page.locator(".pane-list .row").nth(1).waitFor();
    await audit(page, "people");
    await page.locator(".pane-head .icon-button").click();
    await page.locator("dialog .picker").waitFor();
    await audit(page, "new group");
    await page.keyboard.press("Escape");
    await go(page, "#/people/requests", ".person-card");
    await audit(page, "requests");
    await go(page, `#/people/${bo.id}`, ".person-more");
    await audit(page, "person");
    await go(page, `#/join/${code}`, ".join h2");
    await audit(page, "join");
    await auditSettings(page);
    await auditDetails(page, id);
  });
}

test("a group is made by the keyboard alone, and Escape gives the focus back", async () => {
  const { ana } = await scene();
  await using visitor = await browser.visitor();
  const page = await openChat(visitor, ana, "#/people");
  const opener = page.getByRole("button", { name: "New group" });
  await opener.press("Enter");
  await page.locator("dialog").waitFor();
  await page.keyboard.press("Escape");
  await page.locator("dialog").waitFor({ state: "detached" });
  assert.ok(await opener.evaluate((button) => button === document.activeElement));
  await opener.press("Enter");
  await page.locator("dialog .picker").waitFor();
  await page.keyboard.type("By hand");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Space");
  await page.getByText("1 picked").waitFor();
  await page.getByLabel("Group name").press("Enter");
  await page.getByRole("heading", { name: "By hand", level: 1 }).waitFor();
});
