/** Runs every test on PGlite and on a private Postgres, and ends with the line `N passed, N failed`. */
import { startPostgres } from "./services.ts";
import {
  countsOf,
  errorsIn,
  failedFilesIn,
  sumOf,
  type TestCounts,
} from "./testing/closing_line.ts";
import { takeSnapshot } from "./testing/snapshot.ts";
import { passesFor, type TestPass } from "./testing/passes.ts";
import { buildWebIfStale } from "./web/build.ts";

const root = new URL("..", import.meta.url);
const tailMax = 64 * 1024;
const patienceMs = 3_000;
// More than so many are no accident.
const triedAgainMax = 3;
const interrupts = [["SIGINT", 130], ["SIGTERM", 143]] as const;

let child: Deno.ChildProcess | undefined;
let ending: Promise<never> | undefined;
let postgres: Awaited<ReturnType<typeof startPostgres>> | undefined;
let snapshot: Awaited<ReturnType<typeof takeSnapshot>> | undefined;
const disposables = new AsyncDisposableStack();

async function main(asked: string[]): Promise<void> {
  for (const [signal, code] of interrupts) {
    Deno.addSignalListener(signal, () => ending ??= endEarly(code));
  }
  await buildWebIfStale(root.pathname);
  const results: TestCounts[] = [];
  const errors: string[] = [];
  for (const pass of passesFor(asked, isPath)) {
    const outcome = await run(pass);
    const counts = countsOf({ ...outcome, mayBeEmpty: asked.length > 0 });
    const result = await triedAgain(pass, counts, outcome.files);
    results.push(result);
    const found = errorsIn(outcome.output);
    const end = result.failed === 0 ? "at first, and passed when run again" : "";
    if (found) errors.push(`\nFailed on ${pass.database} ${end}\n${found}\n`);
    await ending;
  }
  await disposables.disposeAsync();
  // Both passes' again, at the end: a log is often kept from its end only.
  print(errors.join(""));
  const { passed, failed } = sumOf(results);
  print(`\n${passed} passed, ${failed} failed\n`);
  Deno.exit(failed > 0 ? 1 : 0);
}

/**
 * Machines are shared and noisy: where very few tests failed, their files run once more, by themselves.
 * What fails again has failed; what does not is told all the same, at the end, as an error to look into.
 */
async function triedAgain(
  { database }: TestPass,
  counts: TestCounts,
  files: string[],
): Promise<TestCounts> {
  const { passed, failed } = counts;
  // As many tests as files at least, or something beside the tests has failed.
  if (failed === 0 || failed > triedAgainMax || files.length === 0 || files.length > failed) {
    return counts;
  }
  print(`\nOnce more on ${database}: ${files.join(" ")}\n`);
  const again = await run({ database, args: ["test", "-A", "--no-check", ...files] });
  const { failed: failedAgain } = countsOf({ ...again, mayBeEmpty: false });
  return failedAgain > 0 ? counts : { passed: passed + failed, failed: 0 };
}

interface Run {
  readonly output: string;
  readonly code: number;
  /** Of tests that failed. */
  readonly files: string[];
}

async function run({ database, args }: TestPass): Promise<Run> {
  print(`\nTests on ${database}\n`);
  const env: Record<string, string> = {
    PATTER_TEST_DATABASE: database,
    DENO_JOBS: String(navigator.hardwareConcurrency),
  };
  if (database === "postgres") {
    postgres ??= disposables.use(await startPostgres());
    env["PATTER_TEST_POSTGRES_URL"] = postgres.url;
  } else {
    snapshot ??= disposables.use(await takeSnapshot());
    env["PATTER_TEST_SNAPSHOT"] = snapshot.path;
  }
  child = new Deno.Command(Deno.execPath(), { args, env, cwd: root, stdout: "piped" }).spawn();
  const { output, files } = await passOn(child.stdout);
  const { code } = await child.status;
  child = undefined;
  return { output, code, files };
}

/** Shows the output while it comes, and keeps the end of it and which files had a test that failed. */
async function passOn(stream: ReadableStream<Uint8Array>) {
  const decoder = new TextDecoder();
  const files = new Set<string>();
  let tail = "";
  let line = "";
  for await (const bytes of stream) {
    write(bytes);
    const text = decoder.decode(bytes, { stream: true });
    tail = (tail + text).slice(-tailMax);
    const lines = (line + text).split("\n");
    line = lines.pop()!;
    for (const file of failedFilesIn(lines.join("\n"))) files.add(file);
  }
  return { output: tail, files: [...files] };
}

/** An interrupt ends the tests and their Postgres before us. */
async function endEarly(code: number): Promise<never> {
  const running = child;
  if (running) {
    running.kill("SIGTERM");
    const timer = setTimeout(() => running.kill("SIGKILL"), patienceMs);
    await running.status;
    clearTimeout(timer);
  }
  await disposables.disposeAsync();
  Deno.exit(code);
}

function isPath(word: string): boolean {
  try {
    Deno.statSync(new URL(word, root));
    return !word.startsWith("-");
  } catch {
    return false;
  }
}

function print(text: string): void {
  write(new TextEncoder().encode(text));
}

function write(bytes: Uint8Array): void {
  for (let rest = bytes; rest.length > 0;) rest = rest.subarray(Deno.stdout.writeSync(rest));
}

if (import.meta.main) await main(Deno.args);
