/** Where drizzle-kit finds the tables and puts the migrations; for `deno task db:generate` alone. */
import { defineConfig } from "drizzle-kit";

/** Read by drizzle-kit. */
export default defineConfig({
  dialect: "postgresql",
  schema: "./db/schema/mod.ts",
  out: "./db/migrations",
  casing: "snake_case",
});
