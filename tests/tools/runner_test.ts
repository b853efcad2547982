/** The test runner: what it runs, and how it reads what came of it. */
import assert from "node:assert/strict";
import {
  countsIn,
  countsOf,
  errorsIn,
  failedFilesIn,
  sumOf,
} from "../../tools/testing/closing_line.ts";
import { passesFor } from "../../tools/testing/passes.ts";

const isPath = (word: string) => word.startsWith("tests") || word.startsWith("./tests");

Deno.test("the closing line gives the counts, whatever else stands in it", () => {
  const lines: [string, number, number][] = [
    ["ok | 1 passed | 0 failed (20ms)", 1, 0],
    ["ok | 12 passed | 0 failed | 1 ignored (3s)", 12, 0],
    ["ok | 12 passed (3 steps) | 0 failed | 1 ignored (1 step) (1m3s)", 12, 0],
    ["FAILED | 3 passed (1 step) | 2 failed (4 steps) | 5 filtered out (1s)", 3, 2],
    ["ok | 0 passed | 0 failed | 7 filtered out (2ms)", 0, 0],
    ["\x1b[0m\x1b[32mok\x1b[0m | 8 passed | 0 failed \x1b[0m\x1b[38;5;245m(20ms)\x1b[0m", 8, 0],
  ];
  for (const [line, passed, failed] of lines) {
    assert.deepEqual(countsIn(`running 1 test\n${line}\n\n`), { passed, failed }, line);
  }
});

Deno.test("the last closing line counts, not one that a test printed", () => {
  const output =
    "ok | 99 passed | 0 failed (1ms)\nFAILED | 1 passed | 2 failed (3s)\nerror: Test failed";
  assert.deepEqual(countsIn(output), { passed: 1, failed: 2 });
});

Deno.test("the lines of single tests are no closing line", () => {
  assert.equal(countsIn("a test | 3 passed | 0 failed ... ok (3ms)\nok (3ms)\n"), undefined);
});

Deno.test("what a run says of its failed tests is found, and nothing where none failed", () => {
  const bold = String.fromCharCode(27) + "[1m";
  const closing = "FAILED | 4 passed | 1 failed (2s)";
  const failures = `a test => ./tests/a_test.ts:3:6\nerror: it broke\n\n${closing}`;
  assert.equal(
    errorsIn(`a test ... FAILED\n\n${bold} ERRORS \n\n${failures}\n`),
    `ERRORS \n\n${failures}`,
  );
  assert.equal(errorsIn("a test ... ok (3ms)\n\nok | 5 passed | 0 failed (2s)\n"), "");
});

Deno.test("the files of failed tests are found, each once, and those of others are not", () => {
  const red = String.fromCharCode(27) + "[31m";
  const lines = [
    "./tests/a_test.ts => one ... ok (3ms)",
    `./tests/b_test.ts => two ... ${red}FAILED (1m3s)`,
    "./tests/b_test.ts => three ... FAILED (3ms)",
    "./tests/c_test.ts => says ... FAILED ... ok (3ms)",
    "FAILED | 3 passed | 2 failed (2s)",
  ];
  assert.deepEqual(failedFilesIn(lines.join("\n")), ["./tests/b_test.ts"]);
});

Deno.test("a run without a closing line has failed", () => {
  const outcome = { output: "error: Type checking failed", code: 0, mayBeEmpty: true };
  assert.deepEqual(countsOf(outcome), { passed: 0, failed: 1 });
});

Deno.test("a run that ends with another exit code than 0 has failed, though no test did", () => {
  const outcome = { output: "ok | 3 passed | 0 failed (1s)", code: 137, mayBeEmpty: false };
  assert.deepEqual(countsOf(outcome), { passed: 3, failed: 1 });
});

Deno.test("a run of nothing has failed, unless a filter left it nothing", () => {
  const outcome = { output: "ok | 0 passed | 0 failed (1s)", code: 0 };
  assert.deepEqual(countsOf({ ...outcome, mayBeEmpty: false }), { passed: 0, failed: 1 });
  assert.deepEqual(countsOf({ ...outcome, mayBeEmpty: true }), { passed: 0, failed: 0 });
});

Deno.test("passes add up, and nothing at all is a failure", () => {
  const passes = [{ passed: 3, failed: 1 }, { passed: 2, failed: 0 }];
  assert.deepEqual(sumOf(passes), { passed: 5, failed: 1 });
  assert.deepEqual(sumOf([{ passed: 0, failed: 0 }]), { passed: 0, failed: 1 });
});

Deno.test("without arguments everything runs on PGlite, and on Postgres what touches a database", () => {
  const [first, second, ...more] = passesFor([], isPath);
  assert.deepEqual(first, { database: "pglite", args: ["test", "-A", "--parallel", "tests"] });
  assert.equal(second?.database, "postgres");
  assert.deepEqual(second?.args.slice(-2), [
    "--ignore=tests/tools,tests/client,tests/schemas,tests/unit,tests/adapters,tests/browser,tests/web",
    "tests",
  ]);
  assert.deepEqual(more, []);
});

Deno.test("paths take the place of the whole suite, flags and their values are passed on", () => {
  const passes = passesFor(["--filter", "seq", "tests/domain", "tests/unit/a_test.ts"], isPath);
  assert.deepEqual(passes[0]?.args.slice(3), [
    "--filter",
    "seq",
    "tests/domain",
    "tests/unit/a_test.ts",
  ]);
  assert.deepEqual(passes[1]?.args.slice(-3), ["--filter", "seq", "tests/domain"]);
});

Deno.test("paths that need no second database make one pass", () => {
  const passes = passesFor(
    ["./tests/tools/", "tests/browser", "tests/schemas/ids_test.ts"],
    isPath,
  );
  assert.deepEqual(passes.map((pass) => pass.database), ["pglite"]);
});
