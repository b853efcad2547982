/** What a site puts into its pages to have the widget. */
import { Copying } from "./copying.tsx";
import { words } from "./words.ts";

/** The line for a page. */
export function snippetOf(origin: string, key: string): string {
  return `<script async src="${origin}/widget.js" data-inbox="${key}"></script>`;
}

/** The line, to copy. */
export function Embed({ inboxKey }: { inboxKey: string }) {
  const t = words();
  return (
    <section class="inbox-part" aria-labelledby="embed-heading">
      <h2 id="embed-heading">{t.embed}</h2>
      <p class="hint">{t.embedHint}</p>
      <Copying label={t.embed} text={snippetOf(location.origin, inboxKey)} rows={2} />
      <a class="link" href="/docs" target="_blank" rel="noopener">{t.docs}</a>
    </section>
  );
}
