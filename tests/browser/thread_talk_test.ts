/** Two people talk: what one does in a conversation the other sees. */
import { strict as assert } from "node:assert";
import { browserTest as test, testBrowser } from "../support/browser.ts";
import { auditPage } from "../support/browser/audit.ts";
import {
  choose,
  menuOf,
  messageOf,
  openThread,
  seenMs,
  write,
} from "../support/browser/thread_page.ts";
import { buildPages } from "../support/pages.ts";
import { until } from "../support/waiting.ts";
import { openWorld } from "../support/world.ts";

await buildPages();
const world = await openWorld();
const site = await world.instance();
const browser = testBrowser();

/** Two friends who look at their conversation, each in a browser of their own. */
async function talk() {
  const { ana, bo, id } = await site.pair();
  const mine = await browser.visitor();
  const theirs = await browser.visitor();
  const anas = await openThread(mine, ana, { id });
  const bos = await openThread(theirs, bo, { id });
  return {
    ana,
    bo,
    id,
    anas,
    bos,
    async [Symbol.asyncDispose]() {
      await mine[Symbol.asyncDispose]();
      await theirs[Symbol.asyncDispose]();
    },
  };
}

test("what is written is read, with a word of each step on the way", async () => {
  await using at = await talk();
  const { anas, bos } = at;
  await bos.getByRole("textbox", { name: "Message" }).pressSequentially("Hel");
  await anas.getByText("is typing…").waitFor();
  await write(anas, "Good morning https://patter.example/a?b=c");
  const link = messageOf(bos, "Good morning").getByRole("link");
  assert.equal(await link.getAttribute("href"), "https://patter.example/a?b=c");
  assert.equal(await link.getAttribute("rel"), "noopener noreferrer");
  await bos.bringToFront();
  await messageOf(anas, "Good morning").getByText("Read", { exact: true }).waitFor({
    state: "attached",
  });
  await bos.getByRole("textbox", { name: "Message" }).fill("first\nsecond");
  await bos.keyboard.press("Enter");
  await messageOf(anas, "second").waitFor();
  await anas.setViewportSize({ width: 360, height: 640 });
  await menuOf(anas, "second");
  assert.deepEqual(await auditPage(anas), []);
});

test("answering, editing, reacting, pinning and recalling are seen by the other", async () => {
  await using at = await talk();
  const { anas, bos } = at;
  await write(anas, "The first thing");
  await choose(bos, "The first thing", "Reply");
  await write(bos, "An answer");
  await messageOf(anas, "An answer").getByRole("button", { name: /Reply to You: The first thing/ })
    .click();
  await anas.locator("li.message.lit", { hasText: "The first thing" }).waitFor();

  await choose(anas, "The first thing", "Edit");
  const field = anas.getByRole("textbox", { name: "Message" });
  const isShown = async () => await field.inputValue() === "The first thing";
  await until("the words of the message stand in the field", isShown);
  await field.fill("The better thing");
  await field.press("Enter");
  await messageOf(bos, "The better thing").getByText("edited").waitFor();

  await (await menuOf(bos, "The better thing")).getByRole("menuitem", { name: "React 🎉" }).click();
  const reaction = messageOf(anas, "The better thing").getByRole("button", { name: /^🎉 1/ });
  await reaction.click();
  await messageOf(bos, "The better thing").getByRole("button", { name: /^🎉 2/ }).click();
  await messageOf(anas, "The better thing").getByRole("button", { name: /^🎉 1/ }).waitFor();

  await choose(anas, "The better thing", "Pin");
  await bos.getByRole("button", { name: /Pinned message/ }).waitFor();
  await choose(anas, "The better thing", "Recall for everyone");
  await anas.getByRole("dialog").getByRole("button", { name: "Recall for everyone" }).click();
  await bos.getByText("This message was recalled").first().waitFor();
  await bos.getByRole("button", { name: /Pinned message/ }).waitFor({ state: "detached" });
  assert.equal(await bos.getByText("The better thing").count(), 0);
});

test("a picture is sent with its caption, shown in its box, and opened large", async () => {
  await using at = await talk();
  const { anas, bos } = at;
  const drawn = await anas.evaluate(async () => {
    const canvas = new OffscreenCanvas(640, 360);
    const context = canvas.getContext("2d")!;
    context.fillStyle = "teal";
    context.fillRect(0, 0, 640, 360);
    const blob = await canvas.convertToBlob({ type: "image/png" });
    return [...new Uint8Array(await blob.arrayBuffer())];
  });
  await anas.locator("input[type=file]").first().setInputFiles({
    name: "<img src=x onerror=alert(1)>.png",
    mimeType: "image/png",
    buffer: Buffer.from(drawn),
  });
  const dialog = anas.getByRole("dialog", { name: "Send file" });
  await dialog.getByLabel("Caption").fill("The sea");
  await dialog.getByRole("button", { name: "Send" }).click();
  const picture = messageOf(bos, "The sea").getByRole("button", { name: "Open photo" });
  await picture.locator("img.seen").waitFor();
  const box = (await picture.boundingBox())!;
  assert.ok(Math.abs(box.width / box.height - 640 / 360) < 0.02, JSON.stringify(box));
  await picture.click();
  const viewer = bos.getByRole("dialog", { name: "Photo" });
  await viewer.getByRole("img", { name: "Photo" }).waitFor();
  await bos.keyboard.press("+");
  await bos.keyboard.press("Escape");
  await viewer.waitFor({ state: "detached" });
  await anas.locator("li.pending").waitFor({ state: "detached" });
});

test("messages are forwarded one by one and as one, to where one chooses", async () => {
  await using at = await talk();
  const { ana, bo, anas, bos } = at;
  const group = await site.group(ana, [bo], { name: "Readers" });
  await write(bos, "Chapter one");
  await write(bos, "Chapter two");
  await choose(anas, "Chapter one", "Select");
  await messageOf(anas, "Chapter two").getByRole("checkbox").check();
  await anas.getByRole("button", { name: "Forward" }).click();
  const dialog = anas.getByRole("dialog", { name: "Forward 2 messages" });
  await dialog.getByRole("searchbox").fill("read");
  await dialog.getByLabel("Readers").check();
  await dialog.getByLabel("As one message").check();
  await dialog.getByRole("button", { name: "Forward" }).click();
  await anas.getByText("Forwarded").waitFor();
  await bos.goto(`${site.url}/#/chats/${group}`);
  await bos.getByRole("button", { name: /2 messages/ }).click();
  await bos.getByRole("dialog").getByText("Chapter two").waitFor();
});

test("a name is called with the keyboard alone, and the one who is called sees it", async () => {
  await using at = await talk();
  const { ana, bo, anas, bos } = at;
  const group = await site.group(ana, [bo], { name: "Callers" });
  for (const page of [anas, bos]) await page.goto(`${site.url}/#/chats/${group}`);
  await anas.getByRole("heading", { name: "Callers" }).waitFor();
  await bos.getByRole("heading", { name: "Callers" }).waitFor();
  const field = anas.getByRole("textbox", { name: "Message" });
  await field.click();
  await field.pressSequentially("Look @b");
  await anas.getByRole("option", { name: "bo" }).waitFor();
  await field.press("Enter");
  await field.pressSequentially("here");
  await field.press("Enter");
  await bos.locator(".mention.me", { hasText: "@bo" }).waitFor();
  await messageOf(bos, "Look @bo here").waitFor();
});

test("a draft follows to another device, and is gone from there once it is sent", async () => {
  const { ana, id } = await site.pair();
  await using one = await browser.visitor();
  await using other = await browser.visitor();
  const desk = await openThread(one, ana, { id });
  await desk.getByRole("textbox", { name: "Message" }).fill("Half a thought");
  const phone = await openThread(other, await ana.again(), { id });
  const field = phone.getByRole("textbox", { name: "Message" });
  await until(
    "the draft is there",
    async () => await field.inputValue() === "Half a thought",
    seenMs,
  );
  await field.press("Enter");
  await messageOf(desk, "Half a thought").waitFor();
  const mine = desk.getByRole("textbox", { name: "Message" });
  await until("the draft is gone", async () => await mine.inputValue() === "", seenMs);
});

test("who may not write any more is told why, in place of the field", async () => {
  await using at = await talk();
  const { ana, bo, id, anas, bos } = at;
  await bo.says("before it ended", id);
  await messageOf(anas, "before it ended").waitFor();
  await ana.do("DELETE", `/v1/friends/${bo.id}`);
  await anas.getByText("You can write to each other once you are friends").waitFor();
  await site.befriend(ana, bo);
  await anas.getByRole("textbox", { name: "Message" }).waitFor();
  const group = await site.group(ana, [bo], { name: "Quiet" });
  await ana.do("PATCH", `/v1/groups/${group}`, { mutedAll: true });
  await bos.goto(`${site.url}/#/chats/${group}`);
  await bos.getByText("Only managers can write here now").waitFor();
  await ana.do("DELETE", `/v1/groups/${group}`);
  await bos.getByText("This group has been dismissed").first().waitFor();
});
