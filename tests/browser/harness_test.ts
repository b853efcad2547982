/** The browser's own support: a test that it lets pass has had a browser that complained of nothing. */
import { strict as assert } from "node:assert";
import { browserTest as test, testBrowser, type Visitor } from "../support/browser.ts";
import { auditPage } from "../support/browser/audit.ts";
import { freeze } from "../support/browser/network.ts";
import { htmlPage, PageHost, script } from "../support/browser/page_host.ts";
import { until } from "../support/waiting.ts";

const browser = testBrowser();

/** A visitor's tab with a script. */
async function pageWith(visitor: Visitor, text: string) {
  const host = new PageHost({ "/": htmlPage("A page", "/page.js"), "/page.js": script(text) });
  const page = await visitor.tab(`${host.origin}/`);
  return { host, page, [Symbol.asyncDispose]: () => host[Symbol.asyncDispose]() };
}

/** What a script makes the browser complain of. */
async function complaintsOf(text: string): Promise<string[]> {
  await using visitor = await browser.visitor();
  visitor.expect(/./s);
  await using _page = await pageWith(visitor, text);
  await until("something is complained of", () => visitor.complaints.texts.length > 0);
  return visitor.complaints.texts;
}

test("a page that works gives no complaint", async () => {
  await using visitor = await browser.visitor();
  await using at = await pageWith(visitor, "document.title = 'It ran'");
  assert.equal(await at.page.title(), "It ran");
});

test("an error of the console fails the test that saw it", async () => {
  const visitor = await browser.visitor();
  await using _at = await pageWith(visitor, "console.error('so it was')");
  await until("it is told", () => visitor.complaints.texts.length > 0);
  await assert.rejects(visitor[Symbol.asyncDispose](), /console: so it was/);
});

test("an exception, a failed request and a broken policy are complaints", async () => {
  assert.match((await complaintsOf("throw new Error('oh')")).join(), /page: Error: oh/);
  assert.match(
    (await complaintsOf("await fetch('http://127.0.0.1:9/').catch(() => {})")).join(),
    /request: GET http:\/\/127\.0\.0\.1:9\/ net::ERR_/,
  );
  const policy = await complaintsOf("document.body.innerHTML = '<b>bold</b>'");
  assert.match(policy.join(), /policy: require-trusted-types-for blocked|console: This document/);
});

test("visitors have their own storage, language, colours and size", async () => {
  await using one = await browser.visitor();
  const looks = { locale: "zh-CN", colorScheme: "dark", viewport: { width: 360, height: 640 } };
  await using other = await browser.visitor({ ...looks, colorScheme: "dark" });
  await using at = await pageWith(one, "localStorage.mine ??= 'first'");
  const page = await other.tab(`${at.host.origin}/page.js`);
  const seen = await page.evaluate(() => [
    localStorage["mine"],
    navigator.language,
    matchMedia("(prefers-color-scheme: dark)").matches,
    document.documentElement.clientWidth,
  ]);
  assert.deepEqual(seen, [undefined, "zh-CN", true, 360]);
});

test("axe finds what is serious, under a strict policy too", async () => {
  await using visitor = await browser.visitor();
  await using at = await pageWith(
    visitor,
    "document.body.append(document.createElement('button'))",
  );
  const found = await auditPage(at.page);
  assert.deepEqual(found.map(({ rule }) => rule), ["button-name"]);
  await at.page.evaluate(() => document.querySelector("button")!.textContent = "Send");
  assert.deepEqual(await auditPage(at.page), []);
});

test("a tab without a network reaches nothing, and everything once it is back", async () => {
  await using visitor = await browser.visitor();
  await using at = await pageWith(visitor, "");
  const asks = () => at.page.evaluate(() => fetch("/").then(({ ok }) => ok, () => false));
  await visitor.setOffline(true);
  assert.equal(await asks(), false);
  assert.equal(await at.page.evaluate(() => navigator.onLine), false);
  await visitor.setOffline(false);
  assert.equal(await asks(), true);
});

test("a frozen tab's clock stands still until it wakes", async () => {
  await using visitor = await browser.visitor();
  const ticks = "globalThis.ticks = 0; setInterval(() => ticks++, 10)";
  await using at = await pageWith(visitor, ticks);
  const count = () => at.page.evaluate(() => (globalThis as unknown as { ticks: number }).ticks);
  await until("it ticks", async () => await count() > 2);
  {
    await using _frozen = await freeze(at.page);
    const before = await count();
    await new Promise((resolve) => setTimeout(resolve, 300));
    assert.equal(await count(), before);
  }
  const then = await count();
  await until("it ticks again", async () => await count() > then);
});
