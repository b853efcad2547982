/** Private Postgres and Redis servers for tests and benchmarks; they end when we do. */
export { createDatabase, type ThrowAwayDatabase } from "./services/database.ts";
export { type PostgresOptions, PostgresService, startPostgres } from "./services/postgres.ts";
export { PostgresReplica, startReplica } from "./services/replica.ts";
export { type RedisOptions, RedisService, startRedis } from "./services/redis.ts";
export { S3Service, startS3 } from "./services/s3.ts";
export {
  type ClusterOptions,
  type RedisCluster,
  startRedisCluster,
} from "./services/redis_cluster.ts";
export { redisCommand } from "./services/redis_command.ts";
export type { PrivateServer } from "./services/private_server.ts";
