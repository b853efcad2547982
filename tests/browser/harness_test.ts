/** The browser's own support: a test that it lets pass has had a browser that complained of nothing. */
import { strict as assert } from "node:assert";
import type { Page } from "playwright-core";
import { browserTest as test, testBrowser, type Visitor } from "../support/browser.ts";
import { auditPage } from "../support/browser/audit.ts";
import { freeze } from "../support/browser/freeze.ts";
import { slowNetwork } from "../support/browser/network.ts";
import { htmlPage, PageHost, script } from "../support/browser/page_host.ts";
import { until } from "../support/waiting.ts";

const browser = testBrowser();

/** A visitor's tab with a script. */
async function pageWith(visitor: Visitor, text: string, policy?: string) {
  const files = { "/": htmlPage("A page", "/page.js"), "/page.js": script(text) };
  const host = new PageHost(files, policy);
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

test("a slow network takes its time", async () => {
  await using visitor = await browser.visitor();
  await using at = await pageWith(visitor, "");
  await using _slow = await slowNetwork(at.page, { latencyMs: 500, bytesPerSecond: 50_000 });
  const took =
    "(async () => { const at = Date.now(); await fetch('/'); return Date.now() - at })()";
  assert.ok(await at.page.evaluate<number>(took) >= 450);
});

test("a frozen tab does nothing until it wakes, and then what it had missed", async () => {
  await using visitor = await browser.visitor();
  const answers = "globalThis.all = new BroadcastChannel('all'); globalThis.answers = 0;" +
    "all.onmessage = ({ data }) => data === 'ask' ? all.postMessage('answer') : answers++";
  await using at = await pageWith(visitor, answers);
  const asking = await visitor.tab(`${at.host.origin}/page.js`);
  await asking.evaluate(answers);
  const ask = () => asking.evaluate("all.postMessage('ask')");
  const answered = () => asking.evaluate("globalThis.answers");
  await ask();
  await until("it answers", async () => await answered() === 1);
  {
    await using _frozen = await freeze(at.page);
    await ask();
    // One that is awake answers before a request of the same page is.
    for (let times = 0; times < 20; times++) await asking.evaluate("fetch('/')");
    assert.equal(await answered(), 1);
  }
  await until("it answers again", async () => await answered() === 2);
});

test("a frame of another site has other storage on each site, as browsers have it", async () => {
  await using visitor = await browser.visitor();
  const framed = new PageHost({
    "/": htmlPage("In a frame", "/page.js"),
    "/page.js": script("parent.postMessage(localStorage.mine ??= crypto.randomUUID(), '*')"),
  });
  await using _framed = framed;
  const code = "const { data } = await new Promise((go) => {" +
    "onmessage = go; document.body.append(Object.assign(document.createElement('iframe')," +
    `{ src: '${framed.origin.replace("127.0.0.1", "localhost")}/' })) }); document.title = data;`;
  await using one = await pageWith(visitor, code, "default-src 'self'; frame-src *");
  const titleOf = async (page: Page) => {
    await page.waitForFunction(() => document.title !== "A page");
    return await page.title();
  };
  const first = await titleOf(one.page);
  assert.equal(await titleOf(await visitor.tab(`${one.host.origin}/`)), first);
  const onAnotherSite = one.host.origin.replace("127.0.0.1", "a.localhost");
  assert.notEqual(await titleOf(await visitor.tab(`${onAnotherSite}/`)), first);
});
