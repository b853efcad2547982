/** Rows of the permission table: requests to join, and links into groups. */
import type { Person } from "../support/world.ts";
import { dismiss, openScene, type Scene } from "./scene.ts";
import { away, each, leaders, leadersOnly, outsiders, plain, type Row, statusOf } from "./table.ts";

const requests = "/v1/groups/{id}/requests";
const links = "/v1/groups/{id}/invites";
const following = "POST /v1/invites/{code}/accept";

const members = `${leaders} member muted blocked`;
const dismissed = { conversationDismissed: `${leaders} ${plain}`, ...away } as const;

const refuse = async (scene: Scene): Promise<string> => {
  const requestId = await scene.requestId();
  const path = `/v1/groups/${scene.id}/requests/${requestId}/refuse`;
  await scene.cast.people.owner.do("POST", path);
  return requestId;
};

/** What was known of a scene before its group was dismissed, or its request refused. */
const known = new WeakMap<Scene, string>();

const answeringRows: Row[] = ["accept", "refuse"].flatMap((word): Row[] => {
  const verb = `POST ${requests}/{requestId}/${word}`;
  return [
    {
      verb,
      about: "of the one who waits",
      asks: async (scene) => ({ params: { requestId: await scene.requestId() } }),
      who: leadersOnly,
      everywhere: true,
    },
    {
      verb,
      about: "that was refused",
      given: async (scene) => known.set(scene, await refuse(scene)),
      asks: (scene) => ({ params: { requestId: known.get(scene)! } }),
      who: { alreadyHandled: leaders, notAllowed: plain, ...away },
    },
    {
      verb,
      about: "made to another group",
      given: async (scene) => {
        const other = await openScene(scene.cast, "approval");
        known.set(scene, await other.requestId());
      },
      asks: (scene) => ({ params: { requestId: known.get(scene)! } }),
      who: { notFound: `${leaders} ${outsiders}`, notAllowed: plain, notMember: "former" },
    },
    {
      verb,
      about: "in a dismissed group",
      given: async (scene) => {
        known.set(scene, await scene.requestId());
        await dismiss(scene);
      },
      asks: (scene) => ({ params: { requestId: known.get(scene)! } }),
      who: dismissed,
    },
  ];
});

const ownersLink = async (scene: Scene) => ({
  params: { code: await scene.linkOf(scene.cast.people.owner) },
});

/** One's own; of the owner for those who have never been able to make one. */
async function ownLink(scene: Scene, me: Person) {
  const { owner, former, requester, stranger, admin } = scene.cast.people;
  const isMember = ![former, requester, stranger, admin].includes(me);
  return { params: { code: await scene.linkOf(isMember ? me : owner) } };
}

/** The link that the owner of a group made before it dismissed it. */
const byLinkIntoDismissed: Pick<Row, "given" | "asks"> = {
  given: async (scene) => {
    known.set(scene, await scene.linkOf(scene.cast.people.owner));
    await dismiss(scene);
  },
  asks: (scene) => ({ params: { code: known.get(scene)! } }),
};

const makingRows: Row[] = [
  {
    verb: `POST ${links}`,
    asks: () => ({ body: {} }),
    who: { 201: members, notAllowed: "guest", ...away },
    under: {
      approval: { 201: leaders, notAllowed: plain, ...away },
      invite: { 201: leaders, notAllowed: plain, ...away },
    },
  },
  {
    verb: `POST ${links}`,
    about: "of a dismissed group",
    given: dismiss,
    asks: () => ({ body: {} }),
    who: { conversationDismissed: members, notAllowed: "guest", ...away },
  },
  { verb: `GET ${links}`, who: { 200: `${leaders} ${plain}`, ...away } },
];

const revokingRows: Row[] = [
  {
    verb: `DELETE ${links}/{code}`,
    about: "that the owner has made",
    asks: ownersLink,
    who: { 204: leaders, notAllowed: plain, ...away },
  },
  {
    verb: `DELETE ${links}/{code}`,
    about: "that one has made oneself",
    asks: ownLink,
    who: { 204: `${leaders} ${plain}`, ...away },
    everywhere: true,
  },
  {
    verb: `DELETE ${links}/{code}`,
    about: "that does not exist",
    asks: () => ({ params: { code: "none" } }),
    who: { notFound: `${leaders} ${outsiders}`, notAllowed: plain, notMember: "former" },
  },
  {
    verb: `DELETE ${links}/{code}`,
    about: "into a dismissed group",
    ...byLinkIntoDismissed,
    who: dismissed,
  },
];

/** A link of the owner's that it has taken back. */
async function deadLink(scene: Scene): Promise<string> {
  const { owner } = scene.cast.people;
  const code = await scene.linkOf(owner);
  await owner.do("DELETE", `/v1/groups/${scene.id}/invites/${code}`);
  return code;
}

const readingRows: Row[] = [
  { verb: "GET /v1/invites/{code}", asks: ownersLink, who: each(200) },
  {
    verb: "GET /v1/invites/{code}",
    about: "that was taken back",
    asks: async (scene) => ({ params: { code: await deadLink(scene) } }),
    who: each("gone"),
  },
  {
    verb: "GET /v1/invites/{code}",
    about: "into a dismissed group",
    ...byLinkIntoDismissed,
    who: each("gone"),
  },
  {
    verb: "GET /v1/invites/{code}",
    about: "that does not exist",
    asks: () => ({ params: { code: "none" } }),
    who: each("notFound"),
  },
];

const membersStay = { "200 joined": members, notAllowed: "guest" } as const;

const followingRows: Row[] = [
  {
    verb: following,
    about: "by the owner's link",
    asks: ownersLink,
    who: each("200 joined", { notAllowed: "guest" }),
    everywhere: true,
    told: statusOf,
  },
  {
    verb: following,
    about: "by a plain member's link",
    asks: async (scene) => ({ params: { code: await scene.linkOf(scene.cast.target) } }),
    who: each("200 joined", { notAllowed: "guest" }),
    under: {
      approval: { ...membersStay, "200 pending": `former ${outsiders}` },
      invite: { ...membersStay, gone: `former ${outsiders}` },
    },
    told: statusOf,
  },
  {
    verb: following,
    about: "by a link that was taken back",
    asks: async (scene) => ({ params: { code: await deadLink(scene) } }),
    who: { ...membersStay, gone: `former ${outsiders}` },
    told: statusOf,
  },
  {
    verb: following,
    about: "by a link into a dismissed group",
    ...byLinkIntoDismissed,
    who: each("conversationDismissed", { notAllowed: "guest" }),
  },
  {
    verb: following,
    about: "by a link that does not exist",
    asks: () => ({ params: { code: "none" } }),
    who: each("notFound", { notAllowed: "guest" }),
  },
];

/** Rows about ways into a group. */
export const entranceRows: Row[] = [
  { verb: `GET ${requests}`, who: leadersOnly },
  ...answeringRows,
  ...makingRows,
  ...revokingRows,
  ...readingRows,
  ...followingRows,
];
