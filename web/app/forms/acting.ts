/** Asking the server for something from a screen: whether it is under way, and what came of it. */
import { useEffect, useRef, useState } from "preact/hooks";
import { type Faults, faultsOf } from "../state/failures.ts";

/** One thing at a time. */
export interface Acting {
  readonly isBusy: boolean;
  /** What went wrong the last time, by field. */
  readonly faults: Faults;
  /** Does it, unless something is under way; says whether it was done. */
  act(run: () => Promise<unknown>): Promise<boolean>;
  /** Forgets what went wrong. */
  clear(): void;
}

/** Acting for as long as what renders with it is there. */
export function useActing(): Acting {
  const [isBusy, setBusy] = useState(false);
  const [faults, setFaults] = useState<Faults>({});
  const isThere = useRef(true);
  // The state of the next rendering would let a second click through.
  const isUnderWay = useRef(false);
  useEffect(() => {
    isThere.current = true;
    return () => {
      isThere.current = false;
    };
  }, []);
  const act = async (run: () => Promise<unknown>) => {
    if (isUnderWay.current) return false;
    isUnderWay.current = true;
    setBusy(true);
    setFaults({});
    try {
      await run();
      return true;
    } catch (error) {
      const found = faultsOf(error);
      if (isThere.current) setFaults(found);
      return false;
    } finally {
      isUnderWay.current = false;
      if (isThere.current) setBusy(false);
    }
  };
  return { isBusy, faults, act, clear: () => setFaults({}) };
}
