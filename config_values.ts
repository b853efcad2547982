/** How a setting's text becomes its value; what is malformed throws a `RangeError` that says what was expected. */

/** Reads a value from its text. */
export type Parse<T> = (text: string) => T;

/** A setting as text: what it is when nothing is set, how it is read, what it is for. */
export interface Setting<T> {
  readonly default: string;
  readonly parse: Parse<T>;
  readonly about: string;
}

/** Where Redis is, and how one gets in. */
export interface RedisTarget {
  /** One, or several nodes of a cluster. */
  readonly addresses: readonly { readonly host: string; readonly port: number }[];
  readonly tls: boolean;
  readonly username: string | null;
  readonly password: string | null;
  /** 0 in a cluster. */
  readonly database: number;
}

/** A whole number within bounds. */
export function integer(min: number, max: number): Parse<number> {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= min && value <= max) return value;
    throw new RangeError(`expected a whole number from ${min} to ${max}`);
  };
}

/** One of a few words. */
export function oneOf<const T extends string>(...words: T[]): Parse<T> {
  return (text) => {
    const word = words.find((candidate) => candidate === text);
    if (word !== undefined) return word;
    throw new RangeError(`expected one of ${words.join(", ")}`);
  };
}

/** A text that is not empty. */
export function word(text: string): string {
  if (text.trim() === text && text !== "") return text;
  throw new RangeError("expected a text without spaces around it");
}

/** An address of the web without a slash at its end, or null. */
export function publicUrl(text: string): string | null {
  if (text === "") return null;
  if (/^https?:\/\/./.test(text) && URL.canParse(text)) return text.replace(/\/+$/, "");
  throw new RangeError("expected an address such as https://chat.example.org");
}

/** The name of a bucket, which is safe in a path and in a host's name, or null. */
export function bucketName(text: string): string | null {
  if (text === "") return null;
  if (/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(text)) return text;
  throw new RangeError("expected the name of a bucket");
}

/** Web origins. */
export function origins(text: string): readonly string[] {
  const list = text.split(",").map((item) => item.trim()).filter((item) => item !== "");
  for (const item of list) {
    if (item !== "*" && (!URL.canParse(item) || new URL(item).origin !== item)) {
      throw new RangeError(`"${item}" is not an origin such as https://example.org`);
    }
  }
  return list;
}

/** The address of Redis, or several of a cluster's nodes with the same way in, or null. */
export function redisTarget(text: string): RedisTarget | null {
  if (text === "") return null;
  const urls = text.split(",").map((one) => one.trim());
  const [first, ...others] = urls.map(redisAddress);
  const way = (one: URL) => [one.protocol, one.username, one.password, one.pathname].join();
  if (others.some((one) => one.hostname === "" || way(one) !== way(first!))) {
    throw new RangeError("expected the same user, password and database at every address");
  }
  const { protocol, username, password, pathname } = first!;
  const database = Number(pathname.slice(1));
  if (!Number.isInteger(database)) throw new RangeError("expected a number as database");
  return {
    addresses: [first!, ...others].map(({ hostname, port }) => ({
      host: hostname.replace(/^\[|\]$/g, ""),
      port: Number(port || 6_379),
    })),
    tls: protocol === "rediss:",
    username: decodeURIComponent(username) || null,
    password: decodeURIComponent(password) || null,
    database,
  };
}

function redisAddress(text: string): URL {
  if (/^rediss?:\/\/./.test(text) && URL.canParse(text)) return new URL(text);
  throw new RangeError("expected redis:// or rediss://user:password@host:port, several by comma");
}

/** A text that may be empty: null then. */
export function optional(text: string): string | null {
  return text === "" ? null : word(text);
}

/** A secret of at least 16 characters, or null. */
export function secret(text: string): string | null {
  if (text !== "" && text.length < 16) throw new RangeError("expected at least 16 characters");
  return optional(text);
}

/**
 * Certificates in PEM, or null for none.
 * @throws {RangeError}
 */
export function certificates(text: string): string | null {
  if (text === "") return null;
  // Where a setting is one line, as in many forms and files, line ends are written so.
  const pem = text.replaceAll("\\n", "\n");
  if (/^(-----BEGIN CERTIFICATE-----[\sA-Za-z0-9+/=]+-----END CERTIFICATE-----\s*)+$/.test(pem)) {
    return pem;
  }
  throw new RangeError("expected certificates in PEM, from -----BEGIN to END CERTIFICATE-----");
}
