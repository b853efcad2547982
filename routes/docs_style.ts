/** How `/docs` looks: one style sheet within the page, light or dark as the reader's system is. */

/** The style sheet. */
export const docsStyle = `
  :root {
    color-scheme: light dark;
    --ground: light-dark(#fff, #14171c);
    --raised: light-dark(#f5f7fa, #1b2027);
    --line: light-dark(#dfe4ea, #2e353f);
    --ink: light-dark(#1b2430, #e4e9f0);
    --soft: light-dark(#566273, #9aa7b8);
    --link: light-dark(#0b57c4, #82b4ff);
    --get: light-dark(#0b5fb0, #7cb8ff);
    --post: light-dark(#17713a, #74d296);
    --change: light-dark(#8a5300, #f0b65c);
    --delete: light-dark(#b3261e, #ff9a92);
    font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, sans-serif;
  }
  * { box-sizing: border-box; }
  html { scroll-padding-top: 1rem; }
  body { margin: 0; background: var(--ground); color: var(--ink); }
  a { color: var(--link); text-underline-offset: 0.15em; }
  code, .type { font: 0.875em/1.5 ui-monospace, "SF Mono", Menlo, Consolas, monospace; }
  .type { overflow-wrap: anywhere; }
  .frame {
    display: grid; grid-template-columns: 13rem minmax(0, 1fr); gap: 3rem;
    max-width: 72rem; margin: 0 auto; padding: 2.5rem 1.5rem 6rem;
  }
  nav { position: sticky; top: 2.5rem; align-self: start; font-size: 0.9375rem; }
  nav ul { list-style: none; margin: 0; padding: 0; }
  nav a { display: block; padding: 0.3rem 0; color: var(--soft); text-decoration: none; }
  nav a:hover { color: var(--ink); text-decoration: underline; }
  h1 { font-size: 2rem; line-height: 1.2; letter-spacing: -0.02em; margin: 0 0 0.5rem; }
  h2 { font-size: 1.25rem; letter-spacing: -0.01em; margin: 3rem 0 0.75rem; }
  h3 { font-size: 1rem; margin: 2rem 0 0.5rem; }
  .lead { max-width: 42rem; margin: 0; color: var(--soft); }
  details { border: 1px solid var(--line); border-radius: 8px; margin: 0.5rem 0; }
  details[open] { background: var(--raised); }
  summary {
    position: relative; display: grid; grid-template-columns: 4rem minmax(0, 1fr);
    gap: 0 0.75rem; align-items: baseline; padding-right: 2.5rem; padding-block: 0.6rem; padding-left: 0.9rem; cursor: pointer; border-radius: 8px;
  }
  summary::after {
    content: ""; position: absolute; right: 1.1rem; top: 1.05rem; width: 0.4rem; height: 0.4rem;
    border: solid var(--soft); border-width: 0 1.5px 1.5px 0; transform: rotate(45deg);
  }
  details[open] > summary::after { transform: rotate(225deg); top: 1.25rem; }
  summary::-webkit-details-marker { display: none; }
  summary:hover { background: var(--raised); }
  :focus-visible { outline: 2px solid var(--link); outline-offset: 2px; }
  summary code { font-weight: 600; overflow-wrap: anywhere; }
  summary span { grid-column: 2; color: var(--soft); font-size: 0.9375rem; }
  .method { font: 700 0.75rem/1.5 ui-monospace, Menlo, Consolas, monospace; letter-spacing: 0.04em; }
  .get { color: var(--get); } .post { color: var(--post); }
  .put, .patch { color: var(--change); } .delete { color: var(--delete); }
  .inside { padding: 0.25rem 0.9rem 0.9rem; border-top: 1px solid var(--line); }
  .inside p { margin: 0.75rem 0 0; font-size: 0.9375rem; }
  .inside h4 { font-size: 0.8125rem; margin: 0.9rem 0 0.25rem; color: var(--soft); }
  table { width: 100%; border-collapse: collapse; font-size: 0.9375rem; }
  td { padding: 0.3rem 1rem 0.3rem 0; vertical-align: top; border-top: 1px solid var(--line); }
  tr:first-child td { border-top: 0; }
  td:first-child { width: 11rem; overflow-wrap: anywhere; }
  .answers td:first-child { width: 5rem; }
  .soft { color: var(--soft); }
  @media (max-width: 48rem) {
    .frame { display: block; padding: 1.5rem 1rem 4rem; }
    nav { position: static; margin-bottom: 1.5rem; }
    nav ul { display: flex; flex-wrap: wrap; gap: 0 1.25rem; }
    td:first-child { width: 7.5rem; }
  }
`;
