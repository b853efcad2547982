/** `/docs`: the OpenAPI document as a page of plain HTML; no script, nothing from elsewhere. */
import { html, raw } from "hono/html";
import { docsStyle } from "./docs_style.ts";
import type { JsonSchema } from "./json_schema.ts";
import type { Operation, OperationResponse, Parameter, Paths } from "./openapi.ts";
import { typeOf } from "./type_notation.ts";

/** What the page needs of an OpenAPI document. */
export interface ApiDocument {
  readonly info: { readonly title: string; readonly description: string };
  readonly paths: Paths;
  readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>> };
}

type Html = ReturnType<typeof html>;

interface Entry {
  readonly path: string;
  readonly method: string;
  readonly operation: Operation;
}

function entriesOf({ paths }: ApiDocument): Entry[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation }))
  );
}

function tagOf({ operation }: Entry): string {
  return operation.tags?.[0] ?? "Other";
}

function anchorOf(tag: string): string {
  return tag.toLowerCase().replaceAll(" ", "-");
}

// The schema of what is sent or answered in whichever type.
function shapeOf(message: unknown): JsonSchema | undefined {
  const { content = {} } = message as { content?: Record<string, { schema: JsonSchema }> };
  return Object.values(content)[0]?.schema;
}

function section(title: string, rows: readonly Html[]) {
  return rows.length === 0 ? "" : html`
    <h4>${title}</h4>
    <table>${rows}</table>
  `;
}

function row(name: unknown, shown: unknown): Html {
  return html`
    <tr>
      <td><code>${name}</code></td>
      <td>${shown}</td>
    </tr>
  `;
}

function parameterRow({ name, in: place, required, schema }: Parameter): Html {
  const note = `${place}${required ? "" : ", optional"}`;
  return row(
    name,
    html`<span class="type">${typeOf(schema)}</span> <span class="soft">${note}</span>`,
  );
}

function responseRow([status, response]: [string, OperationResponse]): Html {
  const codes = response["x-codes"];
  if (codes !== undefined) return row(status, html`<span class="type">${codes.join(", ")}</span>`);
  const shape = shapeOf(response);
  const type = shape === undefined ? "" : html`
    <span class="type">${typeOf(shape)}</span>
  `;
  return row(status, html`${response.description}${type}`);
}

function entry({ path, method, operation }: Entry): Html {
  const { summary = "", parameters, requestBody, responses, security } = operation;
  const shape = requestBody === undefined ? undefined : shapeOf(requestBody);
  const access = security === undefined ? "" : html`<p class="soft">Needs an access token.</p>`;
  return html`
    <details>
      <summary>
        <b class="method ${method}">${method.toUpperCase()}</b><code>${path}</code>
        <span>${summary}</span>
      </summary>
      <div class="inside">
        ${access}${section("Parameters", parameters.map(parameterRow))}
        ${shape === undefined ? "" : html`
          <h4>Body</h4>
          ${fieldsOf(shape)}
        `}
        <div class="answers">${section("Answers", Object.entries(responses).map(responseRow))}</div>
      </div>
    </details>
  `;
}

function fieldsOf(schema: JsonSchema): Html {
  const { properties, required = [] } = schema;
  if (properties === undefined) return html`<div class="type">${typeOf(schema)}</div>`;
  const must = new Set(required as string[]);
  const rows = Object.entries(properties as Record<string, JsonSchema>).map(([name, type]) =>
    row(`${name}${must.has(name) ? "" : "?"}`, html`<span class="type">${typeOf(type)}</span>`)
  );
  return html`<table>${rows}</table>`;
}

function component([name, schema]: [string, JsonSchema]): Html {
  const { oneOf } = schema;
  const shapes = Array.isArray(oneOf) ? oneOf as JsonSchema[] : [schema];
  return html`<h3 id="${name}">${name}</h3>${shapes.map(fieldsOf)}`;
}

function contents(tags: readonly string[]): Html {
  const links = [...tags, "Types"].map((tag) =>
    html`<li><a href="#${anchorOf(tag)}">${tag}</a></li>`
  );
  return html`
    <nav aria-label="Contents">
      <ul>${links}</ul>
    </nav>
  `;
}

/** The page of a document. */
export function docsPage(document: ApiDocument) {
  const all = entriesOf(document);
  const isAside = (tag: string) => tag === "System";
  const tags = [...new Set(all.map(tagOf))].sort((a, b) => Number(isAside(a)) - Number(isAside(b)));
  const { title, description } = document.info;
  return html`
    <!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>${title}: the API</title>
        <style>${raw(docsStyle)}</style>
      </head>
      <body>
        <div class="frame">
              ${contents(tags)}
              <main>
                <h1>${title}</h1>
                <p class="lead">
                  ${description} Made from the schemas that check requests, also as
                  <a href="/openapi.json">OpenAPI 3.1</a>; the WebSocket's methods and notifications as
                  <a href="/openrpc.json">OpenRPC</a>.
                </p>
                ${tags.map((tag) =>
                  html`<section>
                <h2 id="${anchorOf(tag)}">${tag}</h2>
                ${all.filter((one) => tagOf(one) === tag).map(entry)}
              </section>`
                )}
                <section>
                  <h2 id="types">Types</h2>
                  ${Object.entries(document.components.schemas).sort().map(component)}
                </section>
              </main>
            </div>
      </body>
    </html>
  `;
}
