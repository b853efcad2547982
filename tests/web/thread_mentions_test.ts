/** Calling somebody while writing. */
import { strict as assert } from "node:assert";
import { askedAt, calledIn, matching, withName } from "../../web/app/thread/composer/mentions.ts";

Deno.test("an at sign at the beginning of a word asks for a name", () => {
  assert.deepEqual(askedAt("hi @bo", 6), { query: "bo", start: 3 });
  assert.deepEqual(askedAt("@", 1), { query: "", start: 0 });
  assert.deepEqual(askedAt("你好@小", 4), { query: "小", start: 2 });
  for (const text of ["ana@chat", "hi @ bo", "hi", `@${"x".repeat(40)}`]) {
    assert.equal(askedAt(text, text.length), null, text);
  }
});

Deno.test("names that begin with what is asked for come first", () => {
  const people = ["Zoe Bo", "Bo", "Ana"].map((name) => ({ id: name, name }));
  assert.deepEqual(matching(people, "bo").map(({ name }) => name), ["Bo", "Zoe Bo"]);
  assert.equal(matching(people, "").length, 3);
});

Deno.test("a name takes the place of what was asked for, and counts while it stands in the text", () => {
  const asked = { query: "bo", start: 3 };
  assert.deepEqual(withName("hi @bo there", asked, "Bo Li"), {
    text: "hi @Bo Li there",
    caret: 10,
  });
  const picked = [{ id: "1", name: "Bo Li" }, { id: "2", name: "Cy" }, { id: "1", name: "Bo Li" }];
  assert.deepEqual(calledIn("hi @Bo Li there", picked), ["1"]);
});
