/** A strict little XML reader: what is not well-formed fails, the rest is elements with their text. */
import { strict as assert } from "node:assert";

/** An element; `text` is all that stands in it, its children's too. */
export interface Element {
  readonly name: string;
  readonly attributes: Record<string, string>;
  readonly children: Element[];
  text: string;
}

const entities: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

function decoded(text: string): string {
  assert.doesNotMatch(text, /&(?!(?:amp|lt|gt|quot|apos|#\d+);)/, "a stray &");
  return text.replace(
    /&(#?\w+);/g,
    (_, name: string) =>
      name.startsWith("#") ? String.fromCodePoint(Number(name.slice(1))) : entities[name]!,
  );
}

function attributesIn(text: string): Record<string, string> {
  assert.match(text, /^(?:\s+[\w:.-]+="[^"<]*")*\s*$/, `attributes: ${text}`);
  const pairs = [...text.matchAll(/([\w:.-]+)="([^"]*)"/g)];
  return Object.fromEntries(pairs.map(([, name, value]) => [name!, decoded(value!)]));
}

/** The root element of a document. */
export function parseXml(xml: string): Element {
  assert.ok(xml.isWellFormed());
  assert.doesNotMatch(xml, /[^\P{Cc}\t\n\r\u007f-\u009f]|[\ufffe\uffff]/u, "not XML 1.0");
  const root: Element = { name: "", attributes: {}, children: [], text: "" };
  const open = [root];
  const say = (text: string) => {
    for (const element of open) element.text += text;
  };
  for (const [token, tag] of xml.replace(/^<\?xml .*?\?>\s*/, "").matchAll(/<([^<>]*)>|[^<]+|</g)) {
    if (tag === undefined) {
      assert.ok(!token.startsWith("<"), "a stray <");
      say(decoded(token));
    } else if (tag.startsWith("/")) {
      assert.equal(open.pop()?.name, tag.slice(1));
    } else {
      const [, name, rest, empty] = /^([\w:.-]+)([^]*?)(\/?)$/.exec(tag)!;
      const element = { name: name!, attributes: attributesIn(rest!), children: [], text: "" };
      open.at(-1)!.children.push(element);
      if (empty === "") open.push(element);
    }
  }
  assert.equal(open.length, 1, "all elements are closed");
  assert.equal(root.children.length, 1);
  return root.children[0]!;
}
