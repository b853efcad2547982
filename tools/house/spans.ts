/** Tells code from what is not code: a small scanner for the TypeScript and JSX of this tree. */

/** A stretch of a file that is not code, without its quotes; a comment is whole. */
export interface Span {
  readonly kind: "comment" | "string" | "pattern" | "markup";
  readonly start: number;
  readonly end: number;
}

const COMMENT = /\/\/.*|\/\*[^]*?(?:\*\/|$)/y;
const STRING = /(["'])(?:\\[^]|(?!\1)[^\\\n])*\1?/y;
const PATTERN = /\/(?![*/])(?:\\.|\[(?:\\.|[^\]\\\n])*\]|[^/\\[\n])+\//y;
const TEMPLATE_TEXT = /(?:\\[^]|\$(?!\{)|[^`\\$])*/y;
// A type parameter of an arrow function, `<T,>` or `<T extends X>`, opens no element.
const TAG_NAME = /<(?![\w$]+ extends\b)(?:[A-Za-z][\w.:-]*(?=[\s/>])|(?=>))/y;
const ATTRIBUTE = /(["'])[^]*?\1/y;
const CLOSING_TAG = /<\/[^>]*>/y;
const MARKUP_TEXT = /[^<{]*/y;

const BEFORE_OPERAND = new Set(
  "return typeof case in of delete void throw new else do instanceof await yield".split(" "),
);

/** Every span of `text` in order, none inside another. */
export function spansOf(text: string, { jsx }: { jsx: boolean }): Span[] {
  const scanner = new Scanner(text, jsx);
  scanner.file();
  return scanner.spans;
}

/** `text` with its spans turned to spaces; offsets and lines stay as they are. */
export function blank(text: string, spans: readonly Span[]): string {
  let code = "";
  for (const { start, end } of spans) {
    code += text.slice(code.length, start) + text.slice(start, end).replace(/[^\n]/g, " ");
  }
  return code + text.slice(code.length);
}

class Scanner {
  readonly spans: Span[] = [];
  readonly #text: string;
  readonly #jsx: boolean;
  #at = 0;
  /** The last character of code that is no space: it tells a pattern from a division. */
  #last = -1;

  constructor(text: string, jsx: boolean) {
    this.#text = text;
    this.#jsx = jsx;
  }

  file(): void {
    for (; this.#at < this.#text.length; this.#at++) this.#block();
  }

  /** Code up to the brace that closes the block it starts in. */
  #block(): void {
    for (let depth = 0; this.#at < this.#text.length;) {
      const char = this.#text.charAt(this.#at);
      if (char === "{") depth++;
      if (char === "}" && depth-- === 0) return;
      this.#step(char);
    }
  }

  #step(char: string): void {
    if (char === "/" && this.#take(COMMENT, "comment")) return;
    if (!this.#literal(char)) this.#at++;
    if (/\S/.test(char)) this.#last = this.#at - 1;
  }

  /** Moves behind the literal or the element that opens here, if one does. */
  #literal(char: string): boolean {
    switch (char) {
      case '"':
      case "'":
        return this.#take(STRING, "string", 1);
      case "`":
        return this.#template();
      case "/":
        return this.#mayStartOperand() && this.#take(PATTERN, "pattern", 1);
      case "<":
        return this.#jsx && this.#mayStartOperand() && this.#element();
      default:
        return false;
    }
  }

  #template(): true {
    this.#at++;
    this.#take(TEMPLATE_TEXT, "string");
    while (this.#text.startsWith("${", this.#at)) {
      this.#at++;
      this.#braces();
      this.#take(TEMPLATE_TEXT, "string");
    }
    this.#at++;
    return true;
  }

  /** Moves behind the element or fragment that opens here, if one does. */
  #element(): boolean {
    if (!this.#take(TAG_NAME)) return false;
    if (!this.#attributes()) return true;
    while (this.#at < this.#text.length) {
      this.#take(MARKUP_TEXT, "markup");
      if (this.#text[this.#at] === "{") this.#braces();
      else if (this.#take(CLOSING_TAG)) break;
      else if (!this.#element()) this.#at++;
    }
    return true;
  }

  /** Moves behind the rest of an opening tag; true when children follow. */
  #attributes(): boolean {
    while (this.#at < this.#text.length) {
      const char = this.#text.charAt(this.#at);
      if (char === "{") this.#braces();
      else if (!this.#take(ATTRIBUTE, "string", 1)) this.#at++;
      if (char === ">") return this.#text[this.#at - 2] !== "/";
    }
    return false;
  }

  #braces(): void {
    this.#last = this.#at++;
    this.#block();
    this.#at++;
  }

  /** Moves behind `pattern` if it stands here, and notes it without its `edge` of quotes. */
  #take(pattern: RegExp, kind?: Span["kind"], edge = 0): boolean {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0] ?? "";
    const start = this.#at + edge;
    this.#at += found.length;
    if (kind && this.#at - edge > start) this.spans.push({ kind, start, end: this.#at - edge });
    return found !== "";
  }

  /** Whether a value may start here: if not, a slash divides and `<` compares. */
  #mayStartOperand(): boolean {
    const before = this.#text.slice(Math.max(0, this.#last - 15), this.#last + 1);
    const word = /(?<![.\w$])[a-z]+$/.exec(before)?.[0];
    if (word) return BEFORE_OPERAND.has(word);
    return !/[\w$)\]}"'`]$|[\w$)\]]!$|\+\+$|--$/.test(before);
  }
}
