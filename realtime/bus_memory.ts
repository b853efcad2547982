/** The bus within one process: nothing to tell where there is one instance, everything where tests run several. */
import type { Bus, ConnectBus, Receive } from "./bus.ts";

/** A bus whose instances live in this process; the packet itself is handed over. */
export function memoryBus(): ConnectBus {
  const topics = new Map<string, Set<Receive>>();
  return (receive): Bus => {
    const joined = new Set<string>();
    const leave = (topic: string) => {
      joined.delete(topic);
      const receivers = topics.get(topic);
      receivers?.delete(receive);
      if (receivers?.size === 0) topics.delete(topic);
    };
    return {
      publish(topic, packet) {
        for (const other of topics.get(topic) ?? []) {
          // Later, as over a network: no publisher may come to rely on being faster.
          if (other !== receive) queueMicrotask(() => other(topic, packet));
        }
      },
      join(topic) {
        joined.add(topic);
        topics.set(topic, (topics.get(topic) ?? new Set()).add(receive));
      },
      leave,
      close() {
        for (const topic of [...joined]) leave(topic);
        return Promise.resolve();
      },
    };
  };
}
