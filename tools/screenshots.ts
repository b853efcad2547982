/** The pictures of the README, made of a real server in a real browser: `deno task screenshots`. */
/// <reference lib="dom" />
import type { Page } from "playwright-core";
import { type Looks, TestBrowser } from "../tests/support/browser.ts";
import { buildPages } from "../tests/support/pages.ts";
import { openTestDatabase } from "../tests/support/database.ts";
import { World } from "../tests/support/world.ts";
import { talkOnSite } from "./screenshots/site.ts";
import { drawPhoto, type Story, tellStory } from "./screenshots/story.ts";

const folder = new URL("../docs/images", import.meta.url).pathname;

interface Picture {
  readonly name: string;
  readonly looks: Looks;
  readonly open: (story: Story) => string;
}

const desktop = { width: 1280, height: 800 };
const phone = { width: 390, height: 780 };
const pictures: readonly Picture[] = [
  {
    name: "group-light",
    looks: { viewport: desktop, colorScheme: "light" },
    open: ({ groupId }) => `#/chats/${groupId}`,
  },
  {
    name: "group-dark",
    looks: { viewport: desktop, colorScheme: "dark" },
    open: ({ groupId }) => `#/chats/${groupId}`,
  },
  {
    name: "phone-list",
    looks: { viewport: phone, colorScheme: "light" },
    open: () => "#/",
  },
  {
    name: "phone-chat",
    looks: { viewport: phone, colorScheme: "dark", locale: "zh-CN" },
    open: ({ groupId }) => `#/chats/${groupId}`,
  },
];

/** Until nothing is loaded any more and nothing moves. */
async function settled(page: Page): Promise<void> {
  await page.waitForLoadState("networkidle");
  await page.evaluate(async () => {
    await document.fonts.ready;
    const images = [...document.images].filter(({ complete }) => !complete);
    await Promise.all(images.map((image) => image.decode()));
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
  });
}

await buildPages();
await using world = new World(await openTestDatabase());
const server = await world.instance();
await using browser = new TestBrowser();
await using painter = await browser.visitor();
const story = await tellStory(server, await drawPhoto(await painter.tab()));
await Deno.mkdir(folder, { recursive: true });
for (const { name, looks, open } of pictures) {
  await using visitor = await browser.visitor(looks);
  const page = await visitor.tab();
  await page.addInitScript(
    (session) => localStorage.setItem("patter.session", session),
    JSON.stringify((await story.me.again()).session),
  );
  await page.goto(`${server.url}/${open(story)}`);
  await page.getByText("book the hut").filter({ visible: true }).first().waitFor();
  await settled(page);
  await visitor.shoot(page, folder, name);
}

await using visitor = await browser.visitor({ viewport: desktop, colorScheme: "light" });
const page = await visitor.tab();
await using _site = await talkOnSite(world, server, page);
await settled(page);
await visitor.shoot(page, folder, "widget");
