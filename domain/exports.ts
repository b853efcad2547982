/** Exports of a conversation: what its reader may read, streamed in one of three formats. */
import type { ExportFormat } from "../schemas/exports.ts";
import type { Actor, App } from "./app.ts";
import { htmlPage } from "./export_html.ts";
import { jsonLines } from "./export_jsonl.ts";
import { type ExportSource, openSource } from "./export_source.ts";
import { type Chunk, pulled, type PulledStream, takePlace } from "./export_streams.ts";
import { titleOf } from "./export_words.ts";
import { workbookOf } from "./export_xlsx.ts";
import { requireRoom } from "./load.ts";
import { whileSignedIn } from "./signed_in_streams.ts";

/** A file on its way. */
export interface Export extends PulledStream {
  /** As people would name it; it may hold anything but what no file system takes. */
  readonly fileName: string;
}

const atOnceMax = 2;
const nameLengthMax = 80;

const writers: Record<ExportFormat, (source: ExportSource) => AsyncGenerator<Chunk>> = {
  jsonl: jsonLines,
  html: htmlPage,
  xlsx: (source) => workbookOf(source),
};

// Controls, what turns the direction of a line around, and what paths are made of.
function fileNameOf({ conversation, exportedAt }: ExportSource, format: ExportFormat): string {
  const name = titleOf(conversation)
    .replace(/[\p{C}\p{Zl}\p{Zp}/\\:*?"<>|]+/gu, " ").replace(/\s+/g, " ")
    .replace(/^[.\s]+|[.\s]+$/g, "");
  const short = [...name].slice(0, nameLengthMax).join("") || "conversation";
  return `${short} ${exportedAt.toISOString().slice(0, 10)}.${format}`;
}

/**
 * Exports a conversation as somebody may read it, the last message taken now.
 * @throws `notFound` for a stranger, `rateLimited` while two are under way, `overloaded`.
 */
export async function exportConversation(
  app: App,
  actor: Actor,
  input: { conversationId: string; format: ExportFormat },
): Promise<Export> {
  requireRoom(app, "export");
  const { conversationId, format } = input;
  const source = await openSource(app, actor, conversationId);
  const leave = takePlace(app, `conversation ${actor.userId}`, atOnceMax);
  const stream = pulled(whileSignedIn(app, actor, writers[format](source)), (error) => {
    leave();
    if (error !== undefined) app.log.error("export failed", error, { conversationId, format });
  });
  return { ...stream, fileName: fileNameOf(source, format) };
}
