/** Who somebody says they are, in one field: a name or a number. */

/** A username, or a phone number as the server wants it. */
export type Who = { readonly username: string } | { readonly phone: string };

/** Reads the field; a username may be all digits, so a number is what begins with its country code. */
export function whoIs(written: string): Who {
  const number = written.replace(/[\s()./-]/g, "").replace(/^00/, "+");
  return /^\+\d+$/.test(number) ? { phone: number } : { username: written };
}
