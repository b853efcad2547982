/** Private Redis servers for tests and benchmarks. */
import { PrivateServer } from "./private_server.ts";
import { redisProgram } from "./programs.ts";
import { redisCommand } from "./redis_command.ts";

/** Settings of `redis.conf` by name, on top of ours. */
export interface RedisOptions {
  settings?: Record<string, string>;
}

/** A Redis of our own; `await using` ends it and removes its folder. */
export class RedisService extends PrivateServer {
  /** Without a password. */
  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }
}

/** Serves an empty Redis on loopback that keeps nothing on disk: a restart loses all. */
export async function startRedis(options: RedisOptions = {}): Promise<RedisService> {
  const program = await redisProgram();
  const folder = await Deno.realPath(await Deno.makeTempDir({ prefix: "patter-redis-" }));
  const server = new RedisService({
    name: "Redis",
    folder,
    user: undefined,
    command: (port) => serverCommand(program, folder, port, options.settings ?? {}),
    prepare: () => Promise.resolve(),
    answers: (port) => servesFolder(port, folder),
    stopSignal: "SIGTERM",
    endSignal: "SIGKILL",
  });
  try {
    await server.start();
  } catch (error) {
    await server[Symbol.asyncDispose]();
    throw error;
  }
  return server;
}

function serverCommand(
  program: string,
  folder: string,
  port: number,
  settings: Record<string, string>,
): string[] {
  const all = { bind: "127.0.0.1", port: String(port), dir: folder, save: "", ...settings };
  return [program, ...Object.entries(all).flatMap(([name, value]) => [`--${name}`, value])];
}

/** Another server that took the same port first would answer as well: so ask for the folder. */
async function servesFolder(port: number, folder: string): Promise<boolean> {
  return (await redisCommand(port, "CONFIG GET dir")).includes(folder);
}
