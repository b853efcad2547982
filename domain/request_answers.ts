/** Answering requests to join a group: one leader's answer counts, the first. */
import { and, eq } from "drizzle-orm";
import { transact, type Transaction } from "../db/client.ts";
import { groupRequests } from "../db/schema/mod.ts";
import { fail } from "../errors.ts";
import type { GroupRequest } from "../schemas/groups.ts";
import type { Actor, App } from "./app.ts";
import { loadRequests, settleRequests } from "./group_requests.ts";
import { demand, enterGroup } from "./group_seats.ts";
import { blockersAmong } from "./groups.ts";
import { type Admission, admit, noAdmission, tellAdmission } from "./joining.ts";
import { mayHandleRequests } from "./policy.ts";

/** Which request, of which group. */
export interface RequestRef {
  readonly groupId: string;
  readonly requestId: string;
}

// Who has been proposed has said nothing yet: nobody whom it blocks brings it in.
async function requireUnblocked(
  tx: Transaction,
  { requester, inviter }: GroupRequest,
  handlerId: string,
): Promise<void> {
  if (inviter === null) return;
  for (const userId of [inviter.id, handlerId]) {
    const blockers = await blockersAmong(tx, [requester.id], userId);
    if (blockers.size > 0) throw fail("blocked");
  }
}

async function answer(
  app: App,
  actor: Actor,
  input: RequestRef & { status: "accepted" | "refused" },
): Promise<GroupRequest> {
  const { groupId, requestId, status } = input;
  const { userId } = actor;
  const admission = await transact(app.database, async (tx): Promise<Admission> => {
    const { row, seat } = await enterGroup(app, tx, { groupId, userId });
    demand(mayHandleRequests(seat));
    const which = and(eq(groupRequests.id, requestId), eq(groupRequests.groupId, groupId));
    const [request] = await loadRequests(tx, which, 1);
    if (request === undefined) throw fail("notFound");
    if (request.status !== "pending") throw fail("alreadyHandled");
    const userIds = [request.requester.id];
    if (status === "accepted") {
      await requireUnblocked(tx, request, userId);
      const entrance = { userIds, inviterId: request.inviter?.id ?? null, handledBy: userId };
      return await admit(app, { tx, row }, entrance);
    }
    const settling = { groupId, userIds, status, handledBy: userId, at: app.clock.now() };
    return { ...noAdmission, settled: await settleRequests(tx, settling) };
  });
  await tellAdmission(app, groupId, admission);
  return admission.settled[0]!;
}

/**
 * Lets a requester in.
 * @throws `notFound`, `notMember`, `notAllowed` (also when the group or the requester is full),
 * `blocked` when who was proposed blocks me or the one who did, `alreadyHandled`,
 * `conversationDismissed`.
 */
export function acceptGroupRequest(app: App, actor: Actor, ref: RequestRef): Promise<GroupRequest> {
  return answer(app, actor, { ...ref, status: "accepted" });
}

/**
 * Refuses a requester, who may ask again.
 * @throws `notFound`, `notMember`, `notAllowed`, `alreadyHandled`, `conversationDismissed`.
 */
export function refuseGroupRequest(app: App, actor: Actor, ref: RequestRef): Promise<GroupRequest> {
  return answer(app, actor, { ...ref, status: "refused" });
}
