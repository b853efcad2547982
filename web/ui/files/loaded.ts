/** Something that is loaded while a part of the page is shown. */
import { useCallback, useEffect, useState } from "preact/hooks";

/** What became of it; `retry` asks again. */
export interface Loaded<T> {
  readonly value: T | null;
  readonly error: unknown;
  readonly retry: () => void;
}

/** Loads when shown, and again when `key` is another; what comes too late is dropped. */
export function useLoaded<T>(key: string, load: () => Promise<T>): Loaded<T> {
  const [state, setState] = useState<{ key: string; value: T | null; error: unknown }>({
    key,
    value: null,
    error: null,
  });
  const [attempt, setAttempt] = useState(0);
  useEffect(() => {
    let isWanted = true;
    load().then(
      (value) => isWanted && setState({ key, value, error: null }),
      (error) => isWanted && setState({ key, value: null, error }),
    );
    return () => {
      isWanted = false;
    };
  }, [key, attempt]);
  const retry = useCallback(() => {
    setState({ key, value: null, error: null });
    setAttempt((before) => before + 1);
  }, [key]);
  const isCurrent = state.key === key;
  return { value: isCurrent ? state.value : null, error: isCurrent ? state.error : null, retry };
}
