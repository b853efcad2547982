/** One instance of a run: its process, which may be killed and started again, and its three links. */
import { type Folder, TestProcess } from "../support/server_process.ts";
import type { Faults } from "../support/lossy_bus.ts";
import { within } from "../support/waiting.ts";
import { Link } from "./proxy.ts";

/** What an instance is started with. */
export interface InstanceOptions {
  readonly number: number;
  readonly folder: Folder;
  readonly postgresPort: number;
  readonly redisPort: number;
  readonly env: Readonly<Record<string, string>>;
}

const startLimitMs = 30_000;
const endLimitMs = 20_000;

/** An instance and the network around it. */
export class Instance {
  readonly name: string;
  readonly links: Readonly<Record<"clients" | "Postgres" | "Redis", Link>>;
  /** All its processes so far, the last one running or gone. */
  readonly lives: TestProcess[] = [];
  /** How processes ended that nobody had ended. */
  readonly crashes: string[] = [];
  #isEnding = false;
  readonly #packetsPath: string;

  constructor(readonly options: InstanceOptions) {
    const { number, folder, postgresPort, redisPort } = options;
    this.name = `instance ${number}`;
    this.links = {
      clients: new Link(),
      Postgres: new Link(postgresPort),
      Redis: new Link(redisPort),
    };
    this.#packetsPath = `${folder.path}/packets-${number}.json`;
    Deno.writeTextFileSync(this.#packetsPath, "");
  }

  /** Where clients reach it, through its link. */
  get url(): string {
    return `http://${this.links.clients.host}`;
  }

  get #process(): TestProcess {
    return this.lives.at(-1)!;
  }

  /** Starts a process; resolves when it runs, not when it listens. */
  async start(): Promise<void> {
    const { folder, env } = this.options;
    this.lives.push(
      await TestProcess.start({
        folder,
        args: ["run", "-A", "--no-check", "tests/faults/instance_main.ts"],
        env: {
          ...env,
          DATABASE_URL: `postgres://patter@${this.links.Postgres.host}/postgres`,
          REDIS_URL: `redis://${this.links.Redis.host}`,
          FAULTS_PACKETS: this.#packetsPath,
        },
      }),
    );
    this.#isEnding = false;
    void this.#aim(this.#process);
    void this.#process.ended.then((code) => {
      if (!this.#isEnding) this.crashes.push(`It ended by itself with ${code}`);
    });
  }

  async #aim(process: TestProcess): Promise<void> {
    const listening = await process.logged("listening", undefined, startLimitMs).catch(() => null);
    if (listening !== null) this.links.clients.target = Number(listening["port"]);
  }

  /** Resolves when the running process listens. */
  async listens(): Promise<void> {
    await this.#process.logged("listening", undefined, startLimitMs);
  }

  /** What the running process has logged last. */
  get lastWords(): string {
    return JSON.stringify(this.#process.lines.slice(-5));
  }

  /** Sends its process a signal. */
  signal(signal: Deno.Signal): void {
    if (signal === "SIGKILL" || signal === "SIGTERM") this.#isEnding = true;
    // One that has ended by itself is told of among the crashes.
    if (this.crashes.length === 0) this.#process.kill(signal);
  }

  /** Resolves when the process has ended. */
  async ended(): Promise<void> {
    await within(`${this.name} ends`, this.#process.ended, endLimitMs);
  }

  /** From now on the packets that reach it suffer so; null: nothing. */
  suffer(faults: Faults): void {
    // Renamed into place: the instance reads it at any moment.
    Deno.writeTextFileSync(`${this.#packetsPath}.new`, JSON.stringify(faults));
    Deno.renameSync(`${this.#packetsPath}.new`, this.#packetsPath);
  }

  /** Ends the process and the links. */
  async end(): Promise<void> {
    this.#isEnding = true;
    for (const link of Object.values(this.links)) link[Symbol.dispose]();
    for (const process of this.lives.slice(-1)) await process[Symbol.asyncDispose]();
  }
}
