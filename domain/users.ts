/** Users: who they are to others and to themselves, and finding them. */
import { and, asc, eq, gt, inArray } from "drizzle-orm";
import type { Queryable } from "../db/client.ts";
import { users } from "../db/schema/mod.ts";
import { fail } from "../errors.ts";
import { defaultLimit, type Page } from "../schemas/fields.ts";
import type { Me, User, UserQuery } from "../schemas/users.ts";
import { requireSocial } from "./actors.ts";
import type { Actor, App } from "./app.ts";
import { decodeIdCursor, pageFrom } from "./cursors.ts";
import { findByName } from "./user_names.ts";

/** A row of the table. */
export type UserRow = typeof users.$inferSelect;

/** What others see: never a phone number. */
export function toUser(row: UserRow): User {
  const { id, username, nickname, avatarUrl, sex, bio, role } = row;
  return { id, username, nickname, avatarUrl, sex, bio, role };
}

/** What the owner sees. */
export function toMe(row: UserRow): Me {
  const { phone, locale, findableByPhone, createdAt } = row;
  return { ...toUser(row), phone, locale, findableByPhone, createdAt: createdAt.toISOString() };
}

/**
 * The rows of these users, by id.
 * @throws `notFound` when one of them does not exist.
 */
export async function usersById(
  on: Queryable,
  ids: readonly string[],
): Promise<Map<string, UserRow>> {
  if (ids.length === 0) return new Map();
  const rows = await on.select().from(users).where(inArray(users.id, [...ids]));
  const byId = new Map(rows.map((row) => [row.id, row]));
  const missing = ids.find((id) => !byId.has(id));
  if (missing !== undefined) throw fail("notFound", { detail: `No user "${missing}"` });
  return byId;
}

/** Oneself. */
export async function readMe(app: App, actor: Actor): Promise<Me> {
  return toMe((await usersById(app.database.orm, [actor.userId])).get(actor.userId)!);
}

/**
 * One user.
 * @throws `notFound`.
 */
export async function readUser(app: App, _actor: Actor, id: string): Promise<User> {
  return toUser((await usersById(app.database.orm, [id])).get(id)!);
}

function matching({ phone, ids }: UserQuery) {
  // Only those who allow it are found by their number.
  if (phone !== undefined) return and(eq(users.phone, phone), eq(users.findableByPhone, true));
  return inArray(users.id, ids ?? []);
}

/**
 * Finds users by part of a name, by exact phone number, or by ids; unknown ids are left out.
 * Guests name those whom they know of.
 * @throws `invalidInput` for a cursor of another list, `notAllowed` for guests who search.
 */
export async function findUsers(app: App, actor: Actor, input: UserQuery): Promise<Page<User>> {
  const { query, cursor } = input;
  if (input.ids === undefined) requireSocial(actor);
  // Whoever names a hundred ids wants the hundred users.
  const limit = input.limit ?? input.ids?.length ?? defaultLimit;
  if (query !== undefined) return await findByName(app.database.orm, { query, limit, cursor });
  const after = decodeIdCursor(cursor);
  const rows = await app.database.orm.select().from(users)
    .where(and(matching(input), after === undefined ? undefined : gt(users.id, after)))
    .orderBy(asc(users.id))
    .limit(limit + 1);
  return pageFrom(rows.map(toUser), limit, (user) => user.id);
}
