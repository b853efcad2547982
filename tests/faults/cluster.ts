/** What a run runs on: Postgres, Redis and instances of its own, with a link between every pair. */
import { type PostgresService, type RedisService } from "../../tools/services.ts";
import { startPostgres, startRedis } from "../../tools/services.ts";
import { type Folder, type LogLine, makeFolder } from "../support/server_process.ts";
import { Instance } from "./instance.ts";
import { bugs } from "./planted.ts";
import { openTruth, type Truth } from "./truth.ts";

/** What to start. */
export interface ClusterOptions {
  readonly seed: number;
  readonly instances: number;
  /** A planted bug, by its name. */
  readonly bug?: string | undefined;
}

// Short times, so that a run of a minute sees tokens end and silence noticed.
const settings = {
  PING_INTERVAL_MS: "2000",
  ACCESS_TOKEN_TTL_MS: "20000",
  DIRECT_POLICY: "anyone",
  // All come from one address, and sign in anew whenever a session was ended.
  SIGN_INS_PER_ADDRESS_MAX: "100000",
  SIGN_INS_PER_ACCOUNT_MAX: "1000",
  LOG_LEVEL: "warning",
  DRAIN_MS: "500",
};

// postgres.js asks for the types of arrays by itself on a new connection, and drops the refusal.
function isDriversOwn({ message, stack }: LogLine): boolean {
  const frames = Array.isArray(stack) ? stack.map(String) : [];
  return message === "unhandled rejection" && frames.length > 0 &&
    frames.every((frame) => /postgres@|<anonymous>|ext:/.test(frame));
}

function isFault(line: LogLine): boolean {
  const { level, message, code } = line;
  if (level !== "ERROR" || !/request|unhandled|uncaught|room failed/.test(message)) return false;
  return (code === undefined || code === "internal") && !isDriversOwn(line);
}

// The shell that guards a process tells how we ended it.
function saidBy(stderr: string): string[] {
  return stderr.split("\n").filter((line) => line !== "" && !/^(Killed|Terminated)\b/.test(line));
}

/** All servers of a run; `await using` ends them. */
export class Cluster implements AsyncDisposable {
  readonly #stack = new AsyncDisposableStack();
  readonly instances: Instance[] = [];
  postgres!: PostgresService;
  redis!: RedisService;
  truth!: Truth;
  #folder!: Folder;

  private constructor(readonly options: ClusterOptions) {}

  /** Starts everything and waits until all instances listen. */
  static async start(options: ClusterOptions): Promise<Cluster> {
    const cluster = new Cluster(options);
    try {
      await cluster.#start();
      return cluster;
    } catch (error) {
      await cluster[Symbol.asyncDispose]();
      throw error;
    }
  }

  async #start(): Promise<void> {
    const { bug = "", instances } = this.options;
    this.#folder = this.#stack.use(await makeFolder());
    this.postgres = this.#stack.use(await startPostgres());
    this.redis = this.#stack.use(await startRedis());
    for (let number = 1; number <= instances; number++) this.#add(number);
    await Promise.all(this.instances.map((one) => one.start()));
    await Promise.all(this.instances.map((one) => one.listens()));
    this.truth = this.#stack.use(await openTruth(this.postgres.url, bugs[bug]?.ddl));
  }

  #add(number: number): void {
    const { seed, bug = "" } = this.options;
    const instance = new Instance({
      number,
      folder: this.#folder,
      postgresPort: this.postgres.port,
      redisPort: this.redis.port,
      env: {
        ...settings,
        BUS_SECRET: "a secret of this run alone, long enough for any",
        FAULTS_BUG: bug,
        FAULTS_SEED: String(seed * 100 + number),
      },
    });
    this.instances.push(instance);
    this.#stack.defer(() => instance.end());
  }

  /** What instances have logged or printed that no fault outside excuses. */
  get faults(): string[] {
    return this.instances.flatMap(({ name, lives, crashes }) => [
      ...crashes.map((crash) => `${name}: ${crash}`),
      ...lives.flatMap(({ lines, stderr }) => [
        ...lines.filter(isFault).map((line) => `${name} logged ${JSON.stringify(line)}`),
        ...saidBy(stderr).map((line) => `${name} printed ${line}`),
      ]),
    ]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#stack.disposeAsync();
  }
}
