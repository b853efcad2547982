/** Races for the last place: in a group that is nearly full, and among the groups of one user. */
import { and, eq, isNull } from "drizzle-orm";
import { conversations } from "../../db/schema/mod.ts";
import { test } from "../support/world.ts";
import { adds, dismisses, joins, newGroup, type Scene } from "./group_acts.ts";
import { type Act, type Lane, Races, roundsFew } from "./rounds.ts";
import { membersIn } from "./rows.ts";

const races = await Races.open({ GROUP_MEMBERS_MAX: "3", GROUPS_PER_USER_MAX: "2" });
const { app } = races;
const { orm } = races.world.database;

/** Bo's group beside ana's. */
interface TwoGroups extends Scene {
  readonly otherId: string;
}

async function twoGroups(lane: Lane): Promise<TwoGroups> {
  return {
    ...lane,
    id: await newGroup(app, lane.ana, {}),
    otherId: await newGroup(app, lane.bo, {}),
  };
}

async function membersOfBoth(scene: TwoGroups): Promise<string> {
  const theirs = await membersIn(orm, { ...scene, id: scene.otherId });
  return `${await membersIn(orm, scene)} and ${theirs}`;
}

/** Ends all groups of a lane's people: the next round begins with all places free. */
async function clear({ ana, bo, cy, dee }: Lane): Promise<void> {
  for (const owner of [ana, bo, cy, dee]) {
    const rows = await orm.select({ id: conversations.id }).from(conversations)
      .where(and(eq(conversations.ownerId, owner.id), isNull(conversations.dismissedAt)));
    for (const { id } of rows) await dismisses(app, owner, id);
  }
}

/** A race whose lane is cleared after each round. */
function race<S extends Lane>(
  ready: (lane: Lane) => Promise<S>,
  acts: readonly [Act<S>, Act<S>],
  rest: { after: (scene: S) => Promise<string>; outcomes: string[] },
): Promise<void> {
  return races.run<S>({
    prepare: ({ lane }) => ready(lane),
    acts,
    after: async (scene) => {
      const outcome = await rest.after(scene);
      await clear(scene);
      return outcome;
    },
    outcomes: rest.outcomes,
    rounds: roundsFew,
  });
}

const comes = (who: "cy" | "dee"): Act<Scene> => (app, scene) => joins(app, scene[who], scene.id);
const founds: Act<Lane> = async (app, { cy }) => {
  await newGroup(app, cy, {});
  return "founded";
};

test("the last place in a group is one person's", () =>
  race<Scene>(
    async (lane) => ({ ...lane, id: await newGroup(app, lane.ana, { others: [lane.bo] }) }),
    [comes("cy"), comes("dee")],
    {
      after: (scene) => membersIn(orm, scene),
      outcomes: [
        "joined / notAllowed: ana owner, bo member, cy member",
        "notAllowed / joined: ana owner, bo member, dee member",
      ],
    },
  ));

test("the last place among a user's groups is one group's", () =>
  race<TwoGroups>(
    async (lane) => {
      await newGroup(app, lane.dee, { others: [lane.cy] });
      return await twoGroups(lane);
    },
    [comes("cy"), (app, { otherId, bo, cy }) => adds(app, bo, { id: otherId, who: [cy] })],
    {
      after: membersOfBoth,
      outcomes: [
        "joined / notAllowed: ana owner, cy member and bo owner",
        "notAllowed / joined: ana owner and bo owner, cy member",
      ],
    },
  ));

test("the last group that one may have is founded once", () =>
  race<Lane>(
    async (lane) => {
      await newGroup(app, lane.cy, {});
      return lane;
    },
    [founds, founds],
    {
      after: () => Promise.resolve("one more"),
      outcomes: ["founded / notAllowed: one more", "notAllowed / founded: one more"],
    },
  ));

test("two groups bring in the same people, named in opposite orders, without blocking each other", () =>
  race<TwoGroups>(
    twoGroups,
    [
      (app, { id, ana, cy, dee }) => adds(app, ana, { id, who: [cy, dee] }),
      (app, { otherId, bo, cy, dee }) => adds(app, bo, { id: otherId, who: [dee, cy] }),
    ],
    {
      after: membersOfBoth,
      outcomes: [
        "joined + joined / joined + joined: ana owner, cy member, dee member and bo owner, cy member, dee member",
      ],
    },
  ));
