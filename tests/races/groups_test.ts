/** Races within a group: coming, going, ranks, handing on and dismissing at the same moment. */
import { test } from "../support/world.ts";
import {
  adds,
  dismisses,
  joins,
  newGroup,
  ranks,
  removes,
  type Scene,
  transfers,
} from "./group_acts.ts";
import { type Act, type Lane, Races, roundsFew, roundsMax } from "./rounds.ts";
import { membersIn, saidIn } from "./rows.ts";

const races = await Races.open();
const { app } = races;
const { orm } = races.world.database;

/** A race about a new group of ana's with bo as a member; if it is managed, by cy. */
function race(
  acts: readonly [Act<Scene>, Act<Scene>],
  outcomes: string[],
  { isManaged = false, rounds = roundsMax }: { isManaged?: boolean; rounds?: number } = {},
): Promise<void> {
  const ready = async (lane: Lane): Promise<Scene> => {
    const { ana, bo, cy } = lane;
    const members = isManaged ? { others: [bo, cy], manager: cy } : { others: [bo] };
    return { ...lane, id: await newGroup(app, ana, members) };
  };
  return races.run<Scene>({
    prepare: ({ lane }) => ready(lane),
    acts,
    after: async (scene) => {
      const said = (await saidIn(orm, scene)).split(", ").slice(1);
      return `${await membersIn(orm, scene)}; ${said.join(", ") || "nothing said"}`;
    },
    outcomes,
    rounds,
  });
}

const deeJoins: Act<Scene> = (app, { id, dee }) => joins(app, dee, id);
const boJoins: Act<Scene> = (app, { id, bo }) => joins(app, bo, id);
const boLeaves: Act<Scene> = (app, { id, bo }) => removes(app, bo, { id, who: bo });
const anaLeaves: Act<Scene> = (app, { id, ana }) => removes(app, ana, { id, who: ana });
const cyRemovesBo: Act<Scene> = (app, { id, bo, cy }) => removes(app, cy, { id, who: bo });
const anaDismisses: Act<Scene> = (app, { id, ana }) => dismisses(app, ana, id);
const anaPromotesBo: Act<Scene> = (app, { id, ana, bo }) =>
  ranks(app, { by: ana, id, who: bo, role: "manager" });
const anaDemotesCy: Act<Scene> = (app, { id, ana, cy }) =>
  ranks(app, { by: ana, id, who: cy, role: "member" });
const anaToBo: Act<Scene> = (app, { id, ana, bo }) => transfers(app, ana, { id, to: bo });
const anaToCy: Act<Scene> = (app, { id, ana, cy }) => transfers(app, ana, { id, to: cy });
const boToAna: Act<Scene> = (app, { id, ana, bo }) => transfers(app, bo, { id, to: ana });
const boToCy: Act<Scene> = (app, { id, bo, cy }) => transfers(app, bo, { id, to: cy });
const anaAddsDee: Act<Scene> = (app, { id, ana, dee }) => adds(app, ana, { id, who: [dee] });
const cyAddsDee: Act<Scene> = (app, { id, cy, dee }) => adds(app, cy, { id, who: [dee] });

test("join / dismiss: who comes in does so before the end", () =>
  race([deeJoins, anaDismisses], [
    "joined / dismissed: ana owner, bo member, dee member; joined, dismissed",
    "notFound / dismissed: ana owner, bo member; dismissed",
  ]));

test("leave / dismiss: nobody leaves a group that has ended", () =>
  race([boLeaves, anaDismisses], [
    "left / dismissed: ana owner; left, dismissed",
    "conversationDismissed / dismissed: ana owner, bo member; dismissed",
  ], { rounds: roundsFew }));

test("leave / transfer: an heir who leaves does so before or not at all", () =>
  race([boLeaves, anaToBo], [
    "left / notFound: ana owner; left",
    "ownerMustTransfer / transferred: ana manager, bo owner; ownerChanged",
  ]));

test("transfer / leave by the same owner's two devices: it goes once it has handed on", () =>
  race([anaToBo, anaLeaves], [
    "transferred / left: bo owner; ownerChanged, left",
    "transferred / ownerMustTransfer: ana manager, bo owner; ownerChanged",
  ], { rounds: roundsFew }));

test("remove / promote: a manager removes a member, no other manager", () =>
  race([cyRemovesBo, anaPromotesBo], [
    "removed / notFound: ana owner, cy manager; removed",
    "notAllowed / made manager: ana owner, bo manager, cy manager; nothing said",
  ], { isManaged: true }));

test("remove / demote: who is no manager any more removes nobody", () =>
  race([cyRemovesBo, anaDemotesCy], [
    "removed / made member: ana owner, cy member; removed",
    "notAllowed / made member: ana owner, bo member, cy member; nothing said",
  ], { isManaged: true, rounds: roundsFew }));

test("an owner transferring to two at once hands on to one", () =>
  race([anaToBo, anaToCy], [
    "transferred / notAllowed: ana manager, bo owner, cy manager; ownerChanged",
    "notAllowed / transferred: ana manager, bo member, cy owner; ownerChanged",
  ], { isManaged: true }));

test("transfer / hand back: back only once it is handed on", () =>
  race([anaToBo, boToAna], [
    "transferred / transferred: ana owner, bo manager; ownerChanged, ownerChanged",
    "transferred / notAllowed: ana manager, bo owner; ownerChanged",
  ]));

test("transfer / hand on to a third: there is one owner at any time", () =>
  race([anaToBo, boToCy], [
    "transferred / transferred: ana manager, bo manager, cy owner; ownerChanged, ownerChanged",
    "transferred / notAllowed: ana manager, bo owner, cy manager; ownerChanged",
  ], { isManaged: true, rounds: roundsFew }));

test("adding the same person twice brings it in once", () =>
  race([anaAddsDee, cyAddsDee], [
    "joined / alreadyMember: ana owner, bo member, cy manager, dee member; invited",
    "alreadyMember / joined: ana owner, bo member, cy manager, dee member; invited",
  ], { isManaged: true }));

test("join / add: it comes in once, by one of the two", () =>
  race([deeJoins, anaAddsDee], [
    "joined / alreadyMember: ana owner, bo member, dee member; joined",
    "joined / joined: ana owner, bo member, dee member; invited",
  ], { rounds: roundsFew }));

test("leave / rejoin by two devices: in after the one, out after the other", () =>
  race([boLeaves, boJoins], [
    "left / joined: ana owner, bo member; left, joined",
    "left / joined: ana owner; left",
  ]));

test("leave / leave by two devices: gone once", () =>
  race([boLeaves, boLeaves], [
    "left / notMember: ana owner; left",
    "notMember / left: ana owner; left",
  ], { rounds: roundsFew }));

test("leave / remove: gone once, by one of the two", () =>
  race([boLeaves, cyRemovesBo], [
    "left / notFound: ana owner, cy manager; left",
    "notMember / removed: ana owner, cy manager; removed",
  ], { isManaged: true, rounds: roundsFew }));
