/** Runs every test on PGlite and on a private Postgres, and ends with the line `N passed, N failed`. */
import { startPostgres } from "./services.ts";
import { countsOf, errorsIn, sumOf, type TestCounts } from "./testing/closing_line.ts";
import { takeSnapshot } from "./testing/snapshot.ts";
import { passesFor, type TestPass } from "./testing/passes.ts";
import { buildWeb, isStale } from "./web/build.ts";

const root = new URL("..", import.meta.url);
const tailMax = 64 * 1024;
const patienceMs = 3_000;
const interrupts = [["SIGINT", 130], ["SIGTERM", 143]] as const;

let child: Deno.ChildProcess | undefined;
let ending: Promise<never> | undefined;
const disposables = new AsyncDisposableStack();

async function main(asked: string[]): Promise<void> {
  for (const [signal, code] of interrupts) {
    Deno.addSignalListener(signal, () => ending ??= endEarly(code));
  }
  if (await isStale(root.pathname)) await buildWeb(root.pathname);
  const results: TestCounts[] = [];
  const errors: string[] = [];
  for (const pass of passesFor(asked, isPath)) {
    const outcome = await run(pass);
    results.push(countsOf({ ...outcome, mayBeEmpty: asked.length > 0 }));
    const found = errorsIn(outcome.output);
    if (found) errors.push(`\nFailed on ${pass.database}\n${found}\n`);
    await ending;
  }
  await disposables.disposeAsync();
  // Both passes' again, at the end: a log is often kept from its end only.
  print(errors.join(""));
  const { passed, failed } = sumOf(results);
  print(`\n${passed} passed, ${failed} failed\n`);
  Deno.exit(failed > 0 ? 1 : 0);
}

async function run({ database, args }: TestPass): Promise<{ output: string; code: number }> {
  print(`\nTests on ${database}\n`);
  const env: Record<string, string> = {
    PATTER_TEST_DATABASE: database,
    DENO_JOBS: String(navigator.hardwareConcurrency),
  };
  if (database === "postgres") {
    env["PATTER_TEST_POSTGRES_URL"] = disposables.use(await startPostgres()).url;
  } else {
    env["PATTER_TEST_SNAPSHOT"] = disposables.use(await takeSnapshot()).path;
  }
  child = new Deno.Command(Deno.execPath(), { args, env, cwd: root, stdout: "piped" }).spawn();
  const output = await passOn(child.stdout);
  const { code } = await child.status;
  child = undefined;
  return { output, code };
}

/** Shows the output while it comes, and keeps the end of it. */
async function passOn(stream: ReadableStream<Uint8Array>): Promise<string> {
  const decoder = new TextDecoder();
  let tail = "";
  for await (const bytes of stream) {
    write(bytes);
    tail = (tail + decoder.decode(bytes, { stream: true })).slice(-tailMax);
  }
  return tail;
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
