/** Rows of the permission table: what admins see and decide, and nobody else does. */
import type { Person } from "../support/world.ts";
import { type Scene, someoneNew } from "./scene.ts";
import { each, type Outcome, type Row } from "./table.ts";

const locking = "PUT /v1/admin/users/{id}/lock";
const unlocking = "DELETE /v1/admin/users/{id}/lock";

const toAdmins = (outcome: Outcome) => each("notAllowed", { [outcome]: "admin" });
const of = ({ id }: { id: string }) => ({ params: { id } });

async function locked({ cast }: Scene): Promise<Person> {
  const other = await someoneNew(cast.at);
  await cast.people.admin.do("PUT", `/v1/admin/users/${other.id}/lock`);
  return other;
}

/** Rows about `/v1/admin`. */
export const adminRows: Row[] = [
  { verb: "GET /v1/admin/instances", who: toAdmins(200) },
  {
    verb: locking,
    about: "of somebody",
    asks: async ({ cast }) => of(await someoneNew(cast.at)),
    who: toAdmins(200),
  },
  {
    verb: locking,
    about: "of somebody who is locked",
    asks: async (scene) => of(await locked(scene)),
    who: toAdmins(200),
  },
  {
    verb: locking,
    about: "of nobody",
    asks: () => of({ id: crypto.randomUUID() }),
    who: toAdmins("notFound"),
  },
  { verb: locking, about: "of oneself", asks: (_, me) => of(me), who: each("notAllowed") },
  {
    verb: locking,
    about: "of an admin",
    asks: ({ cast }) => of(cast.people.admin),
    who: each("notAllowed"),
  },
  {
    verb: unlocking,
    about: "of somebody who is locked",
    asks: async (scene) => of(await locked(scene)),
    who: toAdmins(204),
  },
  {
    verb: unlocking,
    about: "of somebody who is not",
    asks: async ({ cast }) => of(await someoneNew(cast.at)),
    who: toAdmins("notFound"),
  },
];
