/** Rows of the permission table: whose presence is seen, and saying how to be seen. */
import type { Presence } from "../../schemas/presence.ts";
import type { Person } from "../support/world.ts";
import { connectionOf } from "./asking.ts";
import { block, someoneNew } from "./scene.ts";
import { each, leaders, outsiders, plain, type Row } from "./table.ts";

const watching = "presence.watch";

/** Somebody who is connected. */
async function live(person: Person) {
  await connectionOf(person);
  return { body: { userIds: [person.id] } };
}

const isOnline: Row["told"] = ({ presences }) => (presences as Presence[])[0]!.online;

/** Rows about presence. */
export const presenceRows: Row[] = [
  {
    verb: watching,
    about: "of a member of the group",
    asks: ({ cast }) => live(cast.deputy),
    who: { "ok true": `${leaders} ${plain}`, "ok false": `former ${outsiders}` },
    told: isOnline,
  },
  {
    verb: watching,
    about: "of a member who blocks one of them",
    asks: ({ cast }) => live(cast.target),
    who: {
      "ok true": `${leaders} member muted guest`,
      "ok false": `blocked former ${outsiders}`,
    },
    told: isOnline,
  },
  {
    verb: watching,
    about: "of a friend",
    asks: async (scene, me) => await live(await scene.friend(me)),
    who: each("ok true", { "ok false": "blocked" }),
    told: isOnline,
  },
  {
    verb: watching,
    about: "of one whom I block",
    asks: async (scene, me) => {
      const other = await someoneNew(scene.cast.at);
      await scene.asUser(me, (user) => block(user, other));
      return await live(other);
    },
    who: each("ok false"),
    told: isOnline,
  },
  {
    verb: watching,
    about: "of nobody",
    asks: () => ({ body: { userIds: [crypto.randomUUID()] } }),
    who: each("ok false"),
    told: isOnline,
  },
  {
    verb: "presence.unwatch",
    asks: ({ cast }) => ({ body: { userIds: [cast.target.id] } }),
    who: each("ok"),
  },
  { verb: "presence.set", asks: () => ({ body: { status: "away" } }), who: each("ok") },
];
