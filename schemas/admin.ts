/** What admins see and do, on the wire. */
import { z } from "zod";
import { Id, Time } from "./fields.ts";
import { User } from "./users.ts";

/** An account that is locked, and since when. */
export const AccountLock = z.object({ user: User, lockedAt: Time }).meta({ id: "AccountLock" });
/** An account that is locked, and since when. */
export type AccountLock = z.infer<typeof AccountLock>;

/** A running instance, as it last said of itself. */
export const Instance = z.object({
  id: Id,
  version: z.string(),
  address: z.string(),
  connections: z.int(),
  /** How many levels of work it leaves undone, and how late its event loop is. */
  load: z.object({ level: z.int(), delayMs: z.number() }),
  startedAt: Time,
  draining: z.boolean(),
}).meta({ id: "Instance" });
/** A running instance, as it last said of itself. */
export type Instance = z.infer<typeof Instance>;

/** `GET /v1/admin/instances` */
export const InstanceList = z.object({ items: z.array(Instance) });
