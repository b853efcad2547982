/** Private Postgres and Redis servers for tests and benchmarks; they end when we do. */
export { createDatabase, type ThrowAwayDatabase } from "./services/database.ts";
export { type PostgresOptions, PostgresService, startPostgres } from "./services/postgres.ts";
export { type RedisOptions, RedisService, startRedis } from "./services/redis.ts";
export type { PrivateServer } from "./services/private_server.ts";
