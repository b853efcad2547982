/** TLS to a Postgres server: what `sslmode` in its URL asks for, or more, never less. */
import type postgres from "postgres";

/** What the driver takes; false: plaintext. */
export type Tls = NonNullable<postgres.Options<Record<never, never>>["ssl"]> | false;

/**
 * The driver's options for a URL, and the certificate authority in PEM if one is given. `require`
 * encrypts towards whoever answers; with an authority, and in the modes that verify, the server must
 * have a certificate for its name.
 */
export function tlsOf(url: string, authority: string | null): Tls {
  const { hostname, searchParams } = new URL(url);
  const mode = searchParams.get("sslmode") ?? (authority === null ? "disable" : "verify-full");
  if (mode === "disable") return false;
  if (mode === "require" && authority === null) return { rejectUnauthorized: false };
  return {
    rejectUnauthorized: true,
    // Without it the certificate of an address would have to be one for "localhost".
    host: hostname,
    ...(authority === null ? {} : { ca: authority }),
  };
}

// OpenSSL's names, which Deno gives too, for what is wrong with a certificate.
const untrusted =
  /^(UNABLE_TO_(GET|VERIFY)_\w+|(DEPTH_ZERO_)?SELF_SIGNED_\w+|CERT_\w+|ERR_TLS_CERT_\w+)$/;

/** Whether an error's code means a certificate that is not to be trusted. */
export function isUntrusted(code: string): boolean {
  return untrusted.test(code);
}
