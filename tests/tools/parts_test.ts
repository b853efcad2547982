/** What the house rules find in a file: its functions, imports and declarations. */
import assert from "node:assert/strict";
import { declarationsIn } from "../../tools/house/declarations.ts";
import { functionsIn } from "../../tools/house/functions.ts";
import { importsOf, targetOf } from "../../tools/house/imports.ts";
import { sourceOf } from "./sample.ts";

const namesIn = (code: string) => functionsIn(code).map(({ name }) => name);

Deno.test("functions are found whatever they are written as", () => {
  assert.deepEqual(namesIn("export async function send<T>(a: T): Promise<{ b: T }> {\n}"), [
    "send",
  ]);
  assert.deepEqual(namesIn("const send = async (a: string): Promise<void> => {\n};"), ["send"]);
  assert.deepEqual(namesIn("class A {\n  async #flush(): Promise<void> {\n  }\n}"), ["#flush"]);
  assert.deepEqual(namesIn("class A {\n  get size(): number {\n  }\n}"), ["size"]);
  assert.deepEqual(namesIn("function clock(): () => Date {\n}"), ["clock"]);
  assert.deepEqual(namesIn("function find(): { a: 1 } | undefined {\n}"), ["find"]);
  assert.deepEqual(namesIn("Deno.test(name, async () => {\n});"), ["a function"]);
});

Deno.test("blocks, objects and classes are not taken for functions", () => {
  assert.deepEqual(
    namesIn("for (const a of b) {\n  if (c(d)) {\n  } else while (e) {\n  }\n}"),
    [],
  );
  assert.deepEqual(namesIn("const a = b\n  ? c(d)\n  : {\n    e: 1,\n  };"), []);
  assert.deepEqual(namesIn("const a = (b: C): D => ({\n});"), []);
  assert.deepEqual(namesIn("class A extends mixin(B) {\n}"), []);
});

Deno.test("a function ends at its last brace", () => {
  const code = "function a(b = { c: 1 }): void {\n  if (b) {\n  }\n}\nd();";
  assert.deepEqual(functionsIn(code).map(({ end }) => code.slice(end)), ["}\nd();"]);
});

Deno.test("imports are found in all their forms, with whether they last until run time", () => {
  const source = sourceOf([
    `import a, { type B } from "./b.ts";`,
    `import type { C } from "./c.ts";`,
    `import "./d.ts";`,
    `import {\n  e,\n} from "./e.ts";`,
    `export * from "./f.ts";`,
    `export type { G } from "./g.ts";`,
    `const h = await import("./h.ts");`,
    `type I = import("./i.ts").I;`,
    `// import "./no.ts";`,
    `const no = 'import "./no.ts"';`,
  ].join("\n"));
  assert.deepEqual(
    importsOf(source).map(({ specifier, typeOnly }) =>
      `${specifier} ${typeOnly ? "type" : "value"}`
    ),
    [
      "./b.ts value",
      "./c.ts type",
      "./d.ts value",
      "./e.ts value",
      "./f.ts value",
      "./g.ts type",
      "./h.ts value",
      "./i.ts type",
    ],
  );
});

Deno.test("a relative import means a path from the root, a package means none", () => {
  const source = sourceOf("", "domain/deep/a.ts");
  assert.equal(targetOf(source, "../b.ts"), "domain/b.ts");
  assert.equal(targetOf(source, "./c.ts"), "domain/deep/c.ts");
  assert.equal(targetOf(source, "zod"), undefined);
});

Deno.test("declarations are found with whether they are exported", () => {
  const source = sourceOf([
    "export const a = 1;",
    "export async function b() {}",
    "export default class C {}",
    "export abstract class D {}",
    "export const { e, f } = g;",
    "export type { H } from './h.ts';",
    "function i() {}",
  ].join("\n"));
  assert.deepEqual(
    declarationsIn(source).map(({ kind, name, exported }) => `${kind} ${name} ${exported}`),
    [
      "const a true",
      "function b true",
      "class C true",
      "class D true",
      "const { e, f } true",
      "function i false",
    ],
  );
});
