/** Support in the application: an admin makes an inbox, a visitor writes, an agent answers. */
import { strict as assert } from "node:assert";
import { auditPage } from "../support/browser/audit.ts";
import { openChat } from "../support/browser/chat_page.ts";
import {
  addNote,
  addReply,
  makeInbox,
  pickReply,
  visitorRow,
} from "../support/browser/support_page.ts";
import { browserTest as test, testBrowser } from "../support/browser.ts";
import { adminAt, identityOf, identitySecret, inboxOf, notes, visits } from "../support/inboxes.ts";
import { buildPages } from "../support/pages.ts";
import { until } from "../support/waiting.ts";
import type { Inbox } from "../../schemas/inboxes.ts";
import { openWorld, type Person } from "../support/world.ts";

await buildPages();
const world = await openWorld();
const site = await world.instance();
const browser = testBrowser();
const admin = await adminAt(world, site);

const secret = "zebra-note";

/** Everything a visitor can read of a conversation. */
async function readBy(visitor: Person, id: string): Promise<string> {
  const paths = ["messages?afterSeq=0&limit=100", "changes?afterRev=0&limit=100"];
  const answers = await Promise.all(
    paths.map((path) => visitor.do("GET", `/v1/conversations/${id}/${path}`)),
  );
  return JSON.stringify(answers);
}

test("an admin makes an inbox, and its agents have a place for it once a visitor writes", async () => {
  const ana = await site.person("ana", { nickname: "Ana Lopez" });
  await using agent = await browser.visitor();
  const page = await openChat(agent, ana);
  await page.getByRole("heading", { name: "No conversations yet" }).waitFor();
  const rail = page.getByRole("navigation").getByRole("link", { name: /^Support/ });
  assert.equal(await rail.count(), 0, "who is no agent has no such place");
  await using boss = await browser.visitor();
  const desk = await openChat(boss, admin, "#/inboxes");
  const origin = "https://shop.example/cart";
  const key = await makeInbox(desk, { name: "Shop", agent: "Ana Lopez", origin });
  const { items } = await admin.do<{ items: Inbox[] }>("GET", "/v1/inboxes");
  const { agents, allowedOrigins, hours } = items.find((inbox) => inbox.key === key)!;
  assert.deepEqual(agents, [ana.id]);
  assert.deepEqual(allowedOrigins, ["https://shop.example"]);
  assert.equal(hours?.timeZone, "Europe/Berlin");
  const visitor = await visits(site, key, { visitor: { name: "Maria" } });
  await visitor.person.says("Are they there in 42?", visitor.id);
  await rail.click();
  await visitorRow(page, "Maria").getByText("Are they there in 42?").waitFor();
  await page.getByRole("link", { name: /^Chats/ }).click();
  await page.getByRole("heading", { name: "No conversations yet" }).waitFor();
});

test("an agent takes a visitor's conversation, answers, notes and resolves it", async () => {
  const ana = await site.person("ana", { nickname: "Ana Lopez" });
  const inbox = await inboxOf(admin, [ana]);
  const { person, id } = await visits(site, inbox.key, {
    visitor: { name: "Maria", page: "https://shop.example/blue-shoes" },
  });
  const live = await person.connect();
  await using agent = await browser.visitor();
  const page = await openChat(agent, ana, "#/support");
  await page.getByText("Nobody waits here").waitFor();
  await person.says("Are they there in 42?", id);
  const row = visitorRow(page, "Maria");
  await row.getByLabel("1 unread message").waitFor();
  await row.getByText("Unassigned").waitFor();
  await row.click();
  const bar = page.locator(".support-bar");
  const link = bar.getByRole("link", { name: "shop.example/blue-shoes" });
  assert.equal(await link.getAttribute("rel"), "noopener noreferrer");
  await person.do("PATCH", "/v1/widget/visitor", { page: "https://shop.example/pay" });
  await bar.getByRole("link", { name: "shop.example/pay" }).waitFor();
  await bar.getByRole("button", { name: "Assign to me" }).click();
  await row.getByText("Ana Lopez").waitFor();
  await page.getByRole("button", { name: "Mine 1" }).click();
  await addReply(page, "In stock", "Yes, two pairs are left.");
  await pickReply(page, "stock");
  const text = page.getByRole("textbox", { name: "Message" });
  const isPicked = async () => await text.inputValue() === "Yes, two pairs are left.";
  await until("the reply stands in the text", isPicked);
  await text.press("Enter");
  await live.sees("Yes, two pairs are left.");
  await addNote(page, secret);
  await bar.getByRole("button", { name: "Resolve" }).click();
  await row.waitFor({ state: "detached" });
  await live.call("ping");
  assert.ok(!live.frames.join("\n").includes(secret), "nothing of it over the socket");
  assert.ok(!(await readBy(person, id)).includes(secret), "nor by asking");
  await person.says("One more thing", id);
  await row.getByText("One more thing").waitFor();
  await bar.getByRole("button", { name: "Resolve" }).waitFor();
});

test("agents see at once what the others do", async () => {
  const ana = await site.person("ana", { nickname: "Ana Lopez" });
  const bo = await site.person("bo", { nickname: "Bo Chen" });
  const inbox = await inboxOf(admin, [ana, bo]);
  const { person, id } = await visits(site, inbox.key, { visitor: { name: "Maria" } });
  await person.says("hello", id);
  await using first = await browser.visitor();
  await using second = await browser.visitor();
  const mine = await openChat(first, ana, `#/support/${id}`);
  const theirs = await openChat(second, bo, `#/support/${id}`);
  await theirs.getByRole("button", { name: "Mine 0" }).click();
  await theirs.getByText("Nobody waits here").waitFor();
  await mine.getByLabel("Assigned to").selectOption("Bo Chen");
  await visitorRow(theirs, "Maria").waitFor();
  await addNote(mine, secret);
  await theirs.getByRole("button", { name: "Notes (1)" }).click();
  await theirs.locator(".note").getByText(secret).waitFor();
  await mine.getByRole("button", { name: "Delete note" }).click();
  await mine.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await theirs.getByText("No notes yet").waitFor();
  await theirs.getByRole("button", { name: "Resolve", exact: true }).click();
  await mine.getByRole("button", { name: "Reopen" }).click();
  await theirs.getByRole("button", { name: "Resolve", exact: true }).waitFor();
});

test("an admin makes a secret, which is shown once, and deletes an inbox", async () => {
  const inbox = await inboxOf(admin, [], { name: "Old shop" });
  await using boss = await browser.visitor();
  const page = await openChat(boss, admin, `#/inboxes/${inbox.id}`);
  await page.getByRole("button", { name: "Generate secret" }).click();
  const dialog = page.getByRole("dialog");
  const shown = dialog.getByRole("textbox", { name: "Identity secret" });
  assert.match(await shown.inputValue(), /^[0-9a-f]{64}$/);
  const made = await shown.inputValue();
  await dialog.getByRole("button", { name: "Done" }).click();
  await page.getByText("This inbox has a secret.").waitFor();
  assert.ok(!(await page.content()).includes(made));
  const origins = page.getByRole("textbox", { name: "Sites that may show the widget" });
  await origins.fill("shop.example");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText("“shop.example” is no origin").waitFor();
  await page.getByRole("button", { name: "Remove secret" }).click();
  await dialog.getByRole("button", { name: "Remove secret" }).click();
  await page.getByText("This inbox has no secret").waitFor();
  await page.getByRole("button", { name: "Delete inbox" }).click();
  await dialog.getByRole("button", { name: "Delete inbox" }).click();
  await page.getByRole("link", { name: "Old shop" }).waitFor({ state: "detached" });
  const { status } = await admin.ask("GET", `/v1/inboxes/${inbox.id}`);
  assert.equal(status, 404);
});

for (const locale of ["en", "zh-CN"]) {
  for (const width of [360, 1440]) {
    test(`nothing keeps agents and admins from these screens (${locale}, ${width})`, async () => {
      const ana = await site.person("ana", { nickname: "Ana Lopez" });
      const inbox = await inboxOf(admin, [ana], { name: "Shop", identitySecret });
      const { person, id } = await visits(site, inbox.key, {
        visitor: { name: "<i>Maria</i>", locale: "de-DE", page: "https://shop.example/a" },
        identityToken: identityOf(crypto.randomUUID(), "<i>Maria</i>"),
      });
      await person.says("hello <b>there</b>", id);
      await notes(ana, id, "be <u>kind</u>");
      const reply = { title: "Hi", text: "Hello!" };
      await ana.do("POST", `/v1/inboxes/${inbox.id}/replies`, reply);
      const viewport = { width, height: width === 360 ? 640 : 900 };
      const clean = async (page: Parameters<typeof auditPage>[0], what: string) => {
        assert.deepEqual(await auditPage(page), [], what);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth);
        assert.ok(wide <= width, `${what} is ${wide} wide`);
      };
      await using agent = await browser.visitor({ locale, viewport });
      const page = await openChat(agent, ana, "#/support");
      await visitorRow(page, "<i>Maria</i>").waitFor();
      await clean(page, "the list");
      await visitorRow(page, "<i>Maria</i>").click();
      await page.locator(".messages").getByText("hello <b>there</b>").waitFor();
      await clean(page, "a conversation");
      await page.locator(".composer textarea").press("/");
      await page.locator(".reply-list").getByRole("option").waitFor();
      await clean(page, "replies");
      await page.keyboard.press("Escape");
      await page.locator(".support-bar .notes-button").click();
      await page.getByText("be <u>kind</u>").waitFor();
      await clean(page, "notes");
      await using boss = await browser.visitor({ locale, viewport });
      const desk = await openChat(boss, admin, `#/inboxes/${inbox.id}`);
      await desk.locator(".copying").waitFor();
      await desk.getByRole("switch").check();
      await clean(desk, "an inbox");
    });
  }
}
