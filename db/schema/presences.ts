/** How users want to be seen, and when they last were; who is here now is in no table. */
import { pgTable, text } from "drizzle-orm/pg-core";
import { users } from "./accounts.ts";
import { id, moment } from "./columns.ts";

/** Beside `users`, so that its wide rows are not written again each time somebody goes. */
export const presences = pgTable("presences", {
  userId: id().primaryKey().references(() => users.id),
  status: text({ enum: ["online", "away", "invisible"] }).notNull().default("online"),
  statusAt: moment(),
  lastSeenAt: moment(),
});
