/** The application without a network: it opens, shows what it had, sends later, and keeps nobody else's words. */
import { strict as assert } from "node:assert";
import type { Page } from "playwright-core";
import { browserTest as test, testBrowser } from "../support/browser.ts";
import { keepSession, keptByWorker, openChat, rowOf } from "../support/browser/chat_page.ts";
import { buildPages } from "../support/pages.ts";
import { until } from "../support/waiting.ts";
import { openWorld } from "../support/world.ts";

await buildPages();
const world = await openWorld();
const site = await world.instance();
const browser = testBrowser();
const limitMs = 20_000;

/** Everything that the browser keeps of conversations, as text. */
function shelved(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const done = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.onsuccess = () => resolve(request.result);
        request.onerror = () => reject(request.error);
      });
    const database = await done(indexedDB.open("patter shelf", 1));
    const names = [...database.objectStoreNames];
    const stores = names.length === 0 ? [] : await Promise.all(
      names.map((name) => done(database.transaction(name).objectStore(name).getAll())),
    );
    database.close();
    return JSON.stringify(stores);
  });
}

/** Bo has written to Ana, who looks at it. */
async function scene() {
  const [ana, bo] = [await site.person("ana"), await site.person("bo", { nickname: "Bo" })];
  await site.befriend(ana, bo);
  const { id } = await ana.do<{ id: string }>("POST", "/v1/conversations/direct", {
    userId: bo.id,
  });
  for (const text of ["one for the shelf", "two for the shelf"]) await bo.says(text, id);
  return { ana, bo, id };
}

test("after a reload without a network all is there, and what is written arrives once, later", async () => {
  const { ana, bo, id } = await scene();
  await using visitor = await browser.visitor();
  visitor.expect(/ERR_INTERNET_DISCONNECTED/);
  const page = await openChat(visitor, ana, `#/chats/${id}`);
  await page.locator(".messages").getByText("two for the shelf").waitFor();
  await keptByWorker(page);
  await until(
    "it is kept",
    async () => (await shelved(page)).includes("one for the shelf"),
    limitMs,
  );
  await visitor.setOffline(true);
  await page.reload();
  await page.getByText("You're offline.").waitFor();
  await rowOf(page, "Bo").getByText("two for the shelf").waitFor();
  await page.locator(".messages").getByText("one for the shelf").waitFor();
  await page.getByRole("heading", { name: "Bo" }).waitFor();
  await page.getByRole("textbox", { name: "Message" }).fill("written in a tunnel");
  await page.keyboard.press("Enter");
  await rowOf(page, "Bo").getByText("You: written in a tunnel").waitFor();
  await page.reload();
  await page.locator(".messages").getByText("written in a tunnel").waitFor();
  await visitor.setOffline(false);
  const client = await bo.connect();
  const texts = async () => {
    const { items } = await client.call("message.list", { conversationId: id });
    return items.filter(({ from }) => from === ana.id).map(({ body }) =>
      (body as { text: string }).text
    );
  };
  await until("it has arrived", async () => (await texts()).length > 0, limitMs);
  await page.locator(".messages .message").getByText("Sending").waitFor({ state: "detached" });
  assert.deepEqual(await texts(), ["written in a tunnel"]);
  assert.equal(await page.locator(".messages").getByText("written in a tunnel").count(), 1);
});

test("signing out leaves nothing, and another account sees nothing of the one before", async () => {
  const { ana, id } = await scene();
  const other = await site.person("dan");
  await using visitor = await browser.visitor();
  const page = await openChat(visitor, ana, `#/chats/${id}`);
  await page.locator(".messages").getByText("two for the shelf").waitFor();
  await until(
    "it is kept",
    async () => (await shelved(page)).includes("one for the shelf"),
    limitMs,
  );
  // Without signing out, as when a session has been put in place of another.
  await keepSession(visitor, other);
  await page.reload();
  await page.getByText("No conversations yet").waitFor();
  assert.doesNotMatch(await shelved(page), /for the shelf|Bo/);
  await keepSession(visitor, ana);
  await page.reload();
  await rowOf(page, "Bo").waitFor();
  await until("it is kept again", async () => (await shelved(page)).includes("Bo"), limitMs);
  await page.goto(`${site.url}/#/settings`);
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Sign out" }).click();
  await page.getByRole("button", { name: "Sign in", exact: true }).waitFor();
  await until("nothing is left", async () => !(/Bo|shelf/.test(await shelved(page))), limitMs);
});
