/** What is said of the connection, and how the application comes back by itself. */
import { browserTest as test, testBrowser } from "../support/browser.ts";
import { chooseFor, keptByWorker, openChat, rowOf } from "../support/browser/chat_page.ts";
import { Link } from "../faults/proxy.ts";
import { buildPages } from "../support/pages.ts";
import { openWorld, Person, Site } from "../support/world.ts";

await buildPages();
const world = await openWorld();
const site = await world.instance();
const browser = testBrowser();

async function scene() {
  const [ana, bo] = [await site.person("ana"), await site.person("bo", { nickname: "Bo" })];
  await site.befriend(ana, bo);
  const { id } = await ana.do<{ id: string }>("POST", "/v1/conversations/direct", {
    userId: bo.id,
  });
  await bo.says("before", id);
  return { ana, bo, id };
}

test("a server that is away is told apart from no network, and comes back without a reload", async () => {
  const { ana, bo, id } = await scene();
  using link = new Link(Number(new URL(site.url).port));
  await using visitor = await browser.visitor();
  visitor.expect(/net::ERR_|WebSocket connection|Failed to load resource/);
  const behind = new Person(new Site(`http://${link.host}`), ana.username, ana.session);
  const page = await openChat(visitor, behind);
  await rowOf(page, "Bo").getByText("before").waitFor();
  await keptByWorker(page);
  link.become("cut");
  await page.getByText("The server can't be reached.").waitFor();
  await page.getByText(/Trying again in \d+ s/).waitFor();
  await chooseFor(page, "Bo", "Pin to top");
  await page.getByText("That needs a connection.").waitFor();
  await bo.says("meanwhile", id);
  link.become("open");
  await rowOf(page, "Bo").getByText("meanwhile").waitFor({ timeout: 60_000 });
  await page.getByText("The server can't be reached.").waitFor({ state: "detached" });
});

test("a session that is ended elsewhere leads to the entrance, which says so", async () => {
  const { ana } = await scene();
  await using visitor = await browser.visitor();
  visitor.expect(/status of 401/);
  const page = await openChat(visitor, ana);
  await rowOf(page, "Bo").waitFor();
  const elsewhere = await ana.again();
  await elsewhere.do("DELETE", `/v1/auth/sessions/${ana.session.sessionId}`);
  await page.getByText("You were signed out. Sign in to go on.").waitFor();
});
