/** What is looked at, in any tab: a tab that shows a conversation holds a lock with its name while it does. */

function nameFor(conversationId: string): string {
  return `patter looks at ${conversationId}`;
}

/** Says that a conversation is seen here, until what it returns is called, or the tab is gone. */
export function lookAt(conversationId: string): () => void {
  const leaving = new AbortController();
  const { signal } = leaving;
  const gone = new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
  navigator.locks?.request(nameFor(conversationId), { mode: "shared", signal }, () => gone)
    .catch(() => {
      // Ended before it was granted, or forbidden here: then this tab speaks for itself alone.
    });
  return () => leaving.abort();
}

/** Whether some tab shows a conversation now. */
export async function isLookedAt(conversationId: string): Promise<boolean> {
  const locks = await navigator.locks?.query().catch(() => undefined);
  return locks?.held?.some(({ name }) => name === nameFor(conversationId)) ?? false;
}

/** Calls `run` in one tab of all, when it is this one's turn; ends with what it returns. */
export function aloneOfTabs(name: string, run: () => () => void): () => void {
  const leaving = new AbortController();
  const { signal } = leaving;
  const work = async () => {
    const stop = run();
    await new Promise((resolve) => signal.addEventListener("abort", resolve));
    stop();
  };
  if (navigator.locks) {
    navigator.locks.request(`patter ${name}`, { signal }, work).catch(() => {
      // Ended while another tab had its turn.
    });
  } else void work();
  return () => leaving.abort();
}
