/** Rates: how often somebody may do something, in a window of time. */
import { fail } from "../errors.ts";
import type { App } from "./app.ts";

/**
 * Counts one under a key; with `RATE_LIMITS=off` nothing is counted.
 * @throws `rateLimited` when it was more than `max` within the window.
 */
export async function limitRate(
  app: App,
  key: string,
  limit: { max: number; windowMs: number },
): Promise<void> {
  if (app.config.rateLimits === "off") return;
  const { retryAfterMs } = await app.limits.count(key, limit);
  if (retryAfterMs > 0) throw fail("rateLimited", { retryAfterMs });
}
