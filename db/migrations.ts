/** The migrations as part of the program: a server without a disk has them too. */
import { createHash } from "node:crypto";
import type { MigrationMeta } from "drizzle-orm/migrator";
import journal from "./migrations/meta/_journal.json" with { type: "json" };
import tables from "./migrations/0000_tables.sql" with { type: "text" };
import appendMessages from "./migrations/0001_append_messages.sql" with { type: "text" };
import social from "./migrations/0002_social.sql" with { type: "text" };
import fillSocial from "./migrations/0003_fill_social.sql" with { type: "text" };
import richMessages from "./migrations/0004_rich_messages.sql" with { type: "text" };
import hiddenUntil from "./migrations/0005_hidden_until.sql" with { type: "text" };
import attachments from "./migrations/0006_attachments.sql" with { type: "text" };
import attachmentUses from "./migrations/0007_attachment_uses.sql" with { type: "text" };
import messageTerms from "./migrations/0008_message_terms.sql" with { type: "text" };
import requestsByRequester from "./migrations/0009_requests_by_requester.sql" with { type: "text" };
import previews from "./migrations/0010_previews.sql" with { type: "text" };
import accountLocks from "./migrations/0011_account_locks.sql" with { type: "text" };
import presences from "./migrations/0012_presences.sql" with { type: "text" };
import crashMarks from "./migrations/0013_crash_marks.sql" with { type: "text" };
import inboxes from "./migrations/0014_inboxes.sql" with { type: "text" };

// Imported one by one: only what is named in the text of a program is loaded without a permission to read.
const texts: Readonly<Record<string, string>> = {
  "0000_tables": tables,
  "0001_append_messages": appendMessages,
  "0002_social": social,
  "0003_fill_social": fillSocial,
  "0004_rich_messages": richMessages,
  "0005_hidden_until": hiddenUntil,
  "0006_attachments": attachments,
  "0007_attachment_uses": attachmentUses,
  "0008_message_terms": messageTerms,
  "0009_requests_by_requester": requestsByRequester,
  "0010_previews": previews,
  "0011_account_locks": accountLocks,
  "0012_presences": presences,
  "0013_crash_marks": crashMarks,
  "0014_inboxes": inboxes,
};

const breakpoint = "--> statement-breakpoint";

function toMigration({ tag, when, breakpoints }: typeof journal.entries[number]): MigrationMeta {
  const text = texts[tag];
  if (text === undefined) throw new Error(`The migration "${tag}" is not in db/migrations.ts`);
  return {
    sql: text.split(breakpoint),
    bps: breakpoints,
    folderMillis: when,
    hash: createHash("sha256").update(text).digest("hex"),
  };
}

/** All of them in order, as Drizzle reads them from its folder. */
export const migrations: readonly MigrationMeta[] = journal.entries.map(toMigration);
