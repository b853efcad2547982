/** Unread by a model: whatever order people send, repeat, read, come and go in, from whichever device. */
import { strict as assert } from "node:assert";
import fc from "fast-check";
import type { Sent } from "../../schemas/messages.ts";
import type { Client } from "../support/client.ts";
import { historyOf, reads, refusalOf, viewOf } from "../support/chat.ts";
import { openWorld, type Person, test } from "../support/world.ts";

const world = await openWorld();
const server = await world.instance();

interface Seat {
  readonly person: Person;
  /** The same account on a second device, over the socket. */
  readonly live: Client;
}

const seats: Seat[] = [];
for (const name of ["owner", "bo", "cy", "di"]) {
  const person = await server.person(name);
  seats.push({ person, live: await (await person.again()).connect() });
}

const step = fc.oneof(
  { weight: 5, arbitrary: act("send") },
  { weight: 2, arbitrary: act("repeat") },
  { weight: 4, arbitrary: act("read") },
  { weight: 1, arbitrary: act("join") },
  { weight: 1, arbitrary: act("leave") },
);
type Verb = "send" | "repeat" | "read" | "join" | "leave";

function act(verb: Verb) {
  return fc.record({
    verb: fc.constant(verb),
    who: fc.nat(seats.length - 1),
    overSocket: fc.boolean(),
    /** How far to read, counted from one beyond the end; or whom to call. */
    pick: fc.nat(6),
  });
}
type Step = ReturnType<typeof act> extends fc.Arbitrary<infer T> ? T : never;

interface Place {
  isMember: boolean;
  firstSeq: number;
  /** The last that may be read, once left. */
  lastSeq: number | null;
  readSeq: number;
  sent: { clientId: string; seq: number } | null;
}

/** What a conversation is, as simply as it can be said. */
class Model {
  readonly messages: { from: number | null; calls: readonly number[] }[] = [];
  readonly places: (Place | null)[];
  constructor(readonly isAllVisible: boolean) {
    this.messages.push({ from: null, calls: [] });
    this.places = seats.map((_, who) => who === 3 ? null : newPlace(1, 0));
  }
  get lastSeq(): number {
    return this.messages.length;
  }
  join(who: number): void {
    const { lastSeq } = this;
    const sent = this.places[who]?.sent ?? null;
    this.places[who] = { ...newPlace(this.isAllVisible ? 1 : lastSeq + 1, lastSeq), sent };
    this.messages.push({ from: null, calls: [] });
  }
  leave(who: number): void {
    this.messages.push({ from: null, calls: [] });
    Object.assign(this.places[who]!, { isMember: false, lastSeq: this.lastSeq });
  }
  read(who: number, seq: number): void {
    const place = this.places[who]!;
    place.readSeq = Math.max(place.readSeq, Math.min(seq, place.lastSeq ?? this.lastSeq));
  }
  expected(who: number) {
    const { firstSeq, readSeq, lastSeq } = this.places[who]!;
    const upTo = lastSeq ?? this.lastSeq;
    const unread = this.messages.filter(({ from }, place) =>
      place + 1 > readSeq && place + 1 >= firstSeq && place + 1 <= upTo && from !== null &&
      from !== who
    );
    const mentioned = unread.some(({ calls }) => calls.includes(who));
    return { readSeq, lastSeq: upTo, unreadCount: unread.length, mentioned };
  }
}

function newPlace(firstSeq: number, readSeq: number): Place {
  return { isMember: true, firstSeq, lastSeq: null, readSeq, sent: null };
}

let said = 0;

function post({ person, live }: Seat, overSocket: boolean, id: string, message: object) {
  const body = { kind: "text", body: { text: "x" }, ...message };
  return overSocket
    ? live.call("message.send", { conversationId: id, ...body })
    : person.do<Sent>("POST", `/v1/conversations/${id}/messages`, body);
}

async function says(model: Model, id: string, { who, overSocket, pick }: Step): Promise<void> {
  const place = model.places[who];
  const clientId = `c-${++said}`;
  if (!place?.isMember) {
    const call = seats[who]!.live.call("message.send", {
      conversationId: id,
      clientId,
      kind: "text",
      body: { text: "x" },
    });
    return assert.equal(await refusalOf(call), place === null ? "notFound" : "notMember");
  }
  const callsAll = pick === 6 && who === 0;
  const called = seats[pick];
  const calls = callsAll ? seats.map((_, one) => one) : called === undefined ? [] : [pick];
  const mentions = callsAll ? ["all"] : called === undefined ? [] : [called.person.id];
  const { seq, duplicate } = await post(seats[who]!, overSocket, id, { clientId, mentions });
  model.messages.push({ from: who, calls });
  assert.deepEqual([seq, duplicate], [model.lastSeq, false]);
  place.sent = { clientId, seq };
}

async function repeats(model: Model, id: string, { who, overSocket }: Step): Promise<void> {
  const sent = model.places[who]?.sent;
  if (!sent) return;
  const { clientId } = sent;
  const { seq, duplicate } = await post(seats[who]!, overSocket, id, { clientId });
  assert.deepEqual([seq, duplicate], [sent.seq, true]);
}

async function readsTo(model: Model, id: string, { who, overSocket, pick }: Step): Promise<void> {
  if (model.places[who] === null) return;
  const seq = Math.max(0, model.lastSeq + 1 - pick);
  const { person, live } = seats[who]!;
  const answer = overSocket
    ? await live.call("conversation.read", { conversationId: id, seq })
    : await reads(person, id, seq);
  model.read(who, seq);
  const { readSeq, unreadCount } = model.expected(who);
  assert.deepEqual(answer, { readSeq, unreadCount });
}

async function takes(model: Model, id: string, step: Step): Promise<void> {
  const { person } = seats[step.who]!;
  const isMember = model.places[step.who]?.isMember ?? false;
  switch (step.verb) {
    case "send":
      return await says(model, id, step);
    case "repeat":
      return await repeats(model, id, step);
    case "read":
      return await readsTo(model, id, step);
    case "join":
      await person.do("POST", `/v1/groups/${id}/join`, {});
      return isMember ? undefined : model.join(step.who);
    case "leave":
      if (!isMember || step.who === 0) return;
      await person.do("DELETE", `/v1/groups/${id}/members/${person.id}`);
      return model.leave(step.who);
    default:
      return step.verb satisfies never;
  }
}

async function assertAsModel(model: Model, id: string): Promise<void> {
  await Promise.all(seats.map(async ({ person }, who) => {
    if (model.places[who] === null) return;
    const { my, lastSeq } = await viewOf(person, id);
    const { readSeq, unreadCount, mentioned } = my;
    assert.deepEqual({ readSeq, lastSeq, unreadCount, mentioned }, model.expected(who));
  }));
}

function newGroup(historyVisible: "joined" | "all"): Promise<string> {
  const others = seats.slice(1, 3).map(({ person }) => person);
  return server.group(seats[0]!.person, others, { historyVisible });
}

const visibility = fc.constantFrom("joined" as const, "all" as const);

/** As many runs as there is time for; the last one is let end, or it would run into the next test. */
async function holds<T>(arbitrary: fc.Arbitrary<T>, run: (input: T) => Promise<void>) {
  const endsAt = performance.now() + 10_000;
  const property = fc.asyncProperty(arbitrary, async (input) => {
    if (performance.now() < endsAt) await run(input);
  });
  await fc.assert(property, { numRuns: 30 });
}

test("unreadCount and mentioned equal a model's after every step, in any order of steps", async () => {
  const orders = fc.tuple(visibility, fc.array(step, { minLength: 5, maxLength: 25 }));
  await holds(orders, async ([historyVisible, steps]) => {
    const id = await newGroup(historyVisible);
    const model = new Model(historyVisible === "all");
    for (const one of steps) {
      await takes(model, id, one);
      await assertAsModel(model, id);
    }
  });
});

test("after steps all at once, unreadCount is what the history and the watermark say", async () => {
  const concurrently = async (id: string, { verb, who, overSocket, pick }: Step) => {
    const seat = seats[who]!;
    if (who === 3) return;
    if (verb !== "read") {
      // Few clientIds, so that doubles meet their first one under way.
      return void await post(seat, overSocket, id, { clientId: `same-${who}-${pick}` });
    }
    if (overSocket) await seat.live.call("conversation.read", { conversationId: id, seq: pick });
    else await reads(seat.person, id, pick);
  };
  await holds(fc.array(step, { minLength: 10, maxLength: 30 }), async (steps) => {
    const id = await newGroup("joined");
    await Promise.all(steps.map((one) => concurrently(id, one)));
    const { items } = await historyOf(seats[0]!.person, id, "?limit=100");
    for (const { person } of seats.slice(0, 3)) {
      const { my } = await viewOf(person, id);
      const unread = items.filter(({ seq, from, kind }) =>
        seq > my.readSeq && from !== person.id && kind !== "system"
      );
      assert.equal(my.unreadCount, unread.length);
    }
    const clientIds = items.map(({ from, clientId }) => `${from}/${clientId}`);
    assert.equal(new Set(clientIds).size, clientIds.length);
  });
});
