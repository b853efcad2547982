/** A Dockerfile as stages of instructions, as far as ours goes. */
import { strict as assert } from "node:assert";

/** One instruction, its continued lines joined. */
export interface Instruction {
  /** In capitals. */
  readonly name: string;
  /** What follows, without the flags. */
  readonly text: string;
  /** `--name=value` that stand before it. */
  readonly flags: Readonly<Record<string, string>>;
}

/** A stage, begun by `FROM`. */
export interface Stage {
  readonly name: string;
  readonly base: string;
  readonly instructions: readonly Instruction[];
}

function toInstruction(line: string): Instruction {
  const [, name = "", rest = ""] = /^(\w+)\s+(.*)$/s.exec(line) ?? assert.fail(line);
  const flags = /^(?:--[\w-]+=\S+\s+)*/.exec(rest)![0];
  return {
    name: name.toUpperCase(),
    text: rest.slice(flags.length).trim(),
    flags: Object.fromEntries(
      [...flags.matchAll(/--([\w-]+)=(\S+)/g)].map(([, key = "", value]) => [key, value]),
    ) as Record<string, string>,
  };
}

/** The stages in order. */
export function parseDockerfile(text: string): Stage[] {
  const lines = text.split("\n").filter((line) => !/^\s*(#|$)/.test(line)).join("\n")
    .replace(/\\\n\s*/g, "").split("\n");
  const stages: Stage[] = [];
  for (const instruction of lines.map(toInstruction)) {
    if (instruction.name === "FROM") {
      const [base = "", , name = ""] = instruction.text.split(/\s+/);
      stages.push({ name, base, instructions: [] });
    } else {
      (stages.at(-1)!.instructions as Instruction[]).push(instruction);
    }
  }
  return stages;
}

/** The arguments of a `CMD` in its JSON form, which no shell comes between. */
export function commandOf(text: string): string[] {
  return JSON.parse(text.replace(/^CMD\s+/, ""));
}
