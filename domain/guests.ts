/** Guests: people without an account. What they may do beyond being there is what an inbox lets them. */
import { v7 as uuidv7 } from "uuid";
import { users } from "../db/schema/mod.ts";
import type { Session } from "../schemas/auth.ts";
import type { GuestStart } from "../schemas/support.ts";
import type { App } from "./app.ts";
import { limitRate } from "./rate_limits.ts";
import { startSession } from "./sessions.ts";

/**
 * Counts a guest or a widget's session that begins, by its address.
 * @throws `rateLimited`.
 */
export async function limitGuests(app: App, address: string | null): Promise<void> {
  if (address === null) return;
  const { guestsPerAddressMax: max, signInWindowMs: windowMs } = app.config;
  await limitRate(app, `guest/address/${address}`, { max, windowMs });
}

/** A guest to be stored. Who gives no name gets one that tells them apart from the next. */
export function newGuest(
  app: App,
  { nickname, locale }: { nickname?: string | undefined; locale?: string | null | undefined },
) {
  const id = uuidv7();
  return {
    id,
    nickname: nickname ?? `Guest ${id.slice(-4)}`,
    locale: locale ?? null,
    role: "guest" as const,
    findableByPhone: false,
    createdAt: app.clock.now(),
  };
}

/**
 * Makes a guest and signs it in. Its name is in no index: nobody finds it by searching.
 * @throws `rateLimited`.
 */
export async function startGuest(
  app: App,
  input: GuestStart,
  address: string | null,
): Promise<Session> {
  await limitGuests(app, address);
  return await startSession(app, { device: input.device, address }, async (tx) => {
    const [user] = await tx.insert(users).values(newGuest(app, input)).returning();
    return user!;
  });
}
