/** A conversation as JSON lines: what it is, then one message a line as the API gives it, with names. */
import type { ExportedMessage, ExportSource } from "./export_source.ts";

function lineOf({ message, names }: ExportedMessage): string {
  const { seq, rev, from, ...rest } = message;
  const name = from === null ? null : names.get(from) ?? null;
  // Of a system message or a mention, whose sender's name alone would not tell who is meant.
  const others = [...names].filter(([id]) => id !== from);
  const named = others.length === 0 ? {} : { names: Object.fromEntries(others) };
  return `${JSON.stringify({ seq, rev, from, name, ...rest, ...named })}\n`;
}

/** `{ conversation, exportedAt }`, then a message a line. */
export async function* jsonLines(source: ExportSource): AsyncGenerator<string> {
  const { conversation, exportedAt } = source;
  yield `${JSON.stringify({ conversation, exportedAt: exportedAt.toISOString() })}\n`;
  for await (const page of source.pages()) yield page.map(lineOf).join("");
}
