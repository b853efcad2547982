/** Races on the way into a group: requests and their answers, links and their last use, at the same moment. */
import { eq } from "drizzle-orm";
import { groupInvites, groupRequests } from "../../db/schema/mod.ts";
import { acceptGroupRequest, refuseGroupRequest } from "../../domain/request_answers.ts";
import { acceptInvite, createInvite, revokeInvite } from "../../domain/invites.ts";
import { test } from "../support/world.ts";
import { adds, dismisses, joins, newGroup, removes, type Scene } from "./group_acts.ts";
import { type Act, type Lane, Races, roundsFew, roundsMax } from "./rounds.ts";
import { membersIn, requestsIn } from "./rows.ts";

const races = await Races.open();
const { app } = races;
const { orm } = races.world.database;

interface Requested extends Scene {
  readonly requestId: string;
}

interface Invited extends Scene {
  readonly code: string;
}

/** A group of `approval`: ana's, with bo as a manager and cy as a member. */
async function guarded(lane: Lane): Promise<Scene> {
  const { ana, bo, cy } = lane;
  const members = { others: [bo, cy], manager: bo, joinPolicy: "approval" } as const;
  return { ...lane, id: await newGroup(app, ana, members) };
}

async function requested(lane: Lane): Promise<Requested> {
  const scene = await guarded(lane);
  await joins(app, lane.dee, scene.id);
  const [request] = await orm.select().from(groupRequests)
    .where(eq(groupRequests.groupId, scene.id));
  return { ...scene, requestId: request!.id };
}

/** A group that bo is a manager of, and bo's link into it for one. */
async function invited(lane: Lane): Promise<Invited> {
  const { ana, bo } = lane;
  const id = await newGroup(app, ana, { others: [bo], manager: bo, joinPolicy: "invite" });
  const { code } = await createInvite(app, bo.actor, { groupId: id, maxUses: 1 });
  return { ...lane, id, code };
}

function race<S extends Scene>(
  ready: (lane: Lane) => Promise<S>,
  acts: readonly [Act<S>, Act<S>],
  outcomes: string[],
  rounds = roundsMax,
): Promise<void> {
  return races.run<S>({
    prepare: ({ lane }) => ready(lane),
    acts,
    after: (scene) => requestsIn(orm, scene),
    outcomes,
    rounds,
  });
}

function raceByLink(
  acts: readonly [Act<Invited>, Act<Invited>],
  outcomes: string[],
  rounds = roundsMax,
): Promise<void> {
  return races.run<Invited>({
    prepare: ({ lane }) => invited(lane),
    acts,
    after: async (scene) => {
      const [invite] = await orm.select().from(groupInvites)
        .where(eq(groupInvites.code, scene.code));
      return `${await membersIn(orm, scene)}; used ${invite!.uses}`;
    },
    outcomes,
    rounds,
  });
}

const accepts = (by: "ana" | "bo"): Act<Requested> => async (app, scene) =>
  (await acceptGroupRequest(app, scene[by].actor, { groupId: scene.id, ...scene })).status;
const boRefuses: Act<Requested> = async (app, scene) =>
  (await refuseGroupRequest(app, scene.bo.actor, { groupId: scene.id, ...scene })).status;
const deeApplies: Act<Scene> = (app, { id, dee }) => joins(app, dee, id);
const boAddsDee: Act<Scene> = (app, { id, bo, dee }) => adds(app, bo, { id, who: [dee] });
const cyProposesDee: Act<Scene> = (app, { id, cy, dee }) => adds(app, cy, { id, who: [dee] });
const anaDismisses: Act<Scene> = (app, { id, ana }) => dismisses(app, ana, id);
const anaRemovesBo: Act<Scene> = (app, { id, ana, bo }) => removes(app, ana, { id, who: bo });
const comes = (who: "cy" | "dee"): Act<Invited> => async (app, scene) =>
  (await acceptInvite(app, scene[who].actor, scene.code)).status;
const boRevokes: Act<Invited> = async (app, { id, bo, code }) => {
  await revokeInvite(app, bo.actor, { groupId: id, code });
  return "revoked";
};

test("accept / refuse by two managers: the first answer counts", () =>
  race(requested, [accepts("ana"), boRefuses], [
    "accepted / alreadyHandled: ana owner, bo manager, cy member, dee member; dee applied, accepted by ana",
    "alreadyHandled / refused: ana owner, bo manager, cy member; dee applied, refused by bo",
  ]));

test("accept / accept by two managers: let in once, by one of them", () =>
  race(requested, [accepts("ana"), accepts("bo")], [
    "accepted / alreadyHandled: ana owner, bo manager, cy member, dee member; dee applied, accepted by ana",
    "alreadyHandled / accepted: ana owner, bo manager, cy member, dee member; dee applied, accepted by bo",
  ], roundsFew));

test("request / invitation: in once, and nothing waits", () =>
  race<Scene>(guarded, [deeApplies, boAddsDee], [
    "pending / joined: ana owner, bo manager, cy member, dee member; dee applied, accepted by bo",
    "joined / joined: ana owner, bo manager, cy member, dee member",
  ]));

test("request / proposal: one request, the first", () =>
  race<Scene>(guarded, [deeApplies, cyProposesDee], [
    "pending / pending: ana owner, bo manager, cy member; dee applied, pending",
    "pending / pending: ana owner, bo manager, cy member; dee proposed, pending",
  ], roundsFew));

test("accept / invitation: in once, and the request is answered by it", () =>
  race<Requested>(requested, [accepts("ana"), boAddsDee], [
    "accepted / alreadyMember: ana owner, bo manager, cy member, dee member; dee applied, accepted by ana",
    "alreadyHandled / joined: ana owner, bo manager, cy member, dee member; dee applied, accepted by bo",
  ], roundsFew));

test("request / dismiss: nothing waits for a group that has ended", () =>
  race<Scene>(guarded, [deeApplies, anaDismisses], [
    "pending / dismissed: ana owner, bo manager, cy member; dee applied, refused by ana",
    "notFound / dismissed: ana owner, bo manager, cy member",
  ], roundsFew));

test("accept / dismiss: let in before the end, or refused by it", () =>
  race<Requested>(requested, [accepts("bo"), anaDismisses], [
    "accepted / dismissed: ana owner, bo manager, cy member, dee member; dee applied, accepted by bo",
    "conversationDismissed / dismissed: ana owner, bo manager, cy member; dee applied, refused by ana",
  ], roundsFew));

test("accept / removal of who accepts: a former manager lets nobody in", () =>
  race<Requested>(requested, [accepts("bo"), anaRemovesBo], [
    "accepted / removed: ana owner, cy member, dee member; dee applied, accepted by bo",
    "notMember / removed: ana owner, cy member; dee applied, pending",
  ], roundsFew));

test("the last use of a link is one person's", () =>
  raceByLink([comes("cy"), comes("dee")], [
    "joined / gone: ana owner, bo manager, cy member; used 1",
    "gone / joined: ana owner, bo manager, dee member; used 1",
  ]));

test("the same link by two devices of one person is used once", () =>
  raceByLink([comes("dee"), comes("dee")], [
    "joined / joined: ana owner, bo manager, dee member; used 1",
  ], roundsFew));

test("use / revoke of a link: nobody comes in after", () =>
  raceByLink([comes("dee"), boRevokes], [
    "joined / revoked: ana owner, bo manager, dee member; used 1",
    "gone / revoked: ana owner, bo manager; used 0",
  ], roundsFew));

test("use of a link / removal of its maker: nobody comes in after", () =>
  raceByLink([comes("dee"), anaRemovesBo], [
    "joined / removed: ana owner, dee member; used 1",
    "gone / removed: ana owner; used 0",
  ], roundsFew));
