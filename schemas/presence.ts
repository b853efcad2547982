/** Presence on the wire: who is here, from where, and when they were last. */
import { z } from "zod";
import { Platform } from "./auth.ts";
import { Id, Time } from "./fields.ts";

/** Users that one connection may watch. */
export const watchedMax = 200;

/** How I want to be seen, on all my devices and until I say otherwise. */
export const PresenceStatus = z.enum(["online", "away", "invisible"]);
/** How I want to be seen, on all my devices and until I say otherwise. */
export type PresenceStatus = z.infer<typeof PresenceStatus>;

/** `presence.watch`, `presence.unwatch` */
export const WatchParams = z.strictObject({ userIds: z.array(Id).max(watchedMax) });

/**
 * A user as somebody may see them. Who is online and away has a `lastSeenAt` that stands still; who
 * may not be seen, or never was, has none.
 */
export const Presence = z.object({
  userId: Id,
  online: z.boolean(),
  lastSeenAt: Time.nullable(),
  platforms: z.array(Platform),
}).meta({ id: "Presence" });
/** A user as somebody may see them. */
export type Presence = z.infer<typeof Presence>;

/** What is answered and told. */
export const Presences = z.object({ presences: z.array(Presence) });
