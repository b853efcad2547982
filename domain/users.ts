/** Users: who they are to others and to themselves, finding them, and changing oneself. */
import { and, asc, eq, gt, inArray, or, sql } from "drizzle-orm";
import type { Queryable } from "../db/client.ts";
import { users } from "../db/schema/mod.ts";
import { fail } from "../errors.ts";
import { defaultLimit, type Page } from "../schemas/fields.ts";
import type { Me, User, UserPatch, UserQuery } from "../schemas/users.ts";
import type { Actor, App } from "./app.ts";
import { decodeIdCursor, pageFrom } from "./cursors.ts";

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

/** Changes what is given of oneself; `null` clears. */
export async function changeMe(app: App, actor: Actor, patch: UserPatch): Promise<Me> {
  if (Object.keys(patch).length === 0) return await readMe(app, actor);
  const [row] = await app.database.orm.update(users).set(patch)
    .where(eq(users.id, actor.userId)).returning();
  return toMe(row!);
}

function contains(part: string) {
  const pattern = `%${part.replace(/[\\%_]/g, (special) => `\\${special}`)}%`;
  return or(sql`${users.nickname} ilike ${pattern}`, sql`${users.username} ilike ${pattern}`);
}

function matching({ query, phone, ids }: UserQuery) {
  if (query !== undefined) return contains(query);
  // Only those who allow it are found by their number.
  if (phone !== undefined) return and(eq(users.phone, phone), eq(users.findableByPhone, true));
  return inArray(users.id, ids ?? []);
}

/** Finds users by part of a name, by exact phone number, or by ids; unknown ids are left out. */
export async function findUsers(app: App, _actor: Actor, input: UserQuery): Promise<Page<User>> {
  const after = decodeIdCursor(input.cursor);
  // Whoever names a hundred ids wants the hundred users.
  const limit = input.limit ?? input.ids?.length ?? defaultLimit;
  const rows = await app.database.orm.select().from(users)
    .where(and(matching(input), after === undefined ? undefined : gt(users.id, after)))
    .orderBy(asc(users.id))
    .limit(limit + 1);
  return pageFrom(rows.map(toUser), limit, (user) => user.id);
}
