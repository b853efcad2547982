/** Tabs of one browser: one connection for all, whoever of them closes or sleeps. */
import { strict as assert } from "node:assert";
import { browserTest as test, testBrowser } from "../support/browser.ts";
import { ClientTab, hostClientPage } from "../support/browser/client_page.ts";
import { freeze } from "../support/browser/freeze.ts";
import { sentTexts } from "../support/browser/sent_texts.ts";
import { until } from "../support/waiting.ts";
import { openWorld, type Person } from "../support/world.ts";

const browser = testBrowser();
const host = await hostClientPage();
Deno.test.afterAll(() => host[Symbol.asyncDispose]());
const world = await openWorld();
const instance = await world.instance({ ALLOWED_ORIGINS: host.origin });
const limitMs = 60_000;

/** Ids of somebody's connections at the server. */
function connectionsOf({ id }: Person): string[] {
  return [...instance.patter.hub.connections()]
    .filter(({ userId }) => userId === id)
    .map(({ id }) => id);
}

async function assertOpen(tabs: ClientTab[]): Promise<void> {
  for (const { client } of tabs) {
    assert.equal(await client.evaluate((client) => client.state.state), "open");
  }
}

test("tabs share one connection, and when the one that leads closes another takes over", async () => {
  const { ana, id } = await instance.pair();
  await using visitor = await browser.visitor();
  const open = () => ClientTab.open(visitor, host, { url: instance.url, session: ana.session });
  const [first, second, third] = [await open(), await open(), await open()];
  const [leading, ...more] = connectionsOf(ana);
  assert.deepEqual(more, []);
  await assertOpen([first, second, third]);
  await first.page.close();
  await until("another connection is there, alone", () => {
    const [now, ...more] = connectionsOf(ana);
    return now !== undefined && now !== leading && more.length === 0;
  }, limitMs);
  const seq = await second.lastSeq(id);
  await ana.says("hello", id);
  for (const tab of [second, third]) await tab.hasAll(id, seq + 1);
  await assertOpen([second, third]);
});

test("what tabs send at once is stored once, and shows in all of them", async () => {
  const { ana, id } = await instance.pair();
  await using visitor = await browser.visitor();
  const open = () => ClientTab.open(visitor, host, { url: instance.url, session: ana.session });
  const tabs = [await open(), await open(), await open()];
  const seq = await tabs[0]!.lastSeq(id);
  await Promise.all(tabs.map((tab, place) => {
    const texts = Array.from({ length: 20 }, (_, count) => `${place} ${count}`);
    return tab.send(id, ...texts);
  }));
  for (const tab of tabs) await tab.hasAll(id, seq + 60);
  const texts = await sentTexts(ana, id);
  assert.equal(texts.length, 60);
  for (const place of [0, 1, 2]) {
    const own = texts.filter((text) => text.startsWith(`${place} `));
    assert.deepEqual(own, Array.from({ length: 20 }, (_, count) => `${place} ${count}`));
  }
});

test("what the tab that leads has not sent when it closes, the next one sends", async () => {
  const { ana, id } = await instance.pair();
  await using visitor = await browser.visitor();
  const open = () => ClientTab.open(visitor, host, { url: instance.url, session: ana.session });
  const [first, second] = [await open(), await open()];
  const seq = await second.lastSeq(id);
  const texts = Array.from({ length: 100 }, (_, count) => `text ${count}`);
  await second.send(id, ...texts);
  await until("some are sent", async () => await second.lastSeq(id) > seq + 5, limitMs);
  await first.page.close();
  await second.hasAll(id, seq + 100);
  assert.deepEqual(await sentTexts(ana, id), texts);
});

test("a tab that leads and is frozen holds nobody up: another takes over, and it follows when it wakes", async () => {
  const { ana, bo, id } = await instance.pair();
  await using visitor = await browser.visitor();
  const open = () => ClientTab.open(visitor, host, { url: instance.url, session: ana.session });
  const [first, second, third] = [await open(), await open(), await open()];
  const seq = await second.lastSeq(id);
  {
    await using _frozen = await freeze(first.page);
    await second.send(id, "while it sleeps");
    await bo.says("an answer", id);
    for (const tab of [second, third]) await tab.hasAll(id, seq + 2);
  }
  await first.hasAll(id, seq + 2);
  await until("one connection is left", () => connectionsOf(ana).length === 1, limitMs);
  await first.send(id, "awake");
  for (const tab of [first, second, third]) await tab.hasAll(id, seq + 3);
  await assertOpen([first, second, third]);
  assert.deepEqual((await sentTexts(ana, id)).toSorted(), [
    "an answer",
    "awake",
    "while it sleeps",
  ]);
});
