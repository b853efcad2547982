/** Waiting for events, with a limit: no test sleeps for luck. */

const limitMs = 10_000;

/** The promise's value, or a failure that says what did not happen. */
export async function within<T>(
  what: string,
  promise: Promise<T>,
  ms: number = limitMs,
): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`Waited ${ms} ms in vain: ${what}`)), ms);
  });
  try {
    return await Promise.race([promise, limit]);
  } finally {
    clearTimeout(timer);
  }
}

/** Looks again and again until `check` gives something true. */
export async function until<T>(
  what: string,
  check: () => T | Promise<T>,
  ms: number = limitMs,
): Promise<T> {
  const giveUpAt = performance.now() + ms;
  for (;;) {
    const value = await check();
    if (value) return value;
    if (performance.now() > giveUpAt) throw new Error(`Waited ${ms} ms in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
