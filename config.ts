/** The one place that reads the environment: every setting with its default, its check and what it is for. */

type Parse<T> = (text: string) => T;

interface Setting<T> {
  readonly default: string;
  readonly parse: Parse<T>;
  readonly about: string;
}

function integer(min: number, max: number): Parse<number> {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= min && value <= max) return value;
    throw new RangeError(`expected a whole number from ${min} to ${max}`);
  };
}

function oneOf<const T extends string>(...words: T[]): Parse<T> {
  return (text) => {
    const word = words.find((candidate) => candidate === text);
    if (word !== undefined) return word;
    throw new RangeError(`expected one of ${words.join(", ")}`);
  };
}

function word(text: string): string {
  if (text.trim() === text && text !== "") return text;
  throw new RangeError("expected a text without spaces around it");
}

function databaseUrl(text: string): string | null {
  if (text === "") return null;
  if (/^postgres(ql)?:\/\/./.test(text) && URL.canParse(text)) return text;
  throw new RangeError("expected postgres://user:password@host:port/database");
}

function publicUrl(text: string): string | null {
  if (text === "") return null;
  if (/^https?:\/\/./.test(text) && URL.canParse(text)) return text.replace(/\/+$/, "");
  throw new RangeError("expected an address such as https://chat.example.org");
}

function origins(text: string): readonly string[] {
  const list = text.split(",").map((item) => item.trim()).filter((item) => item !== "");
  for (const item of list) {
    if (item !== "*" && (!URL.canParse(item) || new URL(item).origin !== item)) {
      throw new RangeError(`"${item}" is not an origin such as https://example.org`);
    }
  }
  return list;
}

const mebibyte = 1_048_576;
const day = 86_400_000;

/** Every setting by its environment name. `.env.example` lists the same, checked by `tools/tidy.ts`. */
export const settings = {
  PORT: { default: "8080", parse: integer(0, 65_535), about: "TCP port; 0 takes a free one" },
  HOST: { default: "0.0.0.0", parse: word, about: "Address to listen on" },
  DATA_DIR: {
    default: "./data",
    parse: word,
    about: "Folder of the embedded database, keys and attachments",
  },
  DATABASE_URL: { default: "", parse: databaseUrl, about: "Postgres 15 or newer; empty: embedded" },
  DATABASE_POOL_MAX: { default: "10", parse: integer(2, 500), about: "Connections to Postgres" },
  DATABASE_TIMEOUT_MS: {
    default: "10000",
    parse: integer(500, 600_000),
    about: "Longest wait for a statement's answer from Postgres",
  },
  PUBLIC_URL: {
    default: "",
    parse: publicUrl,
    about: "Address that people reach this server under, for links; empty: the request's",
  },
  ALLOWED_ORIGINS: { default: "", parse: origins, about: "Web origins that may connect, by comma" },
  TRUSTED_PROXIES: {
    default: "0",
    parse: integer(0, 10),
    about: "Proxies in front that set X-Forwarded-For",
  },
  DIRECT_POLICY: {
    default: "friends",
    parse: oneOf("friends", "anyone"),
    about: "Who may write to whom",
  },
  GROUP_MEMBERS_MAX: { default: "5000", parse: integer(2, 100_000), about: "Members of a group" },
  GROUPS_PER_USER_MAX: {
    default: "5000",
    parse: integer(1, 100_000),
    about: "Groups that one user is in",
  },
  EDIT_WINDOW_MS: {
    default: "86400000",
    parse: integer(0, 36_500 * day),
    about: "How long a message may be edited by its sender",
  },
  RECALL_WINDOW_MS: {
    default: "120000",
    parse: integer(0, 36_500 * day),
    about: "How long a message may be recalled by its sender",
  },
  MESSAGE_RETENTION_DAYS: {
    default: "0",
    parse: integer(0, 36_500),
    about: "Days after which messages are deleted; 0: never",
  },
  ATTACHMENT_BYTES_MAX: {
    default: "104857600",
    parse: integer(1, 1_048_576 * mebibyte),
    about: "An attachment",
  },
  ATTACHMENTS_BYTES_PER_USER_MAX: {
    default: "10737418240",
    parse: integer(1, 1_048_576 * mebibyte),
    about: "All attachments of one user",
  },
  TOKEN_ISSUER: { default: "patter", parse: word, about: "iss of access tokens" },
  TOKEN_AUDIENCE: { default: "patter", parse: word, about: "aud of access tokens" },
  ACCESS_TOKEN_TTL_MS: {
    default: "1800000",
    parse: integer(1_000, day),
    about: "Life of an access token",
  },
  REFRESH_TOKEN_TTL_MS: {
    default: "2592000000",
    parse: integer(10_000, 400 * day),
    about: "Life of an unused refresh token",
  },
  PASSWORD_COST: {
    default: "15",
    parse: integer(4, 20),
    about: "log2 of scrypt's N; under 14 only with RATE_LIMITS=off",
  },
  PASSWORD_QUEUE_MAX: {
    default: "256",
    parse: integer(1, 100_000),
    about: "Passwords that may wait to be hashed",
  },
  RATE_LIMITS: { default: "on", parse: oneOf("on", "off"), about: "off: for load tests only" },
  SIGN_INS_PER_ACCOUNT_MAX: {
    default: "10",
    parse: integer(1, 1_000_000),
    about: "Failed sign-ins for one account in a window",
  },
  SIGN_INS_PER_ADDRESS_MAX: {
    default: "100",
    parse: integer(1, 1_000_000),
    about: "Sign-ins and registrations from one address in a window",
  },
  SIGN_IN_WINDOW_MS: { default: "900000", parse: integer(1_000, day), about: "That window" },
  BODY_BYTES_MAX: { default: "65536", parse: integer(1_024, mebibyte), about: "A request body" },
  FRAME_BYTES_MAX: {
    default: "65536",
    parse: integer(1_024, mebibyte),
    about: "A frame from a client",
  },
  BATCH_MAX: { default: "100", parse: integer(1, 1_000), about: "Requests in one frame" },
  FRAMES_PER_SECOND: {
    default: "50",
    parse: integer(1, 100_000),
    about: "Requests a second on one connection",
  },
  FRAMES_BURST: {
    default: "100",
    parse: integer(1, 100_000),
    about: "Requests at once on one connection",
  },
  REQUESTS_IN_FLIGHT_MAX: {
    default: "256",
    parse: integer(1, 10_000),
    about: "Unanswered requests of one connection",
  },
  CONNECTIONS_MAX: {
    default: "100000",
    parse: integer(1, 10_000_000),
    about: "Connections of this instance",
  },
  CONNECTIONS_PER_USER_MAX: {
    default: "20",
    parse: integer(1, 100_000),
    about: "Connections of one user",
  },
  CONNECTIONS_PER_ADDRESS_MAX: {
    default: "1000",
    parse: integer(1, 1_000_000),
    about: "Connections from one address",
  },
  PING_INTERVAL_MS: {
    default: "25000",
    parse: integer(50, 600_000),
    about: "Between two pings; silence of two ends a connection",
  },
  OUTBOX_BYTES_MAX: {
    default: "1048576",
    parse: integer(65_536, 64 * mebibyte),
    about: "Unsent bytes that end a slow connection",
  },
  OUTBOX_LIVELY_BYTES_MAX: {
    default: "262144",
    parse: integer(16_384, 64 * mebibyte),
    about: "Unsent bytes over which typing is left out",
  },
  CLOSING_BYTES_MAX: {
    default: "67108864",
    parse: integer(mebibyte, 4_096 * mebibyte),
    about: "Unsent bytes of closed, unread sockets before new ones are refused",
  },
  SEND_QUEUE_MAX: {
    default: "10000",
    parse: integer(100, 1_000_000),
    about: "Messages that may wait to be stored",
  },
  DRAIN_MS: {
    default: "10000",
    parse: integer(0, 600_000),
    about: "Time over which connections are let go at shutdown",
  },
  LOG_LEVEL: {
    default: "info",
    parse: oneOf("debug", "info", "warning", "error"),
    about: "Least level that is logged",
  },
} satisfies Record<string, Setting<unknown>>;

type Settings = typeof settings;
type Camel<S extends string> = S extends `${infer Head}_${infer Tail}`
  ? `${Lowercase<Head>}${Capitalize<Camel<Tail>>}`
  : Lowercase<S>;

/** The settings as the program knows them: `PING_INTERVAL_MS` is `config.pingIntervalMs`. */
export type Config = Readonly<
  { [Name in keyof Settings as Camel<Name>]: ReturnType<Settings[Name]["parse"]> }
>;

/** One or more settings are missing or malformed; the message names each and says what is wrong. */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
}

function camel(name: string): string {
  return name.toLowerCase().replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}

/**
 * Reads and checks all settings once, and freezes them.
 * @throws {ConfigError} naming every setting that is wrong.
 */
export function loadConfig(environment: Readonly<Record<string, string | undefined>>): Config {
  const values: Record<string, unknown> = {};
  const wrong: string[] = [];
  for (const [name, setting] of Object.entries(settings)) {
    try {
      values[camel(name)] = setting.parse(environment[name] || setting.default);
    } catch (error) {
      // The value stays out: a malformed DATABASE_URL still holds a password.
      wrong.push(`${name}: ${(error as Error).message}`);
    }
  }
  const config = values as unknown as Config;
  if (config.passwordCost < 14 && config.rateLimits === "on") {
    wrong.push(`PASSWORD_COST: at least 14 unless RATE_LIMITS=off`);
  }
  if (wrong.length > 0) throw new ConfigError(wrong.join("\n"));
  return Object.freeze(config);
}

/** The settings of this process. */
export function configFromEnvironment(): Config {
  return loadConfig(Deno.env.toObject());
}
