/** The log: one JSON object a line on standard output. */
import {
  configure,
  getJsonLinesFormatter,
  getLogger,
  type LogLevel,
  reset,
} from "@logtape/logtape";
import { DrizzleQueryError } from "drizzle-orm";
import { setImmediate } from "node:timers";

// More than this is dropped when whoever reads the log stands still: the server must not.
const waitingBytesMax = 1_048_576;
const retryMs = 50;

const encoder = new TextEncoder();
let waiting: Uint8Array[] = [];
let waitingBytes = 0;

/** Ends the process because of a fault: it is logged, and the exit code is 1. */
export function endFailed(
  log: { error(event: string, error: unknown): void },
  event: string,
  error: unknown,
): never {
  log.error(event, error);
  flushLog();
  Deno.exit(1);
}

/** Writes what is still waiting: at once, as before the process ends. */
export function flushLog(): void {
  const lines = waiting;
  waiting = [];
  waitingBytes = 0;
  for (const [place, line] of lines.entries()) {
    const rest = writeSome(line);
    if (rest.length === 0) continue;
    // A pipe that a parent process has made non-blocking is full; half a line must be finished.
    waiting = [rest, ...lines.slice(place + 1)];
    waitingBytes = waiting.reduce((sum, { length }) => sum + length, 0);
    setTimeout(flushLog, retryMs);
    return;
  }
}

/** Gives what could not be written yet. */
function writeSome(bytes: Uint8Array): Uint8Array {
  try {
    while (bytes.length > 0) bytes = bytes.subarray(Deno.stdout.writeSync(bytes));
  } catch (error) {
    if (error instanceof Deno.errors.WouldBlock) return bytes;
    // Whoever read the log is gone: no reason to end, and nowhere left to say so.
  }
  return new Uint8Array();
}

function write(line: string): void {
  const bytes = encoder.encode(line);
  if (waitingBytes + bytes.length > waitingBytesMax) return;
  if (waiting.length === 0) setImmediate(flushLog);
  waiting.push(bytes);
  waitingBytes += bytes.length;
}

/** Starts logging from `level` up. */
export async function startLog(level: LogLevel) {
  const format = getJsonLinesFormatter({ properties: "flatten" });
  await configure({
    sinks: { out: (record) => write(format(record)) },
    loggers: [
      { category: "patter", lowestLevel: level, sinks: ["out"] },
      { category: ["logtape", "meta"], lowestLevel: "warning", sinks: ["out"] },
    ],
  });
  const logger = getLogger("patter");
  return {
    info: (event: string, fields?: Record<string, unknown>) => logger.info(event, fields),
    warn: (event: string, fields?: Record<string, unknown>) => logger.warn(event, fields),
    error: (event: string, error: unknown, fields?: Record<string, unknown>) =>
      logger.error(event, { ...fields, ...describe(error) }),
  };
}

/** Writes what is still waiting and stops. */
export async function stopLog(): Promise<void> {
  await reset();
  flushLog();
}

/**
 * What of an error may be logged. A database error's message may quote a statement's parameters, and
 * with them message texts and phone numbers: of those only code and constraint are kept.
 */
export function describe(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { error: typeof error };
  const { code } = error as { code?: unknown };
  // Drizzle's error goes by the name `Error`.
  const isDatabase = error instanceof DrizzleQueryError || error.name === "PostgresError" ||
    typeof code === "string";
  const cause = error.cause instanceof Error ? describe(error.cause) : undefined;
  return {
    error: error.name,
    ...(isDatabase ? {} : { reason: error.message }),
    ...(typeof code === "string" ? { errorCode: code } : {}),
    stack: framesOf(error),
    ...(cause === undefined ? {} : { cause }),
  };
}

// The stack begins with the message, whose lines may look like anything.
function framesOf({ stack = "", message }: Error): string[] {
  const place = stack.indexOf(message);
  const frames = place < 0 ? stack : stack.slice(place + message.length);
  return frames.split("\n").filter((line) => line.startsWith("    at ")).slice(0, 8);
}
