/** `deno task faults --seconds=60 --seed=1 --instances=3`: runs under faults, a minute each, until one breaks a rule. */
import { check } from "../tests/faults/checker.ts";
import { bugs } from "../tests/faults/planted.ts";

const usage =
  `Usage: deno task faults [--seconds=60] [--seed=N] [--instances=3] [--people=12] [--bug=NAME]
A run lasts a minute; more seconds are more runs, with the seeds that follow.
Bugs: ${Object.keys(bugs).join(" · ")}`;

const runSecondsMax = 60;
const defaults = {
  seconds: 60,
  seed: Math.floor(Math.random() * 100_000),
  instances: 3,
  people: 12,
};

interface Asked extends Record<keyof typeof defaults, number> {
  readonly bug: string | undefined;
}

function parse(args: readonly string[]): Asked | null {
  const asked: Record<string, string | number> = { ...defaults };
  for (const arg of args) {
    const [, name = "", value = ""] = /^--(\w+)=(.+)$/.exec(arg) ?? [];
    if (name === "bug" && value in bugs) asked[name] = value;
    else if (name in defaults && /^\d+$/.test(value) && Number(value) > 0) {
      asked[name] = Number(value);
    } else return null;
  }
  return { bug: undefined, ...asked } as unknown as Asked;
}

function print(line: string): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${line}\n`));
}

/** Gives true when the run kept all rules. */
async function runOnce(asked: Asked, seed: number, seconds: number): Promise<boolean> {
  const { instances, people: peopleCount, bug } = asked;
  const again = `deno task faults --seconds=${seconds} --seed=${seed} --instances=${instances}` +
    ` --people=${peopleCount}` + (bug === undefined ? "" : ` "--bug=${bug}"`);
  print(`\nseed ${seed}: ${seconds} s on ${instances} instances`);
  const options = { seed, seconds, instances, peopleCount, print };
  const { history, summary } = await check(bug === undefined ? options : { ...options, bug });
  const isKept = history.breaches.length === 0;
  if (!isKept) print(`\n${history.report()}`);
  print(`seed ${seed}: ${isKept ? "all rules kept" : "BROKEN"}; ${summary}`);
  if (!isKept) print(`Again: ${again}`);
  return isKept;
}

async function main(args: readonly string[]): Promise<number> {
  const asked = parse(args);
  if (asked === null) {
    print(usage);
    return 64;
  }
  for (let left = asked.seconds, seed = asked.seed; left > 0; left -= runSecondsMax, seed++) {
    if (!await runOnce(asked, seed, Math.min(left, runSecondsMax))) return 1;
  }
  return 0;
}

Deno.exit(await main(Deno.args));
