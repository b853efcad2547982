/** Whatever is said, changed and left: a search finds what reading all of it and looking would find. */
import { strict as assert } from "node:assert";
import type { FoundMessage, Message } from "../../schemas/messages.ts";
import { historyOf, textOf } from "../support/chat.ts";
import { remove } from "../support/groups.ts";
import { oneOf, seeded } from "../support/random.ts";
import { acts } from "../support/rich.ts";
import { findsAll } from "../support/searching.ts";
import { openWorld, type Person, test } from "../support/world.ts";

const world = await openWorld();
const server = await world.instance();

const words = ["ab", "Abc", "b", "BA", "cab"];
const runs = ["你", "你好", "好你", "世你好", "好好"];
const between = [" ", ", ", "😀", "-", " 👍🏽 "];

function made(random: () => number, piecesMax: number): string[] {
  const count = 1 + Math.floor(random() * piecesMax);
  return Array.from({ length: count }, () => oneOf(random, random() < 0.5 ? words : runs));
}

function sayAnything(random: () => number): string {
  return made(random, 5).map((piece) => piece + oneOf(random, between)).join("").trim();
}

/** A query: its text, and what a text must match, all of it. */
function askAnything(random: () => number): { q: string; looks: RegExp[] } {
  const pieces = made(random, 2).map((piece) => piece.toLowerCase());
  const isWord = (piece: string) => /[a-z]/.test(piece);
  if (random() < 0.4) {
    const look = pieces.map((piece, place) => {
      const gap = place === 0
        ? ""
        : `[^a-z你好世]${isWord(piece) && isWord(pieces[place - 1]!) ? "+" : "*"}`;
      return `${gap}${isWord(piece) ? `(?<![a-z])${piece}(?![a-z])` : piece}`;
    });
    return { q: `"${pieces.join(" ")}"`, looks: [new RegExp(look.join(""), "u")] };
  }
  const looks = pieces.map((piece) =>
    new RegExp(isWord(piece) ? `(?<![a-z])${piece}` : piece, "u")
  );
  return { q: pieces.join(" "), looks };
}

async function readAll(person: Person, id: string): Promise<Message[]> {
  return (await historyOf(person, id, "?limit=100")).items;
}

const key = (id: string, seq: number) => `${id}/${seq}`;

async function naively(person: Person, ids: readonly string[], looks: readonly RegExp[]) {
  const found: { at: string; id: string; seq: number }[] = [];
  for (const id of ids) {
    for (const message of await readAll(person, id)) {
      const text = textOf(message).toLowerCase();
      const isFound = message.kind === "text" && looks.every((look) => look.test(text));
      if (isFound) found.push({ at: message.at, id, seq: message.seq });
    }
  }
  const order = (a: typeof found[number], b: typeof found[number]) =>
    b.at.localeCompare(a.at) || b.id.localeCompare(a.id) || b.seq - a.seq;
  return found.sort(order).map(({ id, seq }) => key(id, seq));
}

async function talk(random: () => number, people: readonly Person[], id: string): Promise<void> {
  for (let turn = 0; turn < 25; turn++) {
    const { seq } = await oneOf(random, people).says(sayAnything(random), id);
    const before = 2 + Math.floor(random() * (seq - 1));
    const person = oneOf(random, people);
    const what = random();
    // Refused where the message is another's or gone.
    if (what < 0.2) await acts(person, id).edit(before, sayAnything(random));
    else if (what < 0.3) await acts(person, id).recall(before);
    else if (what < 0.4) await acts(person, id).forget(before);
  }
}

for (const seed of [1, 2, 3]) {
  test(`a search finds what a reader would find (seed ${seed})`, async () => {
    const random = seeded(seed);
    const people: Person[] = [];
    for (const name of ["ana", "bo", "cy"]) people.push(await server.person(name));
    const [ana, , cy] = people as [Person, Person, Person];
    const ids: string[] = [];
    for (let number = 0; number < 3; number++) {
      const id = await server.group(ana, people.slice(1));
      ids.push(id);
      await talk(random, people, id);
    }
    await remove(ana, ids[0]!, cy);
    await talk(random, people.slice(0, 2), ids[0]!);
    let total = 0;
    for (let turn = 0; turn < 40; turn++) {
      const { q, looks } = askAnything(random);
      const person = oneOf(random, people);
      const one = random() < 0.5 ? oneOf(random, ids) : undefined;
      const filters = { limit: oneOf(random, [2, 7, 100]), ...one && { conversationId: one } };
      const found: FoundMessage[] = await findsAll(person, q, filters);
      const expected = await naively(person, one === undefined ? ids : [one], looks);
      assert.deepEqual(
        found.map((item) => key(item.conversationId, item.message.seq)),
        expected,
        q,
      );
      total += found.length;
    }
    assert.ok(total > 100);
  });
}
