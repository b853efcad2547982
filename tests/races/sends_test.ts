/** Races with a send: whoever may not write any more has written before, or is refused. */
import { strict as assert } from "node:assert";
import { blockUser } from "../../domain/blocks.ts";
import { openDirect } from "../../domain/conversations.ts";
import { acceptFriend, askFriend } from "../../domain/friend_requests.ts";
import { changeGroup } from "../../domain/groups.ts";
import { changeMember } from "../../domain/members.ts";
import { sendMessage } from "../../domain/messages.ts";
import type { App } from "../../domain/app.ts";
import { chainsOf } from "../support/chain.ts";
import { crowd } from "../support/groups.ts";
import { assertFails, type Person, test } from "../support/world.ts";
import { dismisses, newGroup, removes, type Scene } from "./group_acts.ts";
import { type Act, type Lane, Races, roundsFew, roundsInOrder, roundsMax } from "./rounds.ts";
import { saidIn } from "./rows.ts";

const races = await Races.open();
const { app } = races;
const { orm } = races.world.database;

// Connected on both: so each instance has bo's seat in memory, and must not trust it.
const connections = await Promise.all(
  races.lanes.flatMap(({ bo }) => races.instances.map((at) => bo.connect(at))),
);

/** Whoever was connected through a race was told each conversation in unbroken order. */
function assertTold(): void {
  const followed = connections.map((connection) => chainsOf(connection).size);
  assert.ok(Math.max(...followed) > 0, "nobody was told anything");
}

function send(app: App, by: Person, { id, name }: { id: string; name: string }) {
  const message = { clientId: name, kind: "text", body: { text: name } } as const;
  return sendMessage(app, by.actor, { conversationId: id, ...message });
}

/** Both instances have the seat. */
async function warm(by: Person, id: string): Promise<void> {
  for (const [side, { patter }] of races.instances.entries()) {
    await send(patter.app, by, { id, name: `warm${side}` });
  }
}

const boSends: Act<{ id: string; bo: Person }> = async (app, { id, bo }) => {
  await send(app, bo, { id, name: "text" });
  return "sent";
};

/** A race about bo's sending in a group of ana's; afterwards it is refused with `refusal`. */
async function race(
  act: Act<Scene>,
  refusal: Parameters<typeof assertFails>[0],
  outcomes: string[],
  rounds = roundsMax,
): Promise<void> {
  const ready = async (lane: Lane): Promise<Scene> => {
    const id = await newGroup(app, lane.ana, { others: [lane.bo] });
    await warm(lane.bo, id);
    return { ...lane, id };
  };
  await races.run<Scene>({
    prepare: ({ lane }) => ready(lane),
    acts: [act, boSends],
    after: async ({ id, bo }) => {
      for (const { patter } of races.instances) {
        await assertFails(refusal, () => send(patter.app, bo, { id, name: "late" }));
      }
      return (await saidIn(orm, { id })).replace("created, warm0, warm1, ", "");
    },
    outcomes,
    rounds,
  });
  assertTold();
}

test("mute all / send: what was sent stands before the mute", () =>
  race(
    async (app, { id, ana }) => {
      await changeGroup(app, ana.actor, { groupId: id, patch: { mutedAll: true } });
      return "done";
    },
    "muted",
    ["done / sent: text, muted", "done / muted: muted"],
  ));

test("mute / send: what was sent stands before the mute", () =>
  race(
    async (app, { id, ana, bo }) => {
      const mutedUntil = new Date(app.clock.now().getTime() + 3_600_000);
      await changeMember(app, ana.actor, { groupId: id, userId: bo.id, patch: { mutedUntil } });
      return "done";
    },
    "muted",
    ["done / sent: text, muted", "done / muted: muted"],
    roundsFew,
  ));

test("dismiss / send: what was sent stands before the end", () =>
  race(
    (app, { id, ana }) => dismisses(app, ana, id),
    "conversationDismissed",
    ["dismissed / sent: text, dismissed", "dismissed / conversationDismissed: dismissed"],
  ));

test("remove / send: what was sent stands before the removal", () =>
  race(
    (app, { id, ana, bo }) => removes(app, ana, { id, who: bo }),
    "notMember",
    ["removed / sent: text, removed", "removed / notMember: removed"],
    roundsFew,
  ));

test("block / send: either is first, and nothing is sent after", async () => {
  const { lanes } = races;
  const strangers = await crowd(
    races.instances[1],
    Math.ceil((roundsInOrder + roundsMax) / lanes.length),
  );
  await races.run<{ id: string; ana: Person; bo: Person }>({
    prepare: async ({ number }) => {
      const { bo } = lanes[number % lanes.length]!;
      const ana = strangers[Math.floor(number / lanes.length)]!;
      const { request } = await askFriend(app, ana.actor, { userId: bo.id });
      await acceptFriend(app, bo.actor, { id: request.id });
      const { id } = await openDirect(app, ana.actor, bo.id);
      await warm(bo, id);
      return { id, ana, bo };
    },
    acts: [
      async (app, { ana, bo }) => {
        await blockUser(app, ana.actor, bo.id);
        return "blocked";
      },
      boSends,
    ],
    after: async ({ id, ana, bo }) => {
      for (const { patter } of races.instances) {
        await assertFails("notFriends", () => send(patter.app, bo, { id, name: "late" }));
        await assertFails("blocked", () => send(patter.app, ana, { id, name: "late" }));
      }
      return (await saidIn(orm, { id })).replace("warm0, warm1", "").replace(", ", "");
    },
    outcomes: ["blocked / sent: text", "blocked / notFriends: "],
  });
  assertTold();
});
