/** What may happen in a group, step by step, for tests that let much of it happen at once. */
import type { Message } from "../../schemas/messages.ts";
import { historyOf, viewOf } from "./chat.ts";
import { oneOf } from "./random.ts";
import { acts } from "./rich.ts";
import type { Person } from "./world.ts";

/** A group and its people, the owner first. */
export interface Scene {
  readonly people: Person[];
  readonly id: string;
}

/** All messages that a person sees, page by page. */
export async function shownTo(person: Person, id: string): Promise<Message[]> {
  const shown: Message[] = [];
  for (let hasMore = true; hasMore;) {
    const page = await historyOf(person, id, `?afterSeq=${shown.at(-1)?.seq ?? 0}&limit=100`);
    shown.push(...page.items);
    hasMore = page.hasMore;
  }
  return shown;
}

/** One thing that happens; whatever is refused was not to be, and changes nothing. */
export type Step = (scene: Scene, random: () => number) => Promise<unknown>;

async function someSeq({ people, id }: Scene, random: () => number): Promise<number> {
  const { lastSeq } = await viewOf(people[0]!, id);
  // Mostly something late: what everybody has and somebody is about to get.
  return Math.max(1, lastSeq - Math.floor(random() ** 2 * lastSeq));
}

/** Steps by name. */
export const steps: Record<string, Step> = {
  async send({ people, id }, random) {
    const message = { kind: "text", body: { text: `${random()}` }, mentions: [people[1]!.id] };
    const path = `/v1/conversations/${id}/messages`;
    await oneOf(random, people).ask("POST", path, { clientId: crypto.randomUUID(), ...message });
  },
  async edit(scene, random) {
    const seq = await someSeq(scene, random);
    await acts(oneOf(random, scene.people), scene.id).edit(seq, `edited ${random()}`);
  },
  async recall(scene, random) {
    await acts(oneOf(random, scene.people), scene.id).recall(await someSeq(scene, random));
  },
  async react(scene, random) {
    const seq = await someSeq(scene, random);
    await acts(oneOf(random, scene.people), scene.id).react(seq, oneOf(random, ["👍", "🎉"]));
  },
  async unreact(scene, random) {
    const seq = await someSeq(scene, random);
    await acts(oneOf(random, scene.people), scene.id).unreact(seq, oneOf(random, ["👍", "🎉"]));
  },
  async pin(scene, random) {
    const seq = await someSeq(scene, random);
    await acts(scene.people[0]!, scene.id)[random() < 0.5 ? "pin" : "unpin"](seq);
  },
  async read(scene, random) {
    const seq = await someSeq(scene, random);
    const path = `/v1/conversations/${scene.id}/read`;
    await oneOf(random, scene.people).ask("PUT", path, { seq });
  },
  async forget(scene, random) {
    await acts(oneOf(random, scene.people), scene.id).forget(await someSeq(scene, random));
  },
  async set({ people, id }, random) {
    const patch = oneOf<Record<string, unknown>>(random, [
      { draft: `${random()}` },
      { pinned: random() < 0.5 },
      { notify: "none" },
      { markedUnread: true },
      { clearedSeq: 3 },
    ]);
    await oneOf(random, people).ask("PATCH", `/v1/conversations/${id}/settings`, patch);
  },
  async leave({ people, id }, random) {
    const who = oneOf(random, people.slice(1));
    await who.ask("DELETE", `/v1/groups/${id}/members/${who.id}`);
  },
  async join({ people, id }, random) {
    await oneOf(random, people.slice(1)).ask("POST", `/v1/groups/${id}/join`, {});
  },
  async rename({ people, id }, random) {
    await people[0]!.ask("PATCH", `/v1/groups/${id}`, { name: `Name ${random()}` });
  },
};
