/** Reads how a run of `deno test` ended from the last line that it prints. */

/** How many tests went which way. */
export interface TestCounts {
  passed: number;
  failed: number;
}

// Deno writes colours into pipes too.
const escape = String.fromCharCode(27);
const colours = new RegExp(`${escape}\\[[0-9;]*m`, "g");
// `ok | 12 passed (3 steps) | 0 failed | 1 ignored (3s)`: steps belong to a test that is counted.
const closingLine =
  /^(?:ok|FAILED) \| (\d+) passed(?: \(\d+ steps?\))? \| (\d+) failed\b.* \([^()]+\)$/;

/** The counts of the last closing line in the output of a run; undefined if there is none. */
export function countsIn(output: string): TestCounts | undefined {
  const lines = output.replace(colours, "").split(/\r?\n/);
  const found = lines.map((line) => closingLine.exec(line.trimEnd())).findLast(Boolean);
  return found ? { passed: Number(found[1]), failed: Number(found[2]) } : undefined;
}

/** What a run says at its end of the tests that failed, without colours; empty if none did. */
export function errorsIn(output: string): string {
  const plain = output.replace(colours, "");
  const start = plain.lastIndexOf("\n ERRORS ");
  return start < 0 ? "" : plain.slice(start).trim();
}

// `./tests/a_test.ts => what it says ... FAILED (3ms)`, as files that run beside each other tell it.
const failedLine = /^(\.\/tests\/\S+) => .* \.\.\. FAILED \([^()]+\)$/gm;

/** The files of the tests that failed, each once. */
export function failedFilesIn(output: string): string[] {
  const found = output.replace(colours, "").matchAll(failedLine);
  return [...new Set([...found].map(([, file]) => file!))];
}

/** What a run of `deno test` left: the end of its output, and its exit code. */
export interface RunOutcome {
  output: string;
  code: number;
  /** A filter may leave nothing to run; without one, a run of nothing is a failure. */
  mayBeEmpty: boolean;
}

/** The counts of a run, with one more failure where it failed beside its tests. */
export function countsOf({ output, code, mayBeEmpty }: RunOutcome): TestCounts {
  const counts = countsIn(output) ?? { passed: 0, failed: 1 };
  const { passed, failed } = counts;
  const ranNothing = passed + failed === 0 && !mayBeEmpty;
  return failed === 0 && (code !== 0 || ranNothing) ? { passed, failed: 1 } : counts;
}

/** All passes together; a run in which no test ran at all has failed. */
export function sumOf(passes: TestCounts[]): TestCounts {
  const passed = passes.reduce((sum, counts) => sum + counts.passed, 0);
  const failed = passes.reduce((sum, counts) => sum + counts.failed, 0);
  return passed + failed === 0 ? { passed, failed: 1 } : { passed, failed };
}
