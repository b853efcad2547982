/** What an error of the database is called. */

/** The code of the driver or the server, which lies under Drizzle's own error; "" without one. */
export function codeOf(error: unknown): string {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const { code } = cause as { code?: unknown };
    if (typeof code === "string") return code;
  }
  return "";
}
