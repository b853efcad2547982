/** From the start of the process to ready, on a database that exists. */
import type { Bench, Scenario } from "../bench.ts";
import { startPatter } from "../processes.ts";
import type { Comparison, Figure } from "../report.ts";
import { median } from "../statistics.ts";

const startsMin = 5;

/** Starts Patter again and again on Postgres and on a PGlite folder. */
export const start: Scenario = {
  name: "start",
  async run(bench) {
    const onPostgres = {
      dataDir: await bench.createFolder(),
      databaseUrl: await bench.createDatabase(),
    };
    const onPglite = { dataDir: await bench.createFolder() };
    const times = {
      postgres: await timeStarts(bench, onPostgres),
      pglite: await timeStarts(bench, onPglite),
    };
    return {
      title: "Start to ready",
      about:
        "From the start of the process until GET /readyz answers 200, on a migrated Postgres " +
        "database and on an existing PGlite folder.",
      figures: [figureOf("Postgres", times.postgres), figureOf("PGlite folder", times.pglite)],
      comparisons: [
        compare("start to ready, Postgres", times.postgres, 1),
        compare("start to ready, existing PGlite folder", times.pglite, 2),
      ],
    };
  },
};

/** Seconds of each start after the first, which makes the tables. */
async function timeStarts(
  bench: Bench,
  launch: { dataDir: string; databaseUrl?: string },
): Promise<number[]> {
  await (await startPatter(launch)).stop();
  const times: number[] = [];
  while (times.length < Math.max(startsMin, bench.runs)) {
    const server = await startPatter(launch);
    times.push(server.readyAfterMs / 1000);
    await server.stop();
  }
  return times;
}

function figureOf(name: string, times: readonly number[]): Figure {
  const note = `runs: ${times.map((time) => time.toFixed(2)).join(", ")}`;
  return { name, value: median(times), unit: "s", note };
}

function compare(name: string, times: readonly number[], atMost: number): Comparison {
  return { name, value: median(times), unit: "s", atMost };
}
