/** Bytes as text, and ids that are such. */

/** Two digits for each byte. */
export function hexOf(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** An id that nobody else makes. Pages that are not served over TLS have no `crypto.randomUUID`. */
export function randomId(): string {
  return hexOf(crypto.getRandomValues(new Uint8Array(16)));
}
