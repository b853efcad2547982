/** How people are searched. */

/** What to ask for: a number when it is one, else a part of a name. */
export function queryOf(written: string): string {
  const number = written.replace(/[\s()./-]/g, "");
  return /^\+[1-9]\d{6,14}$/.test(number)
    ? `phone=${encodeURIComponent(number)}`
    : `query=${encodeURIComponent([...written.replace(/^@/, "")].slice(0, 64).join(""))}`;
}
