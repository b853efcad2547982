/** Rows of the permission table: uploads, which are their owners' alone. */
import { begun } from "../support/uploads.ts";
import type { Person } from "../support/world.ts";
import type { Scene } from "./scene.ts";
import { type Asked, each, type Row } from "./table.ts";

const version = { "tus-resumable": "1.0.0" };
const writing = {
  headers: {
    ...version,
    "content-type": "application/offset+octet-stream",
    "upload-offset": "0",
  },
  body: {},
};
const one = "/v1/uploads/{id}";

const ofMine =
  (more: Omit<Asked, "params"> = { headers: version }) => async (_: Scene, me: Person) => ({
    params: { id: await begun(me, 2) },
    ...more,
  });
const ofOther =
  (more: Omit<Asked, "params"> = { headers: version }) => async ({ cast }: Scene) => ({
    params: { id: await begun(cast.target, 2) },
    ...more,
  });

/** Rows about uploads. */
export const uploadRows: Row[] = [
  { verb: "OPTIONS /v1/uploads", who: each(204), isPublic: true },
  {
    verb: "POST /v1/uploads",
    asks: () => ({ headers: { ...version, "upload-length": "2" } }),
    who: each(201),
  },
  { verb: `GET ${one}`, about: "of one's own", asks: ofMine(), who: each(200) },
  { verb: `GET ${one}`, about: "of somebody else", asks: ofOther(), who: each("notFound") },
  { verb: `PATCH ${one}`, about: "of one's own", asks: ofMine(writing), who: each(204) },
  {
    verb: `PATCH ${one}`,
    about: "of somebody else",
    asks: ofOther(writing),
    who: each("notFound"),
  },
  { verb: `DELETE ${one}`, about: "of one's own", asks: ofMine(), who: each(204) },
  { verb: `DELETE ${one}`, about: "of somebody else", asks: ofOther(), who: each("notFound") },
];
