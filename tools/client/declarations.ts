/** The declarations of `@patter/client`: those of its files, and the wire's types spelled out. */
import { join, relative } from "node:path/posix";
import ts from "typescript";
import { spelledOut } from "./wire_types.ts";

const options: ts.CompilerOptions = {
  declaration: true,
  emitDeclarationOnly: true,
  allowImportingTsExtensions: true,
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  target: ts.ScriptTarget.ES2024,
  lib: ["lib.es2024.d.ts", "lib.dom.d.ts", "lib.dom.iterable.d.ts"],
  types: [],
};

/** What a compiler says, one line each. */
export function messagesOf(diagnostics: readonly ts.Diagnostic[]): string[] {
  return diagnostics.map(({ file, start = 0, messageText }) => {
    const { line } = file?.getLineAndCharacterOfPosition(start) ?? { line: 0 };
    return `${file?.fileName}:${line + 1}: ${ts.flattenDiagnosticMessageText(messageText, "\n")}`;
  });
}

/** Writes the declarations of what lies in `root`/client to a folder. */
export async function writeDeclarations(root: string, folder: string): Promise<void> {
  const client = join(root, "client");
  const program = ts.createProgram([join(client, "mod.ts")], options);
  const faults = messagesOf(ts.getPreEmitDiagnostics(program));
  if (faults.length > 0) throw new Error(`The client does not compile:\n${faults.join("\n")}`);
  const written = new Map<string, string>();
  program.emit(undefined, (path, text) => {
    const name = relative(client, path);
    // Of what lies outside there is nothing left once the wire's types are spelled out.
    if (!name.startsWith("..")) {
      written.set(name, text.replaceAll(/(from "\.\/\w+)\.ts"/g, '$1.js"'));
    }
  });
  const wire = program.getSourceFile(join(client, "wire.ts"))!;
  written.set("wire.d.ts", spelledOut(program.getTypeChecker(), wire));
  await Deno.mkdir(folder, { recursive: true });
  for (const [name, text] of written) await Deno.writeTextFile(join(folder, name), text);
}
