/** The outbox in a real browser: what was sent is kept, sent once, and nobody else's. */
import { strict as assert } from "node:assert";
import { Link } from "../faults/proxy.ts";
import { browserTest as test, testBrowser } from "../support/browser.ts";
import { ClientTab, hostClientPage } from "../support/browser/client_page.ts";
import { sentTexts } from "../support/browser/sent_texts.ts";
import { until } from "../support/waiting.ts";
import { openWorld } from "../support/world.ts";

const browser = testBrowser();
const host = await hostClientPage();
Deno.test.afterAll(() => host[Symbol.asyncDispose]());
const world = await openWorld();
const instance = await world.instance({ ALLOWED_ORIGINS: host.origin });
const noNetwork = [/net::ERR_/, /WebSocket connection to .* failed/, /v1\/ws/];

/** A stretch of network before the instance. */
function road(): Link {
  return new Link(Number(new URL(instance.url).port));
}

test("what is sent without a network survives a reload, and arrives once, in order", async () => {
  const { ana, id } = await instance.pair();
  await using visitor = await browser.visitor();
  visitor.expect(...noNetwork);
  using link = road();
  const account = { url: `http://${link.host}`, session: ana.session };
  const before = await ClientTab.open(visitor, host, account);
  const seq = await before.lastSeq(id);
  link.become("cut");
  await before.send(id, "one", "two", "three");
  await until("all is kept", async () => await before.keptItems() === 3);
  const after = await before.reload(account);
  await until("all is there again", async () => (await after.outbox()).length === 3);
  assert.deepEqual((await after.outbox()).map(({ state }) => state), Array(3).fill("sending"));
  link.become("open");
  await after.hasAll(id, seq + 3);
  assert.deepEqual(await sentTexts(ana, id), ["one", "two", "three"]);
  await until("nothing is kept", async () => await after.keptItems() === 0);
});

test("a browser that says it is offline keeps what is sent, and sends it when it says otherwise", async () => {
  const { ana, id } = await instance.pair();
  await using visitor = await browser.visitor();
  visitor.expect(...noNetwork);
  using link = road();
  const tab = await ClientTab.open(visitor, host, {
    url: `http://${link.host}`,
    session: ana.session,
  });
  const seq = await tab.lastSeq(id);
  await visitor.setOffline(true);
  link.become("cut");
  await until("it waits", async () => {
    const { state, reason } = await tab.client.evaluate((client) => client.state);
    return state === "waiting" && reason === "offline";
  });
  await tab.send(id, "one", "two");
  link.become("open");
  await visitor.setOffline(false);
  await tab.hasAll(id, seq + 2);
  assert.deepEqual(await sentTexts(ana, id), ["one", "two"]);
});

test("signing out wipes what the browser keeps", async () => {
  const { ana, id } = await instance.pair();
  const { id: elsewhere } = await instance.pair();
  await using visitor = await browser.visitor();
  const tab = await ClientTab.open(visitor, host, { url: instance.url, session: ana.session });
  // Of a conversation that is not hers: it fails, and stays until she gives it up.
  await tab.send(elsewhere, "never");
  await tab.send(id, "sent");
  await until("one has failed and is kept", async () => {
    const items = await tab.outbox();
    return items.length === 1 && items[0]!.state === "failed" && await tab.keptItems() === 1;
  });
  await tab.client.evaluate((client) => client.signOut());
  assert.equal(await tab.keptItems(), 0);
  assert.deepEqual(await tab.outbox(), []);
  assert.equal((await ana.ask("GET", "/v1/users/me")).status, 401);
});

test("another account in the same browser neither sees nor sends the first one's outbox", async () => {
  const { ana, bo, id } = await instance.pair();
  await using visitor = await browser.visitor();
  visitor.expect(...noNetwork);
  using link = road();
  const url = `http://${link.host}`;
  const hers = await ClientTab.open(visitor, host, { url, session: ana.session });
  const seq = await hers.lastSeq(id);
  link.become("cut");
  await hers.send(id, "hers");
  await until("it is kept", async () => await hers.keptItems() === 1);
  const his = await hers.reload({ url, session: bo.session });
  link.become("open");
  await his.synced();
  await his.send(id, "his");
  await his.hasAll(id, seq + 1);
  assert.deepEqual(await sentTexts(bo, id), ["his"]);
  assert.equal(await his.keptItems(), 1);
  const again = await his.reload({ url, session: ana.session });
  await again.hasAll(id, seq + 2);
  assert.deepEqual(await sentTexts(bo, id), ["his", "hers"]);
});
