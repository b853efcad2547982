/** zod schemas as JSON Schema 2020-12: each that has a name stands once among the components. */
import { z } from "zod";

/** A JSON Schema. */
export type JsonSchema = Record<string, unknown>;

/** What a client sends is checked as it is; what it gets has been through transforms and defaults. */
export type Direction = "input" | "output";

type Options = NonNullable<Parameters<typeof z.toJSONSchema>[1]>;

const place = "#/components/schemas/";
const isHuge = (value: unknown) => Math.abs(Number(value)) === Number.MAX_SAFE_INTEGER;

const override: NonNullable<Options["override"]> = ({ zodSchema, jsonSchema }) => {
  // The name is the component's own.
  delete jsonSchema.id;
  const { def } = zodSchema._zod;
  // Answers may gain fields: only what is refused for unknown ones says that it has no others.
  if (def.type === "object" && def.catchall === undefined) delete jsonSchema.additionalProperties;
  if (isHuge(jsonSchema.minimum)) delete jsonSchema.minimum;
  if (isHuge(jsonSchema.maximum)) delete jsonSchema.maximum;
};

function relocated(schema: JsonSchema): JsonSchema {
  return JSON.parse(JSON.stringify(schema).replaceAll(`"#/$defs/`, `"${place}`));
}

/** Collects the named schemas of a document. */
export class Components {
  readonly schemas: Record<string, JsonSchema> = {};

  /** A schema whose named parts, and itself if it has a name, are references. */
  of(schema: z.ZodType, io: Direction): JsonSchema {
    const options = { io, unrepresentable: "any", reused: "inline", override } as const;
    const { $schema: _, $defs = {}, ...shape } = z.toJSONSchema(schema, options);
    for (const [name, part] of Object.entries($defs)) this.schemas[name] ??= relocated(part);
    return relocated(shape);
  }

  /** A reference to a component. */
  static reference(name: string): JsonSchema {
    return { $ref: place + name };
  }
}
