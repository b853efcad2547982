/** Rows of the permission table: uploads, which are their owners' alone, and attachments. */
import { shares } from "../support/media.ts";
import { wholePng } from "../support/pictures.ts";
import { begun, upload } from "../support/uploads.ts";
import type { Person } from "../support/world.ts";
import type { Scene } from "./scene.ts";
import { type Asked, each, leaders, outsiders, plain, type Row } from "./table.ts";

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

const attachment = "/v1/attachments/{id}";

const wholeOfMine = async (_: Scene, me: Person) => ({ params: { id: await upload(me, "mine") } });
const wholeOfOther = async ({ cast }: Scene) => ({
  params: { id: await upload(cast.target, "other") },
});

/** What the owner has just sent to the group. */
async function shared({ cast, id }: Scene): Promise<Asked> {
  const { owner } = cast.people;
  const attachmentId = await upload(owner, "shared");
  await shares(owner, id, attachmentId);
  return { params: { id: attachmentId } };
}

const picture = wholePng(2, 2);
const small = `${attachment}/thumbnail`;

const pictureOf =
  (whose: (scene: Scene, me: Person) => Person) => async (scene: Scene, me: Person) => ({
    params: { id: await upload(whose(scene, me), picture) },
  });

async function sharedPicture({ cast, id }: Scene): Promise<Asked> {
  const { owner } = cast.people;
  const attachmentId = await upload(owner, picture);
  await shares(owner, id, attachmentId, { kind: "image" });
  return { params: { id: attachmentId } };
}

const sharedReading = {
  about: "in a message of the group",
  asks: shared,
  who: { 200: `${leaders} ${plain}`, notFound: `former ${outsiders}` },
} as const;

/** Rows about attachments. */
export const attachmentRows: Row[] = [
  ...[`GET ${attachment}`, `GET ${attachment}/info`, `GET ${attachment}/link`].flatMap((
    verb,
  ): Row[] => [
    { verb, about: "of one's own", asks: wholeOfMine, who: each(200) },
    { verb, about: "of somebody else", asks: wholeOfOther, who: each("notFound") },
    { verb, ...sharedReading },
  ]),
  {
    verb: `GET ${small}`,
    about: "of one's own",
    asks: pictureOf((_, me) => me),
    who: each(200),
  },
  {
    verb: `GET ${small}`,
    about: "of somebody else",
    asks: pictureOf(({ cast }) => cast.target),
    who: each("notFound"),
  },
  { verb: `GET ${small}`, ...sharedReading, asks: sharedPicture },
  { verb: `DELETE ${attachment}`, about: "of one's own", asks: wholeOfMine, who: each(204) },
  {
    verb: `DELETE ${attachment}`,
    about: "of somebody else",
    asks: wholeOfOther,
    who: each("notFound"),
  },
  {
    verb: `DELETE ${attachment}`,
    about: "in a message of the group",
    asks: shared,
    who: {
      204: "owner",
      notAllowed: `manager ${plain}`,
      notFound: `former ${outsiders}`,
    },
  },
];

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
