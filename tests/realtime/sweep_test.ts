/** The sweep when the database does not answer: it is made again without waiting for its turn, of everything. */
import type { AppParts } from "../../domain/app.ts";
import { Repair } from "../../realtime/repair.ts";
import type { Room } from "../../realtime/room.ts";
import { until } from "../support/waiting.ts";
import { testLog } from "../support/world.ts";

const never = 3_600_000;

Deno.test("a sweep that fails is made again soon, and looks at what it had and had not looked at", async () => {
  const asked = new Set<string>();
  let isAway = true;
  const get = (id: string) => {
    if (isAway) return Promise.reject(new Error("away"));
    asked.add(id);
    return Promise.resolve(0);
  };
  const log = testLog();
  const app = { revs: { get }, log } as unknown as AppParts;
  // More than one slice: each turn looks at some of them.
  const ids = Array.from({ length: 1_500 }, (_, number) => `room ${number}`);
  const rooms = new Map(ids.map((id) => [id, { id, isStarted: false } as Room]));
  const following = { follow: () => Promise.resolve(), verify: () => Promise.resolve() };
  const host = { rooms, connections: () => [], deliver: () => {}, following };
  const repair = new Repair(app, host, { waitMs: 1, retryMs: 20, sweepMs: never });
  try {
    await repair.sweep();
    const failures = () => log.lines.filter(({ event }) => event === "sweep failed").length;
    await until("it was tried again", () => failures() >= 3);
    isAway = false;
    await until("all are looked at", () => asked.size === ids.length);
  } finally {
    repair.close();
  }
});
