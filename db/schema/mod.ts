/** All tables, as Drizzle and its migration generator take them. */
export * from "./accounts.ts";
export * from "./attachments.ts";
export * from "./conversations.ts";
export * from "./friends.ts";
export * from "./groups.ts";
export * from "./inboxes.ts";
export * from "./message_terms.ts";
export * from "./presences.ts";
export * from "./user_names.ts";
