/** People in the browser: two who don't know each other become friends, chat, and part. */
import type { Page } from "playwright-core";
import { browserTest as test, testBrowser } from "../support/browser.ts";
import { openChat } from "../support/browser/chat_page.ts";
import { buildPages } from "../support/pages.ts";
import { openWorld } from "../support/world.ts";

await buildPages();
const world = await openWorld();
const site = await world.instance();
const browser = testBrowser();

/** What waits, as the rail says it. */
function waiting(page: Page) {
  return page.getByRole("navigation", { name: "Main" }).getByText("1 request waits");
}

async function search(page: Page, written: string) {
  await page.getByRole("searchbox", { name: "Find people" }).fill(written);
}

test("two people find each other, become friends by a request and chat", async () => {
  const [ana, bo] = [await site.person("ana"), await site.person("bo", { nickname: "Bo Berg" })];
  await using mine = await browser.visitor();
  await using theirs = await browser.visitor();
  const [a, b] = [await openChat(mine, ana, "#/people"), await openChat(theirs, bo, "#/people")];
  await a.getByText("No friends yet", { exact: false }).waitFor();
  await search(a, bo.username);
  await a.getByRole("link", { name: "Bo Berg" }).click();
  await a.getByRole("button", { name: "Add friend" }).click();
  await a.getByRole("dialog").getByLabel("Message").fill("<i>we met</i> at the market");
  await a.getByRole("button", { name: "Send request" }).click();
  await a.getByText("Friend request sent").waitFor();

  await waiting(b).waitFor({ state: "attached" });
  await b.getByRole("link", { name: "Requests" }).click();
  await b.getByText("<i>we met</i> at the market", { exact: true }).waitFor();
  await b.getByRole("button", { name: "Accept" }).click();
  await b.getByRole("dialog").getByLabel("Name for this friend").fill("Ana from the market");
  await b.getByRole("dialog").getByRole("button", { name: "Accept" }).click();
  await b.getByText("Nothing waits for an answer").waitFor();
  await waiting(b).waitFor({ state: "detached" });
  await b.getByRole("link", { name: "Ana from the market" }).waitFor();

  await a.getByRole("button", { name: "Message" }).click();
  await a.locator("main textarea").fill("Is this you?");
  await a.keyboard.press("Enter");
  await b.getByRole("link", { name: "Chats" }).click();
  await b.getByRole("link", { name: /Ana from the market/ }).click();
  await b.locator("main").getByText("Is this you?", { exact: true }).waitFor();
});

test("a request is refused, taken back, and found again", async () => {
  const [ana, bo] = [await site.person("ana"), await site.person("bo", { nickname: "Bo" })];
  await using visitor = await browser.visitor({ viewport: { width: 360, height: 640 } });
  const page = await openChat(visitor, ana, `#/people/${bo.id}`);
  await page.getByRole("button", { name: "Add friend" }).click();
  await page.getByRole("button", { name: "Send request" }).click();
  await page.getByRole("button", { name: "Take back" }).click();
  await page.getByRole("button", { name: "Add friend" }).waitFor();
  await bo.do("POST", "/v1/friend-requests", { userId: ana.id });
  await page.getByText("Bo wants to be friends").waitFor();
  await page.getByRole("button", { name: "Refuse" }).click();
  await page.getByRole("button", { name: "Add friend" }).waitFor();
});

test("a friend is renamed, blocked and let go, and on the other side only gone", async () => {
  const { ana, bo } = await site.pair();
  await using mine = await browser.visitor();
  await using theirs = await browser.visitor();
  const page = await openChat(mine, ana, `#/people/${bo.id}`);
  const other = await openChat(theirs, bo, `#/people/${ana.id}`);
  await other.getByRole("button", { name: "Remove friend" }).waitFor();
  await page.getByRole("button", { name: "Edit name" }).click();
  await page.getByRole("dialog").getByLabel("Name for this friend").fill("Bobby");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Bobby", level: 1 }).waitFor();
  await page.getByRole("button", { name: "Block", exact: true }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Block", exact: true }).click();
  await page.getByText("You have blocked this person.").waitFor();
  await other.getByRole("button", { name: "Add friend" }).waitFor();
  await page.getByRole("link", { name: "Settings" }).click();
  await page.getByRole("link", { name: "Blocked people" }).click();
  await page.getByRole("button", { name: "Unblock" }).click();
  await page.getByText("You block nobody.").waitFor();
});

test("who is there is seen, also when they are invisible", async () => {
  const { ana, bo } = await site.pair();
  await using mine = await browser.visitor();
  await using theirs = await browser.visitor();
  const page = await openChat(mine, ana, `#/people/${bo.id}`);
  const other = await openChat(theirs, bo, "#/settings/presence");
  await page.locator(".profile").getByText("Online").waitFor();
  await other.getByRole("radio", { name: "Invisible" }).check();
  await page.locator(".profile").getByText(/Last seen|Offline/).waitFor();
});
