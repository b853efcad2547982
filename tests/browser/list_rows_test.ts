/** The conversation list: what a row tells, and what can be done with it. */
import { strict as assert } from "node:assert";
import { browserTest as test, testBrowser } from "../support/browser.ts";
import { chooseFor, openChat, rowOf, titlesOf } from "../support/browser/chat_page.ts";
import { buildPages } from "../support/pages.ts";
import { until } from "../support/waiting.ts";
import { openWorld, type Person } from "../support/world.ts";

await buildPages();
const world = await openWorld();
const site = await world.instance();
const browser = testBrowser();
const limitMs = 20_000;

/** Somebody with two friends, and with a group of all three. */
async function scene() {
  const [ana, bo, cy] = [
    await site.person("ana"),
    await site.person("bo", { nickname: "Bo" }),
    await site.person("cy", { nickname: "Cy" }),
  ] as const;
  const direct = async (friend: Person) => {
    await site.befriend(ana, friend);
    const body = { userId: friend.id };
    return (await ana.do<{ id: string }>("POST", "/v1/conversations/direct", body)).id;
  };
  const [withBo, withCy] = [await direct(bo), await direct(cy)];
  const group = await site.group(ana, [bo, cy], { name: "Trio" });
  await bo.says("from Bo", withBo);
  await cy.says("from Cy", withCy);
  return { ana, bo, cy, withBo, withCy, group };
}

test("a row tells what is unread, mentioned, typed and drafted, and the title how much waits", async () => {
  const { ana, bo, withBo, withCy, group } = await scene();
  await using visitor = await browser.visitor();
  const page = await openChat(visitor, ana);
  await rowOf(page, "Bo").getByLabel("1 unread message").waitFor();
  await until("the title says two", async () => await page.title() === "(2) Patter", limitMs);
  await bo.do("POST", `/v1/conversations/${group}/messages`, {
    clientId: crypto.randomUUID(),
    kind: "text",
    body: { text: "<b>look</b>" },
    mentions: [ana.id],
  });
  await rowOf(page, "Trio").getByLabel("You were mentioned").waitFor();
  await rowOf(page, "Trio").getByText("Bo: <b>look</b>", { exact: true }).waitFor();
  assert.equal((await titlesOf(page))[0], "Trio");
  const client = await bo.connect();
  await client.call("conversation.typing", { conversationId: withBo, typing: true });
  await rowOf(page, "Bo").getByText("typing…").waitFor();
  await ana.do("PATCH", `/v1/conversations/${withCy}/settings`, { draft: "half a thought" });
  await rowOf(page, "Cy").getByText("Draft: half a thought").waitFor();
  await rowOf(page, "Bo").locator("a").click();
  await rowOf(page, "Bo").getByLabel("1 unread message").waitFor({ state: "detached" });
  await until("the title says two again", async () => await page.title() === "(2) Patter", limitMs);
});

test("a row tells who is there, and whether my last message was read", async () => {
  const { ana, bo, withBo } = await scene();
  await using visitor = await browser.visitor();
  const page = await openChat(visitor, ana);
  const { seq } = await ana.says("did you see this?", withBo);
  await rowOf(page, "Bo").getByText("You: did you see this?").waitFor();
  await rowOf(page, "Bo").getByLabel("Sent").waitFor();
  const client = await bo.connect();
  await rowOf(page, "Bo").getByText("(online)").waitFor();
  await client.call("conversation.read", { conversationId: withBo, seq });
  await rowOf(page, "Bo").getByLabel("Read", { exact: true }).waitFor();
  await page.reload();
  await rowOf(page, "Bo").getByLabel("Read", { exact: true }).waitFor();
});

test("a menu stays when the button that opened it is let go, and goes with a click elsewhere", async () => {
  const { ana } = await scene();
  await using visitor = await browser.visitor({ hasTouch: true });
  const page = await openChat(visitor, ana);
  await chooseFor(page, "Bo", "Pin to top");
  await rowOf(page, "Bo").locator("a").hover();
  await page.mouse.down({ button: "right" });
  await page.getByRole("menu").waitFor();
  await page.mouse.up({ button: "right" });
  await page.mouse.click(1_000, 500);
  await page.getByRole("menu").waitFor({ state: "detached" });
  const { x, y } = (await rowOf(page, "Cy").boundingBox())!;
  const finger = await visitor.context.newCDPSession(page);
  const touchPoints = [{ x: x + 100, y: y + 30 }];
  await finger.send("Input.dispatchTouchEvent", { type: "touchStart", touchPoints });
  await page.getByRole("menu").waitFor();
  await finger.send("Input.dispatchTouchEvent", { type: "touchEnd", touchPoints: [] });
  await page.getByRole("menu").getByText("Pin to top").tap();
  await rowOf(page, "Cy").getByLabel("Pinned").waitFor();
  assert.match(page.url(), /#\/$/, "No conversation was opened");
});

test("pin, mute, mark as unread, hide, clear and leave, from the menu of a row", async () => {
  const { ana, bo, withBo, group } = await scene();
  await using visitor = await browser.visitor();
  const page = await openChat(visitor, ana);
  await rowOf(page, "Cy").waitFor();
  await chooseFor(page, "Bo", "Pin to top");
  await rowOf(page, "Bo").getByLabel("Pinned").waitFor();
  assert.equal((await titlesOf(page))[0], "Bo");
  await chooseFor(page, "Bo", "Mute");
  await rowOf(page, "Bo").getByLabel("Muted").waitFor();
  await until("muted ones are not counted", async () => await page.title() === "(1) Patter");
  await chooseFor(page, "Bo", "Mark as read");
  await rowOf(page, "Bo").getByLabel("1 unread message").waitFor({ state: "detached" });
  await chooseFor(page, "Bo", "Mark as unread");
  await rowOf(page, "Bo").getByLabel("Marked as unread").waitFor();
  await chooseFor(page, "Bo", "Hide until the next message");
  await rowOf(page, "Bo").waitFor({ state: "detached" });
  await bo.says("here I am again", withBo);
  await rowOf(page, "Bo").getByText("here I am again").waitFor();
  await chooseFor(page, "Cy", "Clear history");
  await page.getByRole("dialog").getByRole("button", { name: "Clear history" }).click();
  await rowOf(page, "Cy").getByText("from Cy").waitFor({ state: "detached" });
  await chooseFor(page, "Trio", "Leave group");
  await page.getByRole("dialog").getByRole("button", { name: "Leave group" }).click();
  await page.getByText("You own this group").waitFor();
  visitor.expect(/status of 409/);
  await ana.do("POST", `/v1/groups/${group}/owner`, { userId: bo.id });
  await chooseFor(page, "Trio", "Leave group");
  await page.getByRole("dialog").getByRole("button", { name: "Leave group" }).click();
  await rowOf(page, "Trio").waitFor({ state: "detached" });
});

test("keys move between rows, open the menu and go back", async () => {
  const { ana } = await scene();
  await using visitor = await browser.visitor();
  const page = await openChat(visitor, ana);
  await rowOf(page, "Cy").waitFor();
  const focused = (title: string) =>
    until(
      `${title} has the focus`,
      async () =>
        await page.evaluate(() =>
          document.activeElement?.querySelector(".row-title")?.textContent
        ) ===
          title,
      limitMs,
    );
  await page.keyboard.press("Control+k");
  await page.keyboard.press("ArrowDown");
  await focused("Cy");
  await page.keyboard.press("ArrowDown");
  await focused("Bo");
  await page.keyboard.press("Shift+F10");
  await page.getByRole("menu").waitFor();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Escape");
  await page.getByRole("menu").waitFor({ state: "detached" });
  await focused("Bo");
  await page.keyboard.press("Enter");
  await page.getByRole("heading", { name: "Bo" }).waitFor();
  await page.getByRole("textbox", { name: "Message" }).focus();
  await page.keyboard.press("Alt+ArrowUp");
  await page.getByRole("heading", { name: "Cy" }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("heading", { name: "Cy" }).waitFor({ state: "detached" });
  await focused("Cy");
  await page.keyboard.press("?");
  await page.getByRole("dialog").getByText("Next conversation").waitFor();
});

test("a message that is searched for opens where it stands", async () => {
  const { ana, bo, withBo } = await scene();
  const { seq } = await bo.says("🎈 the lighthouse at dawn", withBo);
  await using visitor = await browser.visitor();
  const page = await openChat(visitor, ana);
  await page.getByRole("searchbox").fill("lightho");
  await page.locator("mark").getByText("lightho", { exact: true }).waitFor();
  await page.locator(".rows.found a").click();
  await until(
    "its address is open",
    () => page.url().endsWith(`#/chats/${withBo}/${seq}`),
  );
  await page.getByRole("searchbox").fill("b");
  await page.locator(".rows.found").getByText("Bo", { exact: true }).first().click();
  await page.getByRole("list", { name: "Conversations" }).waitFor();
});
