/** What texts are found by: words, beginnings, phrases, pairs of characters, and where they stand. */
import { strict as assert } from "node:assert";
import { searchedText } from "../../domain/message_lexemes.ts";
import { findIn, parseQuery, termsOf, wantedBy } from "../../domain/message_terms.ts";

function find(text: string, query: string) {
  return findIn(text, parseQuery(query));
}

/** The pieces of the text that were found. */
function pieces(text: string, query: string): string[] | null {
  const points = Array.from(text);
  return find(text, query)?.map(([start, end]) => points.slice(start, end).join("")) ?? null;
}

/** Text, query, and what is found of it. */
const cases: [text: string, query: string, found: string[] | null][] = [
  ["Good morning, Berlin", "morning", ["morning"]],
  ["Good morning, Berlin", "MORN", ["morn"]],
  ["Good morning, Berlin", "orning", null],
  ["Good morning, Berlin", "ber good", ["Good", "Ber"]],
  ["Good morning, Berlin", "good night", null],
  ["Good morning, Berlin", '"good morning"', ["Good morning"]],
  ["Good morning, Berlin", '"morning good"', null],
  ["Good morning, Berlin", '"good morn"', null],
  ["Good morning, Berlin", '"morning berlin" goo', ["Goo", "morning, Berlin"]],
  ["Café CRÈME", "café crè", ["Café", "CRÈ"]],
  ["Cafe\u0301", "café", null],
  ["die Straße", "STRASS", ["Straß"]],
  ["ὈΔΥΣΣΕΎΣ", "ὀδυσσεύς", ["ὈΔΥΣΣΕΎΣ"]],
  ["Привет, мир", "прив", ["Прив"]],
  ["version 2.10 of it", "2.10", ["2", "10"]],
  ["don't", "don't", ["don", "t"]],
  ["今天天气很好", "天气", ["天气"]],
  ["今天天气很好", "天天气很", ["天天气很"]],
  ["今天天气很好", "天好", null],
  ["今天天气很好", "好", ["好"]],
  ["今天天气很好", "今天 很好", ["今天", "很好"]],
  ["今天,天气", "天天", null],
  ["今天,天气", '"今天 天气"', ["今天,天气"]],
  ["東京タワーへ行く", "タワー", ["タワー"]],
  ["ひらがなとカタカナ", "なとカ", ["なとカ"]],
  ["안녕하세요 여러분", "하세", ["하세"]],
  ["안녕하세요 여러분", "세요여", null],
  ["我的iPhone手机", "iph 手机", ["iPh", "手机"]],
  ["我的iPhone手机", "phone", null],
  ["我的iPhone手机", '"iphone手机"', ["iPhone手机"]],
  ["好😀好", "好好", null],
  ["😀😀 hello 👍🏽 world", "world", ["world"]],
  ["😀hello😀", '"hello"', ["hello"]],
  ["𠮷野家で𠮷野", "𠮷野", ["𠮷野", "𠮷野"]],
  ["葛\u{e0100}飾区", "葛飾", ["葛\u{e0100}飾"]],
  ["𐐀𐐁 deseret", "𐐨𐐩", ["𐐀𐐁"]],
  ["a ab abc", "ab", ["ab", "ab"]],
  ["aaa", "a", ["a"]],
  ["好好好", "好好", ["好好好"]],
  ["anything", "😀 !?", null],
  ["❤️ 1️⃣", "1", ["1"]],
  ["unbalanced quote", 'quo"', ["quo"]],
];

for (const [text, query, found] of cases) {
  Deno.test(`“${query}” in “${text}”: ${found === null ? "nothing" : found.join(" | ")}`, () => {
    const expected = parseQuery(query).length === 0 ? [] : found;
    assert.deepEqual(pieces(text, query), expected);
  });
}

Deno.test("ranges count code points of the text, whatever the length of what is before", () => {
  assert.deepEqual(find("😀𠮷 hello ß hell", "hell"), [[3, 7], [11, 15]]);
});

Deno.test("whatever is found in a text, its terms are among those of the text", () => {
  for (const [text, query, found] of cases) {
    if (found === null) continue;
    const terms = termsOf(text);
    for (const { term, isPrefix } of wantedBy(parseQuery(query))) {
      const holds = isPrefix ? [...terms].some((one) => one.startsWith(term)) : terms.has(term);
      assert.ok(holds, `${term} of ${query} in ${text}`);
    }
  }
});

Deno.test("a word of a thousand letters is found by its beginning and as a whole", () => {
  const word = "ab".repeat(500);
  for (const query of [word, `"${word}"`, word.slice(0, 70), "aba"]) {
    assert.notEqual(find(word, query), null);
    const terms = termsOf(word);
    for (const { term } of wantedBy(parseQuery(query))) {
      assert.ok([...terms].some((one) => one.startsWith(term)));
    }
  }
  assert.equal(find(word, `${word}c`), null);
});

Deno.test("no text has more than a hundred ranges", () => {
  assert.equal(find("ab ".repeat(1_000), "ab")!.length, 100);
});

Deno.test("searchedText() of an attachment is its name and caption", () => {
  const body = { attachmentId: "x", name: "Boat.png", caption: "At sunset" };
  for (const kind of ["image", "video", "audio", "file"] as const) {
    assert.equal(searchedText({ kind, body }), "Boat.png\nAt sunset");
  }
  assert.equal(searchedText({ kind: "file", body: { attachmentId: "x" } }), "");
});
