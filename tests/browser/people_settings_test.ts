/** The settings and the entrance in the browser. */
import { strict as assert } from "node:assert";
import { browserTest as test, testBrowser } from "../support/browser.ts";
import { openChat } from "../support/browser/chat_page.ts";
import { buildPages } from "../support/pages.ts";
import { until } from "../support/waiting.ts";
import { openWorld } from "../support/world.ts";

await buildPages();
const world = await openWorld();
const site = await world.instance();
const browser = testBrowser();
const password = "correct horse 1";

test("another password signs every other session out, live, and says what is wrong before", async () => {
  const ana = await site.person("ana");
  await using mine = await browser.visitor();
  await using other = await browser.visitor();
  const page = await openChat(mine, ana, "#/settings/password");
  const elsewhere = await openChat(other, await ana.again());
  await elsewhere.getByRole("link", { name: "Settings" }).waitFor();
  mine.expect(/status of 40[01]/);
  await page.getByLabel("Present password").fill("not this one 1");
  await page.getByLabel("New password").fill("another horse 2");
  await page.getByRole("button", { name: "Change password" }).click();
  await page.getByText("The present password is wrong.").waitFor();
  await page.getByLabel("Present password").fill(password);
  await page.getByRole("button", { name: "Change password" }).click();
  await page.getByText("Password changed").waitFor();
  other.expect(/status of 401/);
  await elsewhere.getByRole("button", { name: "Sign in" }).waitFor();
  await elsewhere.getByLabel("Username or phone number").fill(ana.username);
  await elsewhere.getByLabel("Password", { exact: true }).fill(password);
  await elsewhere.getByRole("button", { name: "Sign in" }).click();
  await elsewhere.getByText("The name or the password is wrong.").waitFor();
});

test("a device is signed out from another, and the list says which is this one", async () => {
  const ana = await site.person("ana");
  await using mine = await browser.visitor();
  await using other = await browser.visitor();
  const page = await openChat(mine, ana, "#/settings/devices");
  const elsewhere = await openChat(other, await ana.again());
  await elsewhere.getByRole("link", { name: "Settings" }).waitFor();
  await page.reload();
  await page.getByText("This device").waitFor();
  await page.locator(".device").getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Sign out" }).click();
  other.expect(/status of 401/);
  await elsewhere.getByRole("button", { name: "Sign in" }).waitFor();
  await page.getByText("You are signed in nowhere else.").waitFor();
});

test("a profile is changed, and a friend sees it at once", async () => {
  const { ana, bo } = await site.pair();
  await using mine = await browser.visitor();
  await using theirs = await browser.visitor();
  const page = await openChat(mine, ana, "#/settings/profile");
  const other = await openChat(theirs, bo, `#/people/${ana.id}`);
  await other.getByRole("heading", { name: "ana", level: 1 }).waitFor();
  await page.getByLabel("Name", { exact: true }).fill("<u>Ana</u> & Co");
  await page.getByLabel("About me").fill("I grow tomatoes");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("Saved").waitFor();
  assert.equal(await page.getByLabel("About me").inputValue(), "I grow tomatoes");
  await other.getByRole("heading", { name: "<u>Ana</u> & Co", level: 1 }).waitFor();
  await other.getByText("I grow tomatoes").waitFor();
  await mine.setOffline(true);
  await page.getByLabel("About me").fill("I grow onions");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("The server can't be reached. Check your network.").waitFor();
  assert.equal(await page.getByLabel("About me").inputValue(), "I grow onions");
});

test("language and theme change at once and stay after a reload", async () => {
  const ana = await site.person("ana");
  await using visitor = await browser.visitor({ viewport: { width: 768, height: 1024 } });
  const page = await openChat(visitor, ana, "#/settings/looks");
  await page.getByLabel("Theme").selectOption({ label: "Dark" });
  await page.getByLabel("Language").selectOption({ label: "简体中文" });
  await page.getByRole("heading", { name: "设置" }).waitFor();
  await until("the account knows", async () => {
    const { locale } = await ana.do<{ locale: string | null }>("GET", "/v1/users/me");
    return locale === "zh-CN";
  });
  await page.reload();
  await page.getByRole("heading", { name: "语言与主题" }).waitFor();
  const theme = await page.evaluate(() => document.documentElement.dataset["theme"]);
  assert.equal(theme, "dark");
});

test("one signs in by phone, looks at the password first, and signs out again", async () => {
  const phone = `+4915${String(Date.now()).slice(-9)}`;
  await site.person("ana", { phone });
  await using visitor = await browser.visitor({ viewport: { width: 360, height: 640 } });
  const page = await visitor.tab(`${site.url}/`);
  await page.getByLabel("Username or phone number").fill(`${phone.slice(0, 6)} ${phone.slice(6)}`);
  await page.getByLabel("Password", { exact: true }).fill(password);
  await page.getByRole("button", { name: "Show characters" }).click();
  assert.equal(await page.getByLabel("Password", { exact: true }).getAttribute("type"), "text");
  await page.keyboard.press("Tab");
  await page.getByRole("button", { name: "Sign in" }).press("Enter");
  await page.getByRole("link", { name: "Settings" }).click();
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("button", { name: "Sign in" }).waitFor();
  assert.equal(await page.evaluate(() => localStorage.getItem("patter.session")), null);
});

test("everything about me, and a conversation, come as files", async () => {
  const { ana, id } = await site.pair();
  await ana.says("for the file", id);
  await using visitor = await browser.visitor();
  const page = await openChat(visitor, ana, "#/settings/account");
  const [archive] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Download" }).click(),
  ]);
  assert.match(archive.suggestedFilename(), /\.zip$/);
  await page.goto(`${site.url}/#/chats/${id}`);
  await page.getByRole("button", { name: "Details" }).click();
  await page.getByRole("button", { name: "Export conversation" }).click();
  await page.getByRole("dialog").getByLabel("Format").selectOption({ label: "JSON lines" });
  const [file] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("dialog").getByRole("button", { name: "Download" }).click(),
  ]);
  assert.match(file.suggestedFilename(), /\.jsonl$/);
});
