/** The server as users run it: a process with the flags of `deno task start`, its log, and its end. */
import { strict as assert } from "node:assert";
import { createDatabase } from "../../tools/services.ts";
import { adminUrl, databaseKind } from "./database.ts";
import { within } from "./waiting.ts";
import { Site } from "./world.ts";

/** A line of the log. */
export interface LogLine {
  readonly level: string;
  readonly message: string;
  readonly [field: string]: unknown;
}

/** A temporary folder for one test. */
export interface Folder extends AsyncDisposable {
  readonly path: string;
  /** The data folder of a server, not made yet. */
  readonly data: string;
}

/** Makes a temporary folder, gone at the end of its test. */
export async function makeFolder(): Promise<Folder> {
  const path = await Deno.makeTempDir({ prefix: "patter-process-" });
  const data = `${path}/data`;
  return { path, data, [Symbol.asyncDispose]: () => Deno.remove(path, { recursive: true }) };
}

/** A database that servers of one test share, and the settings that lead there. */
export interface Home extends AsyncDisposable {
  readonly folder: Folder;
  readonly env: Readonly<Record<string, string>>;
}

/** A folder, and an empty database of the kind that this pass is on. */
export async function makeHome(): Promise<Home> {
  const folder = await makeFolder();
  if (databaseKind === "pglite") {
    await unpackSnapshot(folder);
    return { folder, env: {}, [Symbol.asyncDispose]: () => folder[Symbol.asyncDispose]() };
  }
  const { url, drop } = await createDatabase(adminUrl());
  return {
    folder,
    env: { DATABASE_URL: url },
    async [Symbol.asyncDispose]() {
      await drop();
      await folder[Symbol.asyncDispose]();
    },
  };
}

/** The first start of PGlite takes seconds; on a copy of one that has started, a fraction. */
export async function unpackSnapshot({ data }: Pick<Folder, "data">): Promise<void> {
  const snapshot = Deno.env.get("PATTER_TEST_SNAPSHOT");
  if (snapshot === undefined) return;
  await Deno.mkdir(`${data}/postgres`, { recursive: true });
  const args = ["-xf", snapshot, "-C", `${data}/postgres`];
  const { success } = await new Deno.Command("tar", { args }).output();
  assert.ok(success, "tar could not unpack the snapshot");
}

/** What to start. */
export interface Start {
  readonly folder: Folder;
  /** Settings by their environment names, on top of those that make tests quick. */
  readonly env?: Record<string, string>;
  /** What follows `deno`; the server with the flags of `deno task start` when absent. */
  readonly args?: readonly string[];
  /** What to end it with at last; a task passes on what it can catch. */
  readonly endSignal?: "SIGKILL" | "SIGTERM";
}

const root = new URL("../..", import.meta.url).pathname;
const quick = {
  PORT: "0",
  HOST: "127.0.0.1",
  DATABASE_URL: "",
  RATE_LIMITS: "off",
  PASSWORD_COST: "4",
  DRAIN_MS: "0",
};
const startLimitMs = 60_000;

// A guard reads from us. The system closes that pipe when we end, even by SIGKILL: then the guard
// ends the server and removes its folder. The first line of the output is the server's pid.
const guarded = `
folder=$1 signal=$2
shift 2
exec 3<&0
"$@" </dev/null 3<&- &
pid=$!
echo "$pid"
(
  read -r word <&3 && exit
  trap '' TERM
  kill -CONT "$pid"
  kill -"$signal" "$pid"
  umount -l "$folder/disk"
  tries=100
  until rm -rf "$folder" || [ "$tries" -eq 0 ]; do
    tries=$((tries - 1))
    sleep 0.1
  done
) >/dev/null 2>&1 &
guard=$!
wait "$pid"
code=$?
kill "$guard" 2>/dev/null
exit "$code"
`;

/** What follows `deno` in the task `start`, for a data folder. */
export async function startArgs(dataDir: string): Promise<string[]> {
  const { tasks } = JSON.parse(await Deno.readTextFile(`${root}deno.json`));
  const found = /&& deno (run .+ main\.ts)$/.exec(tasks.start.command);
  assert.ok(found?.[1], "The task `start` does not end with `deno run ... main.ts`");
  return found[1].replaceAll('"', "").split(" ").map((arg) => arg.replaceAll("$DIR", dataDir));
}

/** A process under test, its output, and its end. */
export class TestProcess implements AsyncDisposable {
  readonly lines: LogLine[] = [];
  /** 128 and the signal's number when a signal ended it. */
  readonly ended: Promise<number>;
  stdout = "";
  stderr = "";
  #waiters: (() => void)[] = [];
  #readers: Promise<unknown>[];
  #rest = "";

  #hasEnded = false;

  private constructor(
    readonly child: Deno.ChildProcess,
    readonly begun: { pid: number; endSignal: Deno.Signal; output: Reading },
  ) {
    this.#readers = [
      this.#read(begun.output, (text) => this.#takeOut(text)),
      this.#read(decoded(child.stderr), (text) => void (this.stderr += text)),
    ];
    this.ended = child.status.then(async ({ code }) => {
      this.#hasEnded = true;
      await Promise.all(this.#readers);
      this.#wake();
      return code;
    });
  }

  /** Starts it. */
  static async start({ folder, env, args, endSignal = "SIGKILL" }: Start): Promise<TestProcess> {
    const command = [Deno.execPath(), ...args ?? await startArgs(folder.data)];
    const child = new Deno.Command("sh", {
      args: ["-c", guarded, "guarded", folder.path, endSignal.slice("SIG".length), ...command],
      cwd: root,
      env: { ...quick, DATA_DIR: folder.data, NO_COLOR: "1", ...env },
      detached: true,
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    }).spawn();
    const output = decoded(child.stdout);
    const { value = "" } = await output.next();
    const [pid = "", rest = ""] = value.split("\n");
    const process = new TestProcess(child, { pid: Number(pid), endSignal, output });
    process.#takeOut(rest);
    return process;
  }

  async #read(stream: Reading, take: (text: string) => void): Promise<void> {
    for await (const text of stream) take(text);
  }

  #takeOut(text: string): void {
    this.stdout += text;
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop()!;
    for (const line of lines) if (line.startsWith("{")) this.lines.push(JSON.parse(line));
    this.#wake();
  }

  #wake(): void {
    for (const wake of this.#waiters.splice(0)) wake();
  }

  /** The first line of the log with this message (that fits), now or within the limit. */
  async logged(
    message: string,
    fits: (line: LogLine) => boolean = () => true,
    limitMs?: number,
  ): Promise<LogLine> {
    const search = async () => {
      for (;;) {
        const line = this.lines.find((line) => line.message === message && fits(line));
        if (line !== undefined) return line;
        await new Promise<void>((resolve) => this.#waiters.push(resolve));
      }
    };
    const ended = this.ended.then((code) => {
      throw new Error(`It ended with ${code} before it logged "${message}": ${this.stderr}`);
    });
    return await within(`the log says "${message}"`, Promise.race([search(), ended]), limitMs);
  }

  /** Its number: of the process itself, not of its guard. */
  get pid(): number {
    return this.begun.pid;
  }

  /** Sends it a signal. */
  kill(signal: Deno.Signal): void {
    Deno.kill(this.pid, signal);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#hasEnded) {
      const stdin = this.child.stdin.getWriter();
      await stdin.write(new TextEncoder().encode("leave\n"));
      this.kill(this.begun.endSignal);
    }
    await within("the process is gone", this.ended);
  }
}

type Reading = AsyncGenerator<string, void>;

async function* decoded(stream: ReadableStream<Uint8Array<ArrayBuffer>>): Reading {
  for await (const text of stream.pipeThrough(new TextDecoderStream())) yield text;
}

/** A server in a process of its own. */
export interface RunningServer extends AsyncDisposable {
  readonly process: TestProcess;
  readonly site: Site;
}

/** Starts a server and waits until it listens; the log tells on which port. */
export async function startServer(start: Start): Promise<RunningServer> {
  const process = await TestProcess.start(start);
  try {
    const { port } = await process.logged("listening", undefined, startLimitMs);
    const site = new Site(`http://127.0.0.1:${port}`);
    return { process, site, [Symbol.asyncDispose]: () => process[Symbol.asyncDispose]() };
  } catch (error) {
    await process[Symbol.asyncDispose]();
    throw error;
  }
}

/** Starts what is expected to end by itself; gives how it did. */
export async function runToEnd(start: Start) {
  await using process = await TestProcess.start(start);
  const code = await within("the process ends", process.ended, startLimitMs);
  return { code, stdout: process.stdout, stderr: process.stderr };
}
