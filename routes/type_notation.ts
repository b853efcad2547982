/** JSON Schema as people read types: `{ items: Session[], nextCursor: string | null }`, with links. */
import { html } from "hono/html";
import type { JsonSchema } from "./json_schema.ts";

type Html = ReturnType<typeof html>;

function joined(parts: readonly unknown[], between: string): Html {
  return html`${parts.flatMap((part, place) => place === 0 ? [part] : [between, part])}`;
}

// Bounds that a caller has to keep, behind the type.
function boundsOf(schema: JsonSchema): string {
  const { minLength, maxLength, minimum, maximum, maxItems, default: standard } = schema;
  const [least, most] = [minLength ?? minimum, maxLength ?? maximum ?? maxItems];
  const range = most !== undefined
    ? ` ${least ?? 0}…${most}`
    : least !== undefined && least !== 0
    ? ` ≥ ${least}`
    : "";
  return range + (standard === undefined ? "" : ` = ${JSON.stringify(standard)}`);
}

function object({ properties, required = [] }: JsonSchema): Html {
  const fields = Object.entries((properties ?? {}) as Record<string, JsonSchema>);
  if (fields.length === 0) return html`object`;
  const must = new Set(required as string[]);
  const shown = fields.map(([name, type]) =>
    html`${name}${must.has(name) ? "" : "?"}: ${typeOf(type)}`
  );
  return html`{ ${joined(shown, ", ")} }`;
}

function array({ items, prefixItems }: JsonSchema): Html {
  if (Array.isArray(prefixItems)) {
    return html`[${joined((prefixItems as JsonSchema[]).map(typeOf), ", ")}]`;
  }
  const item = (items ?? {}) as JsonSchema;
  const isCompound = "anyOf" in item || "enum" in item || "oneOf" in item;
  return isCompound ? html`(${typeOf(item)})[]` : html`${typeOf(item)}[]`;
}

function plain(schema: JsonSchema): Html {
  const { type, format, pattern } = schema;
  if (type === "object") return object(schema);
  if (type === "array") return html`${array(schema)}${boundsOf(schema)}`;
  if (type === undefined) return html`any`;
  const name = format ?? [type].flat().join(" | ");
  const check = pattern === undefined || format !== undefined ? "" : ` /${pattern}/`;
  return html`${name}${check}${boundsOf(schema)}`;
}

/** A schema in one line. */
export function typeOf(schema: JsonSchema): Html {
  const { $ref, anyOf, oneOf, allOf, enum: values, const: value } = schema;
  if (typeof $ref === "string") {
    const name = $ref.split("/").at(-1)!;
    return html`<a href="#${name}">${name}</a>`;
  }
  const variants = anyOf ?? oneOf;
  if (Array.isArray(variants)) return joined((variants as JsonSchema[]).map(typeOf), " | ");
  if (Array.isArray(allOf)) return joined((allOf as JsonSchema[]).map(typeOf), " & ");
  if (Array.isArray(values)) return joined(values.map((one) => JSON.stringify(one)), " | ");
  return value === undefined ? plain(schema) : html`${JSON.stringify(value)}`;
}
