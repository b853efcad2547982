/** `/docs`: the OpenAPI document as a page of plain HTML; no script, nothing from elsewhere. */
import { html } from "hono/html";

interface Operation {
  readonly summary?: string;
  readonly tags?: string[];
  readonly responses?: Record<string, { description?: string }>;
}

/** What the page needs of an OpenAPI document. */
export interface ApiDocument {
  readonly info: { readonly title: string };
  readonly paths?: object | undefined;
}

const style = `
  :root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
  body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
  code { font: 0.9em ui-monospace, monospace; }
  section { margin-top: 2.5rem; }
  details { border-top: 1px solid #8884; padding: 0.6rem 0; }
  summary { cursor: pointer; display: grid; grid-template-columns: 4rem 1fr; gap: 0.5rem; }
  summary span { grid-column: 2; opacity: 0.8; }
  b { text-transform: uppercase; font-size: 0.85em; }
  table { margin: 0.5rem 0 0 4.5rem; border-collapse: collapse; }
  td { padding: 0.1rem 1rem 0.1rem 0; vertical-align: top; overflow-wrap: anywhere; }
`;

function operations(document: ApiDocument) {
  const paths = Object.entries(document.paths ?? {}) as [string, Record<string, Operation>][];
  return paths.flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation }))
  );
}

function row([status, { description = "" }]: [string, { description?: string }]) {
  return html`
    <tr>
      <td><code>${status}</code></td>
      <td>${description}</td>
    </tr>
  `;
}

function entry({ path, method, operation }: ReturnType<typeof operations>[number]) {
  return html`
    <details>
      <summary><b>${method}</b><code>${path}</code><span>${operation.summary ?? ""}</span></summary>
      <table>${Object.entries(operation.responses ?? {}).map(row)}</table>
    </details>
  `;
}

/** The page of a document. */
export function docsPage(document: ApiDocument) {
  const all = operations(document);
  const tags = [...new Set(all.map(({ operation }) => operation.tags?.[0] ?? "Other"))];
  return html`
    <!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>${document.info.title}</title>
        <style>${style}</style>
      </head>
      <body>
            <h1>${document.info.title}</h1>
            <p>
              Every route and every refusal, from the schemas that check requests:
              <a href="/openapi.json">OpenAPI 3.1</a>. The WebSocket at <code>/v1/ws</code>:
              <a href="/openrpc.json">OpenRPC</a>.
            </p>
            ${tags.map((tag) =>
              html`<section><h2>${tag}</h2>
            ${all.filter(({ operation }) => (operation.tags?.[0] ?? "Other") === tag).map(entry)}
          </section>`
            )}
          </body>
    </html>
  `;
}
