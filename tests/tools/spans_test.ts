/** The scanner under the house rules: what is code and what is not. */
import assert from "node:assert/strict";
import fc from "fast-check";
import { blank, spansOf } from "../../tools/house/spans.ts";
import { sourceOf } from "./sample.ts";

const codeOf = (text: string, path = "sample.ts") =>
  sourceOf(text, path).code.replace(/ +/g, " ").trim();

Deno.test("the scanner blanks comments and the inside of strings", () => {
  assert.equal(codeOf(`a("it's {", 'say "x"'); // { "\n/* } ' */ b();`), `a(" ", ' '); \n b();`);
});

Deno.test("the scanner keeps the code inside of a template", () => {
  assert.equal(codeOf("`a ${b(`c ${d} e`, { f })} \\` $ g` + h"), "` ${b(` ${d} `, { f })} ` + h");
});

Deno.test("the scanner tells a pattern from a division", () => {
  assert.equal(codeOf("const a = /[/'\"]{/g.test(b);"), "const a = / /g.test(b);");
  assert.equal(
    codeOf("x = a / b / c; y = d! / 2 / (e) / 3;"),
    "x = a / b / c; y = d! / 2 / (e) / 3;",
  );
  assert.equal(codeOf("return /'/;"), "return / /;");
});

Deno.test("the scanner blanks the text of markup and keeps its tags and expressions", () => {
  assert.equal(
    codeOf("const a = <p class='b'>Don't {c ? <b>isn't</b> : `'`} // stay</p>;", "a.tsx"),
    "const a = <p class=' '> {c ? <b> </b> : ` `} </p>;",
  );
  assert.equal(codeOf("return <><br />it's</>;", "a.tsx"), "return <><br /> </>;");
});

Deno.test("the scanner takes neither comparisons nor type parameters for markup", () => {
  const code = "const id = <T,>(a: T) => a; const b = <T extends C>(d: T) => d < e && f > g;";
  assert.equal(codeOf(code, "a.tsx"), code);
});

Deno.test("blanking any text keeps every offset and every line", () => {
  const pieces = fc.constantFrom(..."`'\"/\\{}<>$()[]*=\n a".split(""), "${", "//", "/*", "</a>");
  fc.assert(fc.property(fc.array(pieces), fc.boolean(), (parts, jsx) => {
    const text = parts.join("");
    const code = blank(text, spansOf(text, { jsx }));
    assert.equal(code.length, text.length);
    assert.equal(code.replace(/[^\n]/g, ""), text.replace(/[^\n]/g, ""));
  }));
});
