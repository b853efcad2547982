/** Rows of the permission table: friend requests, friends, blocks, opening direct conversations. */
import type { Person } from "../support/world.ts";
import { block, type Scene } from "./scene.ts";
import { each, type Outcome, type Outcomes, type Row, statusOf } from "./table.ts";

const asking = "POST /v1/friend-requests";
const accepting = "POST /v1/friend-requests/{id}/accept";
const refusing = "POST /v1/friend-requests/{id}/refuse";
const cancelling = "DELETE /v1/friend-requests/{id}";

/** Guests ask nobody, whomever they name. */
const notForGuests = (outcome: Outcome, others: Outcomes = {}) =>
  each(outcome, { ...others, notAllowed: "guest" });

const to = (other: { id: string }) => ({ body: { userId: other.id } });
const of = (other: { id: string }) => ({ params: { userId: other.id } });
const nobody = () => ({ id: crypto.randomUUID() });

/** Somebody whom I block. */
async function enemy(scene: Scene, me: Person): Promise<Person> {
  const other = await scene.someone(me);
  await block(me, other);
  return other;
}

const askingRows: Row[] = [
  {
    verb: asking,
    about: "to somebody",
    asks: async (s, me) => to(await s.someone(me)),
    who: notForGuests(201),
  },
  {
    verb: asking,
    about: "to a friend",
    asks: async (s, me) => to(await s.friend(me)),
    // The friendship has ended with the block.
    who: notForGuests("alreadyFriends", { 201: "blocked" }),
  },
  {
    verb: asking,
    about: "to one whom I have asked already",
    asks: async (s, me) => to((await s.asked(me)).other),
    who: notForGuests("200 pending"),
    told: statusOf,
  },
  {
    verb: asking,
    about: "to one who has asked me",
    asks: async (s, me) => to((await s.askedBy(me)).other),
    // Who blocks takes its own request back.
    who: notForGuests("200 accepted", { "201 pending": "blocked" }),
    told: statusOf,
  },
  {
    verb: asking,
    about: "to one whom I block",
    asks: async (s, me) => to(await enemy(s, me)),
    who: notForGuests("blocked"),
  },
  {
    verb: asking,
    about: "to oneself",
    asks: (_, me) => to(me),
    who: notForGuests("invalidInput"),
  },
  { verb: asking, about: "to nobody", asks: () => to(nobody()), who: notForGuests("notFound") },
];

/** Accepting and refusing are the addressee's alone. */
const answeringRows: Row[] = [accepting, refusing].flatMap((verb): Row[] => [
  {
    verb,
    about: "made to me",
    asks: async (s, me) => ({ params: { id: (await s.askedBy(me)).id } }),
    // Taken back by the block.
    who: each(200, { alreadyHandled: "blocked" }),
  },
  {
    verb,
    about: "that I have refused",
    asks: async (s, me) => {
      const refuse = (id: string) => me.do("POST", `/v1/friend-requests/${id}/refuse`);
      return { params: { id: (await s.askedBy(me, refuse)).id } };
    },
    who: each("alreadyHandled"),
  },
  {
    verb,
    about: "made by me",
    asks: async (s, me) => ({ params: { id: (await s.asked(me)).id } }),
    who: each("notFound"),
  },
  {
    verb,
    about: "between others",
    asks: ({ cast }) => ({ params: { id: cast.foreignRequestId } }),
    who: each("notFound"),
  },
]);

const cancellingRows: Row[] = [
  {
    verb: cancelling,
    about: "made by me",
    asks: async (s, me) => ({ params: { id: (await s.asked(me)).id } }),
    who: each(204),
  },
  {
    verb: cancelling,
    about: "made by me and handled",
    asks: async (s, me) => {
      const { id } = await s.asked(me);
      await me.do("DELETE", `/v1/friend-requests/${id}`);
      return { params: { id } };
    },
    who: each("alreadyHandled"),
  },
  {
    verb: cancelling,
    about: "made to me",
    asks: async (s, me) => ({ params: { id: (await s.askedBy(me)).id } }),
    who: each("notFound"),
  },
  {
    verb: cancelling,
    about: "between others",
    asks: ({ cast }) => ({ params: { id: cast.foreignRequestId } }),
    who: each("notFound"),
  },
];

const friendRows: Row[] = [
  { verb: "GET /v1/friends", who: each(200) },
  ...["PATCH", "DELETE"].flatMap((method): Row[] => {
    const verb = `${method} /v1/friends/{userId}`;
    const body = method === "PATCH" ? { body: { remark: "Mate" } } : {};
    const done = method === "PATCH" ? 200 : 204;
    return [
      {
        verb,
        about: "of a friend",
        asks: async (s, me) => ({ ...of(await s.friend(me)), ...body }),
        who: each(done, { notFound: "blocked" }),
      },
      {
        verb,
        about: "of no friend",
        asks: ({ cast: { target } }) => ({ ...of(target), ...body }),
        who: each("notFound"),
      },
    ];
  }),
];

const putting = "PUT /v1/blocks/{userId}";
const lifting = "DELETE /v1/blocks/{userId}";

const blockRows: Row[] = [
  { verb: "GET /v1/blocks", who: each(200) },
  {
    verb: putting,
    about: "of somebody",
    asks: async (s, me) => of(await s.someone(me)),
    who: each(200),
  },
  {
    verb: putting,
    about: "of a friend",
    asks: async (s, me) => of(await s.friend(me)),
    who: each(200),
  },
  { verb: putting, about: "of oneself", asks: (_, me) => of(me), who: each("invalidInput") },
  { verb: putting, about: "of nobody", asks: () => of(nobody()), who: each("notFound") },
  {
    verb: lifting,
    about: "of mine",
    asks: async (s, me) => of(await enemy(s, me)),
    who: each(204),
  },
  {
    verb: lifting,
    about: "of one whom I do not block",
    asks: async (s, me) => of(await s.someone(me)),
    who: each("notFound"),
  },
];

const opening = "POST /v1/conversations/direct";

/** Opening a direct conversation, where friendship is asked for, and under `anyone`. */
export const openingRows: Row[] = [
  {
    verb: opening,
    about: "with a friend",
    asks: async (s, me) => to(await s.friend(me)),
    who: notForGuests(200, { notFriends: "blocked" }),
  },
  {
    verb: opening,
    about: "with no friend",
    asks: async (s, me) => to(await s.someone(me)),
    who: notForGuests("notFriends"),
    under: { anyone: notForGuests(200, { notFriends: "blocked" }) },
  },
  {
    verb: opening,
    about: "with one whom I block",
    asks: async (s, me) => to(await enemy(s, me)),
    who: notForGuests("blocked"),
  },
  {
    verb: opening,
    about: "with oneself",
    asks: (_, me) => to(me),
    who: notForGuests("invalidInput"),
  },
  { verb: opening, about: "with nobody", asks: () => to(nobody()), who: notForGuests("notFound") },
];

/** Rows that are about two people. */
export const socialRows: Row[] = [
  ...askingRows,
  { verb: "GET /v1/friend-requests", about: "made to me", who: each(200) },
  {
    verb: "GET /v1/friend-requests",
    about: "made by me",
    asks: () => ({ query: "?box=outgoing" }),
    who: each(200),
  },
  ...answeringRows,
  ...cancellingRows,
  ...friendRows,
  ...blockRows,
  ...openingRows,
];
