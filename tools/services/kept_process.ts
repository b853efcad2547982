/** Runs a process that ends with us, however we end, and takes its folder along. */

/** A user of the system, by number. */
export interface SystemUser {
  uid: number;
  gid: number;
}

/** What to run, and how to be rid of it. */
export interface KeptCommand {
  command: string[];
  /** Gets the file `log` with all that the process says; removed at the end. */
  folder: string;
  /** Ends the process at once, its children included. */
  endSignal: Deno.Signal;
  /** Runs as this user, which takes root. */
  user: SystemUser | undefined;
}

/** A process under a keeper: a shell that outlives us just long enough to clean up. */
export interface KeptProcess {
  pid: number;
  /** True once the process and its children have ended. */
  readonly gone: boolean;
  /** Waits until the process and its children have ended. */
  whenGone(): Promise<void>;
  /** The keeper leaves; folder and process stay as they are. */
  release(): Promise<void>;
  /** Ends the process and removes the folder. */
  end(): Promise<void>;
}

// The keeper sits in a session of its own, so a Ctrl-C in the terminal passes it by, and reads
// from us. The system closes that pipe when we end, even by SIGKILL: then it cleans up. The process
// and its children alone hold the keeper's standard output, so its end tells that all are gone.
// The keeper does not reap the process before it leaves itself, so the pid cannot become another's.
const keeper = `
trap '' HUP INT QUIT TERM PIPE
folder=$1 signal=$2
shift 2
"$@" 3>&1 </dev/null >>"$folder/log" 2>&1 &
pid=$!
echo "$pid"
exec >/dev/null 2>&1
read -r word && exit
kill -CONT "$pid"
kill -"$signal" "$pid"
wait "$pid"
tries=100
until rm -rf "$folder" || [ "$tries" -eq 0 ]; do
  tries=$((tries - 1))
  sleep 0.1
done
`;

/** Starts a process under a keeper. */
export async function startKept(options: KeptCommand): Promise<KeptProcess> {
  const { command, folder, endSignal, user } = options;
  const child = new Deno.Command("sh", {
    args: ["-c", keeper, "keeper", folder, endSignal.replace("SIG", ""), ...command],
    cwd: "/",
    detached: true,
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
    ...user,
  }).spawn();
  const stdin = child.stdin.getWriter();
  const stdout = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  const pid = Number((await stdout.read()).value);
  let gone = false;
  const ending = stdout.read().then(() => {
    gone = true;
  });
  child.unref();
  return {
    pid,
    get gone() {
      return gone;
    },
    whenGone: () => referenced(child, ending),
    async release() {
      await stdin.write(new TextEncoder().encode("leave\n"));
      await referenced(child, child.status);
    },
    async end() {
      await stdin.close();
      await referenced(child, child.status);
    },
  };
}

/** Keeps us running for the wait: an idle keeper alone must not. */
async function referenced(child: Deno.ChildProcess, ending: Promise<unknown>): Promise<void> {
  child.ref();
  try {
    await ending;
  } finally {
    child.unref();
  }
}
