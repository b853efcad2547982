/** Starts each server under test in a process of its own and waits until it answers. */

/** A running server. */
export interface Running {
  readonly port: number;
  readonly pid: number;
  /** From the start of the process to the first good answer. */
  readonly readyAfterMs: number;
  /** Stops it and waits for its end. */
  stop(): Promise<void>;
}

interface Launch {
  readonly command: readonly string[];
  readonly env: Record<string, string>;
  readonly readyPath: string;
}

const root = new URL("..", import.meta.url).pathname;
const readyWithinMs = 60_000;
const stopWithinMs = 15_000;
const running = new Set<Running>();

/** Starts a Patter server; without `databaseUrl` it uses the PGlite folder in `dataDir`. */
export function startPatter(
  options: { dataDir: string; databaseUrl?: string; env?: Record<string, string> },
): Promise<Running> {
  return launch({
    // The flags of `deno task start`, but for its permissions.
    command: [Deno.execPath(), "run", "-A", "--v8-flags=--max-semi-space-size=4", "main.ts"],
    env: {
      DATA_DIR: options.dataDir,
      ...options.databaseUrl === undefined ? {} : { DATABASE_URL: options.databaseUrl },
      RATE_LIMITS: "off",
      PASSWORD_COST: "4",
      LOG_LEVEL: "warning",
      DIRECT_POLICY: "anyone",
      CONNECTIONS_PER_USER_MAX: "5000",
      CONNECTIONS_PER_ADDRESS_MAX: "5000",
      ACCESS_TOKEN_TTL_MS: "86400000",
      ...options.env,
    },
    readyPath: "/readyz",
  });
}

/** Starts a program to compare with, by its path: `.mjs` in Node, `.ts` in Deno. */
export function startPeer(script: string): Promise<Running> {
  const inNode = script.endsWith(".mjs");
  const command = inNode ? ["node", script] : [Deno.execPath(), "run", "-A", script];
  return launch({ command, env: {}, readyPath: "/" });
}

/** Runs a program to its end and gives what it printed. */
export async function outputOf(
  script: string,
  args: readonly string[],
  env: Record<string, string>,
): Promise<string> {
  const command = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", script, ...args],
    cwd: root,
    env,
    stderr: "inherit",
  });
  const { success, stdout } = await command.output();
  if (!success) throw new Error(`${script} failed`);
  return new TextDecoder().decode(stdout);
}

/** Stops all servers that still run. */
export async function stopAll(): Promise<void> {
  await Promise.all([...running].map((server) => server.stop()));
}

async function launch({ command, env, readyPath }: Launch): Promise<Running> {
  const port = freePort();
  const log = await Deno.makeTempFile({ prefix: "patter-bench-", suffix: ".log" });
  const startedAt = performance.now();
  // The shell only points the output to a file: a pipe would fill while the load generator is busy.
  const child = new Deno.Command("sh", {
    args: ["-c", `exec "$@" > "$0" 2>&1`, log, ...command],
    cwd: root,
    env: { ...env, PORT: String(port) },
    stdin: "null",
  }).spawn();
  let ended = false;
  const end = child.status.then(() => ended = true);
  const url = `http://127.0.0.1:${port}${readyPath}`;
  while (!await answers(url)) {
    if (ended || performance.now() - startedAt > readyWithinMs) {
      if (!ended) child.kill("SIGKILL");
      throw new Error(`Not ready: ${command.join(" ")}\n${await Deno.readTextFile(log)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  const server: Running = {
    port,
    pid: child.pid,
    readyAfterMs: performance.now() - startedAt,
    async stop() {
      running.delete(server);
      await stop(child, end, log);
    },
  };
  running.add(server);
  return server;
}

async function stop(child: Deno.ChildProcess, end: Promise<unknown>, log: string): Promise<void> {
  child.kill("SIGTERM");
  const timer = setTimeout(() => child.kill("SIGKILL"), stopWithinMs);
  await end;
  clearTimeout(timer);
  await Deno.remove(log);
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url);
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}

function freePort(): number {
  const listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  const { port } = listener.addr;
  listener.close();
  return port;
}
