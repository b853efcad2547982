/** Names that are found by any part of them: what the table `user_names` holds, and how it is read. */
import { and, asc, eq, inArray, lt, sql } from "drizzle-orm";
import { unionAll } from "drizzle-orm/pg-core";
import type { Queryable, Transaction } from "../db/client.ts";
import { userNames, users } from "../db/schema/mod.ts";
import { Id, isStorable, type Page } from "../schemas/fields.ts";
import type { User } from "../schemas/users.ts";
import { badCursor, decodeCursor, encodeCursor } from "./cursors.ts";

/** Whose names they are. */
export type Named = Pick<User, "username" | "nickname">;

// Tails of a name's beginning come before all others, so that who is called so is found first.
const beginning = "0";
const further = "1";
const tailPointsMax = 32;

// Behind every tail that begins with what stands before it.
const beyond = "\u{10ffff}".repeat(tailPointsMax + 1);
const lowestId = "00000000-0000-0000-0000-000000000000";

// Many of the tails that a query finds are not what their user is listed by. No more are read for one
// page than this many times so many: then it is a short one, and the next goes on from there.
const extraTails = 70;
const readsMax = 6;

/**
 * A text without regard to case, in any script. Each code point by itself, and by way of its upper
 * case: whatever stands beside it, every form of a letter becomes the same one (σ and ς, ß and SS).
 */
export function fold(text: string): string {
  let folded = "";
  for (const point of text.normalize("NFC")) folded += point.toUpperCase().toLowerCase();
  return folded;
}

function cut(text: string): string {
  // A code point is one or two units long.
  return Array.from(text.slice(0, 2 * tailPointsMax)).slice(0, tailPointsMax).join("");
}

function tailAt(name: string, place: number): string {
  return (place === 0 ? beginning : further) + cut(name.slice(place));
}

function namesOf({ nickname, username }: Named): string[] {
  return username === null ? [fold(nickname)] : [fold(nickname), fold(username)];
}

/** What a user is found by: each name from every code point of it on, 32 code points at most. */
export function tailsOf(user: Named): Set<string> {
  const tails = new Set<string>();
  for (const name of namesOf(user)) {
    let place = 0;
    for (const point of name) {
      tails.add(tailAt(name, place));
      place += point.length;
    }
  }
  return tails;
}

/** The one tail of several that a user is listed by for a folded query; null when none holds it. */
export function listingTail(user: Named, query: string): string | null {
  const names = namesOf(user);
  const name = names.find((name) => name.startsWith(query)) ??
    names.find((name) => name.includes(query));
  return name === undefined ? null : tailAt(name, name.indexOf(query));
}

async function addTails(tx: Transaction, userId: string, tails: Set<string>): Promise<void> {
  if (tails.size === 0) return;
  // Rows from before the names were folded here may hold one already.
  await tx.insert(userNames).values([...tails].map((tail) => ({ tail, userId })))
    .onConflictDoNothing();
}

/** Makes a new user findable, in the transaction that makes the user. */
export async function addNames(tx: Transaction, user: Named & { id: string }): Promise<void> {
  await addTails(tx, user.id, tailsOf(user));
}

/** Makes a user findable by new names alone, in a transaction that has locked its row. */
export async function replaceNames(
  tx: Transaction,
  before: Named & { id: string },
  after: Named,
): Promise<void> {
  const [old, fresh] = [tailsOf(before), tailsOf(after)];
  const gone = [...old.difference(fresh)];
  // By the tails, which the key begins with: by the user alone the whole table would be read.
  if (gone.length > 0) {
    await tx.delete(userNames)
      .where(and(inArray(userNames.tail, gone), eq(userNames.userId, before.id)));
  }
  await addTails(tx, before.id, fresh.difference(old));
}

interface Place {
  readonly tail: string;
  readonly userId: string;
}

function decodePlace(cursor: string, start: string): Place {
  const [tail, userId] = decodeCursor(cursor, "cursor", 2) as [string, string];
  const isOfThisList = tail.startsWith(beginning + start) || tail.startsWith(further + start);
  if (!isOfThisList || !isStorable(tail) || !Id.safeParse(userId).success) {
    throw badCursor("cursor");
  }
  return { tail, userId };
}

// Bounded from below by the comparison of rows alone: beside a second bound on the tail, Postgres might
// begin at that one and walk through all the pages before.
function range(on: Queryable, from: string, { after, count }: { after: Place; count: number }) {
  const { tail, userId } = userNames;
  return on.select({ tail, userId }).from(userNames)
    .where(and(
      sql`(${tail}, ${userId}) > (${after.tail}, ${after.userId}::uuid)`,
      lt(tail, from + beyond),
    ))
    .orderBy(asc(tail), asc(userId))
    .limit(count);
}

/** The next tails after `place` that begin with `start`, each with the user whose it is. */
function readTails(on: Queryable, start: string, place: Place | null, count: number) {
  const [first, second] = [beginning, further].map((mark) => {
    const from = mark + start;
    // A place in the second range is behind all of the first.
    const isBehind = place !== null && place.tail >= mark;
    return range(on, from, { after: isBehind ? place : { tail: from, userId: lowestId }, count });
  }) as [ReturnType<typeof range>, ReturnType<typeof range>];
  const tails = unionAll(first, second)
    .orderBy(sql`tail, user_id`).limit(count).as("tails");
  const { id, username, nickname, avatarUrl, sex, bio, role } = users;
  // The limit keeps it a look-up for each tail: for a small table Postgres would rather read it whole.
  const user = on.select({ id, username, nickname, avatarUrl, sex, bio, role }).from(users)
    .where(eq(id, tails.userId)).limit(1).as("user");
  return on.select().from(tails).innerJoinLateral(user, sql`true`)
    .orderBy(asc(tails.tail), asc(tails.userId));
}

/**
 * Users whose nickname or username contains the query: first those whose name begins with it, in
 * alphabetical order, then the others by what follows the query. Time does not grow with the number of
 * users, nor with how many match.
 * @throws `invalidInput` for a cursor that is none of this query's.
 */
export async function findByName(
  on: Queryable,
  input: { query: string; limit: number; cursor: string | undefined },
): Promise<Page<User>> {
  const { limit, cursor } = input;
  const query = fold(input.query);
  const start = cut(query);
  let place = cursor === undefined ? null : decodePlace(cursor, start);
  const count = limit + 1 + extraTails;
  const found: Awaited<ReturnType<typeof readTails>> = [];
  let isAll = false;
  for (let reads = 0; reads < readsMax && !isAll && found.length <= limit; reads++) {
    const rows = await readTails(on, start, place, count);
    // Guests have no tails; whoever became one later may still have.
    found.push(
      ...rows.filter(({ tails, user }) =>
        user.role !== "guest" && listingTail(user, query) === tails.tail
      ),
    );
    place = rows.at(-1)?.tails ?? place;
    isAll = rows.length < count;
  }
  const shown = found.slice(0, limit);
  if (found.length > limit) place = shown.at(-1)!.tails;
  else if (isAll) place = null;
  return {
    items: shown.map(({ user }) => user),
    nextCursor: place === null ? null : encodeCursor([place.tail, place.userId]),
  };
}
