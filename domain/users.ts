/** Users: who they are to others and to themselves, and finding them. */
import { and, asc, eq, gt, inArray } from "drizzle-orm";
import { alias } from "drizzle-orm/pg-core";
import type { Queryable } from "../db/client.ts";
import { members, users } from "../db/schema/mod.ts";
import { fail } from "../errors.ts";
import { defaultLimit, type Page } from "../schemas/fields.ts";
import type { Me, User, UserQuery } from "../schemas/users.ts";
import { requireSocial } from "./actors.ts";
import type { Actor, App } from "./app.ts";
import { decodeIdCursor, pageFrom } from "./cursors.ts";
import { maySocialize } from "./policy.ts";
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

/**
 * The rows of users whom somebody asks to be friends, brings into a group or opens a conversation with:
 * guests only answer, whoever asks.
 * @throws `notFound` when one of them does not exist, `notAllowed` when one is a guest.
 */
export async function accountsById(
  on: Queryable,
  ids: readonly string[],
): Promise<Map<string, UserRow>> {
  const byId = await usersById(on, ids);
  for (const { role } of byId.values()) {
    const refusal = maySocialize(role);
    if (refusal !== null) throw fail(refusal, { detail: "Guests are met in their inbox alone" });
  }
  return byId;
}

/** Those of these users whom somebody knows from a conversation, as members or former ones. */
async function knownTo(
  on: Queryable,
  userId: string,
  ids: readonly string[],
): Promise<Set<string>> {
  const mine = alias(members, "mine");
  const rows = await on.selectDistinct({ id: members.userId }).from(members)
    .innerJoin(mine, eq(mine.conversationId, members.conversationId))
    .where(and(inArray(members.userId, [...ids]), eq(mine.userId, userId)));
  return new Set([userId, ...rows.map(({ id }) => id)]);
}

/** Oneself. */
export async function readMe(app: App, actor: Actor): Promise<Me> {
  return toMe((await usersById(app.database.orm, [actor.userId])).get(actor.userId)!);
}

/**
 * One user.
 * @throws `notFound`, `notAllowed` for guests who do not know them from a conversation.
 */
export async function readUser(app: App, actor: Actor, id: string): Promise<User> {
  if (actor.role === "guest" && !(await knownTo(app.database.orm, actor.userId, [id])).has(id)) {
    throw fail("notAllowed");
  }
  return toUser((await usersById(app.database.orm, [id])).get(id)!);
}

function matching({ phone, ids }: UserQuery) {
  // Only those who allow it are found by their number.
  if (phone !== undefined) return and(eq(users.phone, phone), eq(users.findableByPhone, true));
  return inArray(users.id, ids ?? []);
}

/**
 * Finds users by part of a name, by exact phone number, or by ids; unknown ids are left out.
 * Guests name those whom they know from a conversation; others are unknown to them.
 * @throws `invalidInput` for a cursor of another list, `notAllowed` for guests who search.
 */
export async function findUsers(app: App, actor: Actor, input: UserQuery): Promise<Page<User>> {
  const { query, cursor } = input;
  let { ids } = input;
  if (ids === undefined) requireSocial(actor);
  else if (actor.role === "guest") {
    const known = await knownTo(app.database.orm, actor.userId, ids);
    ids = ids.filter((id) => known.has(id));
  }
  // Whoever names a hundred ids wants the hundred users.
  const limit = input.limit ?? input.ids?.length ?? defaultLimit;
  if (query !== undefined) return await findByName(app.database.orm, { query, limit, cursor });
  const after = decodeIdCursor(cursor);
  const rows = await app.database.orm.select().from(users)
    .where(and(matching({ ...input, ids }), after === undefined ? undefined : gt(users.id, after)))
    .orderBy(asc(users.id))
    .limit(limit + 1);
  return pageFrom(rows.map(toUser), limit, (user) => user.id);
}
