/** A shop's page with the widget, for the README's pictures: a visitor asks, an agent answers. */
import type { Page } from "playwright-core";
import { clickLauncher } from "../../tests/support/browser/launcher.ts";
import { type HostedFile, PageHost } from "../../tests/support/browser/page_host.ts";
import {
  chatUrlOf,
  embedding,
  frameOf,
  pageWith,
  policyFor,
} from "../../tests/support/browser/widget_site.ts";
import { adminAt, inboxOf, supportList } from "../../tests/support/inboxes.ts";
import { until } from "../../tests/support/waiting.ts";
import type { Instance, Person, World } from "../../tests/support/world.ts";

const style = `
  body { margin: 0; font: 17px/1.6 Georgia, serif; color: #26303a; background: #f4f1ea; }
  header { display: flex; gap: 32px; align-items: baseline; padding: 22px 56px; background: #fff; }
  header b { font-size: 24px; letter-spacing: 0.02em; } nav { color: #66707a; }
  main { padding: 64px 56px; max-width: 560px; } h1 { margin: 0; font-size: 46px; line-height: 1.15; }
  .cards { display: flex; gap: 20px; margin-top: 36px; }
  .cards div { width: 170px; height: 210px; border-radius: 6px; }
  .cards div:nth-child(1) { background: #2f5d50; } .cards div:nth-child(2) { background: #c9803c; }
  .cards div:nth-child(3) { background: #7d8ca3; }`;
const body = `<header><b>Fjell &amp; Fern</b><nav>Tents · Packs · Stoves · Journal</nav></header>
  <main><h1>Light things for long days</h1><p>Tents, packs and stoves that we carry ourselves.</p>
  <div class="cards"><div></div><div></div><div></div></div></main>`;

async function say(agent: Person, key: string, text: string): Promise<void> {
  const found = await until("the visitor has written", async () => {
    return (await supportList(agent, `?inboxId=${key}`))[0];
  });
  await agent.says(text, found!.conversation.id);
}

/** Opens the page in a tab and has the talk; what is seen is ready for its picture. */
export async function talkOnSite(world: World, server: Instance, page: Page) {
  const admin = await adminAt(world, server);
  const agent = await server.person("mia", { nickname: "Mia" });
  const files: Record<string, HostedFile> = { "/style.css": { type: "text/css", body: style } };
  const chat = chatUrlOf(server);
  const host = new PageHost(files, policyFor(chat));
  const inbox = await inboxOf(admin, [agent], {
    name: "Fjell & Fern",
    greeting: "Hello! Questions about tents, packs or your order? Write to us.",
    allowedOrigins: [host.origin],
  });
  const link = `<link rel="stylesheet" href="/style.css">`;
  files["/"] = pageWith(link + embedding(chat, inbox.key, { color: "#2f5d50" }), body);
  await page.goto(host.origin);
  await clickLauncher(page, /^Open chat/);
  const frame = await frameOf(page, chat);
  const field = frame.locator("textarea");
  await field.fill("Hi! Does the Lyng 2 stand without pegs?");
  await field.press("Enter");
  await say(agent, inbox.id, "Hello! Yes, it stands by itself. In wind, two pegs at the door do.");
  await frame.getByText("it stands by itself").waitFor();
  await field.fill("Perfect, thank you 🙏");
  await field.press("Enter");
  await frame.getByText("Perfect, thank you").last().waitFor();
  return host;
}
