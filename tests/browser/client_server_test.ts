/** A page whose server dies, whose network breaks, and which sleeps: nothing lost, nothing twice, no reload. */
import { strict as assert } from "node:assert";
import { Link } from "../faults/proxy.ts";
import { browserTest as test, testBrowser, type Visitor } from "../support/browser.ts";
import { ClientTab, hostClientPage } from "../support/browser/client_page.ts";
import { freeze } from "../support/browser/freeze.ts";
import { sentTexts } from "../support/browser/sent_texts.ts";
import { makeHome, startServer } from "../support/server_process.ts";
import { until } from "../support/waiting.ts";
import { openWorld, Person, Site } from "../support/world.ts";

const browser = testBrowser();
const host = await hostClientPage();
Deno.test.afterAll(() => host[Symbol.asyncDispose]());
const world = await openWorld();
const instance = await world.instance({ ALLOWED_ORIGINS: host.origin });
const instancePort = Number(new URL(instance.url).port);
const broken = [/net::ERR_/, /WebSocket connection to .* failed/, /v1\/ws/];
const limitMs = 60_000;

function numbered(count: number): string[] {
  return Array.from({ length: count }, (_, place) => `text ${place}`);
}

/** Sends texts a few at a time, so that what happens to the network happens in their middle. */
async function sendWithPauses(tab: ClientTab, id: string, texts: string[]): Promise<void> {
  for (let from = 0; from < texts.length; from += 10) {
    await tab.send(id, ...texts.slice(from, from + 10));
  }
}

/** Marks a page, to see that it is still the same one. */
async function marked(visitor: Visitor, account: Parameters<typeof ClientTab.open>[2]) {
  const tab = await ClientTab.open(visitor, host, account);
  await tab.page.evaluate("globalThis.mark = 'never reloaded'");
  return tab;
}

async function assertNeverReloaded({ page }: ClientTab): Promise<void> {
  assert.equal(await page.evaluate("globalThis.mark"), "never reloaded");
}

test("a server killed in the middle of sends and started again has each of them once, in order", async () => {
  await using home = await makeHome();
  await using visitor = await browser.visitor();
  visitor.expect(...broken);
  using link = new Link();
  const env = { ...home.env, ALLOWED_ORIGINS: host.origin };
  const start = { folder: home.folder, env };
  const texts = numbered(200);
  const { ana, id, tab, seq } = await (async () => {
    await using server = await startServer(start);
    link.target = Number(new URL(server.site.url).port);
    const { ana, id } = await server.site.pair();
    const tab = await marked(visitor, { url: `http://${link.host}`, session: ana.session });
    const seq = await tab.lastSeq(id);
    await sendWithPauses(tab, id, texts.slice(0, 100));
    await until("some are stored", async () => await tab.lastSeq(id) > seq + 10, limitMs);
    server.process.kill("SIGKILL");
    await server.process.ended;
    return { ana, id, tab, seq };
  })();
  await sendWithPauses(tab, id, texts.slice(100));
  await using server = await startServer(start);
  link.target = Number(new URL(server.site.url).port);
  await tab.hasAll(id, seq + texts.length);
  const reader = new Person(new Site(server.site.url), ana.username, ana.session);
  assert.deepEqual(await sentTexts(reader, id), texts);
  await assertNeverReloaded(tab);
});

test("a network that breaks again and again in the middle of sends loses and doubles nothing", async () => {
  const { ana, bo, id } = await instance.pair();
  await using visitor = await browser.visitor();
  visitor.expect(...broken);
  using link = new Link(instancePort);
  const tab = await marked(visitor, { url: `http://${link.host}`, session: ana.session });
  const seq = await tab.lastSeq(id);
  const texts = numbered(90);
  for (const round of [0, 1, 2]) {
    await sendWithPauses(tab, id, texts.slice(30 * round, 30 * round + 30));
    link.become("cut");
    await bo.says(`answer ${round}`, id);
    link.become("open");
  }
  await tab.hasAll(id, seq + texts.length + 3);
  const all = await sentTexts(bo, id);
  assert.deepEqual(all.filter((text) => text.startsWith("text")), texts);
  assert.equal(all.length, texts.length + 3);
  await assertNeverReloaded(tab);
});

test("a page that slept while its connection died has everything soon after it wakes", async () => {
  const { ana, bo, id } = await instance.pair();
  await using visitor = await browser.visitor();
  visitor.expect(...broken);
  using link = new Link(instancePort);
  const tab = await marked(visitor, { url: `http://${link.host}`, session: ana.session });
  const seq = await tab.lastSeq(id);
  await tab.send(id, "good night");
  await tab.hasAll(id, seq + 1);
  {
    await using _asleep = await freeze(tab.page);
    // The far side is gone, and nobody tells the page: not now, and not when it wakes.
    link.lose();
    await bo.says("are you there?", id);
  }
  await tab.send(id, "good morning");
  // What tells it of the network a laptop wakes up to.
  await tab.page.evaluate("dispatchEvent(new Event('online'))");
  await tab.hasAll(id, seq + 3);
  assert.deepEqual(await sentTexts(bo, id), ["good night", "are you there?", "good morning"]);
  await assertNeverReloaded(tab);
});
