/** Invite links: a code lets whoever has it into a group, for as long as its maker may bring people in. */
import { and, count, desc, eq, gt, isNull, lt, or, sql } from "drizzle-orm";
import { randomBytes } from "node:crypto";
import { v7 as uuidv7 } from "uuid";
import { type Queryable, transact, type Transaction } from "../db/client.ts";
import { conversations, groupInvites } from "../db/schema/mod.ts";
import { fail } from "../errors.ts";
import type { Page } from "../schemas/fields.ts";
import type { Accepted, GroupFace, Invite, NewInvite } from "../schemas/groups.ts";
import { requireSocial } from "./actors.ts";
import type { Actor, App } from "./app.ts";
import { type ConversationRow, lockConversation } from "./change_set.ts";
import { decodeIdCursor, pageFrom } from "./cursors.ts";
import { fileRequests } from "./group_requests.ts";
import { demand, enterGroup, groupSeat } from "./group_seats.ts";
import { toFace } from "./groups.ts";
import { type Admission, admit, noAdmission, tellAdmission } from "./joining.ts";
import { leads, mayAddMembers, mayInviteByLink, mayRevokeInvite, mayTakePart } from "./policy.ts";
import { loadSeat } from "./seats.ts";

type InviteRow = typeof groupInvites.$inferSelect;

/** An invite before anyone has said where this server is reached. */
export type BareInvite = Omit<Invite, "url">;

// 128 random bits: nobody comes upon one by trying.
const codeBytes = 16;
const livingMax = 1_000;

/** A row as its maker and the leaders get it. */
export function toInvite(row: InviteRow): BareInvite {
  const { code, groupId, creatorId, createdAt, expiresAt, maxUses, uses } = row;
  return {
    code,
    groupId,
    creatorId,
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt?.toISOString() ?? null,
    maxUses,
    uses,
  };
}

function livingIn(groupId: string, now: Date) {
  return and(
    eq(groupInvites.groupId, groupId),
    isNull(groupInvites.revokedAt),
    or(isNull(groupInvites.expiresAt), gt(groupInvites.expiresAt, now)),
    or(isNull(groupInvites.maxUses), lt(groupInvites.uses, groupInvites.maxUses)),
  );
}

/**
 * Makes a link into a group: its leaders may, in an open group any member.
 * @throws `notFound`, `notMember`, `notAllowed` (also when there are too many), `conversationDismissed`.
 */
export async function createInvite(
  app: App,
  actor: Actor,
  input: NewInvite & { groupId: string },
): Promise<BareInvite> {
  requireSocial(actor);
  const { groupId, expiresAt, maxUses } = input;
  const { userId } = actor;
  return await transact(app.database, async (tx) => {
    const { seat } = await enterGroup(app, tx, { groupId, userId });
    demand(mayInviteByLink(seat));
    const now = app.clock.now();
    const [living] = await tx.select({ count: count() }).from(groupInvites)
      .where(livingIn(groupId, now));
    if (living!.count >= livingMax) {
      throw fail("notAllowed", { detail: `A group has at most ${livingMax} links` });
    }
    const [row] = await tx.insert(groupInvites).values({
      id: uuidv7(),
      code: randomBytes(codeBytes).toString("base64url"),
      groupId,
      creatorId: userId,
      createdAt: now,
      expiresAt: expiresAt ?? null,
      maxUses: maxUses ?? null,
    }).returning();
    return toInvite(row!);
  });
}

/**
 * The links into a group that still let somebody in, newest first: leaders see all, others their own.
 * @throws `notFound` for a stranger, `notMember`.
 */
export async function listInvites(
  app: App,
  actor: Actor,
  input: { groupId: string; limit: number; cursor?: string | undefined },
): Promise<Page<BareInvite>> {
  const { groupId, limit, cursor } = input;
  const { userId } = actor;
  const orm = app.database.orm;
  const seat = await groupSeat(app, orm, { groupId, userId });
  demand(mayTakePart({ ...seat, dismissedAt: null }));
  if (seat.dismissedAt !== null) return { items: [], nextCursor: null };
  const before = decodeIdCursor(cursor);
  const rows = await orm.select().from(groupInvites)
    .where(and(
      livingIn(groupId, app.clock.now()),
      leads(seat.role) ? undefined : eq(groupInvites.creatorId, userId),
      before === undefined ? undefined : lt(groupInvites.id, before),
    ))
    .orderBy(desc(groupInvites.id)).limit(limit + 1);
  const page = pageFrom(rows, limit, ({ id }) => id);
  return { ...page, items: page.items.map(toInvite) };
}

/**
 * Takes a link back: leaders any, others their own.
 * @throws `notFound`, `notMember`, `notAllowed`, `conversationDismissed`.
 */
export async function revokeInvite(
  app: App,
  actor: Actor,
  input: { groupId: string; code: string },
): Promise<void> {
  const { groupId, code } = input;
  const { userId } = actor;
  await transact(app.database, async (tx) => {
    const { seat } = await enterGroup(app, tx, { groupId, userId });
    const invite = await findInvite(tx, code);
    const isMine = invite?.creatorId === userId;
    demand(mayRevokeInvite(seat, isMine));
    if (invite?.groupId !== groupId || invite.revokedAt !== null) throw fail("notFound");
    await tx.update(groupInvites).set({ revokedAt: app.clock.now() })
      .where(eq(groupInvites.code, code));
  });
}

async function findInvite(on: Queryable, code: string): Promise<InviteRow | null> {
  const [row] = await on.select().from(groupInvites).where(eq(groupInvites.code, code));
  return row ?? null;
}

/**
 * What a link still lets its bearer do: come in at once, or ask to, as its maker may bring people in.
 * @throws `gone` when it was taken back, has expired or is used up, or when its maker may not any more.
 */
async function entranceBy(
  app: App,
  on: Queryable,
  invite: InviteRow,
): Promise<"atOnce" | "byRequest"> {
  const { groupId, creatorId, revokedAt, expiresAt, maxUses, uses } = invite;
  const isExpired = expiresAt !== null && expiresAt <= app.clock.now();
  const isUsedUp = maxUses !== null && uses >= maxUses;
  if (revokedAt !== null || isExpired || isUsedUp) throw fail("gone");
  const seat = await loadSeat(app, on, { conversationId: groupId, userId: creatorId });
  const verdict = seat === null ? "notMember" : mayAddMembers(seat);
  if (verdict === null) return "atOnce";
  if (verdict === "byRequest") return verdict;
  throw fail("gone");
}

/**
 * The face of the group that a link leads to, of whatever policy.
 * @throws `notFound`, `gone`.
 */
export async function readInvite(app: App, _actor: Actor, code: string): Promise<GroupFace> {
  const orm = app.database.orm;
  const invite = await findInvite(orm, code);
  if (invite === null) throw fail("notFound");
  await entranceBy(app, orm, invite);
  const [row] = await orm.select().from(conversations)
    .where(eq(conversations.id, invite.groupId));
  return toFace(row!);
}

async function enterBy(
  app: App,
  tx: Transaction,
  input: { invite: InviteRow; row: ConversationRow; userId: string },
): Promise<Admission> {
  const { invite: { code, creatorId }, row, userId } = input;
  const entrance = await entranceBy(app, tx, input.invite);
  let admission: Admission;
  if (entrance === "atOnce") {
    const by = { inviterId: null, handledBy: creatorId };
    admission = await admit(app, { tx, row }, { ...by, userIds: [userId] });
  } else {
    const by = { inviterId: creatorId, message: undefined, at: app.clock.now() };
    const filing = { ...by, groupId: row.id, userIds: [userId] };
    admission = { ...noAdmission, filed: await fileRequests(app, tx, filing) };
  }
  if (admission.joined.length + admission.filed.length > 0) {
    await tx.update(groupInvites).set({ uses: sql`${groupInvites.uses} + 1` })
      .where(eq(groupInvites.code, code));
  }
  return admission;
}

/**
 * Comes into a group by a link; a member stays one, and the link keeps its uses.
 * @throws `notFound`, `gone`, `notAllowed` when the group or I am full, and for guests,
 * `conversationDismissed`.
 */
export async function acceptInvite(app: App, actor: Actor, code: string): Promise<Accepted> {
  requireSocial(actor);
  const { userId } = actor;
  const found = await findInvite(app.database.orm, code);
  if (found === null) throw fail("notFound");
  const { groupId } = found;
  const { admission, status } = await transact(app.database, async (tx) => {
    const row = await lockConversation(tx, groupId);
    const seat = await loadSeat(app, tx, { conversationId: groupId, userId });
    if (row.dismissedAt !== null) throw fail("conversationDismissed");
    if (seat !== null && seat.leftAt === null) {
      return { admission: noAdmission, status: "joined" as const };
    }
    // Under the group's lock: the last use is one person's.
    const invite = (await findInvite(tx, code))!;
    const admission = await enterBy(app, tx, { invite, row, userId });
    return { admission, status: admission.joined.length > 0 ? "joined" : "pending" as const };
  });
  await tellAdmission(app, groupId, admission);
  return { groupId, status: status as Accepted["status"] };
}
