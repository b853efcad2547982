/** What a conversation may be exported as, and a message as an export gives it. */
import { z } from "zod";

/** JSON lines, a workbook (Office Open XML), or a page. */
export const ExportFormat = z.enum(["jsonl", "xlsx", "html"]);
/** JSON lines, a workbook (Office Open XML), or a page. */
export type ExportFormat = z.infer<typeof ExportFormat>;

/** `GET /v1/conversations/{id}/export` */
export const ExportQuery = z.strictObject({ format: ExportFormat });
