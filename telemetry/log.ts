/** The log: one JSON object a line on standard output. */
import {
  configure,
  getConsoleSink,
  getLogger,
  jsonLinesFormatter,
  type LogLevel,
  reset,
} from "@logtape/logtape";
import type { Log } from "../domain/app.ts";

/** Starts logging from `level` up. */
export async function startLog(level: LogLevel): Promise<Log> {
  await configure({
    sinks: {
      out: getConsoleSink({ formatter: jsonLinesFormatter, nonBlocking: true }),
    },
    loggers: [
      { category: "patter", lowestLevel: level, sinks: ["out"] },
      { category: ["logtape", "meta"], lowestLevel: "warning", sinks: ["out"] },
    ],
  });
  const logger = getLogger("patter");
  return {
    info: (event, fields) => logger.info(event, fields),
    warn: (event, fields) => logger.warn(event, fields),
    error: (event, error, fields) => logger.error(event, { ...fields, ...describe(error) }),
  };
}

/** Writes what is still waiting and stops. */
export async function stopLog(): Promise<void> {
  await reset();
}

/**
 * What of an error may be logged. A database error's message may quote a statement's parameters, and
 * with them message texts and phone numbers: of those only code and constraint are kept.
 */
export function describe(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { error: typeof error };
  const { code } = error as { code?: unknown };
  const isDatabase = error.name === "PostgresError" || error.name === "DrizzleQueryError" ||
    typeof code === "string";
  const cause = error.cause instanceof Error ? describe(error.cause) : undefined;
  return {
    error: error.name,
    ...(isDatabase ? {} : { message: error.message }),
    ...(typeof code === "string" ? { sqlstate: code } : {}),
    stack: error.stack?.split("\n").filter((line) => line.startsWith("    at ")).slice(0, 8),
    ...(cause === undefined ? {} : { cause }),
  };
}
