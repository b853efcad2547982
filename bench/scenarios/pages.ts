/** How soon the application is seen and can be used, in a browser on a slow phone and network. */
/// <reference lib="dom" />
import type { Page } from "playwright-core";
import { slowNetwork } from "../../tests/support/browser/network.ts";
import { htmlPage, PageHost } from "../../tests/support/browser/page_host.ts";
import { TestBrowser } from "../../tests/support/browser.ts";
import { buildWeb } from "../../tools/web/build.ts";
import { Api } from "../api.ts";
import type { Scenario } from "../bench.ts";
import { startPatter } from "../processes.ts";
import type { Figure } from "../report.ts";
import { median } from "../statistics.ts";
import { openDirect, register } from "../world.ts";

// As Lighthouse has it for mobiles: a processor four times slower, 1.6 Mbit/s, 150 ms there and back.
const slowness = { rate: 4, latencyMs: 150, bytesPerSecond: 200_000 };
const quietMs = 2_000;
const loadsMin = 5;
const root = new URL("../..", import.meta.url).pathname;

interface Load {
  readonly paintMs: number;
  readonly blockedMs: number;
  readonly bytes: number;
}

/** Loads the entrance, the list of a user in some conversations, and a page with one line of text. */
export const pages: Scenario = {
  name: "pages",
  async run(bench) {
    await buildWeb(root);
    const server = await startPatter({ dataDir: await bench.createFolder() });
    const url = `http://127.0.0.1:${server.port}/`;
    await using browser = new TestBrowser();
    await using host = new PageHost({ "/": htmlPage("One line") });
    const session = await someone(new Api(server.port));
    const loads = { bare: [] as Load[], entrance: [] as Load[], chats: [] as Load[] };
    while (loads.chats.length < Math.max(loadsMin, bench.runs)) {
      loads.bare.push(await load(browser, host.origin));
      loads.entrance.push(await load(browser, url));
      loads.chats.push(await load(browser, url, session));
    }
    await server.stop();
    const paint = (of: readonly Load[]) => median(of.map(({ paintMs }) => paintMs));
    return {
      title: "First load of the application",
      about: "Chromium with a processor slowed down four times, 1.6 Mbit/s and 150 ms, nothing " +
        "cached: first contentful paint, total blocking time (what tasks after it took beyond " +
        "50 ms each), and the bytes that came; beside a page with one line of text.",
      figures: [
        ...figuresOf("one line of text", loads.bare),
        ...figuresOf("entrance", loads.entrance),
        ...figuresOf("20 conversations, signed in", loads.chats),
      ],
      comparisons: [{
        name: "first contentful paint, entrance / one line of text",
        value: paint(loads.entrance) / paint(loads.bare),
        unit: "×",
        atMost: 6,
      }],
    };
  },
};

/** A session of somebody in twenty conversations, as the application keeps it. */
async function someone(api: Api): Promise<string> {
  const someoneNew = (number: number) => register(api, `person_${number}`, `Person ${number}`);
  const { person: me, session } = await someoneNew(0);
  for (let number = 1; number <= 20; number++) {
    const id = await openDirect(api, me, (await someoneNew(number)).person);
    const message = { clientId: "1", kind: "text", body: { text: `Hello ${number}` } };
    await api.call(me, "POST", `/conversations/${id}/messages`, message);
  }
  return session;
}

async function load(browser: TestBrowser, url: string, session?: string): Promise<Load> {
  await using visitor = await browser.visitor({ viewport: { width: 360, height: 640 } });
  const page = await visitor.tab();
  await using _slow = await slowNetwork(page, slowness);
  const devtools = await page.context().newCDPSession(page);
  await devtools.send("Emulation.setCPUThrottlingRate", { rate: slowness.rate });
  let bytes = 0;
  await devtools.send("Network.enable");
  devtools.on("Network.loadingFinished", ({ encodedDataLength }) => bytes += encodedDataLength);
  if (session !== undefined) {
    await page.addInitScript((kept) => localStorage.setItem("patter.session", kept), session);
  }
  await page.goto(url, { waitUntil: "load" });
  if (session !== undefined) await page.getByText("Hello 20").waitFor();
  const times = await timesOf(page);
  return { ...times, bytes };
}

function timesOf(page: Page): Promise<Omit<Load, "bytes">> {
  return page.evaluate(async (forMs) => {
    const paintMs = await new Promise<number>((resolve) => {
      new PerformanceObserver((list) => {
        for (const { name, startTime } of list.getEntries()) {
          if (name === "first-contentful-paint") resolve(startTime);
        }
      }).observe({ type: "paint", buffered: true });
    });
    let blockedMs = 0;
    const observer = new PerformanceObserver((list) => {
      for (const { startTime, duration } of list.getEntries()) {
        if (startTime + duration > paintMs) blockedMs += duration - 50;
      }
    });
    observer.observe({ type: "longtask", buffered: true });
    await new Promise((resolve) => setTimeout(resolve, forMs));
    return { paintMs, blockedMs };
  }, quietMs);
}

function figuresOf(name: string, loads: readonly Load[]): Figure[] {
  const of = (pick: (load: Load) => number) => median(loads.map(pick));
  return [
    { name: `${name}: first contentful paint`, value: of(({ paintMs }) => paintMs), unit: "ms" },
    {
      name: `${name}: total blocking time`,
      value: of(({ blockedMs }) => blockedMs),
      unit: "ms",
      note: `${(of(({ bytes }) => bytes) / 1_024).toFixed(0)} KiB came`,
    },
  ];
}
