/** What the machine is and what a process uses of it, from /proc. */

const ticksPerSecond = 100;

/** Seconds of processor time that a process has used; `self` for this one. */
export function cpuSeconds(pid: number | "self"): number {
  const stat = Deno.readTextFileSync(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

/** Resident memory of a process in bytes. */
export function residentBytes(pid: number): number {
  return sizeOf(pid, "VmRSS");
}

/** The most that was ever resident of a process, in bytes. */
export function peakResidentBytes(pid: number): number {
  return sizeOf(pid, "VmHWM");
}

function sizeOf(pid: number, name: string): number {
  const status = Deno.readTextFileSync(`/proc/${pid}/status`);
  const line = new RegExp(`^${name}:\\s+(\\d+) kB`, "m").exec(status);
  if (line === null) throw new Error(`No ${name} for process ${pid}`);
  return Number(line[1]) * 1024;
}

/** The lines that open `results.md`. */
export function describeMachine(postgresVersion: string): string[] {
  const model = Deno.readTextFileSync("/proc/cpuinfo").match(/^model name\s*: (.*)$/m)?.[1];
  const memoryGib = Deno.systemMemoryInfo().total / 2 ** 30;
  return [
    `${navigator.hardwareConcurrency} cores (${model ?? "unknown"}), ${
      memoryGib.toFixed(0)
    } GiB, ` +
    "shared by server, database and load generator",
    `Deno ${Deno.version.deno}, ${postgresVersion}`,
    new Date().toISOString().slice(0, 10),
  ];
}
