/** Signals for a process and its children together. */

/** Stops a process and its children where they stand. */
export async function pauseTree(pid: number): Promise<void> {
  // The parent first: from then on it makes no more children.
  send(pid, "SIGSTOP");
  for (const child of await childrenOf(pid)) send(child, "SIGSTOP");
}

/** Lets a paused process and its children go on. */
export async function resumeTree(pid: number): Promise<void> {
  for (const child of await childrenOf(pid)) send(child, "SIGCONT");
  send(pid, "SIGCONT");
}

/** Kills a process and its children, with no chance for either to tidy up. */
export async function killTree(pid: number): Promise<void> {
  send(pid, "SIGSTOP");
  for (const child of await childrenOf(pid)) send(child, "SIGKILL");
  send(pid, "SIGKILL");
}

function send(pid: number, signal: Deno.Signal): void {
  try {
    Deno.kill(pid, signal);
  } catch (error) {
    // It ended by itself since it was listed.
    if (!(error instanceof Deno.errors.NotFound)) throw error;
  }
}

async function childrenOf(parent: number): Promise<number[]> {
  const rows = Deno.build.os === "linux" ? processesFromProc() : await processesFromPs();
  return rows.filter((row) => row.parent === parent).map((row) => row.pid);
}

interface ProcessRow {
  pid: number;
  parent: number;
}

/** Slim Linux images have no `ps`. */
function processesFromProc(): ProcessRow[] {
  const pids = [...Deno.readDirSync("/proc")].map((entry) => Number(entry.name));
  return pids.filter(Number.isInteger).flatMap((pid) => {
    try {
      const stat = Deno.readTextFileSync(`/proc/${pid}/stat`);
      // The name in parentheses may hold anything: what counts follows the last one.
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      return [{ pid, parent: Number(fields[1]) }];
    } catch {
      return []; // It ended while we looked.
    }
  });
}

async function processesFromPs(): Promise<ProcessRow[]> {
  const { stdout } = await new Deno.Command("ps", { args: ["-A", "-o", "pid=,ppid="] }).output();
  return new TextDecoder().decode(stdout).trim().split("\n").map((line) => {
    const [pid, parent] = line.trim().split(/\s+/).map(Number);
    return { pid: pid ?? 0, parent: parent ?? 0 };
  });
}
