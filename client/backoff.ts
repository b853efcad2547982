/** How long to wait before trying again: full jitter, so that many clients do not come back at once. */

const firstMs = 500;
const longestMs = 30_000;

/**
 * A random time below a bound that doubles with each attempt (from 0 on) up to 30 s.
 * https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export function backoffMs(attempt: number, random: () => number): number {
  return random() * Math.min(longestMs, firstMs * 2 ** Math.min(attempt, 10));
}
