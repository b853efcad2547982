/** What an image would be, made in a folder: each step of the Dockerfile carried out by a user who is not root. */
import { strict as assert } from "node:assert";
import { basename, join } from "node:path/posix";
import { startKept, type SystemUser } from "../../tools/services/kept_process.ts";
import { unprivilegedUser } from "../../tools/services/programs.ts";
import { commandOf, type Instruction, parseDockerfile, type Stage } from "./dockerfile.ts";

const repository = new URL("../..", import.meta.url).pathname;
// Folders of the image by their first name: all that its commands speak of.
const ownPaths = /(?<![\w.])\/(app|data|deno-dir)(?=[\/\s"',:]|$)/g;

const pairs = /(\w+)=(?:"([^"]*)"|(\S+))/g;

async function run(command: string[], options: Deno.CommandOptions = {}): Promise<string> {
  const [program, ...args] = command;
  const output = await new Deno.Command(program!, { args, ...options }).output();
  const decoded = [output.stdout, output.stderr].map((bytes) => new TextDecoder().decode(bytes));
  assert.ok(output.success, `${command.join(" ")}\n${decoded.join("")}`);
  return decoded[0]!;
}

/** A stage as a folder. */
class Layer {
  cwd: string;
  readonly env: Record<string, string> = {};
  healthcheck: readonly string[] = [];
  command: readonly string[] = [];

  constructor(readonly image: Image, readonly stage: Stage, readonly root: string) {
    this.cwd = root;
  }

  /** Paths and the user of the image, as they are here. */
  here(text: string): string {
    const { uid, gid } = this.image.user ?? { uid: Deno.uid(), gid: Deno.gid() };
    return text.replace(ownPaths, `${this.root}/$1`).replaceAll("deno:deno", `${uid}:${gid}`);
  }

  /** The environment of its processes. */
  get environment(): Record<string, string> {
    return {
      PATH: `${this.image.folder}/bin:/usr/bin:/bin`,
      HOME: "/nonexistent",
      DENO_DIR: `${this.root}/deno-dir`,
      NO_COLOR: "1",
      ...this.env,
    };
  }

  async build(): Promise<void> {
    await Deno.mkdir(`${this.root}/deno-dir`, { recursive: true });
    await this.image.give(this.root);
    if (this.stage.name === "build") await this.image.fillCache(`${this.root}/deno-dir`);
    for (const instruction of this.stage.instructions) await this.#step(instruction);
  }

  async #step(instruction: Instruction): Promise<void> {
    const { name, text } = instruction;
    if (name === "WORKDIR") return await this.#enter(this.here(text));
    if (name === "COPY") return await this.#copy(instruction);
    if (name === "RUN") return void await this.#run(this.here(text));
    if (name === "HEALTHCHECK") return void (this.healthcheck = commandOf(text));
    if (name === "CMD") return void (this.command = commandOf(this.here(text)));
    if (name === "ENV" || name === "ARG") {
      for (const [, key = "", quoted, plain = ""] of this.here(text).matchAll(pairs)) {
        this.env[key] = quoted ?? plain;
      }
    } else {
      assert.ok(["USER", "VOLUME", "EXPOSE"].includes(name), `No test of ${name} yet`);
    }
  }

  async #enter(folder: string): Promise<void> {
    await Deno.mkdir(folder, { recursive: true });
    if (this.stage.name === "build") await this.image.give(folder);
    this.cwd = folder;
  }

  async #run(command: string): Promise<void> {
    await run(["sh", "-c", command], { cwd: this.cwd, env: this.environment, ...this.image.user });
  }

  async #copy({ flags, text }: Instruction): Promise<void> {
    const words = text.split(/\s+/);
    const target = new URL(words.pop()!, `file://${this.cwd}/`).pathname;
    const from = flags.from === undefined ? null : this.image.layer(flags.from);
    const sources = from === null
      ? await contextFiles(words)
      : words.map((word) => `${from.here(word)}/.`);
    const path = this.here(target.replace(this.root, ""));
    await Deno.mkdir(path, { recursive: true });
    // Root's links do for what no one changes any more; a normal user's might lead to its own packages.
    const isLinked = from !== null && this.image.user !== undefined;
    await run(["cp", isLinked ? "-rlP" : "-r", ...sources, path], { cwd: repository });
    if (flags.chown !== undefined) await this.image.give(path);
    if (from === null) await this.image.give(...sources.map((name) => join(path, basename(name))));
  }
}

/** What Docker would be sent of the tree for these sources. */
async function contextFiles(sources: readonly string[]): Promise<string[]> {
  if (sources.join() !== ".") return [...sources];
  const text = await Deno.readTextFile(`${repository}.dockerignore`);
  const ignored = new Set(text.split("\n").filter(Boolean));
  for (const name of ignored) assert.match(name, /^[\w.]+$/, "Only plain names are understood");
  return [...Deno.readDirSync(repository)].map(({ name }) => name)
    .filter((name) => !ignored.has(name));
}

/** A server that runs from an image's folder. */
export interface RunningImage extends AsyncDisposable {
  readonly pid: number;
  /** All that it has said. */
  log(): Promise<string>;
  whenGone(): Promise<void>;
}

/** All stages, and the last one's server. */
export class Image implements AsyncDisposable {
  readonly #layers: Layer[] = [];

  private constructor(readonly folder: string, readonly user: SystemUser | undefined) {}

  /** Carries out all stages; afterwards the code belongs to root, or may be written by nobody. */
  static async build(): Promise<Image> {
    const folder = await Deno.makeTempDir({ prefix: "patter-image-" });
    await Deno.chmod(folder, 0o755);
    const image = new Image(folder, await unprivilegedUser());
    const bin = `${folder}/bin/deno`;
    try {
      await Deno.mkdir(`${folder}/bin`);
      await run(["sh", "-c", 'cp -l "$0" "$1" 2>/dev/null || cp "$0" "$1"', Deno.execPath(), bin]);
      const text = await Deno.readTextFile(`${repository}Dockerfile`);
      for (const stage of parseDockerfile(text)) {
        const layer = new Layer(image, stage, `${folder}/${stage.name || "final"}`);
        image.#layers.push(layer);
        await layer.build();
      }
      await image.#freeze();
      return image;
    } catch (error) {
      await image[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** A stage by its name; the last one without. */
  layer(name?: string): Layer {
    const found = name === undefined
      ? this.#layers.at(-1)
      : this.#layers.find(({ stage }) => stage.name === name);
    return found ?? assert.fail(`No stage ${name}`);
  }

  /** Makes what lies there the user's own. */
  async give(...paths: string[]): Promise<void> {
    if (this.user) await run(["chown", "-R", `${this.user.uid}:${this.user.gid}`, ...paths]);
  }

  /** Packages that have been fetched on this machine are not fetched again. */
  async fillCache(denoDir: string): Promise<void> {
    const { npmCache } = JSON.parse(await run([Deno.execPath(), "info", "--json"]));
    const to = `${denoDir}/npm`;
    await Deno.mkdir(to);
    // Links where it is on the same disk. So the files stay whose they are: the folders alone are given.
    await run(["sh", "-c", 'cp -rl "$0/." "$1" 2>/dev/null || cp -r "$0/." "$1"', npmCache, to]);
    if (!this.user) return;
    const owner = `${this.user.uid}:${this.user.gid}`;
    await run(["find", to, "-type", "d", "-exec", "chown", owner, "{}", "+"]);
  }

  // As with `read_only: true`: nothing can be written but what lies in the volume.
  async #freeze(): Promise<void> {
    const { root } = this.layer();
    if (this.user) await run(["chown", "root:root", root]);
    for (const name of ["app", "deno-dir"]) {
      if (this.user) await run(["chown", "-R", "root:root", `${root}/${name}`]);
      else await run(["chmod", "-R", "a-w", `${root}/${name}`]);
    }
  }

  /** Starts what `CMD` says, with these settings beside the image's own. */
  async start(settings: Record<string, string>): Promise<RunningImage> {
    const layer = this.layer();
    const folder = `${this.folder}/run`;
    await Deno.mkdir(folder);
    // The process is slower to make it than we may be to read it.
    await Deno.writeTextFile(`${folder}/log`, "");
    await this.give(folder);
    const pairs = Object.entries({ ...layer.environment, ...settings })
      .map(([name, value]) => `${name}=${value}`);
    const inside = ["sh", "-c", 'cd "$0" && exec "$@"', layer.cwd, ...layer.command];
    const process = await startKept({
      command: ["env", "-i", ...pairs, ...inside],
      folder,
      endSignal: "SIGKILL",
      user: this.user,
    });
    return {
      pid: process.pid,
      log: () => Deno.readTextFile(`${folder}/log`),
      whenGone: () => process.whenGone(),
      [Symbol.asyncDispose]: () => process.end(),
    };
  }

  /** Whether the health check finds the server well. */
  async isHealthy(settings: Record<string, string>): Promise<boolean> {
    const { healthcheck: [program, ...args], environment, cwd } = this.layer();
    const { success } = await new Deno.Command(program!, {
      args,
      cwd,
      env: { ...environment, ...settings },
      clearEnv: true,
      stdout: "null",
      stderr: "null",
      ...this.user,
    }).output();
    return success;
  }

  /** Runs a shell command where the server runs, as its user; gives whether it succeeded. */
  async can(command: string): Promise<boolean> {
    const { cwd } = this.layer();
    const args = ["-c", command];
    const options = { args, cwd, stderr: "null", stdout: "null", ...this.user } as const;
    return (await new Deno.Command("sh", options).output()).success;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    // Folders that nobody may write to cannot be emptied either; how far they came is open.
    const mend = 'chmod -R u+w "$0" 2>/dev/null || true';
    if (!this.user) await run(["sh", "-c", mend, `${this.folder}/final`]);
    await Deno.remove(this.folder, { recursive: true });
  }
}
