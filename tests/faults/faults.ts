/** Every fault that a run can suffer: how it begins, and how it is cured. */
import type { Cluster } from "./cluster.ts";
import type { Instance } from "./instance.ts";
import type { Link, LinkState } from "./proxy.ts";

/** Cures what was begun. */
export type Cure = () => Promise<void> | void;

/** A fault of one kind; `[min, max]` is how long it lasts. */
export interface FaultKind {
  readonly weight: number;
  readonly forMs: readonly [min: number, max: number];
  /** What it befalls: no two at once befall the same. */
  readonly target: (number: number) => string;
  readonly begin: (cluster: Cluster, number: number) => Promise<Cure> | Cure;
}

function instanceOf({ instances }: Cluster, number: number): Instance {
  return instances[number - 1]!;
}

function ofInstance(
  weight: number,
  forMs: FaultKind["forMs"],
  begin: (instance: Instance) => Promise<Cure> | Cure,
): FaultKind {
  const target = (number: number) => `instance ${number}`;
  return { weight, forMs, target, begin: (all, number) => begin(instanceOf(all, number)) };
}

type Server = "postgres" | "redis";

function ofServer(
  server: Server,
  weight: number,
  forMs: FaultKind["forMs"],
  how: "kill" | "stop" | "pause",
): FaultKind {
  return {
    weight,
    forMs,
    target: () => server === "redis" ? "Redis" : "Postgres",
    async begin({ [server]: it }) {
      await it[how]();
      return () => how === "pause" ? it.resume() : it.start();
    },
  };
}

type Side = keyof Instance["links"];

function ofLink(
  side: Side,
  weight: number,
  forMs: FaultKind["forMs"],
  begin: (link: Link) => void,
): FaultKind {
  return {
    weight,
    forMs,
    target: (number) => `${side} – instance ${number}`,
    begin(all, number) {
      const link = instanceOf(all, number).links[side];
      begin(link);
      return () => link.become("open");
    },
  };
}

function linkFaults(side: Side): Record<string, FaultKind> {
  const becomes = (state: LinkState, delayMs?: number) => (link: Link) =>
    link.become(state, delayMs);
  return {
    [`cut ${side}`]: ofLink(side, 3, [200, 4_000], becomes("cut")),
    [`slow ${side}`]: ofLink(side, 3, [1_000, 6_000], becomes("slow", 400)),
    [`silent ${side}`]: ofLink(side, 3, [500, 6_000], becomes("silent")),
    [`half-open ${side}`]: ofLink(side, 2, [0, 0], (link) => link.lose()),
  };
}

const faultless = { drop: 0, duplicate: 0, delay: 0, delayMs: 0 };
const suffered = { drop: 0.2, duplicate: 0.2, delay: 0.4, delayMs: 300 };

/** All kinds by their names. */
export const faultKinds: Readonly<Record<string, FaultKind>> = {
  "kill -9": ofInstance(8, [100, 3_000], async (instance) => {
    instance.signal("SIGKILL");
    await instance.ended();
    return () => instance.start();
  }),
  "drain and restart": ofInstance(3, [0, 0], async (instance) => {
    instance.signal("SIGTERM");
    await instance.ended();
    return () => instance.start();
  }),
  "freeze": ofInstance(5, [500, 8_000], (instance) => {
    instance.signal("SIGSTOP");
    return () => instance.signal("SIGCONT");
  }),
  "lose, double and reorder packets": {
    ...ofInstance(6, [2_000, 8_000], (instance) => {
      instance.suffer(suffered);
      return () => instance.suffer(faultless);
    }),
    target: (number) => `packets to instance ${number}`,
  },
  "kill -9 Postgres": ofServer("postgres", 3, [100, 2_000], "kill"),
  "restart Postgres": ofServer("postgres", 2, [0, 0], "stop"),
  "freeze Postgres": ofServer("postgres", 2, [500, 5_000], "pause"),
  "kill -9 Redis": ofServer("redis", 3, [100, 2_000], "kill"),
  "freeze Redis": ofServer("redis", 2, [500, 5_000], "pause"),
  ...linkFaults("clients"),
  ...linkFaults("Postgres"),
  ...linkFaults("Redis"),
};
