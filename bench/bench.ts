/** What every scenario is given and gives. */
import type { Report } from "./report.ts";

/** How long, how often, and on which Postgres. */
export interface Bench {
  /** Length of one measured run. */
  readonly seconds: number;
  /** Runs of each kind; the median counts. */
  readonly runs: number;
  /** A new, empty database on the private Postgres; gone when the bench ends. */
  createDatabase(): Promise<string>;
  /** A new, empty folder; gone likewise. */
  createFolder(): Promise<string>;
  /** Tells the reader how far it is. */
  say(line: string): void;
}

/** One scenario of the bench. */
export interface Scenario {
  /** As given on the command line. */
  readonly name: string;
  run(bench: Bench): Promise<Report>;
}
