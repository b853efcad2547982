/** All tables, as Drizzle and its migration generator take them. */
export * from "./accounts.ts";
export * from "./conversations.ts";
export * from "./friends.ts";
