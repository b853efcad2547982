/** Who the visitor is: what the site signs, what becomes of whoever was there before, what crosses. */
import { strict as assert } from "node:assert";
import type { Page } from "playwright-core";
import { browserTest as test, testBrowser } from "../support/browser.ts";
import { clickLauncher, launcherOf } from "../support/browser/launcher.ts";
import { frameOf, surfer, WidgetSite } from "../support/browser/widget_site.ts";
import { adminAt, identityOf, signedBy, supportList } from "../support/inboxes.ts";
import { buildPages } from "../support/pages.ts";
import { until } from "../support/waiting.ts";
import { openWorld } from "../support/world.ts";

await buildPages();
const world = await openWorld();
const server = await world.instance();
const admin = await adminAt(world, server);
const browser = testBrowser();
const limitMs = 20_000;

async function scene() {
  const ana = await server.person("ana", { nickname: "Ana" });
  const site = await WidgetSite.open({ server, admin, agents: [ana] });
  return { ana, site, [Symbol.asyncDispose]: () => site[Symbol.asyncDispose]() };
}

type Site = Awaited<ReturnType<typeof scene>>["site"];

/** What the page's `identify` says of a token: nothing, or why not. */
function identify(page: Page, token: string): Promise<string | null> {
  return page.evaluate((token) => {
    const { patter } = globalThis as unknown as {
      patter: { identify(token: string): Promise<void> };
    };
    return patter.identify(token).then(() => null, ({ message }) => message);
  }, token);
}

async function visit(page: Page, site: Site) {
  await page.waitForFunction("globalThis.patter !== undefined");
  await page.evaluate("patter.open()");
  const frame = await frameOf(page, site.chat);
  await frame.locator("textarea").waitFor();
  return frame;
}

type Frame = Awaited<ReturnType<typeof visit>>;

async function says(frame: Frame, text: string): Promise<void> {
  await frame.locator("textarea").fill(text);
  await frame.locator("textarea").press("Enter");
  await frame.locator(".when").getByText("Sent").waitFor();
}

/** All that the frame's storage holds, and the outboxes. */
async function keptIn(frame: Frame): Promise<string> {
  return await frame.evaluate(async () => {
    const texts = Object.entries({ ...localStorage, ...sessionStorage }).map(String);
    for (const { name } of await indexedDB.databases()) {
      const opened = indexedDB.open(name!);
      await new Promise((resolve) => opened.onsuccess = resolve);
      for (const store of opened.result.objectStoreNames) {
        const all = opened.result.transaction(store).objectStore(store).getAll();
        await new Promise((resolve) => all.onsuccess = resolve);
        texts.push(JSON.stringify(all.result));
      }
      opened.result.close();
    }
    return texts.join("\n");
  });
}

test("whom the site signs is the same visitor on every device, by the name that it gives", async () => {
  await using at = await scene();
  const { ana, site } = at;
  await using desk = await surfer(browser);
  const page = await desk.tab(site.origin);
  const frame = await visit(page, site);
  assert.equal(await identify(page, identityOf("user-1", "Vi Nguyen")), null);
  assert.equal(await frame.getByRole("textbox", { name: /Your name/ }).count(), 0);
  await says(frame, "From the desk");
  const { visitor, conversation } = await site.conversation();
  assert.ok(visitor.verified);
  assert.equal(visitor.user.nickname, "Vi Nguyen");
  await clickLauncher(page, /^Close chat$/);
  await ana.says("Answered meanwhile", conversation.id);

  await using phone = await surfer(browser);
  const there = await phone.tab(site.origin);
  await there.waitForFunction("globalThis.patter !== undefined");
  assert.equal(await identify(there, identityOf("user-1", "Vi Nguyen")), null);
  await launcherOf(there, /^Open chat, 1 unread$/);
  await clickLauncher(there);
  const small = await frameOf(there, site.chat);
  await small.getByText("From the desk").waitFor();
});

test("another identity finds nothing of the former one: no message, draft, session or outbox", async () => {
  await using at = await scene();
  const { ana, site } = at;
  await using visitor = await surfer(browser);
  const page = await visitor.tab(site.origin);
  const frame = await visit(page, site);
  await identify(page, identityOf("user-1", "Vi"));
  await says(frame, "Known only to the first");
  await frame.locator("textarea").fill("A draft of the first");
  const [first] = await supportList(ana);
  const { session } = JSON.parse(
    await frame.evaluate(() =>
      Object.entries({ ...localStorage }).find(([key]) => key.endsWith("visitor"))![1]
    ),
  );
  // Whatever is shown from the call on is looked at, not only what is there at its end.
  await frame.evaluate(() => {
    const seen: string[] = [];
    Object.assign(globalThis, { seen });
    new MutationObserver(() => seen.push(document.body.innerText))
      .observe(document.body, { childList: true, subtree: true, characterData: true });
  });
  assert.equal(await identify(page, identityOf("user-2", "Wo")), null);
  await frame.getByText("Hello! What can we do for you?").waitFor();
  const seen = await frame.evaluate(() => (globalThis as unknown as { seen: string[] }).seen);
  assert.doesNotMatch(seen.join("\n"), /Known only/);
  assert.equal(await frame.locator("textarea").inputValue(), "");
  assert.doesNotMatch(await keptIn(frame), /the first/);
  const { status } = await server.ask("GET", "/v1/users/me", undefined, {
    authorization: `Bearer ${session.accessToken}`,
  });
  await until("the former session has ended", async () => {
    const { status } = await server.ask("GET", "/v1/users/me", undefined, {
      authorization: `Bearer ${session.accessToken}`,
    });
    return status === 401;
  }, limitMs);
  assert.ok([200, 401].includes(status));
  await says(frame, "From the second");
  const list = await supportList(ana);
  assert.equal(list.length, 2);
  assert.notEqual(list[0]!.conversation.id, first!.conversation.id);

  assert.equal(await identify(page, identityOf("user-1", "Vi")), null);
  await frame.getByText("Known only to the first").waitFor();
  assert.equal(await frame.getByText("From the second").count(), 0);
});

test("the draft of a signed visitor who has written nothing yet is there on the next page", async () => {
  await using at = await scene();
  const { ana, site } = at;
  await using visitor = await surfer(browser);
  const page = await visitor.tab(site.origin);
  let frame = await visit(page, site);
  await frame.locator("textarea").fill("Nobody's draft");
  assert.equal(await identify(page, identityOf("user-1")), null);
  await until(
    "it is not the signed one's",
    async () => await frame.locator("textarea").inputValue() === "",
    limitMs,
  );
  await frame.locator("textarea").fill("The draft of user-1");
  await page.reload();
  frame = await visit(page, site);
  assert.equal(await frame.locator("textarea").inputValue(), "");
  assert.equal(await identify(page, identityOf("user-1")), null);
  await until(
    "it is there again",
    async () => await frame.locator("textarea").inputValue() === "The draft of user-1",
    limitMs,
  );
  assert.deepEqual(await supportList(ana), []);
  const { items } = await ana.do<{ items: unknown[] }>("GET", "/v1/conversations");
  assert.equal(items.length, 0, "who has not written has no conversation");
});

test("a signed visitor is not shown again until the site signs it again", async () => {
  await using at = await scene();
  const { site } = at;
  await using visitor = await surfer(browser);
  const page = await visitor.tab(site.origin);
  let frame = await visit(page, site);
  await identify(page, identityOf("user-1"));
  await says(frame, "Known only to the first");
  await page.reload();
  frame = await visit(page, site);
  await frame.getByText("Hello! What can we do for you?").waitFor();
  assert.equal(await frame.getByText("Known only to the first").count(), 0);
  assert.equal(await identify(page, identityOf("user-1")), null);
  await frame.getByText("Known only to the first").waitFor();
});

test("what a visitor wrote without a name is not there for whoever signs in", async () => {
  await using at = await scene();
  const { site } = at;
  await using visitor = await surfer(browser);
  const page = await visitor.tab(site.origin);
  const frame = await visit(page, site);
  await says(frame, "Nobody knows who I am");
  await identify(page, identityOf("user-1"));
  await frame.getByText("Hello! What can we do for you?").waitFor();
  assert.equal(await frame.getByText("Nobody knows who I am").count(), 0);
});

test("tokens that the site has not signed, or that have ended, are refused by code", async () => {
  await using at = await scene();
  await using visitor = await surfer(browser);
  visitor.expect(/status of 401/);
  const page = await visitor.tab(at.site.origin);
  const frame = await visit(page, at.site);
  await says(frame, "Before any token");
  const exp = Math.floor(Date.now() / 1_000) + 600;
  const forged = signedBy("another secret, as long as the true one", { sub: "user-1", exp });
  assert.equal(await identify(page, forged), "tokenInvalid");
  assert.equal(await identify(page, "no token"), "tokenInvalid");
  const ended = identityOf("user-1", "Vi", Date.now() - 86_400_000);
  assert.equal(await identify(page, ended), "tokenExpired");
  await frame.getByText("Before any token").waitFor();
  assert.ok(!(await at.site.conversation()).visitor.verified);
});

test("the token stays in the frame: the site's page gets numbers and no more", async () => {
  await using at = await scene();
  const { site } = at;
  await using visitor = await surfer(browser);
  const page = await visitor.tab();
  await page.addInitScript(() => {
    const heard: string[] = [];
    Object.assign(globalThis, { heard });
    addEventListener("message", ({ data }) => heard.push(JSON.stringify(data)));
    const { set } = Object.getOwnPropertyDescriptor(MessagePort.prototype, "onmessage")!;
    Object.defineProperty(MessagePort.prototype, "onmessage", {
      set(this: MessagePort, run: (event: MessageEvent) => void) {
        set!.call(this, (event: MessageEvent) => {
          heard.push(JSON.stringify(event.data));
          run(event);
        });
      },
    });
  });
  await page.goto(site.origin);
  const frame = await visit(page, site);
  await says(frame, "A word of mine");
  const { conversation } = await site.conversation();
  await clickLauncher(page, /^Close chat$/);
  await at.ana.says("A word of theirs", conversation.id);
  await launcherOf(page, /1 unread/);
  const heard = (await page.evaluate("heard") as string[]).join("\n");
  assert.match(heard, /"unread","count":1/);
  assert.doesNotMatch(heard, /oken|eyJ|word of|Ana/);
  const kept = await page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }));
  assert.doesNotMatch(kept, /oken|eyJ|word of/);
  assert.equal(await page.evaluate("document.cookie"), "");
  assert.deepEqual(await visitor.context.cookies(), []);
});

test("whoever else sends the frame a channel is not heard", async () => {
  await using at = await scene();
  const { site } = at;
  await using visitor = await surfer(browser);
  const page = await visitor.tab(site.origin);
  const frame = await visit(page, site);
  await frame.evaluate(() => {
    const { port1, port2 } = new MessageChannel();
    postMessage("patter channel", location.origin, [port2]);
    port1.postMessage({ kind: "shown", as: "preview", takesFocus: false });
    port1.postMessage({ kind: "look", color: "#ff0000", theme: "dark", locale: "zh" });
  });
  await says(frame, "Still in English");
  assert.equal(await frame.evaluate(() => document.documentElement.dataset["theme"]), undefined);
});

test("shutdown forgets the visitor and leaves nothing in the page", async () => {
  await using at = await scene();
  const { ana, site } = at;
  await using visitor = await surfer(browser);
  const page = await visitor.tab(site.origin);
  const frame = await visit(page, site);
  await says(frame, "Before it ends");
  const { conversation } = await site.conversation();
  await page.evaluate("patter.shutdown()");
  assert.equal(await page.locator("patter-widget").count(), 0);
  assert.equal(await page.evaluate("'patter' in globalThis"), false);
  assert.equal(await page.evaluate("localStorage.length + sessionStorage.length"), 0);
  assert.equal(page.frames().length, 1);
  await page.reload();
  const again = await visit(page, site);
  await again.getByText("Hello! What can we do for you?").waitFor();
  assert.equal(await again.getByText("Before it ends").count(), 0);
  assert.doesNotMatch(await keptIn(again), /oken|Before/);
  await until(
    "its connections have ended",
    () =>
      ![...server.patter.hub.connections()].some(({ userId }) =>
        userId === conversation.my.peer!.id
      ),
    limitMs,
  );
  assert.equal((await supportList(ana)).length, 1, "the agents keep what was said");
});
