/** Writes out what the schemas infer, so that whoever uses the types needs neither the schemas nor zod. */
import ts from "typescript";

const named = ts.TypeFormatFlags.NoTruncation |
  ts.TypeFormatFlags.UseSingleQuotesForStringLiteralType;

/** Types of one module as text, by what they are and not by how they were made. */
class Printer {
  /** The text of an exported type → its name. */
  readonly names = new Map<string, string>();

  constructor(readonly checker: ts.TypeChecker) {}

  print(type: ts.Type, self?: string): string {
    if (type.isUnion()) return this.#union(type);
    const isObject = (type.flags & ts.TypeFlags.Object) !== 0 || type.isIntersection();
    if (!isObject) return this.checker.typeToString(type, undefined, named).replaceAll("'", '"');
    if (this.checker.isTupleType(type)) return `[${this.#arguments(type).join(", ")}]`;
    if (this.checker.isArrayType(type)) return this.#array(type);
    const text = this.#object(type);
    const name = this.names.get(text);
    return name === undefined || name === self ? text : name;
  }

  #arguments(type: ts.Type): string[] {
    return this.checker.getTypeArguments(type as ts.TypeReference).map((one) => this.print(one));
  }

  #array(type: ts.Type): string {
    const [item = "unknown"] = this.#arguments(type);
    const isReadonly = type.symbol.name === "ReadonlyArray";
    return `${isReadonly ? "readonly " : ""}${item.includes(" | ") ? `(${item})` : item}[]`;
  }

  #union(type: ts.UnionType): string {
    const parts = type.types.map((one) => this.print(one));
    const isBoolean = parts.includes("true") && parts.includes("false");
    const rest = isBoolean ? parts.filter((part) => part !== "true" && part !== "false") : parts;
    return [...new Set(isBoolean ? ["boolean", ...rest] : rest)].join(" | ");
  }

  #object(type: ts.Type): string {
    const fields = this.checker.getPropertiesOfType(type).map((field) => this.#field(field));
    const indexed = this.checker.getIndexInfosOfType(type).map(({ keyType, type }) =>
      `[key: ${this.print(keyType)}]: ${this.print(type)}`
    );
    return `{ ${[...fields, ...indexed].join("; ")} }`;
  }

  #field(field: ts.Symbol): string {
    const key = /^[A-Za-z]\w*$/.test(field.name) ? field.name : JSON.stringify(field.name);
    const isOptional = (field.flags & ts.SymbolFlags.Optional) !== 0;
    const isReadonly = field.declarations?.some((one) =>
      (ts.getCombinedModifierFlags(one) & ts.ModifierFlags.Readonly) !== 0
    );
    const type = this.print(this.checker.getTypeOfSymbol(field));
    return `${isReadonly ? "readonly " : ""}${key}${isOptional ? "?" : ""}: ${type}`;
  }
}

/** The exported types of a module, each spelled out, with what is said of it. */
export function spelledOut(checker: ts.TypeChecker, module: ts.SourceFile): string {
  const symbol = checker.getSymbolAtLocation(module);
  if (symbol === undefined) throw new Error(`${module.fileName} exports nothing`);
  const types = checker.getExportsOfModule(symbol).map((exported) => {
    const isAlias = (exported.flags & ts.SymbolFlags.Alias) !== 0;
    const target = isAlias ? checker.getAliasedSymbol(exported) : exported;
    return { name: exported.name, target, type: checker.getDeclaredTypeOfSymbol(target) };
  });
  const printer = new Printer(checker);
  // From the small to the large: what a type is made of has its name by then.
  const bySize = types.map(({ name, type }) => ({ name, type, size: printer.print(type).length }))
    .sort((a, b) => a.size - b.size);
  for (const { name, type } of bySize) {
    const text = printer.print(type);
    if (text.startsWith("{")) printer.names.set(text, name);
  }
  return types.map(({ name, target, type }) => {
    const [said = name] = ts.displayPartsToString(target.getDocumentationComment(checker)).split(
      "\n",
    );
    return `/** ${said} */\nexport type ${name} = ${printer.print(type, name)};\n`;
  }).join("");
}
