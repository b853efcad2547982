/** How smoothly one scrolls in a conversation of a hundred thousand messages, in the application. */
/// <reference lib="dom" />
import type { Page } from "playwright-core";
import { TestBrowser } from "../../tests/support/browser.ts";
import { buildWeb } from "../../tools/web/build.ts";
import { Api } from "../api.ts";
import type { Scenario } from "../bench.ts";
import { startPatter } from "../processes.ts";
import { median, percentile } from "../statistics.ts";
import { fillConversation, openDirect, register } from "../world.ts";

const count = 100_000;
const wheelBy = 700;
const wheelEveryMs = 30;
const root = new URL("../..", import.meta.url).pathname;

/** Turns the wheel up and down in the middle of the conversation, and times each frame. */
export const scrolling: Scenario = {
  name: "scrolling",
  async run(bench) {
    await buildWeb(root);
    const databaseUrl = await bench.createDatabase();
    const server = await startPatter({ dataDir: await bench.createFolder(), databaseUrl });
    const { session, id } = await conversation(new Api(server.port), databaseUrl);
    await using browser = new TestBrowser();
    await using visitor = await browser.visitor();
    const page = await visitor.tab();
    await page.addInitScript((kept) => localStorage.setItem("patter.session", kept), session);
    await page.goto(`http://127.0.0.1:${server.port}/#/chats/${id}/${count / 2}`);
    await page.locator("li.message").first().waitFor();
    await page.locator(".messages").hover();
    const frames: number[] = [];
    for (let run = 0; run < bench.runs; run++) {
      for (const way of [-1, 1]) frames.push(...await scroll(page, way, bench.seconds));
    }
    const shown = await page.locator("li.message").count();
    await server.stop();
    return {
      title: "Scrolling in 100,000 messages",
      about:
        "The wheel is turned up and down from the middle, through what has to be loaded; each " +
        "frame is timed. A frame of 60 a second takes 16.7 ms.",
      figures: [
        { name: "frame, median", value: median(frames), unit: "ms", note: `${frames.length}` },
        { name: "frame, p95", value: percentile(frames, 95), unit: "ms" },
        { name: "messages in the page", value: shown, unit: "" },
      ],
      comparisons: [
        { name: "scrolling, p95 of frames", value: percentile(frames, 95), unit: "ms", atMost: 50 },
      ],
    };
  },
};

async function conversation(api: Api, databaseUrl: string) {
  const { person: me, session } = await register(api, "reader", "reader");
  const { person: other } = await register(api, "writer", "writer");
  const id = await openDirect(api, me, other);
  await fillConversation(databaseUrl, { id, people: [me, other], count });
  await api.send(me, "PUT", `/conversations/${id}/read`, { seq: count });
  return { session, id };
}

/** The time that each frame took. */
async function scroll(page: Page, way: number, seconds: number): Promise<number[]> {
  const times = page.evaluate((ms) =>
    new Promise<number[]>((resolve) => {
      const frames: number[] = [];
      const begun = performance.now();
      let last = begun;
      const tick = (now: number) => {
        frames.push(now - last);
        last = now;
        if (now - begun < ms) requestAnimationFrame(tick);
        else resolve(frames.slice(1));
      };
      requestAnimationFrame(tick);
    }), seconds * 1_000);
  let isOver = false;
  times.finally(() => isOver = true);
  while (!isOver) {
    await page.mouse.wheel(0, way * wheelBy);
    await new Promise((resolve) => setTimeout(resolve, wheelEveryMs));
  }
  return await times;
}
