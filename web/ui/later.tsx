/** Parts of a page that are loaded when they are first shown. */
import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";

const firstRetryMs = 1_000;
const longestRetryMs = 30_000;

// Until it is there, or nobody waits for it any more: a network that is away for a moment leaves no hole
// in the screen.
async function loadAgain<P>(
  load: () => Promise<ComponentType<P>>,
  signal: AbortSignal,
): Promise<ComponentType<P> | null> {
  for (let ms = firstRetryMs; !signal.aborted; ms = Math.min(2 * ms, longestRetryMs)) {
    try {
      return await load();
    } catch (error) {
      // All that browsers say of a script that could not be fetched.
      if (!(error instanceof TypeError)) throw error;
      await new Promise((resolve) => setTimeout(resolve, ms));
    }
  }
  return null;
}

/**
 * Makes a component of one that is loaded when it is first rendered; until then, and while it can't be
 * had, there is nothing. What was loaded once is there at once.
 */
export function later<P extends object>(
  load: () => Promise<ComponentType<P>>,
): (props: P) => preact.JSX.Element | null {
  let loaded: ComponentType<P> | null = null;
  return function Later(props: P) {
    const [, setLoaded] = useState(0);
    useEffect(() => {
      if (loaded !== null) return;
      const leaving = new AbortController();
      void loadAgain(load, leaving.signal).then((component) => {
        loaded ??= component;
        if (!leaving.signal.aborted) setLoaded(1);
      });
      return () => leaving.abort();
    }, []);
    const Part = loaded;
    return Part === null ? null : <Part {...props} />;
  };
}
