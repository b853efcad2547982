/** What people in the README's pictures say to each other, sent to a real server. */
import type { Page } from "playwright-core";
import type { Conversation } from "../../schemas/conversations.ts";
import { upload } from "../../tests/support/uploads.ts";
import type { Person, Site } from "../../tests/support/world.ts";

/** Who is signed in in the pictures, and what is open. */
export interface Story {
  readonly me: Person;
  readonly groupId: string;
  readonly directId: string;
}

/** Draws hills at dusk and gives them as a PNG. */
export async function drawPhoto(page: Page): Promise<Uint8Array<ArrayBuffer>> {
  await page.setViewportSize({ width: 1200, height: 800 });
  const hills = [
    ["#f7b267", "M0 470 C200 380 330 470 520 400 S900 330 1200 430 V800 H0Z"],
    ["#b05d6e", "M0 560 C160 470 380 600 600 500 S980 450 1200 560 V800 H0Z"],
    ["#54446b", "M0 650 C220 570 420 690 640 600 S1000 580 1200 650 V800 H0Z"],
    ["#26243f", "M0 730 C260 670 500 760 760 700 S1080 690 1200 740 V800 H0Z"],
  ].map(([fill, path]) => `<path fill="${fill}" d="${path}"/>`).join("");
  await page.setContent(
    `<body style="margin:0"><svg width="1200" height="800">
      <defs><linearGradient id="sky" x2="0" y2="1">
        <stop stop-color="#2b3a67"/><stop offset="0.6" stop-color="#f79d65"/>
        <stop offset="1" stop-color="#ffd9a0"/></linearGradient></defs>
      <rect width="1200" height="800" fill="url(#sky)"/>
      <circle cx="820" cy="380" r="62" fill="#fff3d6"/>${hills}</svg></body>`,
  );
  return new Uint8Array(await page.screenshot({ type: "png" }));
}

async function say(from: Person, to: string, text: string, more: Record<string, unknown> = {}) {
  const message = { clientId: crypto.randomUUID(), kind: "text", body: { text }, ...more };
  const path = `/v1/conversations/${to}/messages`;
  return (await from.do<{ seq: number }>("POST", path, message)).seq;
}

function react(from: Person, to: string, seq: number, emoji: string) {
  const path = `/v1/conversations/${to}/messages/${seq}/reactions/${encodeURIComponent(emoji)}`;
  return from.do("PUT", path);
}

async function others(site: Site, me: Person): Promise<Person[]> {
  const people: Person[] = [];
  for (const nickname of ["Bo Lindqvist", "Chiara Rossi", "陈晓", "Dev Patel"]) {
    const name = `friend${people.length}`;
    const friend = await site.person(name, { nickname });
    await site.befriend(me, friend);
    people.push(friend);
  }
  return people;
}

/** Fills a server; gives who looks at it. */
export async function tellStory(site: Site, photo: Uint8Array<ArrayBuffer>): Promise<Story> {
  const me = await site.person("ana", { nickname: "Ana Keller" });
  const [bo, chiara, chen, dev] = await others(site, me) as [Person, Person, Person, Person];
  const direct = async (other: Person) =>
    (await other.do<Conversation>("POST", "/v1/conversations/direct", { userId: me.id })).id;
  const withChen = await direct(chen);
  await say(chen, withChen, "周末的会议改到下午三点,可以吗?");
  await say(me, withChen, "可以,三点见!");
  const withDev = await direct(dev);
  await say(dev, withDev, "The deploy went through, all instances are on the new version");
  await say(dev, withDev, "No reconnect took longer than a second 🎉");
  const directId = await direct(bo);
  await say(bo, directId, "Did you see the draft of the route?");
  await say(me, directId, "Yes! The ridge looks great, I'd start an hour earlier");
  await say(bo, directId, "Deal. Six at the station then");

  const groupId = await site.group(me, [bo, chiara, chen], { name: "Weekend hike" });
  await say(bo, groupId, "Weather says sun on Saturday, a few clouds on Sunday");
  const plan = await say(me, groupId, "Saturday it is then! Train at 6:12, platform 4");
  await react(bo, groupId, plan, "👍");
  await react(chiara, groupId, plan, "👍");
  await react(chen, groupId, plan, "🙌");
  const attachmentId = await upload(chiara, photo, { filename: "ridge.png" });
  const path = `/v1/conversations/${groupId}/messages`;
  const { seq } = await chiara.do<{ seq: number }>("POST", path, {
    clientId: crypto.randomUUID(),
    kind: "image",
    body: { attachmentId, caption: "From the hut, last year" },
  });
  await react(me, groupId, seq, "😍");
  await say(chen, groupId, "Beautiful! I'll bring the stove", { replyTo: seq });
  await say(me, groupId, "And I the coffee. Map: https://maps.example/ridge");
  await say(bo, groupId, "@Ana Keller can you book the hut?", { mentions: [me.id] });
  return { me, groupId, directId };
}
