/** The index that users are found by: what each name holds, from every character of it on. */
import { customType, pgTable, primaryKey } from "drizzle-orm/pg-core";
import { id } from "./columns.ts";

/** Compared byte by byte, whatever the database's locale: what begins with a text is one range. */
const bytewise = customType<{ data: string }>({ dataType: () => 'text COLLATE "C"' });

/**
 * A name contains what one of its tails begins with, so that a search is one short range of the
 * key, however many users there are and however common what is looked for. `tail` is written and
 * looked up by `domain/user_names.ts` alone. No foreign key: it would be checked for every tail, and
 * users are never deleted.
 */
export const userNames = pgTable("user_names", {
  tail: bytewise().notNull(),
  userId: id().notNull(),
}, (table) => [primaryKey({ columns: [table.tail, table.userId] })]);
