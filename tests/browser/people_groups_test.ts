/** Groups in the browser: made, invited to by a link, joined by approval, led, left and lost. */
import type { Page } from "playwright-core";
import { browserTest as test, testBrowser } from "../support/browser.ts";
import { openChat, rowOf } from "../support/browser/chat_page.ts";
import { buildPages } from "../support/pages.ts";
import { openWorld } from "../support/world.ts";

await buildPages();
const world = await openWorld();
const site = await world.instance();
const browser = testBrowser();

function details(page: Page) {
  return page.locator(".details");
}

async function openDetails(page: Page) {
  await page.getByRole("button", { name: "Details" }).click();
  await details(page).waitFor();
}

/** Makes a group of approval with a friend, and gives a link into it. */
async function groupWithLink(page: Page): Promise<string> {
  await page.getByRole("button", { name: "New group" }).click();
  await page.getByRole("dialog").getByLabel("Group name").fill("Hikers & <b>friends</b>");
  await page.getByRole("dialog").getByRole("checkbox", { name: "bo" }).check();
  await page.getByRole("button", { name: "Create" }).click();
  await page.getByRole("heading", { name: "Hikers & <b>friends</b>", level: 1 }).waitFor();
  await openDetails(page);
  await details(page).getByText("2 members").waitFor();
  await details(page).getByRole("button", { name: "Invite links" }).click();
  await details(page).getByRole("button", { name: "New link" }).click();
  return await details(page).getByRole("textbox", { name: "Invite links" }).inputValue();
}

/** Makes an account at the entrance. */
async function signUp(page: Page, username: string, nickname: string) {
  await page.getByRole("button", { name: "New here? Create an account" }).click();
  await page.getByLabel("Username").fill(username);
  await page.getByLabel("Name", { exact: true }).fill(nickname);
  await page.getByLabel("Password", { exact: true }).fill("correct horse 1");
  await page.getByRole("button", { name: "Create account" }).click();
}

test("a stranger signs up on an invite link, is let in, rises, and loses the group live", async () => {
  const { ana } = await site.pair();
  await using mine = await browser.visitor();
  await using theirs = await browser.visitor();
  const a = await openChat(mine, ana, "#/people");
  const link = await groupWithLink(a);

  const c = await theirs.tab(link);
  await c.getByText("You were invited to a group", { exact: false }).waitFor();
  await signUp(c, `cy_${crypto.randomUUID().slice(0, 8)}`, "Cy Young");
  await c.getByRole("heading", { name: "Hikers & <b>friends</b>" }).waitFor();
  // The link's maker leads the group: whoever has it is in at once.
  await c.getByRole("button", { name: "Join group" }).click();
  await rowOf(c, "Hikers & <b>friends</b>").waitFor();
  await details(a).getByRole("button", { name: "Back to details" }).click();
  await details(a).getByText("3 members").waitFor();

  await details(a).getByRole("button", { name: "Members" }).click();
  await details(a).getByRole("button", { name: "Cy Young" }).click();
  await a.getByRole("button", { name: "Make manager" }).click();
  await a.getByRole("button", { name: "Take manager role away" }).waitFor();
  await openDetails(c);
  await details(c).getByRole("button", { name: "Edit group" }).waitFor();

  await a.getByRole("button", { name: "Remove from group" }).click();
  await a.getByRole("dialog", { name: /^Remove Cy Young/ })
    .getByRole("button", { name: "Remove from group" }).click();
  await rowOf(c, "Hikers & <b>friends</b>").waitFor({ state: "detached" });
  await details(a).getByRole("button", { name: "Cy Young" }).waitFor({ state: "detached" });
});

test("a request to join is answered live, on both sides", async () => {
  const [ana, bo] = [await site.person("ana"), await site.person("bo", { nickname: "Bo" })];
  const id = await site.group(ana, [bo], { name: "Quiet room", joinPolicy: "open" });
  const { url } = await bo.do<{ url: string }>("POST", `/v1/groups/${id}/invites`);
  // A plain member's link only proposes, once the group asks its leaders.
  await ana.do("PATCH", `/v1/groups/${id}`, { joinPolicy: "approval" });
  const cy = await site.person("cy", { nickname: "Cy" });
  await using mine = await browser.visitor();
  await using theirs = await browser.visitor();
  const a = await openChat(mine, ana, `#/chats/${id}`);
  const c = await openChat(theirs, cy, new URL(url).hash);
  await c.getByRole("button", { name: "Join group" }).click();
  await c.getByText("You have asked to join", { exact: false }).waitFor();
  await openDetails(a);
  await details(a).getByRole("button", { name: "Join requests 1" }).click();
  await details(a).getByRole("button", { name: "Accept" }).click();
  await details(a).getByText("Nobody waits to be let in.").waitFor();
  await c.getByRole("heading", { name: "Quiet room", level: 1 }).waitFor();
  await c.waitForURL(new RegExp(`#/chats/${id}$`));
});

test("a leader edits a group, and all of it is seen by the others at once", async () => {
  const { ana, bo } = await site.pair();
  const id = await site.group(ana, [bo], { name: "Old name" });
  await using mine = await browser.visitor();
  await using theirs = await browser.visitor({ viewport: { width: 360, height: 640 } });
  const a = await openChat(mine, ana, `#/chats/${id}`);
  const b = await openChat(theirs, bo, `#/chats/${id}`);
  await openDetails(b);
  await openDetails(a);
  await details(a).getByRole("button", { name: "Edit group" }).click();
  await details(a).getByLabel("Group name").fill("New name");
  await details(a).getByLabel("Announcement").fill("Doors at eight");
  await details(a).getByLabel("Address of a picture").fill("http://example.com/a.png");
  await details(a).getByRole("button", { name: "Save" }).click();
  mine.expect(/status of 400/);
  await details(a).getByText("A full address that begins with https://").waitFor();
  await details(a).getByLabel("Address of a picture").fill("");
  await details(a).getByRole("button", { name: "Save" }).click();
  await details(b).getByRole("heading", { name: "New name" }).waitFor();
  await details(b).getByText("Doors at eight").waitFor();
  await details(b).getByRole("button", { name: "Edit group" }).waitFor({ state: "detached" });
  await b.keyboard.press("Escape");
  await details(b).waitFor({ state: "detached" });
});

test("a member leaves, an owner hands the group on, and a dead link says so", async () => {
  const { ana, bo } = await site.pair();
  const id = await site.group(ana, [bo], { name: "Handed on" });
  const { url, code } = await ana.do<{ url: string; code: string }>(
    "POST",
    `/v1/groups/${id}/invites`,
  );
  await using mine = await browser.visitor();
  const page = await openChat(mine, ana, `#/chats/${id}`);
  await openDetails(page);
  await details(page).getByRole("button", { name: "Members" }).click();
  await details(page).getByRole("button", { name: "bo", exact: true }).click();
  await page.getByRole("button", { name: "Make owner" }).click();
  await page.getByRole("dialog", { name: /^Make bo the owner/ })
    .getByRole("button", { name: "Make owner" }).click();
  await page.getByRole("button", { name: "Close" }).last().click();
  await details(page).getByRole("button", { name: "Back to details" }).click();
  await details(page).getByRole("button", { name: "Leave group" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Leave group" }).click();
  await rowOf(page, "Handed on").waitFor({ state: "detached" });
  await bo.do("DELETE", `/v1/groups/${id}/invites/${code}`);
  mine.expect(/status of 410/);
  await page.goto(url);
  await page.getByText("This link leads nowhere", { exact: false }).waitFor();
});
