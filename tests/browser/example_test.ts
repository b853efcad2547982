/** The page of `examples/browser` as its reader opens it, and the library where nothing is secure. */
import { strict as assert } from "node:assert";
import type { Page } from "playwright-core";
import { freePort } from "../../tools/services/ports.ts";
import { browserTest as test, testBrowser } from "../support/browser.ts";
import { auditPage } from "../support/browser/audit.ts";
import { ClientTab, hostClientPage } from "../support/browser/client_page.ts";
import { sentTexts } from "../support/browser/sent_texts.ts";
import { makeFolder, TestProcess } from "../support/server_process.ts";
import { until } from "../support/waiting.ts";
import { openWorld, password, type Person } from "../support/world.ts";

const browser = testBrowser();
const world = await openWorld();
const limitMs = 60_000;

async function enter(page: Page, url: string, { username }: Person): Promise<void> {
  await page.getByLabel("Server").fill(url);
  await page.getByLabel("Username").fill(username);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Sign in" }).click();
  await page.getByText("open", { exact: true }).waitFor();
  await page.getByLabel("Conversations").locator("option").waitFor({ state: "attached" });
}

test("the page of the example signs in, shows a conversation, and a message goes both ways", async () => {
  const port = freePort();
  const origin = `http://localhost:${port}`;
  const instance = await world.instance({ ALLOWED_ORIGINS: origin });
  const { ana, bo, id } = await instance.pair();
  await using folder = await makeFolder();
  await using _page = await TestProcess.start({
    folder,
    args: ["task", "example:page"],
    env: { PORT: String(port) },
    endSignal: "SIGTERM",
  });
  await until("it is served", () => fetch(origin).then(({ ok }) => ok, () => false), limitMs);
  await using visitor = await browser.visitor();
  const page = await visitor.tab(origin);
  assert.deepEqual(await auditPage(page), []);
  await enter(page, instance.url, ana);
  await page.getByLabel("Conversations").selectOption(id);
  await page.getByLabel("Message").fill("Hello from the page");
  await page.getByRole("button", { name: "Send" }).click();
  await until("it is stored", async () => (await sentTexts(bo, id)).length === 1, limitMs);
  await bo.says("<b>Hello</b> to the page", id);
  await page.getByText("<b>Hello</b> to the page").waitFor();
  assert.deepEqual(await sentTexts(ana, id), ["Hello from the page", "<b>Hello</b> to the page"]);
});

test("the library works on a page without TLS, where locks and much of crypto are missing", async () => {
  await using host = await hostClientPage();
  const origin = host.origin.replace("127.0.0.1", "page.test");
  const instance = await world.instance({ ALLOWED_ORIGINS: origin });
  const { ana, id } = await instance.pair();
  const url = instance.url.replace("127.0.0.1", "server.test");
  await using visitor = await browser.visitor();
  const page = await visitor.tab(`${origin}/`);
  assert.equal(await page.evaluate("isSecureContext"), false);
  const tab = await ClientTab.start(page, { url, session: ana.session });
  await tab.synced();
  const seq = await tab.lastSeq(id);
  await tab.send(id, "hello");
  await tab.hasAll(id, seq + 1);
  const size = await tab.client.evaluate(async (client) =>
    (await client.upload(new Blob(["some text"])).done).size
  );
  assert.equal(size, 9);
});
