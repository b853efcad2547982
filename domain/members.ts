/** The members of a group: who they are, bringing some in, changing one, taking one out, leaving. */
import { and, asc, eq, gt, isNull } from "drizzle-orm";
import { transact } from "../db/client.ts";
import { members } from "../db/schema/mod.ts";
import { fail } from "../errors.ts";
import type { Changes, Member } from "../schemas/conversations.ts";
import type { Page } from "../schemas/fields.ts";
import type { Additions, MemberPatch } from "../schemas/groups.ts";
import type { SystemBody } from "../schemas/messages.ts";
import { requireSocial } from "./actors.ts";
import type { Actor, App } from "./app.ts";
import { ChangeSet, type MemberChange, toMember } from "./change_set.ts";
import { badCursor, decodeCursor, pageFrom } from "./cursors.ts";
import { fileRequests } from "./group_requests.ts";
import { demand, enterGroup, groupSeat, membersAmong } from "./group_seats.ts";
import { blockersAmong } from "./groups.ts";
import { type Admission, admit, noAdmission, tellAdmission } from "./joining.ts";
import {
  mayAddMembers,
  mayMute,
  mayRemove,
  maySetAlias,
  maySetRole,
  mayTakePart,
  type Target,
} from "./policy.ts";
import { readPage } from "./replica_reads.ts";
import { loadSeat, type Seat } from "./seats.ts";
import { accountsById } from "./users.ts";

/** Who is to be brought into which group. */
export interface Addition {
  readonly groupId: string;
  readonly userIds: readonly string[];
  readonly message?: string | undefined;
}

type Status = Additions["items"][number]["status"];

/**
 * Brings users into a group: its leaders may at once, in an open group any member; a plain member of
 * one of `approval` files a request for each. Who blocks me stays out.
 * @throws `notFound`, `notMember`, `notAllowed` (also when the group or a user is full),
 * `conversationDismissed`.
 */
export async function addMembers(app: App, actor: Actor, input: Addition): Promise<Additions> {
  requireSocial(actor);
  const { groupId, userIds, message } = input;
  const { userId } = actor;
  const { admission, statusOf } = await transact(app.database, async (tx) => {
    const { row, seat } = await enterGroup(app, tx, { groupId, userId });
    const verdict = mayAddMembers(seat);
    if (verdict !== "byRequest") demand(verdict);
    await accountsById(tx, userIds);
    const already = await membersAmong(tx, groupId, userIds);
    const blockers = await blockersAmong(tx, userIds, userId);
    const statusOf = (id: string): Status => {
      if (already.has(id)) return "alreadyMember";
      if (blockers.has(id)) return "blocked";
      return verdict === "byRequest" ? "pending" : "joined";
    };
    const rest = userIds.filter((id) => !already.has(id) && !blockers.has(id));
    let admission: Admission = noAdmission;
    if (rest.length > 0 && verdict === null) {
      const entrance = { userIds: rest, inviterId: userId, handledBy: userId };
      admission = await admit(app, { tx, row }, entrance);
    } else if (rest.length > 0) {
      const at = app.clock.now();
      const filing = { groupId, userIds: rest, inviterId: userId, message, at };
      admission = { ...noAdmission, filed: await fileRequests(app, tx, filing) };
    }
    return { admission, statusOf };
  });
  await tellAdmission(app, groupId, admission);
  return { items: userIds.map((userId) => ({ userId, status: statusOf(userId) })) };
}

function demandAll(seat: Seat, target: Target, patch: MemberPatch): void {
  demand(mayTakePart(seat));
  if (patch.role !== undefined) demand(maySetRole(seat, target));
  if (patch.alias !== undefined) demand(maySetAlias(seat, target));
  if (patch.mutedUntil !== undefined) demand(mayMute(seat, target));
}

/** What of a patch is not so already. */
function differing(row: typeof members.$inferSelect, patch: MemberPatch): MemberChange {
  const { role, mutedUntil } = patch;
  // A name of nothing is none.
  const alias = patch.alias === "" ? null : patch.alias;
  const change: MemberChange = {};
  if (role !== undefined && role !== row.role) change.role = role;
  if (alias !== undefined && alias !== row.alias) change.alias = alias;
  if (mutedUntil !== undefined && mutedUntil?.getTime() !== row.mutedUntil?.getTime()) {
    change.mutedUntil = mutedUntil;
  }
  return change;
}

function newsOf(actorId: string, userId: string, until: Date | null): SystemBody {
  const about = { actorId, userIds: [userId] };
  if (until === null) return { event: "unmuted", ...about };
  return { event: "muted", ...about, mutedUntil: until.toISOString() };
}

/**
 * Changes what all see of a member: the owner gives roles, leaders mute, each names oneself. What is
 * so already is no change.
 * @throws `notFound`, `notMember`, `notAllowed`, `ownerMustTransfer`, `conversationDismissed`.
 */
export async function changeMember(
  app: App,
  actor: Actor,
  input: { groupId: string; userId: string; patch: MemberPatch },
): Promise<Member> {
  const { groupId, userId, patch } = input;
  const { changes, member, change } = await transact(app.database, async (tx) => {
    const { row, seat } = await enterGroup(app, tx, { groupId, userId: actor.userId });
    const [theirs] = await tx.select().from(members)
      .where(and(eq(members.conversationId, groupId), eq(members.userId, userId)));
    demandAll(seat, { isSelf: userId === actor.userId, role: theirs?.role ?? "member" }, patch);
    if (theirs === undefined || theirs.leftAt !== null) throw fail("notFound");
    const change = differing(theirs, patch);
    if (Object.keys(change).length === 0) {
      return { changes: null, member: toMember(theirs), change };
    }
    const set = new ChangeSet(tx, row, app.clock.now());
    const member = await set.changeMember(userId, change);
    const { mutedUntil } = change;
    if (mutedUntil !== undefined) await set.say(newsOf(actor.userId, userId, mutedUntil));
    return { changes: await set.finish(), member, change };
  });
  if (changes !== null) await app.live.changed(changes);
  if (change.role !== undefined) app.live.myChanged({ userId, conversationId: groupId });
  return member;
}

/**
 * Removes a member of a lower rank, or leaves when it is oneself. Their live connections stop
 * following before this resolves.
 * @throws `notFound`, `notMember`, `notAllowed`, `ownerMustTransfer`, `conversationDismissed`.
 */
export async function removeMember(
  app: App,
  actor: Actor,
  input: { groupId: string; userId: string },
): Promise<void> {
  const { groupId, userId } = input;
  const isSelf = userId === actor.userId;
  const reason = isSelf ? "left" : "removed";
  const changes = await transact(app.database, async (tx): Promise<Changes> => {
    const { row, seat } = await enterGroup(app, tx, { groupId, userId: actor.userId });
    const theirs = isSelf ? seat : await loadSeat(app, tx, { conversationId: groupId, userId });
    demand(mayRemove(seat, { isSelf, role: theirs?.role ?? "member" }));
    if (theirs === null || theirs.leftAt !== null) throw fail("notFound");
    const set = new ChangeSet(tx, row, app.clock.now());
    await set.say({ event: reason, actorId: actor.userId, userIds: [userId] });
    set.changeState({ memberCount: row.memberCount - 1 });
    await set.leave(userId, reason);
    return await set.finish();
  });
  await app.live.changed(changes, [{ userId, reason }]);
}

/**
 * The living members of a group, in the order they came.
 * @throws `notFound` for a stranger, `notMember` for a former member.
 */
export async function listMembers(
  app: App,
  actor: Actor,
  input: { groupId: string; limit: number; cursor?: string | undefined },
): Promise<Page<Member>> {
  const { groupId, limit, cursor } = input;
  const seat = await groupSeat(app, app.database.orm, { groupId, userId: actor.userId });
  demand(mayTakePart({ ...seat, dismissedAt: null }));
  const after = Number(cursor === undefined ? 0 : decodeCursor(cursor, "cursor", 1)[0] || NaN);
  if (!Number.isSafeInteger(after)) throw badCursor("cursor");
  const rows = await readPage(
    app.database,
    { ...seat, conversationId: groupId },
    (on, isThere) =>
      on.select().from(members)
        .where(and(
          eq(members.conversationId, groupId),
          isThere,
          isNull(members.leftAt),
          gt(members.joinedRev, after),
        ))
        .orderBy(asc(members.joinedRev)).limit(limit + 1),
  );
  const page = pageFrom(rows, limit, ({ joinedRev }) => joinedRev);
  return { ...page, items: page.items.map(toMember) };
}
