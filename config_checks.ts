/** What settings may not be together, or not without one another. */
import type { Config } from "./config.ts";
import { isPlaintext } from "./config_database.ts";

/** What is needed with what else is named of S3. */
function absentOfS3(config: Config): string[] {
  const needed = {
    S3_ENDPOINT: config.s3Endpoint,
    S3_BUCKET: config.s3Bucket,
    S3_ACCESS_KEY_ID: config.s3AccessKeyId,
    S3_SECRET_ACCESS_KEY: config.s3SecretAccessKey,
  };
  const absent = Object.entries(needed).filter(([, value]) => value === null);
  if (absent.length === Object.keys(needed).length) return [];
  return absent.map(([name]) => `${name}: needed with the other settings of S3`);
}

function wrongInSharing(config: Config): string[] {
  const { redisUrl, upstashRedisRestUrl: url, upstashRedisRestToken: token, busSecret } = config;
  const wrong: string[] = [];
  if (redisUrl && url) wrong.push("REDIS_URL: not beside UPSTASH_REDIS_REST_URL");
  if (url && !token) wrong.push("UPSTASH_REDIS_REST_TOKEN: required with its URL");
  if (token && !url) wrong.push("UPSTASH_REDIS_REST_URL: required with its token");
  // A default would be everybody's: whoever reaches Redis could forge packets.
  if ((redisUrl || url) && !busSecret) {
    wrong.push("BUS_SECRET: required with REDIS_URL and UPSTASH_REDIS_REST_URL");
  }
  return wrong;
}

function wrongInDatabase({ databaseUrl, databaseReplicaUrls, databaseCa }: Config): string[] {
  const wrong: string[] = [];
  // Undefined where it is malformed itself.
  if (databaseUrl === null && databaseReplicaUrls?.length > 0) {
    wrong.push("DATABASE_REPLICA_URLS: of no use without DATABASE_URL");
  }
  if (databaseCa !== null && isPlaintext(databaseUrl)) {
    wrong.push("DATABASE_CA: of no use with sslmode=disable in DATABASE_URL");
  }
  return wrong;
}

/** What is wrong with settings that are right each by itself; a line for each, with its name. */
export function contradictions(config: Config): string[] {
  const isWeak = config.passwordCost < 14 && config.rateLimits === "on";
  return [
    ...(isWeak ? ["PASSWORD_COST: at least 14 unless RATE_LIMITS=off"] : []),
    ...wrongInDatabase(config),
    ...wrongInSharing(config),
    ...absentOfS3(config),
  ];
}
