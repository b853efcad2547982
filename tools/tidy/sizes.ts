/** Nothing is longer than a reader can hold: files of 300 lines, functions of 60. */
import { type Finding, findingAt } from "../house/finding.ts";
import { functionsIn } from "../house/functions.ts";
import type { Tree } from "../house/source.ts";

const FILE_LINES_MAX = 300;
const FUNCTION_LINES_MAX = 60;

/** Files that are too long. */
export function longFiles({ sources }: Tree): Finding[] {
  return sources.flatMap((source) => {
    const lines = linesOf(source.text.trimEnd());
    if (lines <= FILE_LINES_MAX) return [];
    return [
      findingAt(source, 0, `${lines} lines, ${FILE_LINES_MAX} at most: split by verb or noun`),
    ];
  });
}

/** Functions that are too long, the callbacks of tests among them. */
export function longFunctions({ sources }: Tree): Finding[] {
  return sources.flatMap((source) =>
    functionsIn(source.code).flatMap(({ name, start, end }) => {
      const lines = linesOf(source.code.slice(start, end));
      if (lines <= FUNCTION_LINES_MAX) return [];
      return [
        findingAt(source, start, `${name} has ${lines} lines, ${FUNCTION_LINES_MAX} at most`),
      ];
    })
  );
}

function linesOf(text: string): number {
  return text.split("\n").length;
}
