/** Races between two people: asking, answering, taking back, parting and blocking at the same moment. */
import { blockUser } from "../../domain/blocks.ts";
import {
  acceptFriend,
  askFriend,
  cancelFriend,
  refuseFriend,
} from "../../domain/friend_requests.ts";
import { removeFriend } from "../../domain/friends.ts";
import { crowd } from "../support/groups.ts";
import { type Person, test } from "../support/world.ts";
import { type Act, Races, roundsFew, roundsInOrder, roundsMax } from "./rounds.ts";
import { between } from "./rows.ts";

const races = await Races.open();
const { orm } = races.world.database;

interface Pair {
  readonly ana: Person;
  readonly bo: Person;
}

interface Asked extends Pair {
  readonly id: string;
}

/** So many that each round has two who have nothing to do with each other yet. */
async function pairs(rounds: number): Promise<Pair[]> {
  const count = Math.ceil(Math.sqrt(2 * (roundsInOrder + rounds))) + 1;
  const people = await crowd(races.instances[0], count);
  return people.flatMap((ana, place) => people.slice(0, place).map((bo) => ({ ana, bo })));
}

async function asked(pair: Pair): Promise<Asked> {
  const { request } = await askFriend(races.app, pair.ana.actor, { userId: pair.bo.id });
  return { ...pair, id: request.id };
}

async function befriended(pair: Pair): Promise<Pair> {
  const { id } = await asked(pair);
  await acceptFriend(races.app, pair.bo.actor, { id });
  return pair;
}

/** A race of rounds that begin with two people as `ready` leaves them. */
async function race<S extends Pair>(
  ready: (pair: Pair) => Promise<S> | S,
  acts: readonly [Act<S>, Act<S>],
  outcomes: string[],
  rounds = roundsMax,
): Promise<void> {
  const strangers = await pairs(rounds);
  await races.run<S>({
    prepare: async ({ number }) => await ready(strangers[number]!),
    acts,
    after: (scene) => between(orm, scene),
    outcomes,
    rounds,
  });
}

const accepts: Act<Asked> = async (app, { bo, id }) =>
  (await acceptFriend(app, bo.actor, { id })).status;
const refuses: Act<Asked> = async (app, { bo, id }) =>
  (await refuseFriend(app, bo.actor, { id })).status;
const cancels: Act<Asked> = async (app, { ana, id }) => {
  await cancelFriend(app, ana.actor, id);
  return "cancelled";
};
const anaAsks: Act<Pair> = async (app, { ana, bo }) =>
  (await askFriend(app, ana.actor, { userId: bo.id })).request.status;
const boAsks: Act<Pair> = async (app, { ana, bo }) =>
  (await askFriend(app, bo.actor, { userId: ana.id })).request.status;
const anaBlocks: Act<Pair> = async (app, { ana, bo }) => {
  await blockUser(app, ana.actor, bo.id);
  return "blocked";
};
const boBlocks: Act<Pair> = async (app, { ana, bo }) => {
  await blockUser(app, bo.actor, ana.id);
  return "blocked";
};
const anaParts: Act<Pair> = async (app, { ana, bo }) => {
  await removeFriend(app, ana.actor, bo.id);
  return "parted";
};
const boParts: Act<Pair> = async (app, { ana, bo }) => {
  await removeFriend(app, bo.actor, ana.id);
  return "parted";
};

test("accept / cancel: one of them counts, the other is told that it is handled", () =>
  race(asked, [accepts, cancels], [
    "accepted / alreadyHandled: ana asked, accepted; friends",
    "alreadyHandled / cancelled: ana asked, cancelled",
  ]));

test("accept / refuse by two devices: the first answer counts", () =>
  race(asked, [accepts, refuses], [
    "accepted / alreadyHandled: ana asked, accepted; friends",
    "alreadyHandled / refused: ana asked, refused",
  ], roundsFew));

test("two people asking each other at once meet: one request, accepted", () =>
  race((pair) => pair, [anaAsks, boAsks], [
    "pending / accepted: ana asked, accepted; friends",
    "accepted / pending: bo asked, accepted; friends",
  ]));

test("the same request from two devices at once is one", () =>
  race((pair) => pair, [anaAsks, anaAsks], ["pending / pending: ana asked, pending"], roundsFew));

test("accept / ask back: friends by one of the two", () =>
  race(asked, [accepts, boAsks], [
    "accepted / alreadyFriends: ana asked, accepted; friends",
    "alreadyHandled / accepted: ana asked, accepted; friends",
  ], roundsFew));

test("block / accept by the addressee: the block stands, and no friendship beside it", () =>
  race<Asked>(asked, [boBlocks, accepts], [
    "blocked / accepted: ana asked, accepted; bo blocks",
    "blocked / notFound: ana asked, silent; bo blocks",
  ]));

test("block by the requester / accept: the block stands, and no friendship beside it", () =>
  race<Asked>(asked, [anaBlocks, accepts], [
    "blocked / accepted: ana asked, accepted; ana blocks",
    "blocked / alreadyHandled: ana asked, cancelled; ana blocks",
  ]));

test("block / ask: the request reaches nobody, whichever was first", () =>
  race((pair) => pair, [boBlocks, anaAsks], [
    "blocked / pending: ana asked, silent; bo blocks",
  ], roundsFew));

test("unfriend / unfriend: a friendship ends once", () =>
  race(befriended, [anaParts, boParts], [
    "parted / notFound: ana asked, accepted",
    "notFound / parted: ana asked, accepted",
  ], roundsFew));

test("unfriend / block: the friendship ends once, the block stands", () =>
  race(befriended, [anaParts, boBlocks], [
    "parted / blocked: ana asked, accepted; bo blocks",
    "notFound / blocked: ana asked, accepted; bo blocks",
  ], roundsFew));
