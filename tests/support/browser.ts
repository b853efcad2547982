/** A real browser for tests: one Chromium for each test file, and people with a profile of their own in it. */
import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type Page,
} from "playwright-core";
import { findChromium, openLock } from "./browser/chromium.ts";
import { Complaints } from "./browser/complaints.ts";
import { until } from "./waiting.ts";
import { test } from "./world.ts";

/** How long the browser may take for one thing; generous, as machines are busy. */
export const browserLimitMs = 30_000;
const launchLimitMs = 120_000;
const slots = 2;
const slotLimitMs = 60 * 60_000;
// In place of those that Playwright turns off, storage apart for each site that frames a page among them:
// a widget lives in such frames.
const featuresOff = "HttpsUpgrades,HttpsFirstBalancedModeAutoEnable,MediaRouter,OptimizationHints";

/** What a visitor's browser is like; `baseURL` makes addresses of pages relative to it. */
export type Looks = Pick<
  BrowserContextOptions,
  | "baseURL"
  | "colorScheme"
  | "hasTouch"
  | "isMobile"
  | "locale"
  | "permissions"
  | "reducedMotion"
  | "timezoneId"
  | "viewport"
>;

/** A profile of its own: cookies, storage and tabs that no other visitor shares. */
export class Visitor implements AsyncDisposable {
  constructor(readonly context: BrowserContext, readonly complaints: Complaints) {}

  /** A new tab. */
  async tab(url?: string): Promise<Page> {
    const page = await this.context.newPage();
    if (url !== undefined) await page.goto(url);
    return page;
  }

  /** Lets the test pass although a complaint that fits has come or comes; see `Complaints.expect`. */
  expect(...fitting: RegExp[]): void {
    this.complaints.expect(...fitting);
  }

  /** Takes the network from all tabs, and gives it back. Sockets that are open stay so. */
  async setOffline(isOffline: boolean): Promise<void> {
    if (isOffline) this.expect(/net::ERR_INTERNET_DISCONNECTED/);
    await this.context.setOffline(isOffline);
  }

  /** Writes a picture of a tab to a folder, without what moves. */
  async shoot(page: Page, folder: string, name: string): Promise<string> {
    const path = `${folder}/${name}.png`;
    await page.screenshot({ path, animations: "disabled" });
    return path;
  }

  /** Ends it; fails when anything was complained of that was not expected. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.context.close();
    const { unexpected } = this.complaints;
    if (unexpected.length > 0) {
      throw new Error(`The browser complained:\n${unexpected.join("\n")}`);
    }
  }
}

// Each takes some hundred megabytes: however many test files run beside each other, two have one.
async function takeSlot(): Promise<Deno.FsFile> {
  const files = await Promise.all(
    Array.from({ length: slots }, (_, slot) => openLock(`chromium-${slot}`)),
  );
  const taken = await until("a browser may be started", async () => {
    for (const file of files) if (await file.tryLock(true)) return file;
    return undefined;
  }, slotLimitMs);
  for (const file of files) if (file !== taken) file.close();
  return taken!;
}

/** The browser of a test file. */
export class TestBrowser implements AsyncDisposable {
  #launched: Promise<Browser> | undefined;
  #slot: Deno.FsFile | undefined;

  async #launch(): Promise<Browser> {
    const executablePath = await findChromium();
    this.#slot = await takeSlot();
    return await chromium.launch({
      executablePath,
      headless: true,
      timeout: launchLimitMs,
      // Names that are no secure place, as `localhost` and loopback addresses are: pages without TLS.
      args: [
        "--disable-gpu",
        // A camera and a microphone that nobody has to allow; the latter beeps once a second.
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        `--disable-features=${featuresOff}`,
        "--host-resolver-rules=MAP *.test 127.0.0.1",
      ],
    });
  }

  /** Somebody with a browser of their own. */
  async visitor(looks: Looks = {}): Promise<Visitor> {
    const browser = await (this.#launched ??= this.#launch());
    const context = await browser.newContext({
      locale: "en-US",
      viewport: { width: 1440, height: 900 },
      ...looks,
    });
    context.setDefaultTimeout(browserLimitMs);
    context.setDefaultNavigationTimeout(browserLimitMs);
    return new Visitor(context, await Complaints.of(context));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#launched?.then((browser) => browser.close(), () => {});
    this.#slot?.close();
  }
}

/** The browser for this test file; it starts when the first visitor comes and ends after the last test. */
export function testBrowser(): TestBrowser {
  const browser = new TestBrowser();
  Deno.test.afterAll(() => browser[Symbol.asyncDispose]());
  return browser;
}

// The runner shows of a disposal that failed after its test nothing but that there was one.
function unwrapped(error: unknown): unknown {
  if (!(error instanceof SuppressedError)) return error;
  const first = unwrapped(error.suppressed);
  if (first instanceof Error) first.cause ??= error.error;
  return first;
}

/** A test with a browser; what failed first is told first, with the browser's complaints as its cause. */
export function browserTest(name: string, run: () => Promise<void>): void {
  test(name, async () => {
    try {
      await run();
    } catch (error) {
      throw unwrapped(error);
    }
  });
}
