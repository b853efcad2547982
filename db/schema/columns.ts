/** Column types that several tables share and Drizzle does not bring. */
import { bigint, customType, timestamp, uuid } from "drizzle-orm/pg-core";

/** A counter that JavaScript holds exactly: 64 bits in the database, an integer up to 2^53 here. */
export const counter = () => bigint({ mode: "number" });

/** A moment, to the millisecond that the wire shows. */
export const moment = () => timestamp({ precision: 3, withTimezone: true, mode: "date" });

/** UUIDv7, so that rows made one after another lie side by side in the index. */
export const id = () => uuid();

/**
 * A transaction id that never wraps (xid8). A row stamped with it can be asked for by "what has
 * changed since this snapshot" without a clock: whatever a snapshot does not see has an id that
 * is not below the snapshot's xmin.
 */
export const xid = customType<{ data: string }>({ dataType: () => "xid8" });
