/** The one place that reads the environment: every setting with its default, its check and what it is for. */
import { contradictions } from "./config_checks.ts";
import { databaseUrl, databaseUrls } from "./config_database.ts";
import { limitSettings } from "./config_limits.ts";
import {
  bucketName,
  certificates,
  integer,
  oneOf,
  optional,
  origins,
  publicUrl,
  redisTarget,
  secret,
  type Setting,
  word,
} from "./config_values.ts";

export type { RedisTarget } from "./config_values.ts";

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
  DATABASE_REPLICA_URLS: {
    default: "",
    parse: databaseUrls,
    about: "Its read replicas, by comma",
  },
  DATABASE_CA: {
    default: "",
    parse: certificates,
    about: "Who signs Postgres' certificate, in PEM; then it is always verified",
  },
  DATABASE_POOL_MAX: { default: "10", parse: integer(2, 500), about: "Connections to Postgres" },
  DATABASE_TIMEOUT_MS: {
    default: "4000",
    parse: integer(500, 600_000),
    about: "Longest wait for a statement's answer from Postgres",
  },
  REDIS_URL: {
    default: "",
    parse: redisTarget,
    about: "Redis or Valkey 6.2 or newer, or several nodes of a cluster by comma; empty: none",
  },
  REDIS_TLS_CA: {
    default: "",
    parse: certificates,
    about: "Certificates (PEM) that vouch for Redis; empty: the system's",
  },
  UPSTASH_REDIS_REST_URL: {
    default: "",
    parse: publicUrl,
    about: "Redis over HTTP, at the edge; empty: none",
  },
  UPSTASH_REDIS_REST_TOKEN: { default: "", parse: optional, about: "Its token" },
  BUS_SECRET: {
    default: "",
    parse: secret,
    about: "Shared by all instances, 16 characters or more; required with Redis",
  },
  BUS_SHARDS: {
    default: "16",
    parse: integer(1, 256),
    about: "Channels that Upstash's bus uses; the same on all instances",
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
  IMAGE_PIXELS_MAX: {
    default: "50000000",
    parse: integer(1, 1_000_000_000),
    about: "Pixels of an image that gets a thumbnail and is measured",
  },
  S3_ENDPOINT: {
    default: "",
    parse: publicUrl,
    about: "S3 server that keeps the attachments; empty: DATA_DIR does",
  },
  S3_BUCKET: { default: "", parse: bucketName, about: "Bucket of the attachments" },
  S3_REGION: { default: "us-east-1", parse: word, about: "Region of the bucket" },
  S3_ACCESS_KEY_ID: { default: "", parse: (text) => text || null, about: "Key for the bucket" },
  S3_SECRET_ACCESS_KEY: { default: "", parse: (text) => text || null, about: "Its secret" },
  S3_PATH_STYLE: {
    default: "on",
    parse: oneOf("on", "off"),
    about: "on: the bucket stands in the path; off: in the host's name",
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
  SESSION_POLICY: {
    default: "multi",
    parse: oneOf("multi", "perPlatform", "single"),
    about: "Sessions that a user may have at once: any, one a platform, one",
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
  ...limitSettings,
  OVERLOAD_DELAY_MS: {
    default: "200",
    parse: integer(0, 60_000),
    about: "Lasting delay of the event loop from which work is left undone; 0: never",
  },
  INSTANCE_ADDRESS: {
    default: "",
    parse: (text) => text.trim(),
    about: "What this instance is called in the registry; empty: host and port",
  },
  RECONNECTS_PER_SECOND: {
    default: "500",
    parse: integer(1, 1_000_000),
    about: "Clients a second that come back to one instance while another shuts down",
  },
  RECONNECT_MS_MAX: {
    default: "60000",
    parse: integer(0, 3_600_000),
    about: "Longest time that clients are asked to wait before they come back",
  },
  DRAIN_MS: {
    default: "10000",
    parse: integer(0, 600_000),
    about: "Time over which connections are let go at shutdown",
  },
  PRESENCE: {
    default: "on",
    parse: oneOf("on", "off"),
    about: "off: nobody is seen online, and nothing is spent on it",
  },
  PRESENCE_GRACE_MS: {
    default: "10000",
    parse: integer(0, 600_000),
    about: "How long somebody stays online after a connection was lost",
  },
  METRICS_TOKEN: {
    default: "",
    parse: secret,
    about: "Token that /metrics asks for; empty: there is no /metrics",
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
  wrong.push(...contradictions(config));
  if (wrong.length > 0) throw new ConfigError(wrong.join("\n"));
  return Object.freeze(config);
}

/** The settings of this process. */
export function configFromEnvironment(): Config {
  return loadConfig(Deno.env.toObject());
}
