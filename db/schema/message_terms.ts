/** The index that messages are found by: what each says, and how far it has come in each conversation. */
import { customType, index, pgTable, primaryKey } from "drizzle-orm/pg-core";
import { counter, id, moment } from "./columns.ts";

const tsvector = customType<{ data: string }>({ dataType: () => "tsvector" });

/**
 * The lexemes of one message, written and looked up by `domain/message_lexemes.ts` alone. The key is
 * in the order that messages were sent in, which within a conversation is that of their times.
 */
export const messageTerms = pgTable("message_terms", {
  conversationId: id().notNull(),
  seq: counter().notNull(),
  at: moment().notNull(),
  terms: tsvector().notNull(),
}, (table) => [
  primaryKey({ columns: [table.conversationId, table.at, table.seq] }),
  // Without a list of pending entries: every search would read all of it.
  index("message_terms_terms").using("gin", table.terms).with({ fastupdate: false }),
]);

/** Up to which change the messages of a conversation are in `message_terms`. */
export const messageIndex = pgTable("message_index", {
  conversationId: id().primaryKey(),
  rev: counter().notNull().default(0),
});
