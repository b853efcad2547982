/** The rules of tools/tidy.ts that look at one file at a time. */
import assert from "node:assert/strict";
import { missingDocstrings, missingOpenings } from "../../tools/tidy/docstrings.ts";
import { anyTypes, putOff, silencers } from "../../tools/tidy/escapes.ts";
import { emptyNames } from "../../tools/tidy/names.ts";
import { longFiles, longFunctions } from "../../tools/tidy/sizes.ts";
import { findingsOn } from "./sample.ts";

/** How many findings `text` has in a file of domain/, or at `path`. */
const countOf = (rule: Parameters<typeof findingsOn>[1], text: string, path = "domain/a.ts") =>
  findingsOn({ [path]: text }, rule).length;

Deno.test("a file may have 300 lines and no more", () => {
  assert.deepEqual(findingsOn({ "a.ts": "a;\n".repeat(300) }, longFiles), []);
  assert.deepEqual(findingsOn({ "a.ts": "a;\n".repeat(301) }, longFiles), [
    "a.ts:1: 301 lines, 300 at most: split by verb or noun",
  ]);
});

Deno.test("a function may have 60 lines and no more", () => {
  const ofLines = (head: string, lines: number) => `\n${head} {\n${"  a;\n".repeat(lines - 2)}}\n`;
  for (const head of ["function run(): void", "const run = (a: B) =>", "class A {\n  run()"]) {
    assert.deepEqual(findingsOn({ "a.ts": ofLines(head, 60) }, longFunctions), []);
    const line = head.startsWith("class") ? 3 : 2;
    assert.deepEqual(findingsOn({ "a.ts": ofLines(head, 61) }, longFunctions), [
      `a.ts:${line}: run has 61 lines, 60 at most`,
    ]);
  }
});

Deno.test("a file, an export, a function or a class is not called by an empty word", () => {
  assert.deepEqual(findingsOn({ "domain/utils.ts": "", "common/a.ts": "" }, emptyNames), [
    `domain/utils.ts:1: "utils" says nothing about what is inside`,
    `common/a.ts:1: "common" says nothing about what is inside`,
  ]);
  assert.equal(countOf(emptyNames, "\nexport const data = 1;"), 1);
  assert.equal(countOf(emptyNames, "function handle() {}"), 1);
  assert.equal(countOf(emptyNames, "class Manager {}"), 1);
  assert.equal(countOf(emptyNames, "export { a as info };"), 1);
});

Deno.test("an empty word is good as a part of a name and inside of a function", () => {
  const text = "export const userData = 1;\nfunction handleFrame() {\n  const data = 1;\n}";
  assert.equal(countOf(emptyNames, text, "tools/services.ts"), 0);
});

Deno.test("`any` is not a type", () => {
  const bad = [
    "let a: any;",
    "b as any;",
    "c<any>();",
    "let d: any[];",
    "let e: Map<string, any>;",
  ];
  for (const text of bad) assert.equal(countOf(anyTypes, text), 1, text);
});

Deno.test("`any` is good as a word, a method and a property", () => {
  const good = ["// any: x", "Promise.any(a);", "let many: Company;", "const b = 'as any';"];
  for (const text of good) assert.equal(countOf(anyTypes, text), 0, text);
});

Deno.test("no comment silences the compiler or the linter", () => {
  for (const word of ["@ts-ignore", "@ts-expect-error", "deno-lint-ignore no-console"]) {
    assert.equal(countOf(silencers, `a();\n// ${word}\nb();`), 1, word);
    assert.equal(countOf(silencers, `a(<b>{/* ${word} */}</b>);`, "web/a.tsx"), 1, word);
    assert.equal(
      countOf(silencers, `/** Finds ${word} in comments. */\na("// ${word}");`),
      0,
      word,
    );
  }
});

Deno.test("nothing is put off to a later day", () => {
  for (const word of ["TO" + "DO", "FIX" + "ME", "X" + "XX"]) {
    assert.equal(countOf(putOff, `// ${word}: later`), 1, word);
    assert.equal(countOf(putOff, `const my${word}S = 1;`), 0, word);
  }
});

Deno.test("a file opens with a doc comment, except in tests/", () => {
  assert.equal(countOf(missingOpenings, "// What it is for.\na();"), 1);
  assert.equal(countOf(missingOpenings, "a();\n/** Late. */"), 1);
  assert.equal(countOf(missingOpenings, "a();", "bench/a.ts"), 1);
  assert.equal(countOf(missingOpenings, "\n/** What it is for. */\na();"), 0);
  assert.equal(countOf(missingOpenings, "#!/usr/bin/env deno\n/** What it is for. */"), 0);
  assert.equal(countOf(missingOpenings, "a();", "tests/a_test.ts"), 0);
});

Deno.test("an export has a docstring right above it", () => {
  const exports = [
    "function a() {}",
    "class A {}",
    "const a = 1;",
    "interface A {}",
    "type A = 1;",
  ];
  for (const text of exports) {
    assert.equal(countOf(missingDocstrings, `b();\nexport ${text}`), 1, text);
    assert.equal(countOf(missingDocstrings, `/** Of the file. */\n\nexport ${text}`), 1, text);
    assert.equal(countOf(missingDocstrings, `// A note.\nexport ${text}`), 1, text);
    assert.equal(countOf(missingDocstrings, `/** Says what. */\nexport ${text}`), 0, text);
    assert.equal(countOf(missingDocstrings, `/** What. */\n// Why.\nexport ${text}`), 0, text);
    assert.equal(countOf(missingDocstrings, `export ${text}`, "tests/a.ts"), 0, text);
  }
});

Deno.test("a name needs its docstring once, a re-export and a private name need none", () => {
  const text = "/** What. */\nexport const Id = z.string();\nexport type Id = z.infer<typeof Id>;";
  assert.equal(countOf(missingDocstrings, text), 0);
  assert.equal(countOf(missingDocstrings, "export { a } from './b.ts';\nconst c = 1;"), 0);
});
