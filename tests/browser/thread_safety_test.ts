/** Whatever people write is shown as text: nothing of it becomes markup or runs. */
/// <reference lib="dom" />
import { strict as assert } from "node:assert";
import { Buffer } from "node:buffer";
import { browserTest as test, testBrowser } from "../support/browser.ts";
import { messageOf, openThread, write } from "../support/browser/thread_page.ts";
import { buildPages } from "../support/pages.ts";
import { openWorld, type Person } from "../support/world.ts";

await buildPages();
const world = await openWorld();
const site = await world.instance();
const browser = testBrowser();

const corpus = [
  `<script>globalThis.ran = 1</script>`,
  `<img src=x onerror="globalThis.ran = 1">`,
  `"><svg onload=globalThis.ran=1>`,
  `javascript:globalThis.ran=1`,
  `<a href="javascript:globalThis.ran=1">press</a>`,
  `<iframe srcdoc="<script>parent.ran=1</script>"></iframe>`,
  `{{constructor.constructor('globalThis.ran=1')()}}`,
  `https://a.example/"onmouseover="globalThis.ran=1`,
  `<math><mtext></form><form><mglyph><style></math><img src onerror=globalThis.ran=1>`,
  `\u202egnp.exe <b>right to left</b>`,
];

function send(person: Person, id: string, kind: string, body: unknown): Promise<unknown> {
  const message = { clientId: crypto.randomUUID(), kind, body };
  return person.do("POST", `/v1/conversations/${id}/messages`, message);
}

test("texts, cards, places, names and forwarded messages are text, whatever they say", async () => {
  const [ana, bo] = [
    await site.person(corpus[1]!, { username: "ana_safety" }),
    await site.person("bo"),
  ];
  const id = await site.group(bo, [ana], { name: corpus[0]! });
  await bo.do("PATCH", `/v1/groups/${id}`, { announcement: corpus[1]! });
  const seqs: number[] = [];
  for (const text of corpus) seqs.push((await ana.says(text, id)).seq);
  for (const text of corpus) {
    await send(ana, id, "card", { title: text, text, url: "https://a.example/x" });
    await send(ana, id, "location", { latitude: 1, longitude: 2, title: text });
  }
  await ana.do("POST", `/v1/conversations/${id}/messages/forward`, {
    clientId: crypto.randomUUID(),
    from: { conversationId: id, seqs },
    merged: true,
  });
  await send(ana, id, "custom", { type: corpus[0], data: { html: corpus[1] } });
  await using visitor = await browser.visitor({ viewport: { width: 1440, height: 4_000 } });
  const page = await openThread(visitor, bo, { id });
  await page.getByText("This message can't be shown here").waitFor();
  await page.getByRole("button", { name: new RegExp(`${corpus.length} messages`) }).click();
  const dialog = page.getByRole("dialog");
  for (const text of corpus) await dialog.getByText(text, { exact: true }).first().waitFor();
  await page.keyboard.press("Escape");
  for (const text of corpus) {
    await page.getByText(text, { exact: true }).first().waitFor({ state: "attached" });
  }
  const odd = await page.evaluate(() => ({
    ran: "ran" in globalThis,
    elements:
      document.querySelectorAll(".messages :is(script, iframe, form, math, [onload], [onerror])")
        .length,
    schemes: [...document.querySelectorAll("a")].map(({ protocol }) => protocol),
  }));
  assert.equal(odd.ran, false);
  assert.equal(odd.elements, 0);
  assert.deepEqual([...new Set(odd.schemes)].sort(), ["http:", "https:"]);
});

test("what is typed, and what files are called, is text too", async () => {
  const { ana, bo, id } = await site.pair();
  await using mine = await browser.visitor();
  await using theirs = await browser.visitor();
  const anas = await openThread(mine, ana, { id });
  const bos = await openThread(theirs, bo, { id });
  await write(anas, corpus[1]!);
  await messageOf(bos, corpus[1]!).waitFor();
  await anas.locator("input[type=file]").first().setInputFiles({
    name: `${corpus[1]}.html`,
    mimeType: "text/html",
    buffer: Buffer.from(corpus[0]!),
  });
  await anas.getByRole("dialog", { name: "Send file" }).getByRole("button", { name: "Send" })
    .click();
  const file = bos.getByRole("button", { name: /^Download .*onerror/ });
  await file.waitFor();
  const [download] = await Promise.all([bos.waitForEvent("download"), file.click()]);
  assert.match(download.suggestedFilename(), /html$/);
  for (const page of [anas, bos]) {
    assert.equal(await page.evaluate(() => "ran" in globalThis), false);
  }
});
