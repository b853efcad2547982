/** What the settings that lead to Postgres may say. */

const tlsModes = ["disable", "require", "verify-ca", "verify-full"];
// libpq's own: the server would be asked for settings by these names and refuse the connection.
const foreign = ["ssl", "sslrootcert", "sslcert", "sslkey", "channel_binding"];

/**
 * The URL of a Postgres server, or null for none.
 * @throws {RangeError} that says what is wrong, and nothing of the URL: it holds a password.
 */
export function databaseUrl(text: string): string | null {
  if (text === "") return null;
  if (!/^postgres(ql)?:\/\/./.test(text) || !URL.canParse(text)) {
    throw new RangeError("expected postgres://user:password@host:port/database");
  }
  const { searchParams } = new URL(text);
  const name = foreign.find((name) => searchParams.has(name));
  if (name !== undefined) throw new RangeError(`leave out "${name}"; see sslmode and DATABASE_CA`);
  // A mode that may end in plaintext, or a misspelt one, must not pass for one that does not.
  if (!tlsModes.includes(searchParams.get("sslmode") ?? "disable")) {
    throw new RangeError(`expected sslmode to be one of ${tlsModes.join(", ")}`);
  }
  return text;
}

/**
 * URLs of Postgres servers, by comma; one URL may itself name several hosts by comma.
 * @throws {RangeError} as `databaseUrl`.
 */
export function databaseUrls(text: string): readonly string[] {
  const texts = text.split(/,\s*(?=postgres(?:ql)?:)/);
  return texts.flatMap((one) => databaseUrl(one.trim()) ?? []);
}

/** Whether a URL rules TLS out. */
export function isPlaintext(url: string | null): boolean {
  return url !== null && new URL(url).searchParams.get("sslmode") === "disable";
}
