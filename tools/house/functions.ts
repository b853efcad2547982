/** Finds the functions of a piece of code: declarations, methods, and arrows with a block. */

/** A function from the line of its parameters to its last brace. */
export interface FunctionSpan {
  readonly name: string;
  readonly start: number;
  readonly end: number;
}

const CONTROL = /\b(?:if|for|while|switch|catch|with|await)\s*$/;
const MODIFIER = /(?:public|private|protected|static|async|override|get|set)\s+/;
const DECLARATION = new RegExp(
  String.raw`\bfunction\b.*$|^\s*(?:${MODIFIER.source})*\*?\s*(?:[\w$#]+|\[.*\])(?:<.*>)?$|^\s*>$`,
);

// `return (a) => {` names nothing.
const NAME = /(?<![\w$#])(?!(?:return|default)\b)([\w$#]+)(?::[^=]*?)?\s*[=:]?\s*$/;

/** The functions in `code`, whose comments, strings and so on are blank. */
export function functionsIn(code: string): FunctionSpan[] {
  return [...code.matchAll(/\(/g)].flatMap(({ index }) => {
    const head = code.slice(code.lastIndexOf("\n", index) + 1, index);
    const open = bodyOf(code, { head, parameters: index });
    if (open === undefined) return [];
    return [{ name: nameIn(head), start: index, end: closing(code, open) }];
  });
}

/** Where the body opens of the function whose parameters these parentheses hold, if they do. */
function bodyOf(
  code: string,
  { head, parameters }: { head: string; parameters: number },
): number | undefined {
  const next = skipSpace(code, closing(code, parameters) + 1);
  const typed = code[next] === ":";
  const declares = DECLARATION.test(head);
  const at = typed ? behindType(code, next + 1, { declares }) : next;
  if (at === undefined) return undefined;
  if (code.startsWith("=>", at)) {
    const body = skipSpace(code, at + 2);
    return code[body] === "{" ? body : undefined;
  }
  // Behind a type only a declaration counts: `? f(x) : {` looks the same.
  const counts = typed ? declares : !/\bclass\b/.test(head);
  return code[at] === "{" && counts && !CONTROL.test(head) ? at : undefined;
}

/** Where a return type ends: at the brace of the body or, if nothing `declares`, at an arrow. */
function behindType(
  code: string,
  start: number,
  { declares }: { declares: boolean },
): number | undefined {
  for (let at = skipSpace(code, start), unfinished = true; at < code.length; at++) {
    const char = code.charAt(at);
    const arrow = code.startsWith("=>", at);
    if (arrow && !declares) return at;
    if (char === "{" && !unfinished) return at;
    if (!arrow && ";,)]}=".includes(char)) return undefined;
    if (arrow) at++;
    else if ("{([<".includes(char)) at = closing(code, at);
    // After an operator a brace opens a type, after a finished type it opens the body.
    if (/\S/.test(char)) unfinished = arrow || endsOpen(code.slice(at - 5, at + 1));
  }
  return undefined;
}

function endsOpen(type: string): boolean {
  return /[|&:]$|\b(?:is|keyof)$/.test(type);
}

/** The offset of the bracket that closes the one at `open`, or the end of the code. */
function closing(code: string, open: number): number {
  const left = code.charAt(open);
  const right = ")]}>".charAt("([{<".indexOf(left));
  for (let at = open, depth = 0; at < code.length; at++) {
    if (code[at] === left) depth++;
    else if (code[at] === right && code[at - 1] !== "=" && --depth === 0) return at;
  }
  return code.length;
}

function skipSpace(code: string, at: number): number {
  const step = code.slice(at).search(/\S/);
  return step < 0 ? code.length : at + step;
}

function nameIn(head: string): string {
  const bare = head.replace(/<.*>\s*$/, "").replace(/(?:\bfunction\b\s*\*?|\basync)?\s*$/, "");
  return NAME.exec(bare)?.[1] ?? "a function";
}
