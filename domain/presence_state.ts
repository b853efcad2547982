/** What instances state of a user, put together, and what of it a watcher is shown. */
import { z } from "zod";
import { Platform } from "../schemas/auth.ts";
import type { Presence } from "../schemas/presence.ts";
import type { Sight } from "./sights.ts";

const Stated = z.object({
  platforms: z.array(Platform).min(1),
  status: z.enum(["online", "away"]),
  since: z.number(),
});
/** What an instance states of a user who is connected to it and wants to be seen. */
export type Stated = z.infer<typeof Stated>;

/** As a lease holds it. */
export function encodeStated(stated: Stated): string {
  return JSON.stringify(stated);
}

/** What a lease says; null when it is of no version that is known here. */
export function decodeStated(value: string): Stated | null {
  try {
    return Stated.safeParse(JSON.parse(value)).data ?? null;
  } catch {
    return null;
  }
}

/** What all instances state together: every platform, and the status that was set last. */
export function together(all: Iterable<Stated>): Stated | null {
  let newest: Stated | null = null;
  const platforms = new Set<string>();
  for (const stated of all) {
    for (const platform of stated.platforms) platforms.add(platform);
    if (newest === null || stated.since > newest.since) newest = stated;
  }
  if (newest === null) return null;
  // In one order, so that two instances say the same of the same.
  return { ...newest, platforms: Platform.options.filter((name) => platforms.has(name)) };
}

/** What a watcher is shown. While somebody is active, they are seen now. */
export function presenceOf(
  userId: string,
  { stated, sight, now }: { stated: Stated | null; sight: Sight; now: Date },
): Presence {
  if (sight.of !== "all" || stated === null) {
    const lastSeenAt = sight.lastSeenAt?.toISOString() ?? null;
    return { userId, online: false, lastSeenAt, platforms: [] };
  }
  const seenAt = stated.status === "away" ? new Date(stated.since) : now;
  const { platforms } = stated;
  return { userId, online: true, lastSeenAt: seenAt.toISOString(), platforms };
}

/** Short, and the same as long as there is nothing new to tell. */
export function signOf(stated: Stated | null, sight: Sight): string {
  if (sight.of !== "all" || stated === null) return `off ${sight.lastSeenAt?.getTime() ?? ""}`;
  return `${stated.platforms.join()} ${stated.status === "away" ? stated.since : ""}`;
}
