/** Parts of a page that are loaded when they are first shown. */
import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";

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
      let isWanted = true;
      if (loaded === null) {
        load().then((component) => {
          loaded = component;
          if (isWanted) setLoaded(1);
        });
      }
      return () => {
        isWanted = false;
      };
    }, []);
    const Part = loaded;
    return Part === null ? null : <Part {...props} />;
  };
}
