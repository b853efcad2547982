/**
 * The bench: `deno task bench [scenario ...] [--seconds=4] [--runs=3]` runs the scenarios, shows what
 * they found and, when all ran, writes `bench/results.md`.
 */
import postgres from "postgres";
import { createDatabase, startPostgres } from "../tools/services.ts";
import type { Bench, Scenario } from "./bench.ts";
import { describeMachine } from "./machine.ts";
import { renderReport, renderSummary, type Report } from "./report.ts";
import { stopAll } from "./processes.ts";
import { ceiling } from "./scenarios/ceiling.ts";
import { conversations } from "./scenarios/conversations.ts";
import { directs } from "./scenarios/directs.ts";
import { exporting } from "./scenarios/export.ts";
import { groups } from "./scenarios/groups.ts";
import { history } from "./scenarios/history.ts";
import { idle } from "./scenarios/idle.ts";
import { instances } from "./scenarios/instances.ts";
import { revocation } from "./scenarios/revocation.ts";
import { presence } from "./scenarios/presence.ts";
import { pages } from "./scenarios/pages.ts";
import { room } from "./scenarios/room.ts";
import { scrolling } from "./scenarios/scrolling.ts";
import { search } from "./scenarios/search.ts";
import { start } from "./scenarios/start.ts";
import { storm } from "./scenarios/storm.ts";
import { users } from "./scenarios/users.ts";

const scenarios: readonly Scenario[] = [
  ceiling,
  room,
  instances,
  directs,
  idle,
  history,
  conversations,
  groups,
  users,
  exporting,
  search,
  revocation,
  storm,
  presence,
  pages,
  scrolling,
  start,
];
const resultsFile = new URL("./results.md", import.meta.url);

const options = parseArguments(Deno.args);
const folders: string[] = [];
await using server = await startPostgres();
try {
  await runAll(server.url);
} finally {
  await stopAll();
  for (const folder of folders) await Deno.remove(folder, { recursive: true });
}

async function runAll(adminUrl: string): Promise<void> {
  const reports: Report[] = [];
  for (const scenario of options.chosen) {
    print(`# ${scenario.name}`);
    const report = await scenario.run(benchOn(adminUrl));
    reports.push(report);
    print(`\n${renderReport(report)}`);
  }
  if (options.chosen.length < scenarios.length) return print(renderSummary(reports));
  await Deno.writeTextFile(resultsFile, await renderPage(adminUrl, reports));
}

function parseArguments(words: readonly string[]) {
  const numberOf = (name: string, otherwise: number) => {
    const word = words.find((word) => word.startsWith(`--${name}=`));
    const value = word === undefined ? otherwise : Number(word.slice(name.length + 3));
    if (!(value > 0)) throw new Error(`--${name} takes a number above 0: "${word}"`);
    return value;
  };
  const names = words.filter((word) => !word.startsWith("--"));
  const unknown = names.filter((name) => !scenarios.some((scenario) => scenario.name === name));
  if (unknown.length > 0) {
    const known = scenarios.map(({ name }) => name).join(", ");
    throw new Error(`Unknown scenario: "${unknown.join(`", "`)}" (there are ${known})`);
  }
  const chosen = scenarios.filter(({ name }) => names.length === 0 || names.includes(name));
  return { chosen, seconds: numberOf("seconds", 4), runs: numberOf("runs", 3) };
}

function benchOn(adminUrl: string): Bench {
  const { seconds, runs } = options;
  return {
    seconds,
    runs,
    createDatabase: async () => (await createDatabase(adminUrl)).url,
    async createFolder() {
      const folder = await Deno.makeTempDir({ prefix: "patter-bench-" });
      folders.push(folder);
      return folder;
    },
    say: (line) => print(`  ${line}`),
  };
}

async function renderPage(adminUrl: string, reports: readonly Report[]): Promise<string> {
  const sql = postgres(adminUrl, { max: 1 });
  const [row] = await sql<{ version: string }[]>`
    select 'Postgres ' || current_setting('server_version') as version`;
  await sql.end();
  return [
    "# What the bench measured",
    "",
    ...describeMachine(row!.version).map((line) => `- ${line}`),
    `- ${options.runs} runs of ${options.seconds} s each; medians, and ratios of medians`,
    "",
    renderSummary(reports),
    ...reports.map(renderReport),
  ].join("\n");
}

function print(text: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${text}\n`));
}
